"""The position that follows from what is remembered of a subject. A pure function: the order of arrival is no part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.ledger import rules
from storydelta.ledger.memory import is_vouched
from storydelta.ledger.ranges import come_near, exclude, height, satisfies
from storydelta.ledger.words import figure_words, independent, is_confirmed, latest_words, same_house
from storydelta.model import Figure, Measure, Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storydelta.ledger.words import Word
    from storydelta.model import Statement, Subject

FALLING = frozenset({Measure.MISSING, Measure.KIDNAPPED, Measure.DISPLACED})
"""People are found, freed, and go home: a lower number of these is news, and contradicts nobody."""


def position_of(subject: Subject, statements: Sequence[Statement]) -> Position | None:
    """The position on a subject, None where nothing that was said is enough to hold one."""
    if not statements:
        return None
    return _figure(subject, statements) if subject.kind == Figure.kind else _latest(subject, statements)


def _figure(subject: Subject, statements: Sequence[Statement]) -> Position | None:
    """The voices' latest words, taken in order of time."""
    falls = subject.measure in FALLING
    words = figure_words(statements, falls=falls)
    if not words:
        return None
    lead, rule = words[0], _leading(words[0])
    against: list[Word] = []
    for word in words[1:]:
        if word.count == lead.count or satisfies(lead.count, word.count):
            continue
        if falls or not exclude(lead.count, word.count) or height(word.count) > height(lead.count):
            rule, against = _leading(word), []
        elif same_house(lead, word):
            rule, against = rules.HOUSE_MOVED, []
        elif any(come_near(other.count, word.count) and independent(other, word) for other in against):
            rule = rules.SECOND_VOICE_SIDES
            against = [
                o
                for o in against
                if not come_near(o.count, word.count) and height(o.count) < height(word.count)
            ]
        else:
            against.append(word)
            continue
        lead = word
    return Position(
        subject=subject,
        value=lead.value,
        lead=lead.first,
        statements=tuple(word.first for word in words),
        disputed_by=tuple(word.voice for word in against),
        since=lead.first.said_at,
        rule=rule,
        confirmed=any(word.confirmed for word in words if height(word.count) == height(lead.count)),
    )


def _leading(word: Word) -> str:
    if is_vouched(word.first):
        return rules.NEWEST_LEADS
    return rules.UNNAMED_AGREE if len(word.sayings) > 1 else rules.UNNAMED_STEP


def _latest(subject: Subject, statements: Sequence[Statement]) -> Position | None:
    """What most voices say last; on a tie what was said first. A speaker is the only voice on its subjects."""
    words = latest_words(s for s in statements if is_vouched(s) or is_confirmed(s, statements))
    if not words:
        return None
    support: dict[object, list[Word]] = {}
    for word in words:
        support.setdefault(word.value, []).append(word)
    lead = max(support.values(), key=len)[0]
    return Position(
        subject=subject,
        value=lead.value,
        lead=lead.first,
        statements=tuple(word.first for word in words),
        since=lead.first.said_at,
        rule=rules.LATEST_WORD,
    )
