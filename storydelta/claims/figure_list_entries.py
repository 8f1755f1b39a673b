"""The entries of lists of people: names, persons, pairs and counts, each with its age and place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from storydelta import lexicon
from storydelta.model import Qualifier
from storydelta.quantity import Count


class Sort(Enum):
    """What an entry is."""

    NAME = auto()
    PERSON = auto()
    COUNT = auto()
    PAIR = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, `plain[start:end]` with its age and place.

    `determined`, `indefinite`: it opens with an article or a possessive, with "a". `person`: more than capitals say
    that it is one.
    """

    sort: Sort
    start: int
    end: int
    people: int
    determined: bool = False
    indefinite: bool = False
    person: bool = True


def find_entries(plain: str, counts: Sequence[Count]) -> Iterator[list[Entry]]:
    """What may be lists of a sentence, from left to right; some have a single entry."""
    reader = _Reader(plain, counts)
    position = 0
    for start in reader.starts():
        if start >= position and (entries := reader.read(start)):
            position = entries[-1].end
            yield entries


class _Reader:
    """Reads entries of one sentence; it knows where persons stand, so that few places are tried."""

    def __init__(self, plain: str, counts: Sequence[Count]) -> None:
        self._plain = plain
        self._counts = {count.start: count for count in counts}
        self._words = [match.start() for match in _WORD.finditer(plain)]
        self._persons = [m.start() for m in _WORD.finditer(plain) if _names_person(m.group())]

    def starts(self) -> Iterator[int]:
        """Where a list may begin: at a count, a capital, or a few words in front of a person, with a joint behind it;
        and in front of a pair.
        """
        plain = self._plain
        pairs = [s for s in self._persons if _pair().match(plain, s) or _KIN_WITH_AGES.match(plain, s)]
        joints = [match.start() for match in _JOINT.finditer(plain)]
        if not (pairs or joints):
            return
        for start in self._words:
            opens = start in self._counts or plain[start].isupper() or self._is_near_person(start)
            opens = opens or _PRONOUN.match(plain, start) is not None
            if (opens and _is_near(start, joints, _LONGEST)) or _is_near(start, pairs, _REACH):
                yield start

    def read(self, start: int) -> list[Entry]:
        """The entries from a place on, as far as they are joined."""
        entries: list[Entry] = []
        while entry := self._entry(start):
            entries.append(entry)
            separator = _SEPARATOR.match(self._plain, entry.end)
            if separator is None:
                break
            start = separator.end()
        return entries

    def _entry(self, start: int) -> Entry | None:
        plain = self._plain
        if start in self._counts:
            return _counted(plain, self._counts[start])
        near = self._is_near_person(start)
        if near and (match := _KIN_WITH_AGES.match(plain, start)):
            return Entry(Sort.PAIR, start, match.end(), len(_AGE.findall(match.group())))
        if near and (match := _pair().match(plain, start)):
            return Entry(Sort.PAIR, start, match.end(), 2)
        lead = _lead().match(plain, start) if near else None
        after = lead.end() if lead else start
        name = _name() if after == start or not plain[:after].endswith("-old ") else _first_name()
        if plain[after : after + 1].isupper() and (match := name.match(plain, after)):
            known = after > start or any(c.isdigit() for c in match.group())
            return Entry(Sort.NAME, start, match.end(), 1, person=known)
        if (near or _PRONOUN.match(plain, start)) and (match := _person().match(plain, start)):
            article = (match["det"] or "").lower()
            return Entry(
                Sort.PERSON, start, match.end(), 1,
                determined=bool(article), indefinite=article in ("a ", "an "),
            )  # fmt: skip
        return None

    def _is_near_person(self, start: int) -> bool:
        return _is_near(start, self._persons, _REACH)


def _is_near(start: int, ahead: Sequence[int], reach: int) -> bool:
    return any(start <= there < start + reach for there in ahead)


def _counted(plain: str, count: Count) -> Entry | None:
    """A plain number of persons: "two young boys"; nothing that is a bound or a guess."""
    if count.range.qualifier is not Qualifier.EXACT or not count.range.low or count.further or count.every:
        return None
    match = _people().match(plain, count.end)
    if match is None:
        return None
    known = match["known"] is not None or (match["other"][0].isupper() and not plain.istitle())
    return Entry(Sort.COUNT, count.start, match.end(), count.range.low, person=known)


_REACH = 40
"""Characters from the beginning of an entry to its noun."""
_LONGEST = 90
"""Characters of an entry with its age and place."""
_KIN = "sons|daughters|children|boys|girls|brothers|sisters|stepsons|stepdaughters|grandsons|granddaughters|nephews|nieces|cousins"
_KIN_WITH_AGES = re.compile(
    rf"(?:(?:his|her|their|the|two|three|four) )?(?:young |teenage |little )?(?:{_KIN}), (?:ages? |aged )?\d{{1,2}}(?:, \d{{1,2}})*,? (?:and|&) \d{{1,2}}(?=[,.;]|$)",
    re.IGNORECASE,
)
"""As many as there are ages: "his sons, 9 and 11"."""
_AGE = re.compile(r"\d+")
_WORD = re.compile(r"\w[\w'-]*")
_PRONOUN = re.compile(r"(?:him|her|he|she) and ", re.IGNORECASE)
_JOINT = re.compile(r" and |[,;] | & |as well as|along with")
_SEPARATOR = re.compile(r", and |; and |, | and |; | & |,? as well as |,? along with ")


@cache
def _pieces() -> dict[str, str]:
    people, macros = lexicon.load("people"), lexicon.load("figures")["macros"]
    persons = lexicon.alternatives(people["persons"])
    several = lexicon.alternatives(
        [
            *people["narrower"],
            *people["listed"],
            *people["perpetrators"],
            *(f"{p}s" for p in people["persons"]),
        ]
    )
    stop = f"(?:{macros['stop']}|{macros['prep']}|(?:{lexicon.alternatives(people['not_names'])})\\b)"
    return {
        "det": r"(?P<det>(?i:a|an|the|his|her|their|its|my|our|another) )?",
        "adjectives": rf"(?:(?!(?i:{stop}|shoots?|stabs?|attacks?)\b)(?!(?i:{stop}))(?:\w+-(?:year|month|week|day)-old|\d{{1,2}} y/?o|[a-z][\w-]*|[A-Z][\w-]*) ){{0,3}}?",
        "persons": rf"(?i:{persons})(?![\w'-])",
        "several": rf"(?i:{several}|{persons})(?![\w'-])",
        "pair": rf"(?i:{lexicon.alternatives(people['pairs'])})(?![\w'-])",
        "age": (
            r"(?: \((?:left|right|center|centre|top|bottom|above|below|pictured)[^()]{0,12}\))?"
            rf"(?:,? \(?(?:aged? )?\d{{1,3}}(?![\d-]| ?y/?o)(?! (?:[a-z-]+ )?(?i:{several})(?![\w'-]))\)?(?:,? months?\b)?"
            r"|, \w+ (?:years?|months?) old)?"
            r"(?: and pregnant)?"
        ),
        "place": r"(?:,? (?:both |all )?(?:of|from) [A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2}(?:, [A-Z][\w.'-]*(?: [A-Z][\w.'-]*)?)?)?",
        "word": rf"(?!(?i:{stop}|{persons})(?![\w-]))[A-Z][\w'-]*\.?",
        "stop": stop,
    }


def _names_person(word: str) -> bool:
    return word.lower() in _person_words() or word.endswith("-old")


@cache
def _person_words() -> frozenset[str]:
    people = lexicon.load("people")
    return frozenset((*people["persons"], *people["pairs"], *_KIN.split("|")))


@cache
def _name() -> re.Pattern[str]:
    """Two capitalised words or more, or one with an age; with age and place."""
    p = _pieces()
    words = rf"{p['word']}(?:(?: {p['word']}){{1,3}}| \"[^\"]{{1,20}}\" {p['word']}|(?=, \d{{1,2}}[,;. ]))(?:,? (?:Jr|Sr|II|III)\b\.?)?"
    return re.compile(rf"{words}(?!'s\b){p['age']}{p['place']}")


@cache
def _first_name() -> re.Pattern[str]:
    """A name behind an age: "6-year-old Anna"."""
    p = _pieces()
    return re.compile(rf"{p['word']}(?: {p['word']}){{0,3}}(?!'s\b){p['place']}")


@cache
def _lead() -> re.Pattern[str]:
    """Who somebody is, in front of the name: "his brother", "the 24-year-old driver"."""
    p = _pieces()
    person = rf"(?:(?i:the |his |her |their |an? )?{p['adjectives']}{p['persons']} )"
    return re.compile(rf"{person}?(?:\d{{1,2}}-(?:year|month|week|day)-old )?")


@cache
def _person() -> re.Pattern[str]:
    p = _pieces()
    called = rf"(?: {p['word']}(?! [A-Z])(?=,? (?:and|was|were|are|is|has|have|died)\b))?"
    noun = rf"(?:(?i:her|him|he|she)(?= and (?:his|her|an?|another|the|two|three|four|five|six)\b)|{p['adjectives']}{p['persons']}{called}|(?:\d{{1,2}}|one|two|three|four|five|six|seven|eight|nine)-(?:year|month)-old(?![\w-])(?! [a-z]))"
    return re.compile(
        rf"{p['det']}{noun}(?: of (?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?{p['age']}{p['place']}"
    )


@cache
def _pair() -> re.Pattern[str]:
    p = _pieces()
    return re.compile(
        rf"(?:(?i:a|an|the|his|her|their|its|both his|both her) )?{p['adjectives']}{p['pair']}(?! of\b)"
    )


@cache
def _people() -> re.Pattern[str]:
    p = _pieces()
    of = r"(?: of (?i:the|his|her|their|its|my|our))?"
    things = lexicon.alternatives(
        [thing for thing in lexicon.load("people")["things"] if thing.endswith("s")]
    )
    others = rf"(?P<other>(?!(?i:{things}|{p['stop']})(?![\w-]))[A-Za-z][\w-]*[^\Ws']s)(?![\w'-])"
    return re.compile(
        rf"{of} {p['adjectives']}(?:(?P<known>{p['several']})|{others})(?! of\b){p['age']}{p['place']}"
    )
