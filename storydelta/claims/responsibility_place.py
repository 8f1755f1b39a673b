"""A place in a sentence that speaks of who did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storydelta.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, kw_only=True)
class Place:
    """`node` is the predicate from which layers of speech are climbed. `accuser`: who holds it, where the rule
    knows; `own`: the actor says it of itself; `loose`: any name will do as actor. `nominal`: `node` is a noun.
    `fixed`: the stance is the rule's own, and what lies around it only hands it on. `single`: the actor alone, without
    those who are coordinated with it. `voiced`: a claim only where somebody says so.
    """

    rule: str
    node: Token
    actor: Token
    stance: Stance = Stance.ASSERTS
    accuser: Token | None = None
    own: bool = False
    loose: bool = True
    nominal: bool = False
    fixed: bool = False
    single: bool = False
    voiced: bool = False
