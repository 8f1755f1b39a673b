"""Whether the words around a count tell of a place: "in the worst-hit town", "in Tarn alone", "Kolm 20 and Ravno 18"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

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
_LIST = 120
"""So many characters a list of places and counts is long."""


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
