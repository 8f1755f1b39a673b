"""The number grammar: which counts a sentence writes, in digits or words, and how they are to be taken.

Ages, dates, times, money, measures, ratios and the numbers of flights and roads are not counts and are left out.
What is counted is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from storydelta.lexicon import alternatives
from storydelta.model import Qualifier, Range
from storydelta.quantity_exceptions import TOP, data, is_no_count

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MISSPELT: dict[str, int] = data()["misspelt"]["words"]
_VALUES = (
    _MISSPELT
    | {word: n for n, word in enumerate(_UNITS + _TEENS)}
    | {w: 20 + 10 * n for n, w in enumerate(_TENS)}
)
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "k": 1_000,
    "m": 1_000_000,
    "mn": 1_000_000,
}

_BELOW_100 = (
    rf"(?:(?:{'|'.join([*_TENS, *_MISSPELT])})(?:(?:-| | - )(?:{'|'.join(_UNITS[1:])}))?"
    rf"|{'|'.join(_TEENS + _UNITS)})"
)
_BELOW_1000 = rf"(?:(?:{_BELOW_100}|an?) hundred(?: (?:and )?{_BELOW_100})?|{_BELOW_100})"
_WORDS = (
    rf"(?:{_BELOW_1000}|an?) million"
    rf"|(?:{_BELOW_1000}|an?) thousand(?:,? (?:and )?{_BELOW_1000})?"
    rf"|{_BELOW_1000}"
)
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,4})(?:\.\d{1,2})?(?: (?:million|thousand|hundred)|k|mn?)(?!\w)"
    r"|\d{1,3}(?:,\d{3}){1,3}(?![\d,]*\d)|\d{1,9}(?![\d.,]*\d)"
)
_ONE = rf"(?:{_DIGITS}|(?:{_WORDS})(?!\w))"
_RISE = re.compile(
    r"\b(?:r[ioa]s(?:e|es|en|ing)|climb\w*|increas\w*|jump\w*|gr[eo]w\w*|up|w[ea]nt|goes|go|revis\w*|soar\w*|mov\w*"
    r"|dropp?\w*|f[ea]ll\w*|lower\w*|cut|reduc\w*|declin\w*|chang\w*|updat\w*|correct\w*|down\w*|rais\w*|surg\w*"
    r"|leap\w*|ris\w*|toll|number)\b[^.;]{0,60}\bfrom (?:\w+ ){0,3}$"
)

_IS_DAY = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? $")
_LATEST_DAY = 31

MOST_COUNTS = 64
"""Counts that are read in one sentence, from its left: no newsroom writes more, and what is read of each looks at
the whole sentence, so that a page of nothing but numbers would take hours.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of something, at `plain[start:end]` with its qualifier, `number` the span of the number alone.

    `further`: it comes on top of others ("another six"). `every`: it is all of a known group ("all 43"). `definite`:
    it takes up something already mentioned ("the two", "those 12").
    """

    start: int
    end: int
    number: tuple[int, int]
    range: Range
    further: bool = False
    every: bool = False
    definite: bool = False


@lru_cache(maxsize=256)
def find_counts(plain: str) -> tuple[Count, ...]:
    """The counts of one sentence from left to right, none overlapping, at most `MOST_COUNTS`."""
    lower = plain.lower()
    if len(lower) != len(plain):  # a letter whose small form is longer: offsets count more than its case
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in plain)
    found: list[Count] = []
    position = 0
    while len(found) < MOST_COUNTS and (match := _pattern().search(lower, position)):
        position = match.end()
        if (
            match["to"]
            and match["to"] == " to "
            and _RISE.search(lower, max(0, match.start() - 90), match.start())
        ):
            match = _pattern().fullmatch(lower, match.start(), match.end("low"))
            if match is None:
                continue
            position = match.end()
        elif match["to"] == " to " and _IS_DAY.search(lower, max(0, match.start() - 12), match.start()):
            if number(match["high"]) > _LATEST_DAY:  # "since it began on June 26 to 842"
                position = match.start("high")
            continue
        if is_no_count(plain, lower, match):
            continue
        low, high, qualifier = _value(match)
        if high is None or low <= high:  # else a score, or a road from one number to another
            found.append(_qualified(lower, match, low, high, qualifier))
    return tuple(found)


def _value(match: re.Match[str]) -> tuple[int, int | None, Qualifier]:
    if match["vague"]:
        low, high = data()["vague"][match["vague"]]
        return low, high, Qualifier.VAGUE
    if match["half"]:
        return 500_000, 500_000, Qualifier.ABOUT
    if match["both"] or match["multiple"]:
        times = data()["multiples"]["words"].get(match["multiple"], 2)
        return times, times, Qualifier.EXACT
    if match["dozens"]:
        times = match["dozens"]
        base = 6 if times == "half a" else 12 * (1 if times == "a" else number(times))
        return base, base, Qualifier.ABOUT
    low = number(match["from"] or match["low"])
    if written := match["and"] or match["high"]:
        high = number(written)
        scale = _scale_of(written)
        if scale > 1 and low < scale and _scale_of(match["from"] or match["low"]) == 1:
            low *= scale  # "two to three million"
        return low, high, Qualifier.RANGE
    about = match["low"].startswith(("a ", "an "))
    return low, low, Qualifier.ABOUT if about else Qualifier.EXACT


def number(written: str) -> int:
    """The value of one number in digits or words: `number("1.2 million") == 1_200_000`. At most twelve digits."""
    digits = re.match(r"([\d,]+(?:\.\d+)?) ?([a-z]*)", written)
    if digits:
        return round(float(digits[1].replace(",", "")) * _SCALES.get(digits[2], 1))
    total = part = 0
    for word in re.findall(r"[a-z]+", written):
        if word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total += (part or 1) * _SCALES[word]
            part = 0
        else:
            part += _VALUES.get(word, 0)
    return total + part


def _scale_of(written: str) -> int:
    last = re.split(r"[ \d.]", written)[-1]
    return _SCALES.get(last, 1)


def _qualified(lower: str, match: re.Match[str], low: int, high: int | None, qualifier: Qualifier) -> Count:
    """The count with the words around it that say how to take it."""
    start, end = match.span()
    further = every = definite = False
    said: list[str] = []
    while before := _before().search(lower, max(0, start - 32), start):
        words = before["words"]
        said.append(words)
        further |= bool(re.search(r"another|further|additional", words))
        every |= bool(re.search(r"\ball\b|\bboth\b|every", words))
        definite |= bool(
            re.fullmatch(r"(?:all of )?(?:the|these|those|its|their|his|her|both|the other)", words)
        )
        start = before.start("words")
    if after := _after().match(lower, end):
        said.insert(0, after["words"])
        end = after.end("words")
    further |= bool(re.match(r" (?:more|further|additional)\b(?! than)", lower[end : end + 12]))
    stated = next((_qualifiers()[w] for w in said if _qualifiers().get(w, "only") != "only"), None)
    return Count(
        start=start, end=end, number=match.span(), range=_range(low, high, qualifier, stated),
        further=further, every=every, definite=definite,
    )  # fmt: skip


def _range(low: int, high: int | None, found: Qualifier, stated: str | None) -> Range:
    """Contract semantics: open upward for at least and more than, from 0 for up to and fewer than."""
    match stated:
        case None:
            return Range(low=low, high=high, qualifier=found)
        case "at_least" | "more_than":
            return Range(low=low, high=None, qualifier=Qualifier(stated))
        case "up_to" | "fewer_than":
            return Range(low=0, high=high, qualifier=Qualifier(stated))
        case _ if found in (Qualifier.RANGE, Qualifier.VAGUE):
            return Range(low=low, high=high, qualifier=found)
        case _:
            return Range(low=low, high=high, qualifier=Qualifier(stated))


@cache
def _pattern() -> re.Pattern[str]:
    numeral = rf"(?:half a|a|one|{'|'.join([*_UNITS[2:], *_TEENS])}|\d{{1,2}})"
    multiples = data()["multiples"]
    return re.compile(
        rf"(?<!\w)(?:(?P<vague>{alternatives(data()['vague'])})(?!\w)"
        rf"|(?P<dozens>{numeral}) dozens?(?!\w)"
        rf"|(?P<multiple>{alternatives(multiples['words'])})(?=[ -](?:fatal |deadly )?(?:{alternatives(multiples['nouns'])})(?!\w))"
        r"|(?P<half>half (?:a )?million)(?!\w)"
        r"|(?P<both>both)(?= (?:of (?:the |them\b|their )|(?:the )?(?:\w+ )?(?:\w+[^s\W]s|men|women|children|people)\b"
        r"|(?:were|are|have been|had been|face|remain|died|suffered)\b))"
        rf"|between (?P<from>{_ONE}) and (?P<and>{_ONE})"
        rf"|(?P<low>{_ONE})(?:(?P<to> to | or |-|-to-| to as many as | to up to )(?P<high>{_ONE}))?)"
    )


@cache
def _before() -> re.Pattern[str]:
    words = alternatives([w for words in data()["qualifiers"].values() for w in words if w != "top"])
    return re.compile(rf"(?<![\w-])(?P<words>{words}|{TOP}) $")


@cache
def _after() -> re.Pattern[str]:
    words = alternatives([w for words in data()["after"].values() for w in words])
    return re.compile(rf" ?(?P<words>{words})(?![\w-])")


@cache
def _qualifiers() -> dict[str, str]:
    kept = {w: kind for kind, words in data()["after"].items() for w in words}
    return kept | {w: kind for kind, words in data()["qualifiers"].items() for w in words}
