"""What is held: what a ledger remembers, and the positions that follow from it. `docs/ledger.md` has the rules."""

from storydelta.ledger.memory import Retraction, prune, settle
from storydelta.ledger.positions import position_of
from storydelta.ledger.ranges import exclude, height, is_firm, satisfies, span

__all__ = [
    "Retraction",
    "exclude",
    "height",
    "is_firm",
    "position_of",
    "prune",
    "satisfies",
    "settle",
    "span",
]
