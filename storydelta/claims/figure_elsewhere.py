"""Whether a count is told of another place than the larger ones: "in the worst-hit town", "across the border"."""

from __future__ import annotations

import re
from functools import cache
from heapq import nlargest
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims.figure_place import place_of
from storydelta.model import Figure, Qualifier, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storydelta.claims.figure_surface import Mention
    from storydelta.quantity import Count

_WORST = r"(?:worst|hardest|most severely|worse)[- ](?:hit|affected|struck|stricken|battered|damaged)\b"
_WORST_BEFORE = re.compile(
    rf"\b{_WORST}[^.;,]{{0,50}}(?:,[^.;,]{{1,40}})?,? (?:where|with|reporting|recording|counting|losing)\b[^.;,]{{0,40}}$"
    rf"|(?:^|[.;:\"] ?|, |\b(?:and|but) )in (?:the |its )?{_WORST}[^.;,]{{0,50}},? [^.;,]{{0,30}}$"
)
_WORST_BEHIND = re.compile(rf"[^.;,]{{0,50}}? (?:in|from|at) (?:the |its )?{_WORST}(?! (?:country|nation)\b)")
_ALONE_BEHIND = re.compile(
    r"[^.;,]{0,40}? (?:in|from|at) (?!(?:19|20)\d\d\b)(?:the )?(?:[\w'-]+ ){1,5}alone\b"
)
_BRACKET = re.compile(r"\((?:of (?:them|whom|which) |including )?$")
_IN_BRACKET = re.compile(r"(?: of them| people| cases)? (?:in|from|at|on) [^().;]{2,40}[);,]")

_PLACE_REPORTED = re.compile(
    r"\b[A-Z][\w'-]+(?: [a-z]+)? (?:reported|reports|recorded|records|counted|counts|registered|confirmed|had|has|saw|suffered|lost|accounted for|with)"
    r" (?:[a-z]+ )?$"
)
_PLACES_WITH_COUNTS = re.compile(
    r"[^,;.]{0,40}(?:(?:[,;]|[,;]? and)(?: the)?(?: [A-Z][\w'-]+){1,3} (?:about |some |at least )?[\d,]*\d)+"
)
_END_OF_ENTRY = re.compile(r"(?:[,;.]|,? and |$)(?!\d)")
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
_LIST = 120
"""So many characters a list of places and counts is long."""
_WHOLES = 8
"""So many of the largest totals may be the whole."""
_MOST = 40
"""Counts beyond which a sentence is a table."""
_LONGEST = 400
"""Characters beyond which a sentence is a list of headlines, where the places of one stand beside the count of another."""
_BESIDE = re.compile(r"\band\b|, while\b|;|, with\b")
_UNLIKE = re.compile(
    r"\b(?:after|before|when|where|but|said|says|told|put|reported|according|including|of (?:them|whom))\b"
)
_BORDER = re.compile(r"\b(?:[Ii]n (?:the )?neighbou?ring [A-Z]|[Oo]n the [A-Z]\w+ side of)")


def of_other_places(figures: Sequence[Figure]) -> frozenset[int]:
    """The ids, as `id` gives them, of the totals of a document that are told of another place than the larger ones
    before them, and of what the same sentence goes on to tell of that place.
    """
    largest = {m: _largest(f for f in figures if f.measure is m) for m in {f.measure for f in figures}}
    sentences: dict[tuple[str, int], list[Figure]] = {}
    for claim in figures:
        sentences.setdefault((claim.evidence.field, claim.evidence.start), []).append(claim)
    found: set[int] = set()
    for beside in sentences.values():
        if len(beside) > _MOST:
            continue
        totals = [c for c in beside if c.scope is Scope.TOTAL]
        told = [c for c in totals if _is_of_one_place(c, totals, largest[c.measure])]
        found |= {id(c) for c in beside if c in told or _goes_with_place(c, told)}
    return frozenset(found)


def _largest(figures: Iterable[Figure]) -> list[Figure]:
    """The largest totals of a measure, one of each number, the first of each."""
    apart: dict[int, Figure] = {}
    for claim in figures:
        if claim.scope is Scope.TOTAL and claim.count.qualifier is not Qualifier.VAGUE:
            apart.setdefault(claim.count.low, claim)
    return [apart[low] for low in nlargest(_WHOLES, apart)]


def stands_before(one: Figure, other: Figure) -> bool:
    """Whether a count is told before another: in the title, or earlier in the text."""
    return one.evidence.field == "title" or (
        other.evidence.field == "text" and one.evidence.start < other.evidence.start
    )


def is_of_worst_place(plain: str, start: int, end: int) -> bool:
    """Whether the words around `plain[start:end]` tell of the place that was hit worst, or of a place alone."""
    lead = plain[max(0, start - 160) : start].lower()
    tail = plain[end : end + 120].lower()
    return bool(_WORST_BEFORE.search(lead) or _WORST_BEHIND.match(tail) or _ALONE_BEHIND.match(tail))


def is_in_bracket(plain: str, start: int, end: int) -> bool:
    """Whether a count stands in a bracket with its place, behind the whole: "161 deaths (134 in the south)"."""
    return bool(_BRACKET.search(plain[:start].lower()) and _IN_BRACKET.match(plain, end))


def is_place_of_list(plain: str, count: Count, read: Iterable[Mention]) -> bool:
    """Whether a count stands behind the name of a place alone, in a list that says once what is counted: "Tarn reported
    30 deaths, Kolm 20 and Ravno 18".
    """
    return any(
        0 <= count.start - m.count.end <= _LIST
        and _PLACE_REPORTED.search(plain[max(0, m.count.start - _LIST) : m.count.start])
        and _PLACES_WITH_COUNTS.fullmatch(plain[m.count.end : count.end])
        and _END_OF_ENTRY.match(plain, count.end)
        for m in read
    )


def _is_elsewhere(claim: Figure, wholes: Iterable[Figure]) -> bool:
    """Whether a count is told of a place that none of the larger counts names.

    Where the larger counts name no place, the place may be that of the event, and only a neighbour is another; where
    they name no state, a state may be the one that they are about.
    """
    texts = [whole.evidence.text for whole in wholes if len(whole.evidence.text) <= _LONGEST]
    text, first = claim.evidence.text, claim.evidence.start
    if len(text) > _LONGEST:
        return False
    if _BORDER.search(text):
        return any(not _BORDER.search(larger) for larger in texts)
    larger = " ".join(texts)
    if not _NAMED.search(larger):
        return False
    start, end = claim.evidence.focus or (first, claim.evidence.end)
    place = _place(text, start - first, end - first)
    if place is None or place in larger:
        return False
    return not _states().search(place) or bool(_states().search(larger))


def _is_beside(claim: Figure, others: Iterable[Figure]) -> bool:
    """Whether a sentence tells of one place and of another: "29 died in the one state and 13 died in the other"."""
    here = place_of(claim)
    if not here.names or here.everywhere or len(claim.evidence.text) > _LONGEST:
        return False
    return any(
        place.names and not place.everywhere and not place.names & here.names and _are_joined(claim, other)
        for other in others
        for place in (place_of(other),)
    )


def _are_joined(claim: Figure, other: Figure) -> bool:
    """Whether two counts are told side by side, and not the one after the other or against it."""
    (_, end), (start, _) = sorted((claim.evidence.focus, other.evidence.focus))
    between = claim.evidence.text[end - claim.evidence.start : max(end, start) - claim.evidence.start]
    return bool(_BESIDE.search(between)) and not _UNLIKE.search(between)


def _place(text: str, start: int, end: int) -> str | None:
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


def _is_of_one_place(claim: Figure, totals: Iterable[Figure], largest: Iterable[Figure]) -> bool:
    """Whether a count is told beside that of another place, or is smaller and told of another than the larger ones."""
    count = claim.count.low if claim.count.high is None else claim.count.high
    if _is_beside(claim, [c for c in totals if c is not claim and c.measure is claim.measure]):
        return True
    return claim.count.qualifier is not Qualifier.VAGUE and _is_elsewhere(
        claim, [whole for whole in largest if whole.count.low > count and stands_before(whole, claim)]
    )


def _goes_with_place(claim: Figure, of_places: Sequence[Figure]) -> bool:
    """Whether a sentence tells of a place before it comes to another measure: "in Ravno 4,000 died and 300 were hurt"."""
    return any(
        one.evidence.start == claim.evidence.start
        and one.evidence.field == claim.evidence.field
        and one.measure is not claim.measure
        and (one.evidence.focus or (0, 0)) < (claim.evidence.focus or (0, 0))
        for one in of_places
    )
