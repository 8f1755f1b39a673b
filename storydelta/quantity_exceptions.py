"""Numbers that are no counts: ages, dates, times, money, measures, addresses and the numbers of flights and roads."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from storydelta import lexicon

_LATEST_YEAR, _EARLIEST_YEAR, _OLDEST = 2100, 1500, 115


def is_no_count(plain: str, lower: str, match: re.Match[str]) -> bool:
    """Whether a number of `plain` is an age, a date, a time, money, a measure, an address or a label.

    `match`: the number, with its groups `low` and `high`; `lower` is `plain` in small letters.
    """
    start, end = match.span()
    before, after = lower[max(0, start - 24) : start], lower[end : end + 24]
    if _joined(before, after) or _unit().match(after) or _DAY.match(after) or _is_ratio(match, before, after):
        return True
    if _is_labelled(before, after) or _year(match["low"] or "", before, after):
        return True
    if _age(match, plain[max(0, start - 56) : start], plain[end : end + 32]):
        return True
    if _PARENT_OF.search(before) and _OF_THE_PARENT.match(after):
        return True
    if (match["low"] or "").isdigit() and (
        _is_station(plain, start, end) or _is_address(before, plain[end : end + 60], match["low"])
    ):
        return True
    return match["low"] == "one" and bool(
        _NOT_ONE.search(before) or after.startswith((" another", " by one"))
    )


_PARENT_OF = re.compile(
    r"\b(?:father|mother|dad|mum|mom|parents?|grandmother|grandfather|grandparents?|stepfather|stepmother|widow|widower) of $"
)
_OF_THE_PARENT = re.compile(
    r"$|[,.;:)]| (?:was|is|has|had|who|whose|and|from|in|at|on|to|killed|dead|dies|died|shot|slain|murdered|found|arrested|charged"
    r"|injured|wounded|hurt|missing|fatally|stabbed|identified|gunned|critically|accused|jailed|held|detained)\b"
)
"""What is told behind "a father of five" is told of the father; in "the mother of two boys killed" of the boys."""
_STATION = re.compile(r"\b[A-Z]{3,4} $|\b[A-Z][a-z]+ $")
_NEWS = re.compile(r" News\b(?! [a-z]+s\b)")
_CALL_SIGN = re.compile(r"\b[WK][A-Z]{2,3}(?:-TV)? $")
_NOT_ONE = re.compile(r"\b(?:no|any|every|each|this|that|which|the|only|square|day|number|by|at) $")
_PEOPLE = re.compile(
    r" (?:people|persons|others|dead|killed|injured|wounded|missing|were|victims|civilians|deaths)\b"
)
_IN_MONTH = re.compile(
    r"(?:^|\b(?:last|in|since|during) )(?:january|february|march|april|may|june|july|august|september|october|november|december) $"
)
"""Before people, no day: "last June four people were killed"."""
_THAT_MONTH = re.compile(r"\b(?:last|this|past|next) (?:month|year|week) $")
TOP = r"(?<=[a-z] )(?<!the )(?<!its )(?<!their )(?<!his )(?<!her )(?<!our )(?<!of )(?<!'s )(?<!-)top"
"""The verb of headlines: "deaths top 2,400", not "the top five officials"."""
_TOPS = re.compile(rf"{TOP} $")
_ONE_IN = re.compile(r"\b(?:one|1) in (?:every )?$")
_IN_SO_MANY = re.compile(
    r" in (?:every )?(?:\d|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|fifty|a hundred)"
)
_IN_TIME = re.compile(
    r"\b(?:in|since|of|by|during|until|till|from|early|late|mid|between|and|to|the|for)[ -]$"
)
_AND = re.compile(r"\b(?<!between )\d[\d,]* [\w -]{2,30} and $")
_DEATHS = re.compile(
    r" (?:\w+ )?(?:deaths|cases|injuries|arrests|fatalities|injured|wounded|people|others)\b"
)
"""Behind "and" such a word makes a number of a year: "3,022 cases and 1578 deaths"."""
_UNDER = re.compile(
    r"\b(?:children|those|people|kids|adults|anyone|boys|girls|youths?|women|men|aged) (?:under|over) $"
)


def _is_station(plain: str, start: int, end: int) -> bool:
    """A broadcaster: "WDRB 41", "ABC News 4", "Oakford 19 News"."""
    lead = plain[max(0, start - 24) : start]
    return bool(_CALL_SIGN.search(lead)) or bool(_STATION.search(lead) and _NEWS.match(plain, end))


def _is_labelled(before: str, after: str) -> bool:
    """The number of a flight, a road, a day of a month; not "last June four people", nor "deaths top 2,400"."""
    if not _label().search(before) or _THAT_MONTH.search(before) or _TOPS.search(before):
        return False
    return not (_IN_MONTH.search(before) and _PEOPLE.match(after))


def _is_ratio(match: re.Match[str], before: str, after: str) -> bool:
    """Either number of "one in twenty"."""
    return bool(_ONE_IN.search(before) or (match["low"] == "one" and _IN_SO_MANY.match(after)))


def _joined(before: str, after: str) -> bool:
    """Part of a longer token: AK-47, 10:30, 7/7, 45-year-old, $40, #5, .38, 020 7946."""
    if _JOINED_BEFORE.search(before) or before.rstrip().endswith(tuple(data()["units"]["currencies"])):
        return True
    return bool(_JOINED_AFTER.match(after))


def _year(written: str, before: str, after: str) -> bool:
    if not (written.isdigit() and len(written) == 4 and _EARLIEST_YEAR <= int(written) <= _LATEST_YEAR):  # noqa: PLR2004
        return False
    if _AND.search(before) and _DEATHS.match(after):
        return False
    return bool(_IN_TIME.search(before)) or not _PEOPLE.match(after)


def _age(match: re.Match[str], before: str, after: str) -> bool:
    """A bare number between a name and a comma: "John Smith, 43, of Leeds"; "children under 12"."""
    written, lead = match["low"] or "", before.lower()
    if _OF_AGE.search(lead) and _AS_AGE.match(after):
        return True
    if written[:1] == "0" or re.match(r"(?:'?s\b|,? years? old)", after) or _UNDER.search(lead):
        return True
    if not (written.isdigit() and 0 < int(written) <= _OLDEST):
        return False
    if match["high"] or _AGES.search(lead):
        return bool(_AGES.search(lead))
    return any(
        left.search(side) is not None and right.match(after) is not None
        for left, side, right in (
            (_LIST_BEFORE, lead, _LIST_AFTER),
            (_PERSON_BEFORE, before, _PERSON_AFTER),
            (_NAME_BEFORE, lead, _NAME_AFTER),
            (_NAME_AND_AGE, before, _BRACKET_AFTER),
            (_SECOND_NAME, before, _VERB_AFTER),
            (_KIN_BEFORE, lead, _KIN_AFTER),
        )
    )


def _is_address(before: str, after: str, written: str) -> bool:
    """A house: "at 12 Union Hill Road", "4077 Elm Street", "the 1400 block of Oak Avenue"."""
    if not _STREET.match(after):
        return False
    return len(written) >= _LONG_HOUSE or bool(re.search(r"\b(?:at|of|to|near|outside|inside) $", before))


_LONG_HOUSE = 3
"""Digits from which a number in front of a street's name is a house whatever stands before it."""
_STREET = re.compile(
    r" block\b| (?:(?!(?:[Ii]n|[Oo]n|[Aa]t|[Nn]ear|[Oo]f|[Ff]rom|[Oo]ff|[Bb]y|[Ii]nto|[Aa]fter|[Aa]long)\b)[A-Z\d][\w.'-]* ){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Terrace|Parkway|Pkwy)\b"
)
_PERSON_BEFORE = re.compile(r"[A-Z][\w.'-]*\)?,(?: (?:also|now|just|only|then|both))? $|\w\), $")
_PERSON_AFTER = re.compile(r"[,).;]|$| --? (?:and|was|were)\b| and (?:pregnant|his|her|their|an?)\b")


_AGES = re.compile(
    r"\bage[sd]?,? (?:of |between |from |about |around )?(?:\d{1,3}(?:,? and |, | to | or |-))*$|, both $"
)
_LIST_AFTER = re.compile(r"[,).;]|$| and \d")
_LIST_BEFORE = re.compile(r"\d(?:, | and |, and )$")
_NAME_AND_AGE = re.compile(r"[A-Z][\w'-]+ [A-Z][\w'-]+ \($")
_BRACKET_AFTER = re.compile(r"\)")
_SECOND_NAME = re.compile(r"\d,? and [A-Z][\w'-]+ [A-Z][\w'-]+, $")
"""The last of a list: "Ann Reed, 31 and Tom Reed, 34 were killed"."""
_OF_AGE = re.compile(r"\b(?:boys?|girls?|child(?:ren)?|toddlers?|infant|youngster) of $")
_AS_AGE = re.compile(r"$|[,.;:)]| (?!(?:them|those|these|the|months|weeks)\b)")
"""A bare number behind "a boy of": his age."""
_KIN_BEFORE = re.compile(
    r"\b(?:sons|daughters|children|boys|girls|twins|brothers|sisters|kids|siblings|grandchildren"
    r"|grandsons|granddaughters|teens|teenagers|men|women|youths|suspects|students|pupils|cousins|nieces|nephews|juveniles|friends),? $"
)
_KIN_AFTER = re.compile(r",? (?:and |& )?\d{1,2}(?:[,.;)]|$| and \d)")
"""Ages in the order of those whom they belong to: "his sons, 10 and 12, were killed"."""
_VERB_AFTER = re.compile(r" (?:were|are|have|had|both|died|face)\b")
_NAME_BEFORE = re.compile(r"[^\W\d]\.?[,(] ?$")
_NAME_AFTER = re.compile(
    r"[,).;]|$| and [A-Z]| (?:who|whose|from|of (?!them|whom|the|these|those))"
    r"| (?!Wounded|Injured|Hurt|Killed|Dead|Others|More|People|Shot|Arrested|Detained|Missing|Hospitalized|Feared|Reported)"
    r"[A-Z][a-z]+ [A-Z]"
)


@cache
def data() -> dict[str, Any]:
    """The lexicon of numbers."""
    return lexicon.load("quantity")


@cache
def _unit() -> re.Pattern[str]:
    words = lexicon.alternatives(data()["units"]["words"])
    return re.compile(rf"[ -]?(?:{words})(?!\w)| (?:of (?:a|an|the)\b)? ?(?:{words})(?!\w)")


@cache
def _label() -> re.Pattern[str]:
    labels, months = (
        lexicon.alternatives(data()["labels"]["words"]),
        lexicon.alternatives(data()["labels"]["months"]),
    )
    return re.compile(rf"(?<!\w)(?:(?:{labels})|(?:{months})(?: \d{{1,2}},?)?)[ -]$")


_JOINED_BEFORE = re.compile(r"\d[.,:/'-]$|\d $|\w-$|(?:^|[ (])\.$|[#/]$")
_JOINED_AFTER = re.compile(
    r"-,? (?:(?:and|or|to) )?\w+-(?:year|month|week)|-(?!plus\b|odd\b)\w|[:/]\d|\.\d|'s\b|(?:st|nd|rd|th)\b| \d{3}\b"
)
_DAY = re.compile(
    r"(?:st|nd|rd|th)?,? (?:of )?(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b(?! (?:be|have)\b)"
)
