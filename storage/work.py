"""What a run of a story does to the store, all in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import documents, editions, outbox, watch
from storage.documents import Entry
from storage.records import DigestRecord, SourceState
from storydelta.errors import StoreError
from storydelta.model import Delivery, Edition, Ledger, Message, Reading, Revision, Verdict


@dataclass(frozen=True, slots=True)
class Work:
    """One story, to this run alone until its `with store.writing(…)` ends: then all of it is kept, or nothing."""

    story: str
    now: datetime
    _id: int
    _session: Session

    def new_revisions(self, revisions: Iterable[Revision]) -> tuple[Revision, ...]:
        """Those whose title or text differs from the latest stored of their document, in order."""
        return documents.fresh(self._session, self._id, revisions)

    def record(self, readings: Iterable[Reading]) -> tuple[Reading, ...]:
        """Stores the revisions that are new, with their claims; gives those, in order. Safe to repeat: the text
        that a document already has is passed over. An older text that returns is a new revision.
        """
        entries = [Entry(reading=reading) for reading in readings]
        return documents.record(self._session, self._id, entries)

    def set_aside(self, revisions: Iterable[tuple[Revision, str]]) -> tuple[Revision, ...]:
        """Stores revisions that do not belong to the story, each with why not, so that the next run knows them;
        gives those that were new.
        """
        entries = [Entry(reading=Reading(revision=r, claims=()), why=why) for r, why in revisions]
        return tuple(reading.revision for reading in documents.record(self._session, self._id, entries))

    def ledger(self) -> Ledger:
        """The ledger as the last run left it, to compare with: what is held, and what is remembered beside. Empty
        before the first run.
        """
        return editions.ledger(self._session, self._id)

    def keep_ledger(self, ledger: Ledger) -> None:
        """Keeps the ledger of a run that made no edition: what was heard counts in the next comparison, though
        nothing that is held has changed. `publish` does it for the others.
        """
        editions.keep_ledger(self._session, self._id, ledger)

    def latest_edition(self) -> Edition | None:
        """The standing edition, None before the first. Nobody else can publish until this work ends."""
        return editions.numbered(
            self._session, self._id, self.story, editions.latest_number(self._session, self._id)
        )

    def changes_since(self, since: int | datetime) -> tuple[Verdict, ...]:
        """The verdicts of the editions after that number, or made after that moment, oldest first."""
        return editions.verdicts_since(self._session, self._id, since)

    def publish(self, edition: Edition) -> None:
        """Stores the next edition, and keeps its ledger: `number` is the latest one's plus 1, 1 for the first; else
        StoreError.
        """
        self._mine(edition.story)
        editions.publish(self._session, self._id, edition)

    def hold(self, verdicts: Sequence[Verdict]) -> None:
        """Keeps verdicts of the latest edition for the next digest, after those already held."""
        editions.hold(self._session, self._id, verdicts)

    def held(self) -> tuple[Verdict, ...]:
        """What waits for the next digest, oldest first."""
        return editions.held(self._session, self._id)

    def last_digest(self) -> DigestRecord | None:
        """The newest digest that was enqueued."""
        return next(iter(outbox.digests(self._session, self._id, limit=1)), None)

    def enqueue(
        self, message: Message, deliveries: Sequence[Delivery], *, since: int = 0
    ) -> tuple[Delivery, ...]:
        """Stores a digest of the changes after edition `since`, with its deliveries; gives those that were not
        there yet. What was held back counts as told with it. Safe to repeat: the first digest of an edition stays.
        """
        self._mine(message.story)
        added = outbox.enqueue(self._session, self._id, message, deliveries, since)
        editions.drop_held(self._session, self._id)
        return added

    def source_states(self) -> dict[str, SourceState]:
        """How the sources fare, by key; those that were never saved are absent."""
        return watch.source_states(self._session, self._id)

    def save_source_state(self, source: SourceState) -> None:
        """Keeps how a source fares now, in the place of what was known under its key."""
        watch.save_source_state(self._session, self._id, source)

    def schedule(self, next_due_at: datetime | None) -> None:
        """Says when the story is to run next; None: not by itself."""
        watch.schedule(self._session, self.story, next_due_at)

    def _mine(self, slug: str) -> None:
        if slug != self.story:
            raise StoreError(f"the work under way is on story {self.story!r}, not on {slug!r}")
