"""Which places a count is told of: "3,381 in Turkey", "in his country", "Syria's toll"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from storydelta.model import Figure

_NAME = r"[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}"
_PLACES = rf"(?:the )?(?P<first>{_NAME})(?:(?:,| and|, and) (?:the )?(?:neighbou?ring )?(?P<second>{_NAME}))?"
_AMID = r"(?:(?!in\b|across\b|and\b|but\b)[\w-]+ ){0,3}"
_LOCATED = re.compile(
    rf"\b(?:in|across|throughout|on) {_AMID}{_PLACES}|\b(?:areas?|parts?|side) of {_PLACES.replace('first', 'third').replace('second', 'fourth')}"
)
_ITS_TOLL = re.compile(
    rf"\b(?P<first>{_NAME}'s|U\.?[SK]\.?) (?:(?:official|confirmed|overall) )?(?:death )?toll\b"
)
_SOMEWHERE = re.compile(
    r"\bthere\b|\bin (?:his|her|its|their|the|that) (?:\w+ )?(?:country|province|region|state)\b|\b\w+-(?:held|controlled|run) (?:areas?|territory|parts?|regions?)\b"
)
"""A place without its name: "in his country", "there"."""
_IN_ALL = re.compile(r"\b(?:overall|in all|in total|altogether|combined)\b")
_CLAUSE = re.compile(
    r"; |: |, (?:while|whereas|but|with|and in|after|adding)\b| while | after |\band (?=(?:at least |about |some |another |more than |nearly )*\d)"
)
_DAYS = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec"
)
_NEAR = 300
"""So many characters around a count may tell where it is told of."""


@dataclass(frozen=True, slots=True)
class Place:
    """The named places that a count is told of; whether it is told of one without a name, or of all together."""

    names: frozenset[str]
    somewhere: bool = False
    everywhere: bool = False

    def __bool__(self) -> bool:
        return not self.everywhere and (bool(self.names) or self.somewhere)


def place_of(claim: Figure) -> Place:
    """Where the people were, as far as the clause that counts them, or the opening of its sentence, tells."""
    start, end = _count_in(claim)
    text = claim.evidence.text[max(0, start - _NEAR) : end + _NEAR]
    start, end = min(start, _NEAR), min(start, _NEAR) + end - start
    first = max((m.end() for m in _CLAUSE.finditer(text) if m.end() <= start), default=0)
    last = min((m.start() for m in _CLAUSE.finditer(text, end)), default=len(text))
    clause = text[first:last]
    names = _names(clause)
    if not names and not _SOMEWHERE.search(clause):
        opening = re.match(rf"(?:In|Across) {_PLACES}\b", text)
        names = _names(f"in {text[3:]}"[: opening.end()]) if opening else frozenset()
    return Place(names, bool(_SOMEWHERE.search(clause)), bool(_IN_ALL.search(clause)))


def _count_in(claim: Figure) -> tuple[int, int]:
    """Where its digits stand in its sentence, else its telling words."""
    start, end = (at - claim.evidence.start for at in claim.evidence.focus)
    spelled = f"{claim.count.low:,}".replace(",", ",?")
    digits = re.search(rf"(?<![\d,.]){spelled}(?![\d,]\d)", claim.evidence.text[start:end])
    return (start + digits.start(), start + digits.end()) if digits else (start, end)


def _names(clause: str) -> frozenset[str]:
    found = [m.groupdict().values() for m in (*_LOCATED.finditer(clause), *_ITS_TOLL.finditer(clause))]
    told = (re.sub(r"^The |'s$|\.$", "", name) for names in found for name in names if name)
    return frozenset(name for name in told if not _DAYS.match(name))
