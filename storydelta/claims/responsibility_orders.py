"""Deeds by order: who had others do it ("on the orders of X", "hired a gang to kill")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import does_harm, is_attack, is_passive, own_subject
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_phrase import agent_of, object_of, preposition, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def ordered(verb: Token, lemma: str) -> Iterator[Place]:
    """Whoever gave the order for what a verb says was done, or had others do it."""
    if lemma == "have":
        yield from _had_killed(verb)
    elif lemma in lexicon("predicates", "has_done"):
        yield from _had_it_done(verb)
        return
    deed = does_harm(verb) or (lemma in lexicon("predicates", "carry") and _is_of_an_attack(verb))
    acting = lemma in ("act", "operate", "work") and any(map(_tells_of_guilt, verb.doc))
    giver = (_who_gave_the_order(verb) or _who_hired(verb)) if deed or acting else None
    if giver is not None:
        yield Place(rule="ordered", node=verb, actor=giver, voiced=not deed)


def _had_killed(verb: Token) -> Iterator[Place]:
    """As in "the suggestion that the president had his rival killed"."""
    subject = subject_of(verb)
    done = next((c for c in verb.children if c.dep_ == "ccomp" and c.tag_ in ("VBN", "VBD")), None)
    victim = (
        next((c for c in done.children if c.dep_ in ("nsubj", "nsubjpass")), None)
        if done is not None
        else None
    )
    if done is None or subject is None or victim is None or victim.i < verb.i:
        return
    if done.lemma_ in lexicon("acts", "transitive") and done.i == victim.right_edge.i + 1:
        named = subject.pos_ == "PROPN"
        yield Place(rule="ordered", node=verb, actor=subject, loose=named, voiced=True)


def _tells_of_guilt(token: Token) -> bool:
    """True for the words that make orders those of a crime: "confessed to acting on orders", "the bombers acted on"."""
    guilty = token.lemma_ in ("confess", "admit", "saboteur") or token.lemma_ in lexicon("actors", "doers")
    return guilty or is_attack(token) or does_harm(token)


def _had_it_done(verb: Token) -> Iterator[Place]:
    """As in "Iran hired criminals to kill the dissident"."""
    done = next((c for c in verb.children if c.dep_ in ("xcomp", "advcl", "ccomp") and c.tag_ == "VB"), None)
    subject = None if is_passive(verb) else subject_of(verb)
    others = object_of(verb) or next((c for c in (done.children if done else ()) if c.dep_ == "nsubj"), None)
    if done is not None and subject is not None and others is not None and does_harm(done):
        yield Place(rule="ordered", node=verb, actor=subject, loose=False)


def _who_hired(verb: Token) -> Token | None:
    """As in "assassins paid by the cartel killed the judge"."""
    doers = agent_of(verb) if is_passive(verb) else subject_of(verb)
    hired = (c for c in doers.children if c.dep_ == "acl" and c.tag_ == "VBN") if doers is not None else ()
    return next((agent_of(c) for c in hired if c.lemma_.lower() in lexicon("predicates", "has_done")), None)


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
