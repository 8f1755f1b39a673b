"""How a statement is to be taken: cues of negation, hypothesis, history and unreality, and how far they reach.

The rules are data (`lexicon/cues.toml`): a category, a direction, a reach and terminators, after medspaCy's ConText.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from storydelta import lexicon


class Category(StrEnum):
    """What a cue says of the statements in its reach."""

    NEGATED = "negated"  # it did not happen
    HYPOTHETICAL = "hypothetical"  # it may, could, should or was meant to happen
    HISTORY = "history"  # another event, or a count over years
    DATED = "dated"  # told by when it was: another event, unless what came of it is told
    UNREAL = "unreal"  # a drill, a film, sport


@dataclass(frozen=True, slots=True)
class Reach:
    """A cue at `sentence[cue[0]:cue[1]]`, which covers what lies in `sentence[start:end]`."""

    category: Category
    cue: tuple[int, int]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Cue:
    category: Category
    pattern: re.Pattern[str]
    forward: bool
    backward: bool
    reach: int


def categories(plain: str, start: int, end: int) -> frozenset[Category]:
    """The categories of the cues in whose reach `plain[start:end]` lies, wholly."""
    return frozenset(r.category for r in reaches(plain) if r.start <= start and end <= r.end)


@lru_cache(maxsize=2048)
def reaches(plain: str) -> tuple[Reach, ...]:
    """All cues of a sentence with what they cover."""
    lower = plain.lower()
    found = []
    masked = {c: [m.span() for m in mask.finditer(lower)] for c, mask in _masks().items()}
    for cue in _cues():
        for match in cue.pattern.finditer(lower):
            low, high = match.span()
            if any(first < low < last for first, last in masked.get(cue.category, ())):
                continue
            stop = _terminators(cue.category)
            start, end = low, high
            if cue.forward:
                ended = stop.search(plain, high, min(len(plain), high + cue.reach))
                end = ended.start() if ended else min(len(lower), high + cue.reach)
            if cue.backward:
                first = max(0, low - cue.reach)
                start = max((m.end() for m in stop.finditer(plain, first, low)), default=first)
            found.append(Reach(cue.category, (low, high), start, end))
    return tuple(found)


@cache
def _cues() -> tuple[_Cue, ...]:
    return tuple(
        _Cue(
            Category(entry["category"]),
            re.compile("|".join(f"(?:{p})" for p in entry["patterns"])),
            entry["direction"] in ("forward", "both"),
            entry["direction"] in ("backward", "both"),
            entry.get("reach", 400),
        )
        for entry in lexicon.load("cues")["cues"]
    )


@cache
def _masks() -> dict[Category, re.Pattern[str]]:
    return {Category(name): re.compile("|".join(p)) for name, p in lexicon.load("cues")["masks"].items()}


@cache
def _terminators(category: Category) -> re.Pattern[str]:
    words = lexicon.load("cues")["terminators"]
    return re.compile("|".join([*words["any"], *words[category]]), re.IGNORECASE)
