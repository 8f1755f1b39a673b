"""Between rows and the domain's types."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter

from storage.columns import storable
from storage.tables import AttachmentRow, DeliveryRow, DigestRow, EditionRow, RevisionRow
from storydelta.claims.contract import claim_to_json
from storydelta.model import (
    Attachment,
    Delivery,
    DeliveryState,
    Edition,
    Ledger,
    Message,
    Reading,
    Revision,
    Verdict,
)

_LEDGER = TypeAdapter(Ledger)
_VERDICT = TypeAdapter(Verdict)
_VERDICTS = TypeAdapter(tuple[Verdict, ...])


def fingerprint(revision: Revision) -> str:
    """What tells two texts of a document apart: every character of title and text counts."""
    return _digest(f"{len(revision.title)}:{revision.title}{revision.text}")


def url_hash(url: str) -> str:
    return _digest(url)


def _digest(text: str) -> str:
    return hashlib.blake2b(storable(text).encode(), digest_size=16).hexdigest()


def revision_values(revision: Revision, *, belongs: bool, why: str) -> dict[str, Any]:
    """The columns of a revision's row, without its place in the story."""
    return {
        "label": revision.id,
        "title": revision.title,
        "text": revision.text,
        "publisher": revision.publisher,
        "published_at": revision.published_at,
        "seen_at": revision.seen_at,
        "belongs": belongs,
        "why": why,
    }


def revision_of(row: RevisionRow, url: str) -> Revision:
    return Revision(
        id=row.label,
        document=url,
        title=row.title,
        text=row.text,
        publisher=row.publisher,
        published_at=row.published_at,
        seen_at=row.seen_at,
    )


def claim_values(reading: Reading) -> list[dict[str, Any]]:
    """The columns of a reading's claims, without their revision."""
    return [
        {
            "ordinal": ordinal,
            "kind": claim.kind,
            "field": claim.evidence.field,
            "start": claim.evidence.start,
            "end": claim.evidence.end,
            "payload": claim_to_json(claim),
        }
        for ordinal, claim in enumerate(reading.claims)
    ]


def ledger_to_json(ledger: Ledger) -> Any:
    return _LEDGER.dump_python(ledger, mode="json")


def ledger_from_json(payload: Any) -> Ledger:
    return _LEDGER.validate_python(payload)


def verdicts_to_json(verdicts: Sequence[Verdict]) -> Any:
    return _VERDICTS.dump_python(tuple(verdicts), mode="json")


def verdicts_from_json(payload: Any) -> tuple[Verdict, ...]:
    return _VERDICTS.validate_python(payload)


def verdict_to_json(verdict: Verdict) -> Any:
    return _VERDICT.dump_python(verdict, mode="json")


def verdict_from_json(payload: Any) -> Verdict:
    return _VERDICT.validate_python(payload)


def edition_of(row: EditionRow, slug: str) -> Edition:
    return Edition(
        story=slug,
        number=row.number,
        made_at=row.made_at,
        ledger=ledger_from_json(row.ledger),
        verdicts=verdicts_from_json(row.verdicts),
    )


def message_of(row: DigestRow, attachments: Iterable[AttachmentRow], slug: str) -> Message:
    return Message(
        story=slug,
        edition=row.edition,
        subject=row.subject,
        html=row.html,
        text=row.text,
        made_at=row.made_at,
        attachments=tuple(
            Attachment(name=a.name, media_type=a.media_type, content=a.content) for a in attachments
        ),
    )


def delivery_of(row: DeliveryRow, slug: str, edition: int) -> Delivery:
    return Delivery(
        key=row.key,
        story=slug,
        edition=edition,
        channel=row.channel,
        recipient=row.recipient,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        problem=row.problem,
    )
