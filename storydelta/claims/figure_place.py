"""Tolls of one place beside the toll of all: 3,381 in Turkey, 1,509 in Syria, where the article tells of 4,890."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest

from storydelta.model import Figure, Measure, Qualifier, Scope

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
_STEM = 4
"""So many letters at its beginning tell one name of a place from others."""
_NEAR = 300
"""So many characters around a count may tell where it is told of."""
_WHOLES = 8
"""So many of the largest totals may be the whole."""
_ROUNDED = 1.05
"""So many times the whole its parts may make: "above 11,000" is said of 11,104."""
_MANY = 10
"""Below so many, numbers add up by chance."""
_NEARLY_ALL = 0.8
"""So much of the whole they make at least, for some places are left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """The named places that a count is told of; whether it is told of one without a name, or of all together."""

    names: frozenset[str]
    somewhere: bool = False
    everywhere: bool = False

    def __bool__(self) -> bool:
        return not self.everywhere and (bool(self.names) or self.somewhere)


def of_one_place(figures: Sequence[Figure]) -> frozenset[int]:
    """The ids, as `id` gives them, of the totals of a document that are told of one place of several, where it tells a
    larger number of all of them.

    That is so where the larger number is told of several places ("across Turkey and Syria"), or of another one in the
    same sentence, or where the numbers of several places add up to it. Otherwise the place is where all of it
    happened. Who was hurt is told of the place where the same sentence tells who died.
    """
    shares: set[int] = set()
    sentences: dict[tuple[str, int], dict[Measure, frozenset[str]]] = {}
    placed = [(f, place_of(f)) for f in figures if f.scope is not Scope.OTHER and _most(f)]
    for measure in {f.measure for f, _ in placed}:
        told = [(f, place) for f, place in placed if f.measure is measure]
        wholes = _largest(told)
        summed = {whole.count.low for whole, _ in wholes if _add_up(whole.count.low, told)}
        for claim, place in told:
            larger = [(whole, of) for whole, of in wholes if whole.count.low > _most(claim)]
            several = any(_is_of_several(whole, of, claim, place) for whole, of in larger if place)
            if several or (place.names and any(whole.count.low in summed for whole, _ in larger)):
                shares.add(id(claim))
                sentences.setdefault(_sentence(claim), {})[measure] = place.names
    for claim, place in placed:
        there = [names for m, names in sentences.get(_sentence(claim), {}).items() if m is not claim.measure]
        if there and not place.everywhere and (not place.names or place.names in there):
            shares.add(id(claim))
    return frozenset(shares)


def _largest(told: Iterable[tuple[Figure, Place]]) -> list[tuple[Figure, Place]]:
    """The largest totals with their places, one of each number that is told of the same."""
    apart = {
        (claim.count.low, place.names): (claim, place)
        for claim, place in told
        if claim.scope is Scope.TOTAL and claim.count.qualifier is not Qualifier.VAGUE
    }
    return [apart[key] for key in nlargest(_WHOLES, apart, key=lambda key: (key[0], len(key[1])))]


def _is_of_several(whole: Figure, of: Place, claim: Figure, place: Place) -> bool:
    if len(of.names) > 1:
        return not place.names or len(_common(place.names, of.names)) == len(place.names) < len(of.names)
    beside = _sentence(whole) == _sentence(claim)
    return beside and bool(of.names and place.names) and not _common(place.names, of.names)


def _add_up(whole: int, told: Iterable[tuple[Figure, Place]]) -> bool:
    """Whether the numbers of several places make about as many as the whole: 8,574 in Turkey, 2,530 in Syria."""
    places: dict[frozenset[str], int] = {}
    for other, place in told:
        if place.names and _most(other) < whole:
            places[place.names] = max(places.get(place.names, 0), _most(other))
    return (
        len(places) > 1 and whole >= _MANY and _NEARLY_ALL * whole <= sum(places.values()) <= _ROUNDED * whole
    )


def _common(names: frozenset[str], others: frozenset[str]) -> list[str]:
    """The names that stand among others, be it in another form: "Turkish", "Turkey"."""
    return [name for name in names if any(name[:_STEM] == other[:_STEM] for other in others)]


def _most(claim: Figure) -> int:
    return claim.count.low if claim.count.high is None else claim.count.high


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


def _sentence(claim: Figure) -> tuple[str, int]:
    return claim.evidence.field, claim.evidence.start
