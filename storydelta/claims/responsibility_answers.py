"""Answers to a claim of the same sentence: "..., which Moscow denies", "..., a charge that Kyiv called absurd"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import agent_of, is_negated, is_pronoun, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def answers(view: View) -> Iterator[tuple[Token, Token]]:
    """(who denies, the verb) of every denial that hangs on what was said before it in the sentence."""
    for verb in view.doc:
        if verb.pos_ != "VERB" or is_negated(verb) or not _denies(verb):
            continue
        passive = verb.dep_ == "acl" and verb.tag_ == "VBN"
        who = agent_of(verb) if passive else subject_of(verb)
        if who is not None and not is_pronoun(who) and _is_about_the_claim(verb, passive=passive):
            yield who, verb


def _denies(verb: Token) -> bool:
    lemma = verb.lemma_.lower()
    if lemma in lexicon("predicates", "deny_verbs") | lexicon("predicates", "reject"):
        return True
    if lemma not in lexicon("predicates", "calls"):
        return False
    return any(t.lemma_.lower() in lexicon("hedges", "deny_adjectives") for t in verb.subtree)


def _is_about_the_claim(verb: Token, *, passive: bool) -> bool:
    """True for a clause on "a charge", "an accusation", and for ", which ..." on whatever the parser hangs it on."""
    if verb.dep_ not in ("relcl", "acl"):
        return False
    head = verb.head
    if head.lemma_.lower() in lexicon("predicates", "statement_nouns") and head.i > 0:
        return head.dep_ in ("appos", "npadvmod", "attr", "dobj", "conj", "oprd", "pobj", "dep") and _set_off(
            head
        )
    if passive:
        return False
    which = next(
        (c for c in verb.children if c.lower_ == "which" and c.dep_ in ("dobj", "nsubj", "pobj")), None
    )
    alone = not any(c.dep_ in ("xcomp", "ccomp", "pcomp") for c in verb.children)
    return (
        alone and which is not None and which.dep_ != "nsubj" and which.i > 0 and which.nbor(-1).text == ","
    )


def _set_off(noun: Token) -> bool:
    first = noun.left_edge
    return first.i > 0 and first.nbor(-1).text in (",", "-", "(")
