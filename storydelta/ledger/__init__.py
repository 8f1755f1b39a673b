"""What is held: what a ledger remembers, and the positions that follow from it. `docs/ledger.md` has the rules."""

from storydelta.ledger.freshness import is_stale, last_said
from storydelta.ledger.hearing import Heard, hear, is_nobody_in_particular, voice_of
from storydelta.ledger.memory import prune, settle, taken_back
from storydelta.ledger.positions import position_of
from storydelta.ledger.ranges import exclude, height, is_firm, same_count, satisfies, span
from storydelta.ledger.unnamed import LONE_FOR

__all__ = [
    "LONE_FOR",
    "Heard",
    "exclude",
    "hear",
    "height",
    "is_firm",
    "is_nobody_in_particular",
    "is_stale",
    "last_said",
    "position_of",
    "prune",
    "same_count",
    "satisfies",
    "settle",
    "span",
    "taken_back",
    "voice_of",
]
