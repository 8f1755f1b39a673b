"""A whole story as JSON Lines, out of one database and into another.

One object a line, told apart by `type`: story, source, document, revision (with its claims), edition, held, ledger,
digest, delivery, and at the end a count and a checksum of the lines before, so that half a file is not taken for a
whole one. Leases stay behind: they belong to a run.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage.engine import reading
from storage.ledgers import ledger_to_json
from storage.store import Store
from storage.tables import (
    AttachmentRow,
    Base,
    ClaimRow,
    DeliveryRow,
    DigestRow,
    DocumentRow,
    EditionRow,
    HeldRow,
    LedgerRow,
    RevisionRow,
    SourceRow,
    StoryRow,
)
from storydelta.errors import StoreError

VERSION = 1
_PAGE = 200

SOURCE = (
    "key", "succeeded_at", "failed_at", "failures", "problem", "reported", "next_due_at", "state", "changed_at",
)  # fmt: skip
DOCUMENT = ("url", "url_hash", "number", "fingerprint")
REVISION = (
    "number", "label", "fingerprint", "title", "text", "publisher", "published_at", "seen_at", "belongs", "why",
    "trimmed", "author",
)  # fmt: skip
LATER = frozenset({"changed_at", "author"})
"""What exports of earlier versions do not have."""
DIGEST = ("edition", "since", "made_at", "subject", "html", "text")
DELIVERY = ("key", "channel", "recipient", "state", "attempts", "due_at", "problem", "settled_at")


def export_story(store: Store, story: str) -> Iterator[str]:
    """The lines, each with its line break; all of one moment, whatever is written meanwhile. An export of an import
    has the same bytes. StoreError where the store does not know the story.
    """
    checksum, number = blake2b(digest_size=16), 0
    with reading(store.engine) as session:
        for record in _records(session, story):
            line = write_line(record)
            checksum.update(line.encode())
            number += 1
            yield line
    yield write_line({"type": "end", "lines": number, "checksum": checksum.hexdigest()})


def write_line(record: dict[str, Any]) -> str:
    """The record as a line that UTF-8 can hold."""
    line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
    try:
        line.encode()
    except UnicodeEncodeError:  # a lone surrogate in a claim
        return json.dumps(record, separators=(",", ":")) + "\n"
    return line


def _records(session: Session, slug: str) -> Iterator[dict[str, Any]]:
    story = session.scalar(select(StoryRow).where(StoryRow.slug == slug))
    if story is None:
        raise StoreError(f"the store knows no story {slug!r}: nothing was exported")
    yield {"type": "story", "version": VERSION, "slug": slug, "next_due_at": _plain(story.next_due_at)}
    for source in _rows(
        session, select(SourceRow).where(SourceRow.story_id == story.id).order_by(SourceRow.key)
    ):
        yield {"type": "source", **_fields(source, SOURCE)}
    for document in _rows(
        session, select(DocumentRow).where(DocumentRow.story_id == story.id).order_by(DocumentRow.id)
    ):
        yield {"type": "document", **_fields(document, DOCUMENT)}
    yield from _revisions(session, story.id)
    for edition in _rows(
        session, select(EditionRow).where(EditionRow.story_id == story.id).order_by(EditionRow.number)
    ):
        yield {
            "type": "edition", "number": edition.number, "made_at": _plain(edition.made_at),
            "ledger": _ledger(edition.ledger), "verdicts": _unpacked(edition.verdicts),
        }  # fmt: skip
    for held in _rows(
        session, select(HeldRow).where(HeldRow.story_id == story.id).order_by(HeldRow.edition, HeldRow.id)
    ):
        yield {"type": "held", "edition": held.edition, "verdict": _unpacked(held.verdict)}
    for standing in _rows(session, select(LedgerRow).where(LedgerRow.story_id == story.id)):
        yield {"type": "ledger", "ledger": _ledger(standing.ledger)}
    yield from _digests(session, story.id)


def _revisions(session: Session, story_id: int) -> Iterator[dict[str, Any]]:
    query = (
        select(RevisionRow, DocumentRow.url_hash)
        .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
        .where(RevisionRow.story_id == story_id)
        .order_by(RevisionRow.id)
    )
    last = 0
    while rows := session.execute(query.where(RevisionRow.id > last).limit(_PAGE)).all():
        claims: dict[int, list[Any]] = {row.id: [] for row, _ in rows}
        stated = select(ClaimRow.revision_id, ClaimRow.payload).where(ClaimRow.revision_id.in_(claims))
        for id_, payload in session.execute(stated.order_by(ClaimRow.revision_id, ClaimRow.ordinal)):
            claims[id_].append(payload)
        for row, url_hash in rows:
            yield {
                "type": "revision", "document": url_hash, **_fields(row, REVISION), "claims": claims[row.id],
            }  # fmt: skip
        last = rows[-1][0].id
        session.expunge_all()


def _digests(session: Session, story_id: int) -> Iterator[dict[str, Any]]:
    digests = select(DigestRow).where(DigestRow.story_id == story_id).order_by(DigestRow.edition)
    for digest in session.scalars(digests).all():
        files = session.scalars(
            select(AttachmentRow).where(AttachmentRow.digest_id == digest.id).order_by(AttachmentRow.ordinal)
        )
        attachments = [
            {"name": f.name, "media_type": f.media_type, "content": base64.b64encode(f.content).decode()}
            for f in files
        ]
        yield {"type": "digest", **_fields(digest, DIGEST), "attachments": attachments}
        deliveries = select(DeliveryRow).where(DeliveryRow.digest_id == digest.id).order_by(DeliveryRow.key)
        for delivery in session.scalars(deliveries):
            yield {"type": "delivery", "edition": digest.edition, **_fields(delivery, DELIVERY)}


def _rows(session: Session, query: Select[Any]) -> Iterator[Any]:
    """The rows one by one, without holding all of them."""
    for page in session.scalars(query.execution_options(yield_per=_PAGE)).partitions():
        yield from page


def _fields(row: Base, names: Sequence[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _unpacked(packed: bytes) -> Any:
    with _whole():
        return json.loads(zlib.decompress(packed))


def _ledger(packed: bytes) -> Any:
    with _whole():
        return ledger_to_json(packed)


@contextmanager
def _whole() -> Iterator[None]:
    try:
        yield
    except (zlib.error, ValueError, StoreError) as problem:
        raise StoreError(
            "the database holds a value that cannot be read: `storydelta doctor --deep` says which"
        ) from problem


def lines_of(stream: Iterable[bytes]) -> Iterator[str]:
    """The lines of a file that was opened to be read as bytes. StoreError where it is not UTF-8."""
    for number, line in enumerate(stream, start=1):
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise StoreError(f"line {number} is not UTF-8: this is no export of a story") from None
