"""Who holds a statement so far, and how firmly, on the way from its predicate to the top of its sentence."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_predicate import stance_with
from storydelta.claims.responsibility_speech import is_too_early
from storydelta.claims.responsibility_stance import denied, hedged
from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_phrase import cleft
from storydelta.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass
class Held:
    """`stance` None: nobody holds it. `fixed`: it is a speaker's already; what is said about it does not change it."""

    _: KW_ONLY
    stance: Stance | None
    speaker: Token | None = None
    fixed: bool = False

    def local(self, verb: Token) -> None:
        """Negation, hedges and unreal forms that stand with a predicate."""
        if self.stance is not None:
            self.stance = stance_with(verb, self.stance)

    def deny(self) -> None:
        if self.stance is not None and not self.fixed:
            self.stance = denied(self.stance)

    def hedge(self) -> None:
        if self.stance is not None and not self.fixed:
            self.stance = hedged(self.stance)

    def doubt(self) -> None:
        if self.stance is not None and not self.fixed:
            self.stance = Stance.DOUBTS

    def spoken_by(self, speaker: Token | None) -> None:
        """The innermost speaker is answerable; what others add around it stays theirs."""
        if speaker is not None and self.speaker is None:
            self.speaker, self.fixed = speaker, True

    def hedge_or_doubt(self, *, negated: bool) -> None:
        self.doubt() if negated else self.hedge()

    def judged(self, node: Token, word: str, complement: Token, *, negated: bool) -> bool:
        """Whether the content is judged as a whole: "it is unlikely that", "it was not Kenya that attacked"."""
        if cleft(node) is not None:
            if negated:
                self.deny()
        elif word in lexicon("hedges", "suspect_adjectives"):
            self.hedge_or_doubt(negated=negated)
        elif word in lexicon("hedges", "doubt_adjectives") or is_too_early(complement):
            self.doubt()
        elif word in lexicon("hedges", "deny_adjectives"):
            self.deny()
        else:
            return False
        return True
