"""Deeds by order: who had others do it ("on the orders of X", "hired a gang to kill")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import does_harm, is_attack, is_passive, own_subject
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_phrase import object_of, preposition, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def ordered(verb: Token, lemma: str) -> Iterator[Place]:
    """Whoever gave the order for what a verb says was done, or had others do it."""
    if lemma in lexicon("predicates", "has_done"):
        yield from _had_it_done(verb)
    elif does_harm(verb) or (lemma in lexicon("predicates", "carry") and _is_of_an_attack(verb)):
        giver = _who_gave_the_order(verb)
        if giver is not None:
            yield Place(rule="ordered", node=verb, actor=giver)


def _had_it_done(verb: Token) -> Iterator[Place]:
    """As in "Iran hired criminals to kill the dissident"."""
    done = next((c for c in verb.children if c.dep_ in ("xcomp", "advcl", "ccomp") and c.tag_ == "VB"), None)
    subject = None if is_passive(verb) else subject_of(verb)
    others = object_of(verb) or next((c for c in (done.children if done else ()) if c.dep_ == "nsubj"), None)
    if done is not None and subject is not None and others is not None and does_harm(done):
        yield Place(rule="ordered", node=verb, actor=subject, loose=False)


def _who_gave_the_order(verb: Token) -> Token | None:
    """As in "on the orders of the cartel", "following instructions from Tehran", "at the behest of"."""
    for child in verb.children:
        if child.dep_ not in ("prep", "advcl", "agent"):
            continue
        order = object_of(child)
        if order is not None and order.lemma_.lower() in lexicon("predicates", "orders"):
            return preposition(order, "of", "from", "by") or preposition(child, "of", "from", "by")
    return None


def _is_of_an_attack(verb: Token) -> bool:
    done = own_subject(verb) if is_passive(verb) else object_of(verb)
    return done is not None and is_attack(done)
