"""When two stated counts contradict each other, and when one already says what the other does."""

from __future__ import annotations

from math import inf

from storydelta.model import Qualifier, Range, Value

CLOSE = 1.25
"""Numbers that lie no further apart than this many times come near each other: tolls creep from one to the other."""
NEARBY = 0.1
"""How far from the number "about 140" and "nearly 140" may be: newsrooms round to tens and fifties."""


def span(count: Range) -> tuple[float, float]:
    """The counts that a range allows, both ends included: "more than 60" begins at 61, "about 140" at 126."""
    low, high = float(count.low), inf if count.high is None else float(count.high)
    match count.qualifier:
        case Qualifier.MORE_THAN:
            return low + 1, high
        case Qualifier.FEWER_THAN:
            return low, max(low, high - 1)
        case Qualifier.ABOUT:
            return low * (1 - NEARBY), high * (1 + NEARBY)
        case Qualifier.NEARLY:
            return low * (1 - NEARBY), high
        case _:
            return low, high


def exclude(one: Range, other: Range) -> bool:
    """Whether the two cannot both be true."""
    (low, high), (other_low, other_high) = span(one), span(other)
    return high < other_low or other_high < low


def is_close(one: Range, other: Range) -> bool:
    """Whether their numbers lie within a quarter of each other."""
    low, high = sorted((height(one), height(other)))
    return high <= CLOSE * low


def come_near(one: Range, other: Range) -> bool:
    """Whether both can be true, or are two readings of a toll that creeps."""
    return is_close(one, other) or not exclude(one, other)


def is_firm(count: Range) -> bool:
    """Whether it states a number, not a bound, an approximation or an order of size."""
    return count.qualifier is Qualifier.EXACT


def is_vague(value: Value) -> bool:
    """Whether it is an order of size: "dozens"."""
    return isinstance(value, Range) and value.qualifier is Qualifier.VAGUE


def height(count: Range) -> int:
    """The number by which ranges are told to be raised or lowered: the upper one of "up to 60", else the lower."""
    if count.qualifier in (Qualifier.UP_TO, Qualifier.FEWER_THAN) and count.high is not None:
        return count.high
    return count.low


def same_count(one: Value | None, other: Value | None) -> bool:
    """Whether two values give one number, with whatever qualifier; of stances, whether they are the same."""
    if isinstance(one, Range) and isinstance(other, Range):
        return height(one) == height(other)
    return one == other


def strength(count: Range) -> tuple[bool, int]:
    """By what one of several counts of a document is taken: a number before an order of size, the highest first."""
    return count.qualifier is not Qualifier.VAGUE, height(count)


def satisfies(standing: Range, newer: Range) -> bool:
    """Whether an open or vague newer figure says nothing beyond the standing one: 137 satisfies "at least 60".

    An order of size never counts against a higher number: "dozens" is said of 137 too.
    """
    if is_firm(newer) or height(newer) > height(standing):
        return False
    return newer.qualifier is Qualifier.VAGUE or not exclude(standing, newer)
