"""What the words beside a predicate, and the verb that takes it as its content, make of a stance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_mood import is_by_nobody, is_potential, is_unreal
from storydelta.claims.responsibility_speech import verbs
from storydelta.claims.responsibility_stance import denied, hedged
from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_phrase import is_negated
from storydelta.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token


def stance_with(verb: Token, stance: Stance) -> Stance | None:
    """The stance after negation and hedges that stand with a predicate; None for what is unreal or a condition."""
    children = list(verb.children)
    complements = [c for c in children if c.dep_ in ("acomp", "attr", "prep", "advmod", "oprd")]
    conditional = any(c.dep_ == "mark" and c.lower_ in ("if", "unless", "lest") for c in children)
    if conditional or is_unreal(verb) or is_potential(verb):
        return None
    neither = any(g.lower_ in ("neither", "no") for c in complements for t in c.children for g in t.children)
    negated = is_negated(verb)
    if negated or neither or any(is_negated(c) for c in complements) or is_by_nobody(verb):
        stance = denied(stance)
    adverbs = {c.lower_ for c in children}
    adverbs |= {g.lower_ for c in complements for g in c.children if g.dep_ in ("advmod", "neg")}
    modals = {c.lower_ for c in children if c.dep_ == "aux"} & lexicon("hedges", "modals")
    unsure = bool(modals - {"could"} if negated else modals)  # "could not have been" is a denial
    if unsure or adverbs & lexicon("hedges", "suspect"):
        stance = hedged(stance)
    return Stance.DOUBTS if any(c.lower_ == "unlikely" for c in complements) else stance


def stance_after(lemma: str, stance: Stance, *, negated: bool, asked: bool) -> Stance | None:
    """What a verb of speech does to the stance of its content; None where nobody holds it any more."""
    if lemma in verbs("denies") or (lemma in ("reject", "dismiss", "rule") and not asked):
        return None if negated else denied(stance)
    if lemma in verbs("doubts"):
        return Stance.DOUBTS
    if lemma in verbs("believes") or lemma in verbs("seems"):
        return Stance.DOUBTS if negated else hedged(stance)
    if lemma in verbs("looks_into"):
        return hedged(stance)
    return None if asked or lemma in verbs("asks") or (negated and lemma in verbs("says")) else stance


def said_to_be(act: Token) -> Token | None:
    """The verb of "it was an Israeli strike", "the blast was the result of a strike by Israel"."""
    node = act
    outcome = node.dep_ == "pobj" and node.head.lower_ in ("of", "from") and node.head.head
    if outcome and outcome.lemma_.lower() in _OUTCOMES:
        node = outcome
    return node.head if node.dep_ == "attr" and node.head.lemma_ == "be" else None


_OUTCOMES = frozenset({"result", "consequence", "outcome", "product", "effect"})
