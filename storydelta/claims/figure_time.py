"""Whether a count is told of another time: a year or a month that is not the one of the report."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storydelta.claims.passage import Passage

AFTERMATH = re.compile(
    r"\b(?:arrest(?:ed|s)?|charged|charges|indict\w*|arraign\w*|plead(?:s|ed|ing)?|pled|guilty|acquitt\w*|convict\w*|sentenc\w*|jailed"
    r"|on trial|accused|extradit\w*|prosecut\w*|bond|manslaughter|court|death penalty|inquest|autops(?:y|ies)"
    r"|(?:ruled|declared|deemed) (?:a |an )?(?:double |triple )?(?:homicides?|murders?|suicides?|murder-suicides?|accident(?:al|s)?))\b"
)
"""What follows an event for those who did it: whoever reports it reports the event, however long ago it was."""
_YEAR = re.compile(
    r"(?<![\w,.$-])(?<! than )(?<! least )(?:1[5-9]\d\d|20\d\d)(?![\w,]\d|%|-(?!(?:19|20)?\d\d\b)\w)"
    r"(?! (?:other |more )?(?:people|persons|others|civilians|soldiers|women|children|deaths|injuries|arrests|victims|cases|patients|fatalities|injured|wounded|missing|dead)\b)"
)
_EXPLAINED_YEAR = re.compile(rf"\b(?:since|born)\b|{AFTERMATH.pattern}")
_YEAR_WHEN = re.compile(r"(?<![\w,.$-])(?P<year>1[5-9]\d\d|20\d\d),? (?:when|in which|where) [^.;]*$")
"""What follows is told of that year: "the worst since 1970, when a train killed 200"."""
_DATED_ENTRY = re.compile(
    r"\W*(?:[A-Z][a-z]+\.? (?:\d\d? ?, ?)?|\d\d? [A-Z][a-z]+,? )?(?:1[5-9]|20)\d\d ?(?:-{1,2}|[:,]) "
)
"""The head of an entry in a chronicle: "Oct. 16, 1996 - Hill City; at least ...", "1985: Thirty-nine ..."."""
_CLAUSES = re.compile(r"; |, (?:but|while) ")
_DATED = re.compile(
    r"\b(?:was|were|came|happened|occurred|took place) (?:back )?(?:in|on) (?:\w+ (?:\d+, )?)?(?:19|20)\d\d\b"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_IN_MONTH = re.compile(
    rf"(?:[Ii]n |[^.;]{{0,60}}?\b(?:fighting|attacks?|floods?|raids?|clashes|strikes?|storms?|quakes?|crash(?:es)?|fires?|blasts?|accidents?"
    rf"|shootings?|explosions?|bombings?|offensive|protests?) in )(?:late |early |mid-)?({'|'.join(m.capitalize() for m in _MONTHS)})"
    rf"(?:,| (?!\d|of\b|and\b|,? ?(?:19|20)\d\d))"
)
_COUNTED_SINCE = re.compile(r"\b(?:since|began|start(?:ed|s)?|outbreak|broke out)\b")


def of_another_year(passage: Passage, start: int, end: int) -> bool:
    """Whether the clause names a year that is not the year of publication (or, without one, any past year)."""
    published, plain = passage.article.published_at, passage.plain
    if not _names_year(plain):
        return False
    clause_start = max((m.end() for m in _CLAUSES.finditer(plain, 0, start)), default=0)
    clause_end = _CLAUSES.search(plain, end)
    clause = plain[clause_start : clause_end.start() if clause_end else len(plain)]
    told_of = _YEAR_WHEN.search(plain, clause_start, start)
    if told_of:
        return published is None or int(told_of["year"]) < published.year
    entry = _DATED_ENTRY.match(plain)
    if entry:
        clause = entry.group()
    elif _EXPLAINED_YEAR.search(clause.lower()) and not _DATED.search(clause.lower()):
        return False
    years = [int(m.group()) for m in _YEAR.finditer(clause)]
    return bool(years) and (published is None or all(year < published.year for year in years))


def of_another_month(passage: Passage, start: int) -> bool:
    """Whether the clause opens with a month, without day or year, that is not the month of publication nor the one
    before it: "In March, two crashes killed 68". What came of a deed in court is told of the deed itself.
    """
    published, plain = passage.article.published_at, passage.plain
    if published is None:
        return False
    clause_start = max((m.end() for m in _CLAUSES.finditer(plain, 0, start)), default=0)
    month = _IN_MONTH.match(plain, clause_start)
    if month is None or AFTERMATH.search(plain.lower()) or _COUNTED_SINCE.search(plain.lower()):
        return False
    named = _MONTHS.index(month[1].lower()) + 1
    return (published.month - named) % 12 > 1


@lru_cache(maxsize=256)
def _names_year(plain: str) -> bool:
    return bool(_YEAR.search(plain))
