"""Digests and their deliveries, in a session that is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, literal_column, or_, select, update
from sqlalchemy.orm import Session

from storage.leases import LONGEST, end, is_free
from storage.mapping import delivery_of, message_of
from storage.records import DigestRecord
from storage.tables import AttachmentRow, DeliveryRow, DigestRow, EditionRow, StoryRow
from storydelta.errors import StoreError
from storydelta.model import Delivery, DeliveryState, Message

_PENDING: ColumnElement[bool] = DeliveryRow.state == literal_column("'pending'")  # as the index says it


def enqueue(
    session: Session, story_id: int, message: Message, deliveries: Sequence[Delivery], since: int
) -> tuple[Delivery, ...]:
    """Stores a digest and its deliveries, unless they are there; gives those that were not.

    StoreError where the edition is not published, or a delivery is of another one.
    """
    strays = [d.key for d in deliveries if (d.story, d.edition) != (message.story, message.edition)]
    if strays:
        raise StoreError(f"delivery {strays[0]} is of another digest than that of {message.story!r}")
    digest_id = session.scalar(
        select(DigestRow.id).where(DigestRow.story_id == story_id, DigestRow.edition == message.edition)
    )
    if digest_id is None:
        digest_id = _add_digest(session, story_id, message, since)
    keys = [delivery.key for delivery in deliveries]
    known = set(session.scalars(select(DeliveryRow.key).where(DeliveryRow.key.in_(keys))))
    new = {d.key: d for d in deliveries if d.key not in known}
    if new:
        rows = [_delivery_values(d) | {"digest_id": digest_id} for d in new.values()]
        session.execute(insert(DeliveryRow), rows)
    return tuple(new.values())


def _add_digest(session: Session, story_id: int, message: Message, since: int) -> int:
    if session.get(EditionRow, (story_id, message.edition)) is None:
        raise StoreError(
            f"edition {message.edition} of {message.story!r} is not published: no digest is of it"
        )
    row = DigestRow(
        story_id=story_id,
        edition=message.edition,
        since=since,
        made_at=message.made_at,
        subject=message.subject,
        html=message.html,
        text=message.text,
    )
    session.add(row)
    session.flush()
    files = [
        {"digest_id": row.id, "ordinal": i, "name": a.name, "media_type": a.media_type, "content": a.content}
        for i, a in enumerate(message.attachments)
    ]
    if files:
        session.execute(insert(AttachmentRow), files)
    return row.id


def _delivery_values(delivery: Delivery) -> dict[str, Any]:
    return {
        "key": delivery.key,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "due_at": delivery.due_at,
        "problem": delivery.problem,
    }


def digests(session: Session, story_id: int, limit: int | None = None) -> tuple[DigestRecord, ...]:
    """What was digested, newest first."""
    rows = session.execute(
        select(DigestRow.edition, DigestRow.since, DigestRow.made_at, DigestRow.subject)
        .where(DigestRow.story_id == story_id)
        .order_by(DigestRow.edition.desc())
        .limit(limit)
    )
    return tuple(
        DigestRecord(edition=r.edition, since=r.since, made_at=r.made_at, subject=r.subject) for r in rows
    )


def message(session: Session, story_id: int, slug: str, edition: int) -> Message | None:
    row = session.scalar(
        select(DigestRow).where(DigestRow.story_id == story_id, DigestRow.edition == edition)
    )
    if row is None:
        return None
    files = session.scalars(
        select(AttachmentRow).where(AttachmentRow.digest_id == row.id).order_by(AttachmentRow.ordinal)
    )
    return message_of(row, files, slug)


def _deliveries() -> Select[DeliveryRow, str, int]:
    return (
        select(DeliveryRow, StoryRow.slug, DigestRow.edition)
        .join(DigestRow, DigestRow.id == DeliveryRow.digest_id)
        .join(StoryRow, StoryRow.id == DigestRow.story_id)
    )


def listed(
    session: Session, slug: str | None, state: DeliveryState | None, limit: int | None
) -> tuple[Delivery, ...]:
    """Deliveries of one story or all, in one state or any, newest digest first."""
    order = (DigestRow.made_at.desc(), DeliveryRow.channel, DeliveryRow.recipient, DeliveryRow.key)
    query = _deliveries().order_by(*order)
    if slug is not None:
        query = query.where(StoryRow.slug == slug)
    if state is not None:
        query = query.where(DeliveryRow.state == state.value)
    return tuple(delivery_of(*row) for row in session.execute(query.limit(limit)))


def due(session: Session, now: datetime, limit: int) -> tuple[Delivery, ...]:
    """Pending deliveries whose time has come and that nobody is sending, longest due first."""
    put_back = DeliveryRow.due_at > now + LONGEST  # nothing is put off for so long: the clock was
    has_come = or_(DeliveryRow.due_at <= now, put_back)
    query = _deliveries().where(_PENDING, has_come, is_free(DeliveryRow.claimed_until, now))
    rows = session.execute(query.order_by(DeliveryRow.due_at, DeliveryRow.key).limit(limit))
    return tuple(delivery_of(*row) for row in rows)


def claim(session: Session, key: str, holder: str, until: datetime, now: datetime) -> bool:
    where = and_(DeliveryRow.key == key, _PENDING, is_free(DeliveryRow.claimed_until, now))
    return _changes_one(session, where, claimed_by=holder, claimed_until=end(now, until))


def settle(session: Session, delivery: Delivery, holder: str, now: datetime) -> bool:
    """Writes down how an attempt went. That it was sent holds, whoever holds the claim by now; a failure counts
    only from who still holds it.
    """
    where = and_(DeliveryRow.key == delivery.key, DeliveryRow.state != DeliveryState.SENT.value)
    if delivery.state is not DeliveryState.SENT:
        where = and_(where, DeliveryRow.claimed_by == holder)
    return _changes_one(
        session,
        where,
        state=delivery.state.value,
        attempts=delivery.attempts,
        due_at=delivery.due_at,
        problem=delivery.problem,
        settled_at=None if delivery.state is DeliveryState.PENDING else now,
        claimed_by=None,
        claimed_until=None,
    )


def reopen(session: Session, key: str, now: datetime) -> bool:
    where = and_(DeliveryRow.key == key, DeliveryRow.state == DeliveryState.PARKED.value)
    return _changes_one(
        session,
        where,
        state=DeliveryState.PENDING.value,
        attempts=0,
        due_at=now,
        problem=None,
        settled_at=None,
    )


def cancel(session: Session, key: str, now: datetime) -> bool:
    where = and_(DeliveryRow.key == key, _PENDING, is_free(DeliveryRow.claimed_until, now))
    return _changes_one(
        session, where, state=DeliveryState.PARKED.value, problem="cancelled by hand", settled_at=now
    )


def counts(session: Session) -> dict[DeliveryState, int]:
    rows = session.execute(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state))
    found = {DeliveryState(state): number for state, number in rows}
    return {state: found.get(state, 0) for state in DeliveryState}


def _changes_one(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    changed = session.scalars(update(DeliveryRow).where(where).values(**values).returning(DeliveryRow.key))
    return changed.one_or_none() is not None
