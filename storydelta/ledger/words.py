"""Each voice's latest word, and the one word of all the documents without a publisher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from typing import TYPE_CHECKING

from storydelta.ledger.memory import are_copies, by_voice, is_vouched, said_order
from storydelta.ledger.ranges import height, is_vague, satisfies
from storydelta.model import Qualifier, Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storydelta.model import Name, Statement, Value

LATEST_UNNAMED = 12
"""Among so many of the latest unnamed words agreement is looked for: about as many as a busy hour brings."""
AGREEING, AGREEING_IN_A_CROWD = 2, 3
CROWD, CROWD_WITHIN = 5, timedelta(hours=3)
"""Two unnamed words that agree make a voice; while five or more come within three hours it takes three, for one wrong
page is soon quoted by another."""
FALLS_AFTER = 3
FALLS_AFTER_AT_MOST = 12
"""An unnamed figure falls only when so many words in a row, and one more for each that carried it, said otherwise:
old pages go on stating old tolls."""


@dataclass(frozen=True, slots=True)
class Word:
    """A voice's latest value, with its sayings, oldest first. `confirmed`: one saying is enough, or several agree."""

    sayings: tuple[Statement, ...]
    confirmed: bool = True

    @property
    def first(self) -> Statement:
        return self.sayings[0]

    @property
    def voice(self) -> Name:
        return self.first.voice

    @property
    def value(self) -> Value:
        return self.first.value

    @property
    def count(self) -> Range:
        assert isinstance(self.first.value, Range)
        return self.first.value


def same_house(one: Word, other: Word) -> bool:
    """Whether a single publisher stands behind both, and in one of them speaks for itself."""
    publishers = {s.publisher for word in (one, other) for s in word.sayings}
    if len(publishers) != 1 or None in publishers:
        return False
    return any(s.publisher == s.voice.written for word in (one, other) for s in word.sayings)


def independent(one: Word, other: Word) -> bool:
    """Whether two voices do not merely repeat each other: no saying of one is a copy of one of the other."""
    return not any(are_copies(mine, theirs) for mine in one.sayings for theirs in other.sayings)


def is_confirmed(statement: Statement, others: Iterable[Statement]) -> bool:
    """Whether another document, not a copy, says the same: what a word without a publisher needs to count."""
    return any(other.value == statement.value and not are_copies(statement, other) for other in others)


def latest_words(statements: Iterable[Statement]) -> list[Word]:
    """Each voice's latest value, in the order in which those were first said."""
    words = []
    for spoken in by_voice(statements):
        latest = _latest_value(spoken)
        words.append(Word(tuple(s for s in spoken if s.value == latest)))
    return sorted(words, key=lambda word: said_order(word.first))


def _latest_value(spoken: Sequence[Statement]) -> Value:
    """What a voice said last; "dozens", said after 39, takes nothing back."""
    numbers = [s.value for s in spoken if not is_vague(s.value)]
    last, before = spoken[-1].value, numbers[-1] if numbers else None
    if isinstance(last, Range) and isinstance(before, Range) and is_vague(last) and satisfies(before, last):
        return before
    return last


def figure_words(statements: Sequence[Statement], *, falls: bool = False) -> list[Word]:
    """The words that a measure's position follows from: each voice's latest, and that of the unnamed sources.
    `falls`: the measure falls by nature.
    """
    words = latest_words(s for s in statements if is_vouched(s))
    nameless = sorted((s for s in statements if not is_vouched(s)), key=said_order)
    crowd = unnamed_word(nameless, falls=falls)
    if crowd and (crowd.confirmed or not words):
        words.append(crowd)
    return sorted(words, key=lambda word: said_order(word.first))


def unnamed_word(statements: Sequence[Statement], *, falls: bool = False) -> Word | None:
    """What the documents without a publisher say together, taken in order of time.

    The first word stands until some agree on another. A rise takes a few agreeing among the latest words; a fall
    also takes a run of words that no longer say what stands, unless the measure falls by nature. Copies of a word
    count once.
    """
    heard: list[Statement] = []
    lead: Statement | None = None
    carried: list[Statement] = []
    run: list[int] = []
    for statement in statements:
        if any(statement.value == s.value and are_copies(statement, s) for s in heard[-LATEST_UNNAMED:]):
            continue
        if lead is None or is_vague(lead.value):
            lead, carried, run = statement, [statement], []
            heard.append(statement)
            continue
        if is_vague(statement.value):
            continue
        heard.append(statement)
        number, standing = height(_count(statement)), height(_count(lead))
        if number == standing:
            carried.append(statement)
            run = []
        if number == standing or satisfies(_count(lead), _count(statement)):
            continue
        run.append(number)
        agreeing = [s for s in heard[-LATEST_UNNAMED:] if height(_count(s)) == number]
        enough = len(agreeing) >= (AGREEING_IN_A_CROWD if _is_crowded(heard) else AGREEING)
        if enough and (falls or number > standing or _outlasts(statement, lead, run, len(carried))):
            lead, carried, run = statement, [s for s in agreeing if s.value == statement.value], []
    return Word((lead, *(s for s in carried if s != lead)), len(carried) > 1) if lead else None


def _outlasts(statement: Statement, lead: Statement, run: Sequence[int], carried: int) -> bool:
    """Whether a lower figure has outlasted the standing one: so many words in a row no longer said that, and most of
    them are nearer to the lower one.
    """
    long_enough = len(run) >= min(FALLS_AFTER_AT_MOST, FALLS_AFTER + carried)
    between = sqrt(height(_count(statement)) * height(_count(lead)))
    return long_enough and _is_closed(_count(statement)) and 2 * sum(n <= between for n in run) > len(run)


def _is_crowded(heard: Sequence[Statement]) -> bool:
    return len(heard) >= CROWD and heard[-1].said_at - heard[-CROWD].said_at <= CROWD_WITHIN


def _is_closed(count: Range) -> bool:
    return count.qualifier in (Qualifier.EXACT, Qualifier.ABOUT, Qualifier.NEARLY, Qualifier.RANGE)


def _count(statement: Statement) -> Range:
    assert isinstance(statement.value, Range)
    return statement.value
