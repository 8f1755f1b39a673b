"""Stories as the scheduler sees them: who is due, who holds the lease, how the sources fare; in an open session."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from storage.leases import end, is_free
from storage.records import SourceState, StoryState
from storage.tables import EditionRow, SourceRow, StoryRow

UNKNOWN = 0
"""The id of a story that was never run: no row refers to it, so that every question about it finds nothing."""


def id_of(session: Session, slug: str) -> int:
    return session.scalar(select(StoryRow.id).where(StoryRow.slug == slug)) or UNKNOWN


def enter(session: Session, slug: str) -> int:
    """The id of the story, known from now on; on PostgreSQL its row is locked until the transaction ends."""
    add_story(session, slug)
    return session.scalars(select(StoryRow.id).where(StoryRow.slug == slug).with_for_update()).one()


def add_story(session: Session, slug: str) -> None:
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(insert(StoryRow).values(slug=slug).on_conflict_do_nothing(index_elements=["slug"]))


def stories(session: Session, slug: str | None = None) -> tuple[StoryState, ...]:
    """The story of that slug, or all, by slug. Plain columns: a row's object costs more than its question."""
    mine = EditionRow.story_id == StoryRow.id
    number = select(func.max(EditionRow.number)).where(mine).scalar_subquery()
    changed_at = select(func.max(EditionRow.made_at)).where(mine).scalar_subquery()
    asked = (StoryRow.slug, StoryRow.next_due_at, StoryRow.lease_holder, StoryRow.lease_until)
    query = select(*asked, number, changed_at).order_by(StoryRow.slug)
    if slug is not None:
        query = query.where(StoryRow.slug == slug)
    return tuple(
        StoryState(
            slug=name, next_due_at=due_at, lease_holder=holder, lease_until=until, edition=edition or 0,
            changed_at=changed,
        )
        for name, due_at, holder, until, edition, changed in session.execute(query)
    )  # fmt: skip


def due_stories(session: Session, now: datetime) -> tuple[str, ...]:
    query = select(StoryRow.slug).where(StoryRow.next_due_at <= now, is_free(StoryRow.lease_until, now))
    return tuple(session.scalars(query.order_by(StoryRow.next_due_at, StoryRow.slug)))


def schedule(session: Session, slug: str, due_at: datetime | None) -> None:
    session.execute(update(StoryRow).where(StoryRow.slug == slug).values(next_due_at=due_at))


def lease(session: Session, slug: str, holder: str, now: datetime, seconds: float) -> bool:
    free = or_(StoryRow.lease_holder == holder, is_free(StoryRow.lease_until, now))
    taken = session.scalars(
        update(StoryRow)
        .where(StoryRow.slug == slug, free)
        .values(lease_holder=holder, lease_until=end(now, now + timedelta(seconds=seconds)))
        .returning(StoryRow.id)
    )
    return taken.one_or_none() is not None


def release(session: Session, slug: str, holder: str) -> None:
    session.execute(
        update(StoryRow)
        .where(StoryRow.slug == slug, StoryRow.lease_holder == holder)
        .values(lease_holder=None, lease_until=None)
    )


def source_states(session: Session, story_id: int) -> dict[str, SourceState]:
    rows = session.scalars(select(SourceRow).where(SourceRow.story_id == story_id).order_by(SourceRow.key))
    return {row.key: _source_of(row) for row in rows}


def save_source_state(session: Session, story_id: int, source: SourceState) -> None:
    session.merge(
        SourceRow(
            story_id=story_id,
            key=source.key,
            succeeded_at=source.succeeded_at,
            failed_at=source.failed_at,
            failures=source.failures,
            problem=source.problem,
            reported=source.reported,
            next_due_at=source.next_due_at,
            state=dict(source.state),
            changed_at=source.changed_at,
        )
    )
    session.flush()


def _source_of(row: SourceRow) -> SourceState:
    return SourceState(
        key=row.key,
        succeeded_at=row.succeeded_at,
        failed_at=row.failed_at,
        failures=row.failures,
        problem=row.problem,
        reported=row.reported,
        next_due_at=row.next_due_at,
        state=row.state,
        changed_at=row.changed_at,
    )
