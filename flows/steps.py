"""The steps of a run as plain functions. Flows put Prefect around them; a replay and the tests call them bare.

fetch    each source                 -> harvest     items, problems, and how each source fares
revise   items                       -> revisions   only those whose text is not known yet
read     revisions that belong       -> readings    pure
publish  readings, the others, states -> outcome    one transaction: record, compare, judge, edition, outbox
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flows.compose_digest import health
from flows.fetch_sources import Harvest
from flows.pace_runs import next_run
from storage.store import Store
from storage.work import Work
from storydelta.claims import KINDS
from storydelta.claims.reader import Reader
from storydelta.compare import compare
from storydelta.digest import build_digest
from storydelta.model import (
    Change,
    Delivery,
    Edition,
    Item,
    Ledger,
    Message,
    Reading,
    Revision,
    Verdict,
)
from storydelta.relevance import belongs
from storydelta.render import render
from storydelta.significance import FLAP_WINDOW, judge, may_send
from storydelta.sources import canonical_url
from storydelta.sources.documents import storable
from storydelta.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """Revisions that are new: those that belong to the story, the others with the reason why they do not, and the
    items that cannot be used, in words.
    """

    belonging: tuple[Revision, ...] = ()
    others: tuple[tuple[Revision, str], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def new(self) -> tuple[Revision, ...]:
        """All that are new, whether they belong or not."""
        return (*self.belonging, *(revision for revision, _ in self.others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run came to. `edition` None: the narrative did not change. `message` None: nothing to send now."""

    story: str
    at: datetime
    ledger: Ledger
    ingested: tuple[Revision, ...] = ()
    set_aside: tuple[tuple[Revision, str], ...] = ()
    problems: tuple[str, ...] = ()
    edition: Edition | None = None
    message: Message | None = None
    deliveries: tuple[Delivery, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return self.edition.verdicts if self.edition else ()


def revise(items: Iterable[Item], story: Story, store: Store, now: datetime) -> Sifted:
    """The items whose title or text the store does not have yet, as revisions seen `now`."""
    problems: list[str] = []
    revisions: list[Revision] = []
    for item in items:
        if item.published_at is None:
            problems.append(f"{item.id or item.url}: says nowhere when it was published; it was left out")
        else:
            revisions.append(_revision(item, item.published_at, now))
    new = store.new_revisions(story.slug, revisions)
    verdicts = [(revision, belongs(revision, story.belongs)) for revision in new]
    return Sifted(
        belonging=tuple(revision for revision, verdict in verdicts if verdict),
        others=tuple((revision, verdict.reason) for revision, verdict in verdicts if not verdict),
        problems=tuple(problems),
    )


def _revision(item: Item, published_at: datetime, now: datetime) -> Revision:
    document = canonical_url(item.url)
    label = item.id or item.url
    told = hashlib.sha256(
        f"{document}\n{item.title}\n{item.text}\n{now.isoformat()}".encode(errors="replace")
    ).hexdigest()
    return Revision(
        id=f"{label}@{told[:12]}", document=document, title=storable(item.title), text=storable(item.text),
        publisher=item.publisher, author=item.author, published_at=published_at, seen_at=now,
    )  # fmt: skip


def read(revisions: Iterable[Revision], reader: Reader) -> tuple[Reading, ...]:
    """The claims of each revision, in order."""
    return tuple(Reading(revision=revision, claims=claims) for revision, claims in reader.read_all(revisions))


def publish(
    store: Store,
    story: Story,
    reader: Reader,
    readings: Sequence[Reading],
    now: datetime,
    *,
    sifted: Sifted | None = None,
    harvest: Harvest | None = None,
    templates: Path | None = None,
    adaptive: bool = False,
    rehearsed: bool = False,
) -> Outcome:
    """Records the readings, compares them with what is held, and where that changed makes an edition and, if the
    alert rules say so, a digest with its deliveries, and says when the next run is due (`adaptive`: see
    `next_run`): all in one transaction, or nothing. `rehearsed`: of a digest it is noted only that it was due.
    """
    sifted, harvest = sifted or Sifted(), harvest or Harvest()
    with store.writing(story.slug, now) as work:
        for state in harvest.states_after(sifted.new, now):
            work.save_source_state(state)
        work.set_aside(sifted.others)
        new = work.record(readings)
        before = work.ledger()
        ledger, changes = compare(
            before,
            new,
            now,
            kinds=KINDS,
            names=reader.names,
            ignore=story.alerts.ignore,
            belonging=story.belongs,
        )
        outcome = Outcome(
            story=story.slug, at=now, ledger=ledger, ingested=tuple(reading.revision for reading in new),
            set_aside=sifted.others, problems=harvest.problems + sifted.problems,
        )  # fmt: skip
        if changes:
            outcome = replace(outcome, edition=_make_edition(work, story, ledger, changes))
        elif ledger is not before:
            work.keep_ledger(ledger)
        changed_at = _changed_at(work, outcome) if adaptive or story.adaptive else None
        work.schedule(next_run(story, now, changed_at, adaptive=adaptive))
        return _make_digest(work, story, outcome, templates, rehearsed=rehearsed)


def _changed_at(work: Work, outcome: Outcome) -> datetime | None:
    last = outcome.edition or work.latest_edition()
    return last.made_at if last else None


def _make_edition(work: Work, story: Story, ledger: Ledger, changes: Sequence[Change]) -> Edition:
    last, latest = work.last_digest(), work.latest_edition()
    verdicts = judge(
        changes, story.alerts, ledger=ledger, now=work.now, last_digest_at=last.made_at if last else None,
        recent=work.changes_since(work.now - FLAP_WINDOW), timezone=story.timezone,
    )  # fmt: skip
    edition = Edition(
        story=story.slug, number=latest.number + 1 if latest else 1, made_at=work.now, ledger=ledger,
        verdicts=verdicts,
    )  # fmt: skip
    work.publish(edition)
    work.hold(verdicts)
    return edition


def _make_digest(
    work: Work, story: Story, outcome: Outcome, templates: Path | None, *, rehearsed: bool
) -> Outcome:
    """Adds the digest of all that is held, where something in it alerts and nothing holds it back any longer."""
    waiting = work.held()
    if not any(verdict.alert for verdict in waiting):
        return outcome
    last = work.last_digest()
    at = may_send(story.alerts, work.now, last.made_at if last else None, story.timezone)
    edition = outcome.edition or work.latest_edition()
    if edition is None or at > work.now:
        return outcome
    if rehearsed:
        message = Message(
            story=story.slug, edition=edition.number, subject="", html="", text="", made_at=work.now
        )
    else:
        message = _written(work, story, outcome, edition, waiting, templates)
    deliveries = [
        Delivery(
            key=delivery_key(story.slug, edition.number, entry.kind, recipient), story=story.slug,
            edition=edition.number, channel=entry.kind, recipient=recipient, due_at=work.now,
        )
        for entry in story.channels
        for recipient in entry.to
    ]  # fmt: skip
    work.enqueue(message, deliveries, since=last.edition if last else 0)
    return replace(outcome, message=message, deliveries=tuple(deliveries))


def _written(
    work: Work,
    story: Story,
    outcome: Outcome,
    edition: Edition,
    waiting: Sequence[Verdict],
    templates: Path | None,
) -> Message:
    digest = build_digest(
        story, edition=edition, verdicts=[v for v in waiting if v.alert], ledger=outcome.ledger, now=work.now,
        ingested=outcome.ingested, held_back=[v for v in waiting if not v.alert],
        sources=health(story, work.source_states(), work.now, templates), templates=templates,
    )  # fmt: skip
    return render(digest, templates)


def delivery_key(story: str, edition: int, channel: str, recipient: str) -> str:
    """What makes a repeat of a delivery recognisable, everywhere and for ever."""
    return hashlib.sha256("|".join((story, str(edition), channel, recipient)).encode()).hexdigest()
