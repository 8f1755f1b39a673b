"""Documents, their revisions and the claims in them, in a session that is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, insert, literal, select, tuple_, update
from sqlalchemy.orm import Session

from storage.columns import UtcTime
from storage.mapping import claim_values, fingerprint, revision_of, revision_values, url_hash
from storage.records import StoredRevision
from storage.tables import ClaimRow, DocumentRow, RevisionRow
from storydelta.claims.contract import claim_from_json
from storydelta.model import Claim, Reading, Revision

Placed: TypeAlias = tuple[RevisionRow, str]
"""A revision's row and its document's URL."""

_CHUNK = 500
"""Values in one IN list; SQLite and PostgreSQL both take more, and plan it worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A reading to be recorded. `why` None: it belongs to the story; else why it does not."""

    reading: Reading
    why: str | None = None


def fresh(session: Session, story_id: int, revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """Those whose text differs from the latest of their document, in order, repeats among them left out."""
    candidates = tuple(revisions)
    latest = {key: row.fingerprint for key, row in _known(session, story_id, candidates).items()}
    found = []
    for revision in candidates:
        key, print_ = url_hash(revision.document), fingerprint(revision)
        if latest.get(key) != print_:
            latest[key] = print_
            found.append(revision)
    return tuple(found)


def record(session: Session, story_id: int, entries: Sequence[Entry]) -> tuple[Reading, ...]:
    """Stores what is new of the entries, and gives that back. An older text that returns is a new revision."""
    revisions = [entry.reading.revision for entry in entries]
    documents = _known(session, story_id, revisions)
    _add_documents(session, story_id, revisions, documents)
    rows: list[dict[str, Any]] = []
    kept: list[Reading] = []
    touched: dict[int, DocumentRow] = {}
    for entry in entries:
        revision, print_ = entry.reading.revision, fingerprint(entry.reading.revision)
        document = documents[url_hash(revision.document)]
        if document.fingerprint == print_:
            continue
        document.number, document.fingerprint = document.number + 1, print_
        touched[document.id] = document
        place = {
            "story_id": story_id,
            "document_id": document.id,
            "number": document.number,
            "fingerprint": print_,
        }
        rows.append(place | revision_values(revision, belongs=entry.why is None, why=entry.why or ""))
        kept.append(entry.reading)
    if rows:
        ids = session.scalars(
            insert(RevisionRow).returning(RevisionRow.id, sort_by_parameter_order=True), rows
        )
        claims = [
            {"revision_id": id_} | values
            for id_, reading in zip(ids.all(), kept, strict=True)
            for values in claim_values(reading)
        ]
        if claims:
            session.execute(insert(ClaimRow), claims)
        session.execute(
            update(DocumentRow),
            [{"id": d.id, "number": d.number, "fingerprint": d.fingerprint} for d in touched.values()],
        )
    return tuple(kept)


def _known(session: Session, story_id: int, revisions: Sequence[Revision]) -> dict[str, DocumentRow]:
    keys = list({url_hash(revision.document) for revision in revisions})
    rows: dict[str, DocumentRow] = {}
    for start in range(0, len(keys), _CHUNK):
        found = select(DocumentRow).where(
            DocumentRow.story_id == story_id, DocumentRow.url_hash.in_(keys[start : start + _CHUNK])
        )
        rows |= {row.url_hash: row for row in session.scalars(found)}
    session.expunge_all()  # plain values from here on: what is written is written in bulk
    return rows


def _add_documents(
    session: Session, story_id: int, revisions: Iterable[Revision], known: dict[str, DocumentRow]
) -> None:
    missing = {url_hash(r.document): r.document for r in revisions}
    new = [
        {"story_id": story_id, "url": url, "url_hash": key, "number": 0, "fingerprint": ""}
        for key, url in missing.items()
        if key not in known
    ]
    if not new:
        return
    ids = session.scalars(insert(DocumentRow).returning(DocumentRow.id, sort_by_parameter_order=True), new)
    for id_, values in zip(ids.all(), new, strict=True):
        known[str(values["url_hash"])] = DocumentRow(id=id_, **values)


def in_order_seen(
    story_id: int, *, url: str | None = None, belonging: bool = False, last: RevisionRow | None = None
) -> Select[RevisionRow, str]:
    """Revisions with their document's URL, oldest seen first: those after `last`, of one document or all."""
    query = (
        select(RevisionRow, DocumentRow.url)
        .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
        .where(RevisionRow.story_id == story_id)
        .order_by(RevisionRow.seen_at, RevisionRow.id)
    )
    if url is not None:
        query = query.where(DocumentRow.story_id == story_id, DocumentRow.url_hash == url_hash(url))
    if belonging:
        query = query.where(RevisionRow.belongs)
    if last is not None:
        here = tuple_(RevisionRow.seen_at, RevisionRow.id)
        query = query.where(here > tuple_(literal(last.seen_at, UtcTime), literal(last.id)))
    return query


def latest_of_each(story_id: int, *, last: RevisionRow | None = None) -> Select[RevisionRow, str]:
    """The latest revision of each document with its URL, in the order in which the documents were first stored."""
    query = (
        select(RevisionRow, DocumentRow.url)
        .join(
            DocumentRow,
            (DocumentRow.id == RevisionRow.document_id) & (DocumentRow.number == RevisionRow.number),
        )
        .where(DocumentRow.story_id == story_id)
        .order_by(DocumentRow.id)
    )
    return query if last is None else query.where(DocumentRow.id > last.document_id)


def stored_revisions(_session: Session, rows: Sequence[Placed]) -> list[StoredRevision]:
    return [
        StoredRevision(
            revision=revision_of(row, url),
            number=row.number,
            belongs=row.belongs,
            why=row.why,
            trimmed=row.trimmed,
        )
        for row, url in rows
    ]


def stored_readings(
    session: Session, rows: Sequence[Placed], *, claims: Sequence[type[Claim]]
) -> list[Reading]:
    read = claims_by_revision(session, [row.id for row, _ in rows], claims)
    return [Reading(revision=revision_of(row, url), claims=read[row.id]) for row, url in rows]


def find(session: Session, story_id: int, revision: Revision) -> RevisionRow | None:
    """The row of a revision: the newest of its document with its id."""
    query = in_order_seen(story_id, url=revision.document).where(RevisionRow.label == revision.id)
    found = session.execute(query.order_by(None).order_by(RevisionRow.number.desc()).limit(1)).first()
    return found[0] if found else None


def claims_by_revision(
    session: Session, ids: Sequence[int], claims: Sequence[type[Claim]]
) -> dict[int, tuple[Claim, ...]]:
    """The claims of revisions in the order in which they were read, by the row's id."""
    found: dict[int, list[Claim]] = {id_: [] for id_ in ids}
    for start in range(0, len(ids), _CHUNK):
        rows = session.execute(
            select(ClaimRow.revision_id, ClaimRow.payload)
            .where(ClaimRow.revision_id.in_(ids[start : start + _CHUNK]))
            .order_by(ClaimRow.revision_id, ClaimRow.ordinal)
        )
        for id_, payload in rows:
            found[id_].append(claim_from_json(payload, claims))
    return {id_: tuple(read) for id_, read in found.items()}
