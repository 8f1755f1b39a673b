"""Lets old texts and the bodies of old digests go, to save room.

Claims, evidence and editions stay for ever, and so does each text's fingerprint: what was let go is not taken for new
when it is met again. A digest whose body went is rendered again from its edition by whoever asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update

from storage.engine import reading, writing
from storage.store import Store
from storage.tables import AttachmentRow, DeliveryRow, DigestRow, DocumentRow, RevisionRow
from storydelta.model import DeliveryState

_PAGE = 500
"""Rows in one transaction: on SQLite nobody else can write meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long texts stay after they were seen; None: for ever. `superseded` are those that a later revision
    of their document has replaced, `others` those that do not belong to the story, `latest` the rest. `digests`: for
    how long pages and files of digests stay after they were made, where all who were to have them got them.
    """

    superseded: timedelta | None = timedelta(days=90)
    others: timedelta | None = timedelta(days=30)
    latest: timedelta | None = None
    digests: timedelta | None = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """How many texts were let go, how many characters they had, and how many digests lost their bodies."""

    texts: int = 0
    characters: int = 0
    digests: int = 0


def trim(store: Store, retention: Retention, now: datetime) -> Trimmed:
    """Lets go what has been kept for long enough, in short transactions. Safe to repeat, and to stop."""
    texts = trim_texts(store, retention, now)
    return replace(texts, digests=trim_digests(store, retention, now))


def trim_texts(store: Store, retention: Retention, now: datetime) -> Trimmed:
    """Empties the texts that have been kept for long enough: `trim` without the digests."""
    conditions = _conditions(retention, now)
    texts = characters = 0
    for page in _pages(store, or_(*conditions)) if conditions else ():
        with writing(store.engine) as session:
            ids = [id_ for id_, _ in page]
            session.execute(update(RevisionRow).where(RevisionRow.id.in_(ids)).values(text="", trimmed=True))
        texts += len(page)
        characters += sum(length for _, length in page)
    return Trimmed(texts=texts, characters=characters)


def _conditions(retention: Retention, now: datetime) -> list[ColumnElement[bool]]:
    is_latest = RevisionRow.number == DocumentRow.number
    kinds = (
        (retention.superseded, and_(RevisionRow.belongs, ~is_latest)),
        (retention.others, ~RevisionRow.belongs),
        (retention.latest, and_(RevisionRow.belongs, is_latest)),
    )
    return [and_(kind, RevisionRow.seen_at < now - kept) for kept, kind in kinds if kept is not None]


def _pages(store: Store, condition: ColumnElement[bool]) -> Iterator[list[tuple[int, int]]]:
    """Ids and lengths of the texts that may go, page by page in the order of their ids."""
    last = 0
    while True:
        with reading(store.engine) as session:
            rows = session.execute(
                select(RevisionRow.id, func.length(RevisionRow.text))
                .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
                .where(RevisionRow.id > last, ~RevisionRow.trimmed, condition)
                .order_by(RevisionRow.id)
                .limit(_PAGE)
            ).all()
        if not rows:
            return
        yield [(id_, length) for id_, length in rows]
        last = rows[-1][0]


def trim_digests(store: Store, retention: Retention, now: datetime) -> int:
    """Empties the digests that were made long enough ago and that nobody still waits for; gives how many."""
    if retention.digests is None:
        return 0
    waits = exists().where(
        DeliveryRow.digest_id == DigestRow.id, DeliveryRow.state != DeliveryState.SENT.value
    )
    has_body = func.length(DigestRow.html) + func.length(DigestRow.text) > 0
    old = (
        select(DigestRow.id)
        .where(DigestRow.made_at < now - retention.digests, has_body, ~waits)
        .order_by(DigestRow.id)
        .limit(_PAGE)
    )
    trimmed = 0
    while True:
        with writing(store.engine) as session:
            ids = session.scalars(old).all()
            session.execute(update(DigestRow).where(DigestRow.id.in_(ids)).values(html="", text=""))
            session.execute(delete(AttachmentRow).where(AttachmentRow.digest_id.in_(ids)))
        if not ids:
            return trimmed
        trimmed += len(ids)
