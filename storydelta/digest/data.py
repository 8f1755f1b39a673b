"""A digest for programs, as JSON: what a webhook posts and what lies beside a digest's page."""

from __future__ import annotations

from typing import Any

from storydelta.digest.view import ChangeCard, Digest, Dispute, FigureRow, Matrix, Proof, Word

DATA = "digest.json"
BRIEF = "brief.html"
"""The name of the attachment that holds the page as mail shows it, where the whole page is too large for that."""
"""The name of the attachment that holds it."""


def digest_to_json(digest: Digest) -> dict[str, Any]:
    """The digest without charts and headings. Times are ISO 8601 in UTC; what is not there is null or empty."""
    return {
        "story": digest.story,
        "title": digest.title,
        "edition": digest.edition,
        "known_at": digest.known_at.iso,
        "made_at": digest.made_at.iso,
        "headline": digest.headline,
        "deck": digest.deck,
        "changes": [_change(card) for card in digest.changes],
        "held_back": [_change(card) for card in digest.held_back],
        "figures": [_figure(row) for row in digest.figures],
        "responsibility": [entry for matrix in digest.matrices for entry in _stances(matrix)],
        "disputes": [_dispute(dispute) for dispute in digest.disputes],
        "documents": [
            {
                "title": document.title,
                "publisher": document.publisher,
                "published_at": document.published.iso,
                "link": document.link,
                **({"language": document.language} if document.language else {}),
            }
            for document in digest.ingested
        ],
        "sources": [
            {
                "name": source.name,
                "state": source.state,
                "reached_at": source.since and source.since.iso,
                "changed_at": source.changed and source.changed.iso,
                "problem": source.problem,
            }
            for source in digest.sources
        ],
    }


def _change(card: ChangeCard) -> dict[str, Any]:
    return {
        "kind": str(card.kind),
        "title": card.title,
        "words": card.words,
        "subject": card.subject,
        "measure": card.measure and str(card.measure),
        "actor": card.actor or None,
        "before": card.before or None,
        "after": card.after or None,
        "at": card.at.iso,
        "causes": [_word(word) for word in card.causes],
        "rule": card.sent_by,
        "reason": card.reason,
    }


def _figure(row: FigureRow) -> dict[str, Any]:
    return {
        "measure": str(row.measure),
        "value": row.value,
        "spread": row.spread or None,
        "since": row.since.iso,
        "disputed_by": list(row.disputed_by),
        "confirmed": row.confirmed,
        "voices": [_word(word) for word in row.words],
    }


def _stances(matrix: Matrix) -> list[dict[str, Any]]:
    return [
        {
            "speaker": row.speaker,
            "actor": cell.actor,
            "stance": str(cell.stance),
            "since": cell.since.iso,
            "disputed_by": list(cell.disputed_by),
            **_proof(cell.proof),
        }
        for row in matrix.rows
        for cell in row.cells
        if cell
    ]


def _dispute(dispute: Dispute) -> dict[str, Any]:
    return {
        "subject": dispute.subject,
        "words": dispute.words,
        "held": [_word(word) for word in dispute.held],
        "against": [_word(word) for word in dispute.against],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "voice": word.voice,
        "says": word.says,
        "via": word.via or None,
        "since": word.since.iso,
        **_proof(word.proof),
    }


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "evidence": proof.lead_in + proof.marked + proof.lead_out,
        "document": proof.title,
        "publisher": proof.publisher,
        "link": proof.link,
    }
