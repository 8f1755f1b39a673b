"""What is held: the words that a ledger remembers, and the position that follows from them.

A position is a pure function of a bounded set of remembered statements. The order in which they arrived cannot
matter, and a late arrival costs what a punctual one does. `docs/ledger.md` gives the rules with their reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from storydelta.model import Name, Position, Qualifier, Range, Statement, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEWEST_LEADS = "newest_leads"
SECOND_VOICE_SIDES = "second_voice_sides"
LOWER_VOICE_DISPUTES = "lower_voice_disputes"
LATEST_WORD = "latest_word"

VALUES_A_VOICE = 8
SAYINGS_A_VALUE = 4
VOICES_A_SUBJECT = 96
NEARBY = 0.1


def span(count: Range) -> tuple[float, float]:
    """The counts that a range allows, both ends included."""
    low, high = float(count.low), float("inf") if count.high is None else float(count.high)
    match count.qualifier:
        case Qualifier.MORE_THAN:
            return low + 1, high
        case Qualifier.FEWER_THAN:
            return low, high - 1
        case Qualifier.ABOUT:
            return low * (1 - NEARBY), high * (1 + NEARBY)
        case Qualifier.NEARLY:
            return low * (1 - NEARBY), high
        case _:
            return low, high


def exclude(one: Range, other: Range) -> bool:
    """Whether the two cannot both be true."""
    (low, high), (other_low, other_high) = span(one), span(other)
    return high < other_low or other_high < low


def is_firm(count: Range) -> bool:
    """Whether it states a number, not only a bound or an order of size."""
    return count.qualifier is Qualifier.EXACT


def height(count: Range) -> int:
    """Where a range stands when it is compared with another: its number."""
    if count.qualifier in (Qualifier.UP_TO, Qualifier.FEWER_THAN) and count.high is not None:
        return count.high
    return count.low


def satisfies(standing: Range, newer: Range) -> bool:
    """Whether an open or vague newer figure says nothing that the standing one does not."""
    return not is_firm(newer) and not exclude(standing, newer) and height(newer) <= height(standing)


def said_order(statement: Statement) -> tuple[object, ...]:
    """By time; at one moment the vaguer and lower first, so that the firmer and higher one is the newer."""
    value = statement.value
    rank = (is_firm(value), height(value)) if isinstance(value, Range) else (False, 0)
    return (
        statement.said_at, rank, str(value), statement.voice.id, statement.document, statement.revision,
        statement.evidence.field, statement.evidence.start,
    )  # fmt: skip


def remember(known: Iterable[Statement], new: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements worth keeping of both, in the order of `said_order`.

    An edit replaces what older revisions of the same document said. Of each voice the newest values stay, of each
    value its first saying and the newest ones, of a subject the newest voices: the size is bounded.
    """
    fresh = list(new)
    edited = {s.document: s.revision for s in sorted(fresh, key=lambda s: (s.seen_at, s.said_at))}
    kept = {s for s in [*known, *fresh] if edited.get(s.document, s.revision) == s.revision}
    return prune(kept)


def prune(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """See `remember`."""
    ordered = sorted(statements, key=said_order)
    voices: list[tuple[object, list[Statement]]] = []
    for _, spoken in groupby(sorted(ordered, key=lambda s: s.voice.id), key=lambda s: s.voice.id):
        values: dict[object, list[Statement]] = {}
        for statement in sorted(spoken, key=said_order):
            values.setdefault(statement.value, []).append(statement)
        newest = sorted(values.values(), key=lambda sayings: said_order(sayings[-1]))[-VALUES_A_VOICE:]
        words = [s for sayings in newest for s in [*sayings[:1], *sayings[1:][-SAYINGS_A_VALUE + 1 :]]]
        voices.append((said_order(newest[-1][-1]), words))
    newest_voices = sorted(voices, key=lambda pair: pair[0])[-VOICES_A_SUBJECT:]  # type: ignore[arg-type, return-value]
    return tuple(sorted((s for _, words in newest_voices for s in words), key=said_order))


@dataclass(frozen=True, slots=True)
class Word:
    """A voice's latest value: when it was first said, and everywhere it was."""

    sayings: tuple[Statement, ...]

    @property
    def first(self) -> Statement:
        return self.sayings[0]

    @property
    def voice(self) -> Name:
        return self.sayings[0].voice

    @property
    def publishers(self) -> frozenset[str | None]:
        return frozenset(s.publisher for s in self.sayings)

    @property
    def count(self) -> Range:
        value = self.first.value
        assert isinstance(value, Range)
        return value

    def speaks_for_itself(self) -> bool:
        """Whether the voice is the publisher's own."""
        return any(s.publisher == s.voice.written for s in self.sayings)


def latest_words(statements: Iterable[Statement]) -> list[Word]:
    """Each voice's latest value, in the order in which those were first said."""
    words = []
    for _, spoken in groupby(sorted(statements, key=lambda s: s.voice.id), key=lambda s: s.voice.id):
        mine = sorted(spoken, key=said_order)
        words.append(Word(tuple(s for s in mine if s.value == mine[-1].value)))
    return sorted(words, key=lambda word: said_order(word.first))


def same_house(one: Word, other: Word) -> bool:
    """Whether one publisher stands behind both: what it relayed and what it now says itself."""
    shared = one.publishers == other.publishers and len(one.publishers) == 1 and None not in one.publishers
    return shared and (one.speaks_for_itself() or other.speaks_for_itself())


def figure_position(subject: Subject, statements: Sequence[Statement]) -> Position:
    """The position of a measure: the voices' latest words, taken in order of time."""
    words = latest_words(statements)
    lead, rule = words[0], NEWEST_LEADS
    against: list[Word] = []
    for word in words[1:]:
        if satisfies(lead.count, word.count):
            continue
        if exclude(lead.count, word.count) and height(word.count) < height(lead.count):
            sided = any(not exclude(other.count, word.count) for other in against)
            if not sided and not same_house(lead, word):
                against.append(word)
                continue
            rule = SECOND_VOICE_SIDES if sided else NEWEST_LEADS
        else:
            rule = NEWEST_LEADS
        lead, against = word, []
    return Position(
        subject=subject,
        value=lead.first.value,
        lead=lead.first,
        statements=tuple(word.first for word in words),
        disputed_by=tuple(word.voice for word in against),
        since=lead.first.said_at,
        rule=LOWER_VOICE_DISPUTES if against else rule,
    )


def latest_word_position(subject: Subject, statements: Sequence[Statement]) -> Position:
    """The position on any other subject: the value that most voices give last; on a tie the one said first."""
    words = latest_words(statements)
    support: dict[object, list[Word]] = {}
    for word in words:
        support.setdefault(word.first.value, []).append(word)
    leading = max(support.values(), key=len)
    return Position(
        subject=subject,
        value=leading[0].first.value,
        lead=leading[0].first,
        statements=tuple(word.first for word in words),
        since=leading[0].first.said_at,
        rule=LATEST_WORD,
    )
