"""What becomes of a claim and of a word, by name, each with its reason: why a document moved something, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.ledger.memory import is_vouched
from storydelta.ledger.ranges import height, satisfies
from storydelta.model import Range

if TYPE_CHECKING:
    from storydelta.model import Position, Statement

COUNTED = "counted"
WEAKER_WORD = "weaker_word"
PART = "part"
OTHER_EVENT = "other_event"
IGNORED = "ignored"
TAKES_BACK = "takes_back"
NO_POSITION = "no_position"
SET_ASIDE = "set_aside"

LEADS = "leads"
SAID_BEFORE = "said_before"
REPEATS = "repeats"
SATISFIED = "satisfied"
DISPUTES = "disputes"
WAITS = "waits"
OUTDATED = "outdated"
OUTWEIGHED = "outweighed"

RULES = {
    COUNTED: "It is its voice's word in this document.",
    WEAKER_WORD: "The same voice says it firmer or higher in this document, or said it first there.",
    PART: "It counts a part of the people; only totals move a position, and parts are never added up.",
    OTHER_EVENT: "It counts the people of another event, or of the past.",
    IGNORED: "The story file ignores whoever says so.",
    TAKES_BACK: "It takes back what was said before.",
    NO_POSITION: "It is kept and shown, and holds no position.",
    SET_ASIDE: "The document does not belong to the story.",
    LEADS: "It is the word by which the position stood from then on.",
    SAID_BEFORE: "The document said the same in an earlier version; it is not said anew.",
    REPEATS: "It says what was held already.",
    SATISFIED: "It is open or vague, and what was held already says as much.",
    DISPUTES: "It contradicts what is held and does not replace it: it is lower, and one voice.",
    WAITS: "A document without a publisher or site is weak alone: it waits for others that say the same.",
    OUTDATED: "A newer word led already.",
    OUTWEIGHED: "Others outweigh it.",
}


def effect_of(statement: Statement, position: Position | None) -> str:
    """By which rule a word moved a position, or did not; `position` is the one that stood after it was heard."""
    if position is None:
        return WAITS
    if position.lead.document == statement.document and position.value == statement.value:
        return LEADS
    if statement.voice.id in {voice.id for voice in position.disputed_by}:
        return DISPUTES
    if adds := _adds_nothing(statement, position):
        return adds
    if not is_vouched(statement):
        return WAITS
    return OUTDATED if statement.said_at < position.lead.said_at else OUTWEIGHED


def _adds_nothing(statement: Statement, position: Position) -> str:
    """The rule by which what is held says as much already, nothing where it does not."""
    held, said = position.value, statement.value
    if isinstance(held, Range) and isinstance(said, Range):
        if height(held) == height(said):
            return REPEATS
        return SATISFIED if satisfies(held, said) else ""
    return REPEATS if held == said else ""
