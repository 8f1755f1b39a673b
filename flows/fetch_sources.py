"""The first step of a run: what the sources hand over, and how each of them fares."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from storage.records import SourceState
from storydelta.errors import SourceError
from storydelta.model import Item, Revision
from storydelta.sources import Context, canonical_url, fetch_source, source_key, source_name
from storydelta.sources.web.backoff import next_try
from storydelta.sources.web.visit import UnavailableError
from storydelta.story import SourceEntry, Story

log = logging.getLogger(__name__)

LONGEST = timedelta(days=2)
"""No source waits longer. One that would was told so by a clock that has since been put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """What the sources of a story handed over. `problems` are in words, those of single documents and of whole
    sources; `states` are how the sources fare after it, in the order of the story file; `down` and `recovered` name
    the sources of which that is to be told now: once each. `documents` are those that each source handed over, in the
    order of the states.
    """

    items: tuple[Item, ...] = ()
    problems: tuple[str, ...] = ()
    states: tuple[SourceState, ...] = ()
    down: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    documents: tuple[frozenset[str], ...] = ()

    def states_after(self, new: Iterable[Revision], now: datetime) -> tuple[SourceState, ...]:
        """The states of the sources; those that handed over something that is new have changed now."""
        changed = {revision.document for revision in new}
        handed = (*self.documents, *(frozenset[str]() for _ in self.states[len(self.documents) :]))
        return tuple(
            replace(state, changed_at=now) if documents & changed else state
            for state, documents in zip(self.states, handed, strict=True)
        )


async def fetch(story: Story, states: Mapping[str, SourceState], context: Context) -> Harvest:
    """What all due sources of the story hand over now, side by side; one that fails does not stop the others."""
    parts = await asyncio.gather(
        *(_fetch_one(entry, states, context, story.down_after) for entry in story.sources)
    )
    _tell(story, parts)
    return Harvest(
        items=tuple(item for part in parts for item in part.items),
        problems=tuple(problem for part in parts for problem in part.problems),
        states=tuple(state for part in parts for state in part.states),
        down=tuple(name for part in parts for name in part.down),
        recovered=tuple(name for part in parts for name in part.recovered),
        documents=tuple(frozenset(canonical_url(item.url) for item in part.items) for part in parts),
    )


def _tell(story: Story, parts: Iterable[Harvest]) -> None:
    """Logs which sources are down as of now, and which are back: once each, wherever the story runs."""
    for part in parts:
        for name in part.down:
            log.error("%s: the source %s is down: %s", story.slug, name, "; ".join(part.problems))
        for name in part.recovered:
            log.warning("%s: the source %s is back", story.slug, name)


async def _fetch_one(
    entry: SourceEntry, states: Mapping[str, SourceState], context: Context, down_after: int
) -> Harvest:
    key = source_key(entry)
    before = states.get(key) or SourceState(key=key)
    if before.next_due_at and context.now < before.next_due_at <= context.now + LONGEST:
        return Harvest(states=(before,))
    try:
        fetched = await fetch_source(entry, before.state, context)
    except SourceError as problem:
        return _failed(entry, before, problem, context, down_after)
    well = SourceState(
        key=key, succeeded_at=context.now, failed_at=before.failed_at, next_due_at=fetched.next_at,
        state=fetched.state, changed_at=before.changed_at,
    )  # fmt: skip
    return Harvest(
        items=fetched.items, problems=tuple(map(str, fetched.problems)), states=(well,),
        recovered=(source_name(entry),) if before.reported else (),
    )  # fmt: skip


def _failed(
    entry: SourceEntry, before: SourceState, problem: SourceError, context: Context, down_after: int
) -> Harvest:
    """The source as it is after one more failure; it is down once there were `down_after` in a row."""
    cause = problem.__cause__
    failures = before.failures + 1
    failed = replace(
        before, failed_at=context.now, failures=failures, problem=str(problem),
        reported=failures >= down_after,
        next_due_at=next_try(cause, failures, context.now, context.chance)
        if isinstance(cause, UnavailableError)
        else None,
    )  # fmt: skip
    news = failed.reported and not before.reported
    return Harvest(problems=(str(problem),), states=(failed,), down=(source_name(entry),) if news else ())
