"""When a story is run next: by cron, by an interval, or often while it moves and seldom when it rests."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from storydelta.cron import read_cron
from storydelta.story import Adaptive, Story

FASTEST, SLOWEST = 1 / 4, 8
"""Bounds where a story has none of its own, as multiples of its `every`."""

SHARE = 1 / 4
"""Of the time that the story has rested: the longer nothing moved, the less is missed by waiting."""


def next_run(story: Story, now: datetime, changed_at: datetime | None, *, adaptive: bool = False) -> datetime:
    """When the story is due after a run at `now`, its narrative having last changed then (None: it never did).
    `adaptive`: stories that say nothing of it are paced, too, around their `every`.
    """
    if story.cron:
        return read_cron(story.cron).next_after(now, ZoneInfo(story.timezone))
    if not (story.adaptive or adaptive):
        return now + story.every
    return now + pace(story.every, now - changed_at if changed_at else None, story.adaptive)


def pace(every: timedelta, rested: timedelta | None, bounds: Adaptive | None = None) -> timedelta:
    """The pause before the next run of a story whose narrative last changed so long ago; None: it never did.

    A quarter of the rest, within the bounds; unless given, at least a quarter of `every`, at most eight times it:
    while a story rests, the pauses grow by a quarter from run to run, and the first change brings the shortest one
    back. It needs no memory.
    """
    fastest, slowest = (bounds.fastest, bounds.slowest) if bounds else (FASTEST * every, SLOWEST * every)
    return min(max(every if rested is None else SHARE * rested, fastest), slowest)
