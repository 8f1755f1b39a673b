"""Statements in the form of a noun: whose "assertion" it is, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import is_act
from storydelta.claims.responsibility_speech import doubting, nouns, refused, verbs
from storydelta.claims.responsibility_stance import denied, hedged
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import agent_of, is_negated, preposition, subject_of
from storydelta.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token

_ISSUES = frozenset({"make", "issue", "level", "show", "indicate", "suggest"})
_AGREES = frozenset({"agree", "concur", "accept", "believe", "recognise", "recognize", "acknowledge"})


def owner_of_statement(view: View, noun: Token) -> Token | None:
    """Whose assertion it is: "Kyiv's", "US", "by officials"."""
    for child in noun.children:
        if child.dep_ == "poss" and child.lower_ not in ("its", "his", "her", "their", "our", "my"):
            return child
        if (
            child.dep_ in ("amod", "compound", "nmod")
            and (m := view.mention_at(child))
            and m.kind != "person"
        ):
            return child
    return preposition(noun, "by", "from")


def governor(noun: Token) -> Token | None:
    """The verb whose object, subject or topic a noun is."""
    node = noun
    for _ in range(4):
        if node.dep_ in ("dobj", "nsubjpass", "nsubj", "attr", "obj"):
            return node.head
        if node.dep_ in ("pobj", "prep", "conj", "acl", "pcomp"):
            node = node.head
            if node.pos_ in ("VERB", "AUX"):
                return node
            continue
        if node.dep_ == "ROOT" and node.pos_ in ("NOUN", "PROPN"):
            return node
        return None
    return None


def verdict(view: View, noun: Token, stance: Stance) -> tuple[Token, Stance] | None:
    """(who, stance) of somebody who judges another's statement."""
    verb = governor(noun)
    if verb is None or verb == noun:
        return None
    lemma, subject = verb.lemma_.lower(), subject_of(verb)
    supports = lemma in lexicon("predicates", "support") and lemma not in _ISSUES
    judged: Stance | None = None
    if supports or lemma in _AGREES:
        refusal = verb.dep_ == "acl" and verb.head.lemma_ in ("refusal", "reluctance", "failure")
        if refusal:
            subject = owner_of_statement(view, verb.head) or preposition(verb.head, "of")
        if refusal or refused(verb):
            return (subject, Stance.DOUBTS) if subject is not None else None
        judged = stance if supports else None
    if lemma in lexicon("predicates", "reject"):
        judged = denied(stance)
    elif doubting(verb):
        judged = Stance.DOUBTS
    subject = agent_of(verb) if subject is None or subject == noun else subject
    return (subject, judged) if subject is not None and judged and not is_negated(verb) else None


def weighed(stance: Stance, noun: Token, verb: Token, *, none: bool) -> Stance | None:
    """The stance after what is done with the statement; None where that says nothing about it."""
    lemma, action = noun.lemma_.lower(), verb.lemma_.lower()
    rejected = action in lexicon("predicates", "reject") | {"rule"} and lemma not in nouns("evidence")
    if action == "be" and noun.dep_ in ("nsubj", "nsubjpass"):
        judged = {c.lemma_.lower() for c in verb.children if c.dep_ in ("acomp", "attr")}
        return denied(stance) if judged & lexicon("hedges", "deny_adjectives") else None
    if lemma in _LINKS or action == "look" or action in verbs("looks_into") | lexicon("predicates", "calls"):
        return _weighed_by_use(stance, noun, verb, none=none)
    if rejected:
        return _weighed_as_rejected(stance, verb, none=none)
    if lemma in nouns("doubts") or doubting(verb):
        return Stance.ASSERTS if none else Stance.DOUBTS
    if lemma in nouns("evidence") | nouns("believes") and action not in verbs("asks"):  # "demanded evidence"
        return Stance.DOUBTS if none and action not in verbs("looks_into") else hedged(stance)
    kept = lemma == "fact" or (action in lexicon("predicates", "support") and not none)
    return stance if kept else None


_LINKS = frozenset({"link", "connection", "tie"})


def _weighed_by_use(stance: Stance, noun: Token, verb: Token, *, none: bool) -> Stance | None:
    """As in "found no link between", "is looking into the possibility", "called the hints false"."""
    lemma, action = noun.lemma_.lower(), verb.lemma_.lower()
    if lemma in _LINKS:
        found = action in lexicon("predicates", "find") | lexicon("predicates", "support")
        return Stance.DOUBTS if none else stance if found or action in ("establish", "allege") else None
    if action in lexicon("predicates", "calls"):
        called = {t.lower_ for t in verb.subtree if not noun.is_ancestor(t)}
        return denied(stance) if called & lexicon("hedges", "deny_adjectives") and not none else None
    looked_at = action != "look" or noun.dep_ == "pobj"
    return hedged(stance) if looked_at and not none else None


def _weighed_as_rejected(stance: Stance, verb: Token, *, none: bool) -> Stance | None:
    """As in "rejected reports that"; who refuses to rule a possibility out holds it possible."""
    if none or refused(verb):
        return Stance.SUSPECTS if verb.lemma_.lower() == "rule" else None
    return denied(stance)


def is_evidence(view: View, noun: Token) -> bool:
    """True for what shows something and belongs to nobody; "French intelligence" is a voice, "this attack" is none."""
    if is_act(noun) and view.mention_at(noun) is None:
        return True
    return noun.lemma_.lower() in nouns("evidence") and not any(view.mention_at(c) for c in noun.lefts)
