"""Lets old texts go, to save room. Claims, evidence and editions stay for ever, and so does each text's fingerprint:
what was let go is not taken for new when it is met again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from storage.engine import reading, writing
from storage.store import Store
from storage.tables import DocumentRow, RevisionRow

_PAGE = 500
"""Rows in one transaction: on SQLite nobody else can write meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how long texts stay after they were seen; None: for ever. `superseded` are those that a later revision
    of their document has replaced, `others` those that do not belong to the story, `latest` the rest.
    """

    superseded: timedelta | None = timedelta(days=90)
    others: timedelta | None = timedelta(days=30)
    latest: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """How many texts were let go, and how many characters they had."""

    texts: int = 0
    characters: int = 0


def trim_texts(store: Store, retention: Retention, now: datetime) -> Trimmed:
    """Empties the texts that have been kept for long enough, in short transactions. Safe to repeat, and to stop."""
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
