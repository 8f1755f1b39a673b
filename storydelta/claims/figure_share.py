"""Counts that are a share of another: "12 of the 43 on board", "the dead were 12 women and nine children"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storydelta.claims.figure_surface import Mention
    from storydelta.quantity import Count

_SHARE = re.compile(
    r"(?: (?:out|people|men|women|members))? of (?:the |its |their |his |those |some |all )?(?:total |estimated )?(?:of )?"
)
_MODIFIERS = frozenset(("modifier", "modifier_pair", "relative", "relative_pair"))
_STILL_TOLD = re.compile(r"(?: (?!on\b|in\b|at\b|aboard\b)[\w'-]+){0,5}")
_BREAKDOWN = 80
"""So many characters behind a whole the counts stand that make it up."""
_LISTING = frozenset(("dead_were", "among_them_were"))
_LISTED = re.compile(
    r"(?! [\w'-]+, and $)(?: (?!who\b|were\b|was\b)[\w'-]+){1,4}(?:,| and|, and)(?: [\w'-]+){0,8}?(?:,| and|, and)? "
)
"""Between two entries of such a list, others may stand: "12 women, a monk and nine children"."""


def is_base(plain: str, count: Count, counts: Sequence[Count]) -> bool:
    """Whether a count is only what another is a share of: the 43 in "12 of the 43 on board"."""
    earlier = next((c for c in reversed(counts) if c.end <= count.start), None)
    return earlier is not None and bool(_SHARE.fullmatch(plain[earlier.end : count.start].lower()))


def is_told_of_base(
    plain: str, mention: Mention, counts: Sequence[Count], readings: Sequence[Mention]
) -> bool:
    """Whether what is told is told of the base: "one of the five people killed was a nurse" counts five; in "two of
    the five killed" and "two of the five died" it may be told of the two.
    """
    if mention.rule not in _MODIFIERS or mention.end < mention.count.end:
        return False
    if not _STILL_TOLD.fullmatch(plain[mention.count.end : mention.end].lower()):
        return False
    share = next(c for c in reversed(counts) if c.end <= mention.count.start)
    return not any(
        m.count is share and m.measure is mention.measure and m.rule != "victims_were" for m in readings
    )


def shares_of_same(plain: str, read: Sequence[Mention], readings: Sequence[Mention]) -> Iterator[Mention]:
    """Mentions that are a share of a count of the same measure: "four of the eleven in custody have been charged".

    In "12 of the 43 on board died" both counts are told by the same word, and the 12 are the whole toll.
    """
    for share in read:
        for base in readings:
            if (
                base.measure is not share.measure
                or not share.count.end <= base.count.start
                or base.end >= share.end
            ):
                continue
            if _SHARE.fullmatch(plain[share.count.end : base.count.start].lower()):
                yield share
                break


def goes_on(plain: str, count: Count, counts: Sequence[Count], read: Sequence[Mention]) -> bool:
    """Whether a count goes on with a list of the dead or hurt, "the dead were 12 women and nine children", or with
    others behind a whole makes it up: "21 bodies, 11 men and 10 women".
    """
    one = next((m for m in reversed(read) if m.count.end <= count.start), None)
    if one is None:
        return False
    if one.rule in _LISTING and _LISTED.fullmatch(plain[one.count.end : count.start].lower()):
        return True
    behind = [c for c in counts if one.count.end <= c.start <= one.count.end + _BREAKDOWN]
    return any(count in behind[:n] for n in how_many_make(one.count.range.low, behind))


def how_many_make(whole: int, parts: Iterable[Count]) -> Iterator[int]:
    """How many of the first counts, two at least, add up to a whole."""
    sums = accumulate(part.range.low for part in parts)
    return (n for n, total in enumerate(sums, 1) if n > 1 and total == whole)
