"""How soon a story is run again: often while it moves, seldom when it rests, within bounds."""

from __future__ import annotations

from datetime import timedelta

FASTEST, SLOWEST = 1 / 4, 8
"""Bounds, as multiples of the story's own `every`."""

SHARE = 1 / 4
"""Of the time that the story has rested: the longer nothing moved, the less is missed by waiting."""


def pace(every: timedelta, rested: timedelta | None) -> timedelta:
    """The pause before the next run of a story whose narrative last changed so long ago; None: it never did.

    A quarter of the rest, at least a quarter of `every`, at most eight times it: while a story rests, the pauses
    grow by a quarter from run to run, and the first change brings the shortest one back. It needs no memory.
    """
    if rested is None:
        return every
    return min(max(SHARE * rested, FASTEST * every), SLOWEST * every)
