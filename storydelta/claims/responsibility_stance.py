"""How a stance changes when it is denied or hedged."""

from __future__ import annotations

from storydelta.model import Stance

_DENIED = {
    Stance.ASSERTS: Stance.DENIES,
    Stance.SUSPECTS: Stance.DOUBTS,
    Stance.DENIES: Stance.ASSERTS,
    Stance.DOUBTS: Stance.SUSPECTS,
    Stance.CLAIMS: Stance.DENIES,
}
_HEDGED = {Stance.ASSERTS: Stance.SUSPECTS, Stance.DENIES: Stance.DOUBTS}


def denied(stance: Stance) -> Stance:
    """The stance of who says that it is not so: of a suspicion, a doubt."""
    return _DENIED[stance]


def hedged(stance: Stance) -> Stance:
    """The stance of who says that it may be so; one's own act stays claimed."""
    return _HEDGED.get(stance, stance)
