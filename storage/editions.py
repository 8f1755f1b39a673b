"""The standing ledger, editions, and what was held back from digests, in a session that is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from storage.ledgers import pack_ledger, unpack_ledger
from storage.mapping import VERDICT, VERDICTS, pack, unpack
from storage.tables import EditionRow, HeldRow, LedgerRow
from storydelta.errors import StoreError
from storydelta.model import Edition, Ledger, Verdict


def latest_number(session: Session, story_id: int, until: datetime | None = None) -> int:
    """The highest number, or the highest of those made up to a moment; 0 where there is none."""
    query = select(func.max(EditionRow.number)).where(EditionRow.story_id == story_id)
    if until is not None:
        query = query.where(EditionRow.made_at <= until)
    return session.scalar(query) or 0


def numbered(session: Session, story_id: int, slug: str, number: int) -> Edition | None:
    row = session.get(EditionRow, (story_id, number))
    return _edition_of(row, slug) if row else None


def numbered_after(
    session: Session, story_id: int, slug: str, number: int, limit: int
) -> tuple[Edition, ...]:
    rows = session.scalars(
        select(EditionRow)
        .where(EditionRow.story_id == story_id, EditionRow.number > number)
        .order_by(EditionRow.number)
        .limit(limit)
    )
    return tuple(_edition_of(row, slug) for row in rows)


def _edition_of(row: EditionRow, slug: str) -> Edition:
    return Edition(
        story=slug,
        number=row.number,
        made_at=row.made_at,
        ledger=unpack_ledger(row.ledger),
        verdicts=unpack(VERDICTS, row.verdicts),
    )


def verdicts_since(session: Session, story_id: int, since: int | datetime) -> tuple[Verdict, ...]:
    """The verdicts of the editions after a number, or made after a moment, oldest first. No ledger is read."""
    column = EditionRow.number if isinstance(since, int) else EditionRow.made_at
    query = select(EditionRow.verdicts).where(EditionRow.story_id == story_id, column > since)
    found = session.scalars(query.order_by(EditionRow.number))
    return tuple(verdict for packed in found for verdict in unpack(VERDICTS, packed))


def ledger(session: Session, story_id: int) -> Ledger:
    row = session.get(LedgerRow, story_id)
    return unpack_ledger(row.ledger) if row else Ledger()


def keep_ledger(session: Session, story_id: int, standing: Ledger) -> None:
    _keep(session, story_id, pack_ledger(standing))


def _keep(session: Session, story_id: int, packed: bytes) -> None:
    session.merge(LedgerRow(story_id=story_id, ledger=packed))
    session.flush()


def publish(session: Session, story_id: int, edition: Edition) -> None:
    """Stores the next edition, whose ledger is the standing one from now on. StoreError where its number is not
    the next one.
    """
    number = latest_number(session, story_id) + 1
    if edition.number != number:
        raise StoreError(
            f"edition {edition.number} of {edition.story!r} cannot be stored: the next is {number}"
        )
    packed = pack_ledger(edition.ledger)
    session.execute(
        insert(EditionRow),
        {
            "story_id": story_id,
            "number": number,
            "made_at": edition.made_at,
            "ledger": packed,
            "verdicts": pack(VERDICTS, edition.verdicts),
        },
    )
    _keep(session, story_id, packed)


def hold(session: Session, story_id: int, verdicts: Sequence[Verdict]) -> None:
    """Keeps verdicts with the latest edition. StoreError where there is none yet."""
    edition = latest_number(session, story_id)
    if verdicts and not edition:
        raise StoreError("nothing can be held back before the first edition is published")
    if verdicts:
        session.execute(
            insert(HeldRow),
            [{"story_id": story_id, "edition": edition, "verdict": pack(VERDICT, v)} for v in verdicts],
        )


def held(session: Session, story_id: int) -> tuple[Verdict, ...]:
    rows = session.scalars(
        select(HeldRow.verdict).where(HeldRow.story_id == story_id).order_by(HeldRow.edition, HeldRow.id)
    )
    return tuple(unpack(VERDICT, packed) for packed in rows)


def drop_held(session: Session, story_id: int) -> None:
    session.execute(delete(HeldRow).where(HeldRow.story_id == story_id))
