"""Each voice's latest word, and that of the documents without a publisher, from which a position follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storydelta.ledger.memory import are_copies, by_voice, in_order, is_vouched
from storydelta.ledger.ranges import is_vague, satisfies
from storydelta.ledger.unnamed import unnamed_crowd
from storydelta.model import Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storydelta.model import Name, Statement, Value


@dataclass(frozen=True, slots=True)
class Word:
    """A voice's latest value, with its sayings, the first that counts ahead. `confirmed`: it needs no others."""

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


def latest_words(ordered: Iterable[Statement]) -> list[Word]:
    """Each voice's latest value, in the order in which those were first said. The statements are in order."""
    words = []
    for spoken in by_voice(ordered).values():
        latest = _latest_value(spoken)
        words.append(Word(tuple(s for s in spoken if s.value == latest)))
    return _as_first_said(words)


def _as_first_said(words: Iterable[Word]) -> list[Word]:
    by_saying = {id(word.first): word for word in words}
    return [by_saying[id(first)] for first in in_order(word.first for word in by_saying.values())]


def _latest_value(spoken: Sequence[Statement]) -> Value:
    """What a voice said last; "dozens", said after 39, takes nothing back."""
    last = spoken[-1].value
    if not (isinstance(last, Range) and is_vague(last)):
        return last
    before = next((s.value for s in reversed(spoken) if not is_vague(s.value)), None)
    return before if isinstance(before, Range) and satisfies(before, last) else last


def figure_words(statements: Sequence[Statement], *, falls: bool = False) -> list[Word]:
    """The words that a measure's position follows from: each voice's latest, and that of the unnamed sources.
    `falls`: the measure falls by nature.
    """
    words = latest_words(s for s in statements if is_vouched(s))
    crowd = unnamed_crowd((s for s in statements if not is_vouched(s)), falls=falls)
    if crowd and (len(crowd.sayings) > 1 or not words):
        words.append(Word(crowd.sayings, crowd.confirmed))
    return _as_first_said(words)
