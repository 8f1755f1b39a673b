"""Tolls of one place beside the tolls of all: 3,381 in Turkey, 1,509 in Syria, where the article tells of 4,890."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from heapq import nlargest

from storydelta import lexicon
from storydelta.claims.figure_place import Place, place_of
from storydelta.model import Figure, Measure, Qualifier, Scope

_NOT_PLACES = frozenset(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april",
     "may", "june", "july", "august", "september", "october", "november", "december", "christmas", "easter", "ramadan",
     "i", "it", "he", "she", "they", "we")
)  # fmt: skip
_DESCRIBED = r"(?:(?:the |an? |its |their )?(?:[a-z][\w'-]* ){0,5}?)"
_NAME = r"(?P<name>[A-Z][\w'\u2019-]+)"
_IN = r"(?:in|at|near|across|around|outside|throughout|from)"
_STRUCK = r"(?:struck|hit|hits|strikes|rocked|rocks|shook|swept|battered|devastated|lashed|pounded|ravaged|killed|kills)"
_NAMED = re.compile(rf"\b(?:{_IN}|{_STRUCK}) {_DESCRIBED}{_NAME}")
_BEHIND = re.compile(rf"[^.;,:]{{0,50}}?\b{_IN} {_DESCRIBED}{_NAME}")
_WHERE = re.compile(rf"{_NAME},? where [^.;]{{0,30}}$")
_AHEAD = re.compile(
    rf"(?:^|[.;:\"] ?|, (?:and |but |while )?)(?:In|At|Near|Across|Around|{_IN}) {_DESCRIBED}{_NAME}[^.;,]{{0,40}}, (?:[\w'-]+ ){{0,4}}$"
)
_EVENT_IN = re.compile(
    r"\b(?:flood|storm|rain|quake|earthquake|landslide|blast|clash|attack|strike|fire|bombing|shelling|outbreak|explosion|raid|violence"
    rf"|fighting|disaster)(?:e?s)? {_IN} {_DESCRIBED}{_NAME}[^.;,]{{0,40}}$"
)
_HOUSE = re.compile(
    r"[\w'\u2019-]*(?: [A-Z][\w'\u2019-]+)* (?:Hospital|Medical|Cent(?:er|re)|University|Clinic|Infirmary)\b"
)
_STEM = 4
"""So many letters at its beginning tell one name of a place from others."""
_WHOLES = 8
"""So many of the largest totals may be the whole."""
_TABLE = 40
"""Counts beyond which a sentence is a table."""
_LONGEST = 400
"""Characters beyond which a sentence is a list of headlines, where the places of one stand beside the count of another."""
_BESIDE = re.compile(r"\band\b|, while\b|;|, with\b")
_UNLIKE = re.compile(
    r"\b(?:after|before|when|where|but|said|says|told|put|reported|according|including|of (?:them|whom))\b"
)
_BORDER = re.compile(r"\b(?:[Ii]n (?:the )?neighbou?ring [A-Z]|[Oo]n the [A-Z]\w+ side of)")
_ROUNDED = 1.05
"""So many times the whole its parts may make: "above 11,000" is said of 11,104."""
_MANY = 10
"""Below so many, numbers add up by chance."""
_NEARLY_ALL = 0.8
"""So much of the whole they make at least, for some places are left out."""


def of_places(figures: Sequence[Figure]) -> frozenset[int]:
    """The ids, as `id` gives them, of the figures of a document that are told of one place of several."""
    places = {id(f): place_of(f) for f in figures}
    return _of_one_of_several(figures, places) | _of_other_places(figures, places)


def _of_one_of_several(figures: Sequence[Figure], places: Mapping[int, Place]) -> frozenset[int]:
    """Those of a place where the document tells a larger number of all places.

    That is so where the larger number is told of several places ("across Turkey and Syria"), or of another one in the
    same sentence, or where the numbers of several places add up to it. Otherwise the place is where all of it
    happened. Who was hurt is told of the place where the same sentence tells who died.
    """
    shares: set[int] = set()
    sentences: dict[tuple[str, int], dict[Measure, frozenset[str]]] = {}
    placed = [(f, places[id(f)]) for f in figures if f.scope is not Scope.OTHER and _most(f)]
    for measure in {f.measure for f, _ in placed}:
        told = [(f, place) for f, place in placed if f.measure is measure]
        wholes = _largest((f for f, _ in told), apart_by=lambda f: places[id(f)].names)
        summed = {whole.count.low for whole in wholes if _add_up(whole.count.low, told)}
        for claim, place in told:
            larger = [whole for whole in wholes if whole.count.low > _most(claim)]
            several = any(_is_of_several(whole, places[id(whole)], claim, place) for whole in larger if place)
            if several or (place.names and any(whole.count.low in summed for whole in larger)):
                shares.add(id(claim))
                sentences.setdefault(claim.evidence.where, {})[measure] = place.names
    for claim, place in placed:
        beside = sentences.get(claim.evidence.where, {}).items()
        there = [names for measure, names in beside if measure is not claim.measure]
        if there and not place.everywhere and (not place.names or place.names in there):
            shares.add(id(claim))
    return frozenset(shares)


def _is_of_several(whole: Figure, of: Place, claim: Figure, place: Place) -> bool:
    if len(of.names) > 1:
        return not place.names or len(_common(place.names, of.names)) == len(place.names) < len(of.names)
    beside = whole.evidence.where == claim.evidence.where
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


def _of_other_places(figures: Sequence[Figure], places: Mapping[int, Place]) -> frozenset[int]:
    """Those told of another place than the larger ones before them, or beside that of another place, and what the same
    sentence goes on to tell of that place.
    """
    largest = {
        measure: _largest(f for f in figures if f.measure is measure)
        for measure in {f.measure for f in figures}
    }
    sentences: dict[tuple[str, int], list[Figure]] = {}
    for claim in figures:
        sentences.setdefault(claim.evidence.where, []).append(claim)
    found: set[int] = set()
    for beside in sentences.values():
        if len(beside) > _TABLE:
            continue
        totals = [c for c in beside if c.scope is Scope.TOTAL]
        told = [c for c in totals if _is_beside(c, totals, places) or _is_elsewhere(c, largest[c.measure])]
        found |= {id(c) for c in told}
        found |= {id(c) for c in beside if any(_goes_with(c, one) for one in told)}
    return frozenset(found)


def _is_beside(claim: Figure, totals: Iterable[Figure], places: Mapping[int, Place]) -> bool:
    """Whether a sentence tells of one place and of another: "29 died in the one state and 13 died in the other"."""
    here = places[id(claim)]
    if not here.names or here.everywhere or len(claim.evidence.text) > _LONGEST:
        return False
    return any(
        place.names and not place.everywhere and not place.names & here.names and _are_joined(claim, other)
        for other in totals
        if other is not claim and other.measure is claim.measure
        for place in (places[id(other)],)
    )


def _are_joined(claim: Figure, other: Figure) -> bool:
    """Whether two counts are told side by side, and not the one after the other or against it."""
    (_, end), (start, _) = sorted((claim.evidence.focus, other.evidence.focus))
    between = claim.evidence.text[end - claim.evidence.start : max(end, start) - claim.evidence.start]
    return bool(_BESIDE.search(between)) and not _UNLIKE.search(between)


def _is_elsewhere(claim: Figure, largest: Iterable[Figure]) -> bool:
    """Whether a count is told of a place that none of the larger counts before it names.

    Where the larger counts name no place, the place may be that of the event, and only a neighbour is another; where
    they name no state, a state may be the one that they are about.
    """
    if claim.count.qualifier is Qualifier.VAGUE:
        return False
    wholes = [w for w in largest if w.count.low > _most(claim) and stands_before(w, claim)]
    texts = [whole.evidence.text for whole in wholes if len(whole.evidence.text) <= _LONGEST]
    text, first = claim.evidence.text, claim.evidence.start
    if len(text) > _LONGEST:
        return False
    if _BORDER.search(text):
        return any(not _BORDER.search(larger) for larger in texts)
    larger = " ".join(texts)
    if not _NAMED.search(larger):
        return False
    start, end = claim.evidence.focus
    place = _named_place(text, start - first, end - first)
    if place is None or place in larger:
        return False
    return not _states().search(place) or bool(_states().search(larger))


def _named_place(text: str, start: int, end: int) -> str | None:
    lead = text[:start]
    for found in (_BEHIND.match(text, end), _WHERE.search(lead), _AHEAD.search(lead), _EVENT_IN.search(lead)):
        if found is None or _HOUSE.match(text, found.start("name")):
            continue
        name = found["name"].removesuffix("'s")
        if name.lower() not in _NOT_PLACES:
            return name
    return None


@cache
def _states() -> re.Pattern[str]:
    """Names of states, of those with several words the first, and "U.S."."""
    names = {
        name.split()[0]
        for state in lexicon.load("names_states")["states"].values()
        for name in state["names"]
    }
    return re.compile(rf"\b(?:{lexicon.alternatives(names)})\b")


def _goes_with(claim: Figure, one: Figure) -> bool:
    """Whether a sentence tells of a place before it comes to another measure: "in Ravno 4,000 died and 300 were hurt"."""
    return one.measure is not claim.measure and one.evidence.focus < claim.evidence.focus


def _largest(
    figures: Iterable[Figure], *, apart_by: Callable[[Figure], frozenset[str]] = lambda _: frozenset()
) -> list[Figure]:
    """The largest totals of a measure, the first of each number, and of each of the places that it is told of."""
    apart: dict[tuple[int, frozenset[str]], Figure] = {}
    for claim in figures:
        if claim.scope is Scope.TOTAL and claim.count.qualifier is not Qualifier.VAGUE:
            apart.setdefault((claim.count.low, apart_by(claim)), claim)
    return [apart[key] for key in nlargest(_WHOLES, apart, key=lambda key: (key[0], len(key[1])))]


def stands_before(one: Figure, other: Figure) -> bool:
    """Whether a count is told before another: in the title, or earlier in the text."""
    return one.evidence.field == "title" or (
        other.evidence.field == "text" and one.evidence.start < other.evidence.start
    )


def _most(claim: Figure) -> int:
    return claim.count.low if claim.count.high is None else claim.count.high
