"""The one word of all the documents without a publisher, each of which is weak alone.

A count's support is the number of unnamed words that gave it, each fading with the time since. A count leads once
its support is enough; `docs/ledger.md` says how much that is, and why.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from storydelta.ledger.memory import are_copies, in_order
from storydelta.ledger.ranges import (
    NEARBY,
    height,
    is_close,
    is_firm,
    is_vague,
    same_count,
    satisfies,
    strength,
)
from storydelta.model import Qualifier, Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from storydelta.model import Statement

COPIES_AMONG = 12
"""Among so many of the latest unnamed words copies are looked for: about as many as a busy hour brings."""
HALVED_AFTER = timedelta(days=1)
"""A word counts half after so long: pages go on stating old tolls, and fewer of them speak as a story grows old."""
AGREED = 1.75
"""The support at which a count is agreed on: that of two words within ten hours, or of three that lie apart."""
STEP = 1.25
"""Up to so many times the standing count, or by one, a single word raises it: tolls creep, what is astray is far off."""
SURE = 0.5
"""A word that is less likely right than this counts half, and neither opens a position nor raises it by a step."""
FAR = 2
"""An order of size that begins so many times above the standing count is another: 22 people may be called dozens."""
OUTWEIGHS = 3
"""So many times the support of an agreed count a lower one needs: tolls seldom fall, and late pages are common."""
FADED = 2
"""Where a measure falls by nature, a count also leads that has so many times the support left to the standing one:
who was missing yesterday is news of yesterday."""
CONFIRMED = 10
"""The weight of the words that confirm a count: 1 for each that gives it, half for each that comes near."""
LONE_FOR = timedelta(hours=6)
"""What stands for so long as the only word on its subject waits no longer: there is nobody to confirm it."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """What the unnamed documents say together: the leading word, then those that gave the same count; and whether
    enough of them confirm it.
    """

    sayings: tuple[Statement, ...]
    confirmed: bool


@dataclass(slots=True)
class _Support:
    """The words that gave one count, oldest first, and what they weighed when the last of them was said."""

    words: list[Statement] = field(default_factory=list)
    weight: float = 0.0

    def at(self, moment: datetime) -> float:
        if not self.words:
            return 0.0
        return float(self.weight * 0.5 ** ((moment - self.words[-1].said_at) / HALVED_AFTER))

    def add(self, word: Statement) -> None:
        self.weight = self.at(word.said_at) + _weight(word)
        self.words.append(word)

    def firmest(self) -> Statement:
        return next((word for word in self.words if is_firm(_count(word))), self.words[-1])


def unnamed_crowd(statements: Iterable[Statement], *, falls: bool = False) -> Crowd | None:
    """What they say together, None where nothing was said that is enough. `falls`: the measure falls by nature.
    Copies of a word count once, and of a revision only its strongest word counts.

    Until a count is agreed on the first sure one stands, and a number in the place of an order of size that it
    reaches. An order of size that is agreed on leads where it is higher.
    """
    lead: Statement | None = None
    support: dict[int, _Support] = {}
    orders: dict[int, _Support] = {}
    words = list(_without_copies(_one_a_page(statements)))
    for word in words:
        number = height(_count(word))
        mine = (orders if is_vague(word.value) else support).setdefault(number, _Support())
        mine.add(word)
        if lead is None:
            leads = is_sure(word) or mine.weight >= AGREED
        elif is_vague(word.value):
            leads = number > FAR * height(_count(lead)) and mine.weight >= AGREED
        elif is_vague(lead.value):
            leads = (is_sure(word) and STEP * number >= height(_count(lead))) or mine.weight >= AGREED
        else:
            leads = _overtakes(word, lead, support, falls=falls)
        lead = mine.firmest() if leads else lead
    if lead is None:
        return None
    same = (orders if is_vague(lead.value) else support)[height(_count(lead))].words
    sayings = (lead, *(word for word in same if word != lead))
    return Crowd(sayings, confirmed=sum(_nearness(word, lead) * _weight(word) for word in words) >= CONFIRMED)


def is_sure(word: Statement) -> bool:
    """Whether it is more likely right than not."""
    return word.confidence >= SURE


def _weight(word: Statement) -> float:
    return 1 if is_sure(word) else 0.5


def _nearness(word: Statement, lead: Statement) -> float:
    """How far a word confirms another: wholly where it gives the same, half where its number is close."""
    if is_vague(word.value) or is_vague(lead.value):
        return float(word.value == lead.value)
    if same_count(word.value, lead.value):
        return 1
    return 0.5 if is_close(_count(word), _count(lead)) else 0


def _one_a_page(statements: Iterable[Statement]) -> list[Statement]:
    """Of each revision its strongest word, whoever it quotes, oldest first."""
    best: dict[str, Statement] = {}
    for statement in in_order(statements):
        known = best.get(statement.revision)
        if known is None or strength(_count(statement)) > strength(_count(known)):
            best[statement.revision] = statement
    return in_order(best.values())


def _without_copies(words: Iterable[Statement]) -> Iterator[Statement]:
    """The words without those that repeat one of the latest numbers."""
    heard: deque[tuple[int, Statement]] = deque(maxlen=COPIES_AMONG)
    for word in words:
        number = height(_count(word))
        same = [s for n, s in heard if n == number and s.value == word.value]
        if not any(are_copies(word, s) for s in same):
            heard.append((number, word))
            yield word


def _overtakes(word: Statement, lead: Statement, support: Mapping[int, _Support], *, falls: bool) -> bool:
    """Whether the count of the word just heard leads from now on."""
    now, number, standing = word.said_at, height(_count(word)), height(_count(lead))
    if number == standing or satisfies(_count(lead), _count(word)):
        return False
    is_step = standing < number <= max(STEP * standing, standing + 1) and is_sure(word)
    mine, theirs = support[number].at(now), support[standing]
    if falls:
        near = _support_near(number, standing, support, now)
        return is_step or near >= min(AGREED, FADED * theirs.at(now))
    if number > standing:
        return is_step or mine >= AGREED
    if not _is_closed(_count(word)):
        return False
    above = sum(other.at(now) for count, other in support.items() if count > number)
    is_agreed = len(theirs.words) > 1
    return mine >= max(AGREED, above, OUTWEIGHS * theirs.at(now) if is_agreed else 0)


def _support_near(number: int, standing: int, support: Mapping[int, _Support], now: datetime) -> float:
    """The support of the numbers within a tenth of one, but not that of the standing number: of people who are missing
    the lists differ, so that 379, 383 and "nearly 400" agree.
    """
    near = (
        words
        for other, words in support.items()
        if other == number or (other != standing and (1 - NEARBY) * max(other, number) <= min(other, number))
    )
    return sum(words.at(now) for words in near)


def _is_closed(count: Range) -> bool:
    return count.qualifier in (Qualifier.EXACT, Qualifier.ABOUT, Qualifier.NEARLY, Qualifier.RANGE)


def _count(statement: Statement) -> Range:
    assert isinstance(statement.value, Range)
    return statement.value
