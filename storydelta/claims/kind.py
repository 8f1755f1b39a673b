"""What a kind of claim declares about itself. Everything else reads this and nothing more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from storydelta.claims.passage import Passage
from storydelta.model import Claim, Subject, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of claim.

    `triggers`: lower-case words, one of which a sentence must hold to be read at all ("kill*" stands for every
    word that begins so). `read`: the claims of one sentence. `subject`: the position that a claim bears upon, or
    None where it moves nothing. `value`: what it says of that subject. `settle`: all claims of one document, of this
    kind, in each other's light: some may go, some may change their scope.
    """

    name: str
    claim: type[Claim]
    triggers: frozenset[str]
    read: Callable[[Passage], Iterable[Claim]]
    subject: Callable[[Claim], Subject | None]
    value: Callable[[Claim], Value]
    settle: Callable[[Sequence[Claim]], Iterable[Claim]] = tuple
