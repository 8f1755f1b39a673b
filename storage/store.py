"""The store: everything that outlives a run, on SQLite or PostgreSQL.

Reading methods see one committed moment each and wait for nobody. All that goes wrong is a StoreError in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Self, TypeVar

from sqlalchemy import Engine, Select
from sqlalchemy.orm import Session

from storage import documents, editions, outbox, watch
from storage.documents import Placed
from storage.engine import connect, reading, writing
from storage.records import DigestRecord, SourceState, StoredRevision, StoryState
from storage.schema import migrate
from storage.tables import RevisionRow
from storage.work import Work
from storydelta.claims import KINDS
from storydelta.claims.kind import Kind
from storydelta.model import (
    Claim,
    Delivery,
    DeliveryState,
    Edition,
    Ledger,
    Message,
    Reading,
    Revision,
    Verdict,
)

Made = TypeVar("Made")

_PAGE = 200


def open_store(url: str, *, kinds: Sequence[Kind] = KINDS, patience: float = 30.0) -> Store:
    """The store at `sqlite:///FILE` or `postgresql://…`, made or brought to this version where needed.

    `kinds` are the kinds of claim to read back; `patience` is how many seconds to wait for another writer. Raises
    StoreError where the database is of a newer version, unreachable, or cannot be written.
    """
    engine = connect(url, patience)
    try:
        migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, kinds)


class Store:
    """See `open_store`. May be used from several threads; `close` it at the end, or use it in a `with`."""

    def __init__(self, engine: Engine, kinds: Sequence[Kind] = KINDS) -> None:
        self.engine = engine
        self._claims: tuple[type[Claim], ...] = tuple(kind.claim for kind in kinds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()

    @contextmanager
    def writing(self, story: str, now: datetime) -> Iterator[Work]:
        """The work of one run on a story, in one transaction: kept whole where the block ends, undone where it
        raises or the process dies. Works on one story come one after another; keep the block short.
        """
        with writing(self.engine) as session:
            yield Work(story, now, watch.enter(session, story), session)

    # Stories and their leases

    def stories(self) -> tuple[StoryState, ...]:
        """Every story that was ever run or scheduled, by slug."""
        with reading(self.engine) as session:
            return watch.stories(session)

    def story(self, slug: str) -> StoryState | None:
        """How one story stands; None where it was never run or scheduled."""
        with reading(self.engine) as session:
            return next(iter(watch.stories(session, slug)), None)

    def due_stories(self, now: datetime) -> tuple[str, ...]:
        """Slugs of the stories whose time has come and that no run holds, longest due first."""
        with reading(self.engine) as session:
            return watch.due_stories(session, now)

    def lease(self, story: str, holder: str, now: datetime, seconds: float) -> bool:
        """Takes the story for a run, for so many seconds, at most a day; True where it was free or already the
        holder's own (then it is prolonged), False where another run has it.
        """
        with writing(self.engine) as session:
            watch.add_story(session, story)
            return watch.lease(session, story, holder, now, seconds)

    def release(self, story: str, holder: str) -> None:
        """Gives the story back, where the holder still has it."""
        with writing(self.engine) as session:
            watch.release(session, story, holder)

    def source_states(self, story: str) -> dict[str, SourceState]:
        """How the story's sources fare, by key."""
        with reading(self.engine) as session:
            return watch.source_states(session, watch.id_of(session, story))

    # Documents

    def new_revisions(self, story: str, revisions: Sequence[Revision]) -> tuple[Revision, ...]:
        """Those whose title or text differs from the latest stored of their document, in order: what is worth
        reading. `Work.record` looks again.
        """
        with reading(self.engine) as session:
            return documents.fresh(session, watch.id_of(session, story), revisions)

    def documents(self, story: str) -> Iterator[StoredRevision]:
        """The latest revision of each document, in the order in which they came. Read in pages."""
        return self._paged(story, documents.latest_of_each, documents.stored_revisions)

    def revisions(self, story: str, *, document: str | None = None) -> Iterator[StoredRevision]:
        """Every revision, of one document (its URL) or all, those that do not belong among them; in the order in
        which they were seen. Read in pages.
        """
        query = partial(documents.in_order_seen, url=document)
        return self._paged(story, query, documents.stored_revisions)

    def readings(self, story: str) -> Iterator[Reading]:
        """Every revision that belongs, with its claims, in the order in which they were seen. Read in pages."""
        query = partial(documents.in_order_seen, belonging=True)
        return self._paged(story, query, partial(documents.stored_readings, claims=self._claims))

    def claims_of(self, story: str, revision: Revision) -> tuple[Claim, ...]:
        """The claims of a stored revision, known by its document and id, in the order in which they were read."""
        with reading(self.engine) as session:
            row = documents.find(session, watch.id_of(session, story), revision)
            return documents.claims_by_revision(session, [row.id], self._claims)[row.id] if row else ()

    # Editions

    def ledger(self, story: str) -> Ledger:
        """The ledger as the last run left it; empty before the first. It may know more voices than the latest
        edition, never another value.
        """
        with reading(self.engine) as session:
            return editions.ledger(session, watch.id_of(session, story))

    def latest_edition(self, story: str) -> Edition | None:
        """The standing edition, None before the first."""
        with reading(self.engine) as session:
            id_ = watch.id_of(session, story)
            return editions.numbered(session, id_, story, editions.latest_number(session, id_))

    def edition(self, story: str, number: int) -> Edition | None:
        """The edition of that number, None where there is none."""
        with reading(self.engine) as session:
            return editions.numbered(session, watch.id_of(session, story), story, number)

    def edition_as_of(self, story: str, moment: datetime) -> Edition | None:
        """The latest edition made up to that moment: what was known then. None where there was none."""
        with reading(self.engine) as session:
            id_ = watch.id_of(session, story)
            return editions.numbered(session, id_, story, editions.latest_number(session, id_, moment))

    def editions(self, story: str, *, after: int = 0) -> Iterator[Edition]:
        """The editions after a number, oldest first. Read in pages."""
        while True:
            with reading(self.engine) as session:
                id_ = watch.id_of(session, story)
                page = editions.numbered_after(session, id_, story, after, _PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].number

    def changes_since(self, story: str, since: int | datetime) -> tuple[Verdict, ...]:
        """The verdicts of the editions after that number, or made after that moment, oldest first."""
        with reading(self.engine) as session:
            return editions.verdicts_since(session, watch.id_of(session, story), since)

    def held(self, story: str) -> tuple[Verdict, ...]:
        """What waits for the next digest, oldest first."""
        with reading(self.engine) as session:
            return editions.held(session, watch.id_of(session, story))

    # Digests and deliveries

    def digests(self, story: str) -> tuple[DigestRecord, ...]:
        """The digests that were enqueued, newest first."""
        with reading(self.engine) as session:
            return outbox.digests(session, watch.id_of(session, story))

    def message(self, story: str, edition: int) -> Message | None:
        """The rendered digest of an edition, as it was enqueued; None where there is none, or where its body was let
        go (`storage.retention`).
        """
        with reading(self.engine) as session:
            found = outbox.message(session, watch.id_of(session, story), story, edition)
        return found if found and (found.html or found.text) else None

    def deliveries(
        self, story: str | None = None, *, state: DeliveryState | None = None, limit: int | None = None
    ) -> tuple[Delivery, ...]:
        """Deliveries of a story or of all, in one state or any, newest digest first."""
        with reading(self.engine) as session:
            return outbox.listed(session, story, state, limit)

    def delivery_counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state."""
        with reading(self.engine) as session:
            return outbox.counts(session)

    def due_deliveries(self, now: datetime, limit: int = 100) -> tuple[Delivery, ...]:
        """Pending deliveries whose time has come and that nobody is sending, longest due first."""
        with reading(self.engine) as session:
            return outbox.due(session, now, limit)

    def claim_delivery(self, key: str, holder: str, until: datetime, now: datetime) -> bool:
        """Takes a pending delivery for sending, until then at most; True for one holder only."""
        with writing(self.engine) as session:
            return outbox.claim(session, key, holder, until, now)

    def record_delivery(self, delivery: Delivery, holder: str, now: datetime) -> bool:
        """Writes down how sending went: `state`, `attempts`, `due_at` and `problem` as given, and the claim ends.
        That it was sent holds whoever has the claim by now; anything else only from the holder. False: not taken.
        """
        with writing(self.engine) as session:
            return outbox.settle(session, delivery, holder, now)

    def retry_delivery(self, key: str, now: datetime) -> bool:
        """Makes a parked delivery pending and due, its attempts forgotten; False where it is not parked."""
        with writing(self.engine) as session:
            return outbox.reopen(session, key, now)

    def cancel_delivery(self, key: str, now: datetime) -> bool:
        """Parks a pending delivery that nobody is sending; False where there is none."""
        with writing(self.engine) as session:
            return outbox.cancel(session, key, now)

    def _paged(
        self,
        story: str,
        query: Callable[..., Select[RevisionRow, str]],
        make: Callable[[Session, Sequence[Placed]], Sequence[Made]],
    ) -> Iterator[Made]:
        """What `make` makes of the rows of a query, page by page; between pages no connection is held."""
        last: RevisionRow | None = None
        while True:
            with reading(self.engine) as session:
                rows = session.execute(query(watch.id_of(session, story), last=last).limit(_PAGE)).all()
                page = make(session, [(row, url) for row, url in rows])
            yield from page
            if len(rows) < _PAGE:
                return
            last = rows[-1][0]
