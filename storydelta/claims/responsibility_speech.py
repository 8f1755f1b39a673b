"""What verbs and nouns of speech do to a statement that they hand on."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_phrase import is_negated
from storydelta.lexicon import load

if TYPE_CHECKING:
    from spacy.tokens import Token

CONTENT = frozenset({"ccomp", "xcomp", "csubj", "csubjpass", "parataxis"})
"""Relations in which a clause is the content of a verb."""


@cache
def verbs(effect: str) -> frozenset[str]:
    return frozenset(load("speech")["verbs"][effect])


@cache
def nouns(effect: str) -> frozenset[str]:
    return frozenset(load("speech")["nouns"][effect])


@cache
def content_nouns() -> frozenset[str]:
    return nouns("says") | nouns("believes") | nouns("evidence") | nouns("doubts") | nouns("denies")


@cache
def handing_on() -> frozenset[str]:
    return frozenset().union(
        *(verbs(effect) for effect in ("says", "believes", "denies", "doubts", "looks_into"))
    )


def hands_on(lemma: str) -> bool:
    """True for a verb whose subject is answerable for its content."""
    return lemma in handing_on() or lemma in ("reject", "dismiss", "rule")


def is_content(node: Token, relation: str) -> bool:
    """True for a clause that is the content of its head, also where the parser hangs speech behind it."""
    speech = node.head.lemma_.lower() in verbs("says") | verbs("believes")
    marked = any(
        c.dep_ == "mark" and c.lower_ != "that" for c in node.children
    )  # "while rebels attacked, no group claimed"
    return relation in CONTENT or (relation == "advcl" and speech and not marked and node.i < node.head.i)


def stated_by_noun(clause: Token) -> Token | None:
    """For "cast doubt on the US assertion that ...", where the parser hangs the clause on "cast", the assertion."""
    mark = next((c for c in clause.children if c.dep_ == "mark" and c.lower_ == "that"), None)
    if mark is None or mark.i == 0 or clause.dep_ not in ("ccomp", "advcl", "relcl"):
        return None
    noun = mark.nbor(-1)
    known = noun.lemma_.lower() in content_nouns() and noun.pos_ == "NOUN"
    if noun.head.lower_ in ("in", "by", "with") and clause.head.lemma_.lower() in handing_on():
        return None  # "said in a statement that ..."
    return noun if known and noun != clause.head and clause.head.is_ancestor(noun) else None


def is_not_enough(verb: Token) -> bool:
    """As in "the video was not enough to prove that ..."."""
    enough = verb.head
    if verb.dep_ != "xcomp" or enough.lemma_ not in ("enough", "sufficient", "insufficient"):
        return False
    return enough.lemma_ == "insufficient" or is_negated(enough) or is_negated(enough.head)


def is_enough_to_say(verb: Token) -> bool:
    """As in "has enough information to conclude that": who has it says so."""
    enough = any(c.lower_ in ("enough", "sufficient", "ample") for c in verb.head.lefts)
    return enough and verb.tag_ == "VB" and verb.lemma_.lower() in verbs("says")


def is_told_by_noun(verb: Token) -> bool:
    """As in "rejected reports that say ...": the reports say it, and are rejected."""
    relative = any(c.dep_ == "nsubj" and c.tag_ in ("WDT", "WP") for c in verb.children)
    spoken = verb.lemma_.lower() in verbs("says") and not is_negated(verb)
    told = nouns("says") | nouns("believes") | {"interpretation", "article", "story"}
    return relative and spoken and verb.dep_ == "relcl" and verb.head.lemma_.lower() in told


def said_with(verb: Token) -> Token:
    """For "X said Y did it but suggested Z", where the parser hangs "suggested" on "did", the verb "said"."""
    own = any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)
    if own or verb.dep_ != "conj" or verb.head.dep_ != "ccomp" or verb.head.lemma_.lower() in handing_on():
        return verb
    return verb.head.head


def says_no(noun: Token) -> bool:
    return any(c.lower_ in ("no", "little", "scant", "neither") for c in noun.children)


def not_able(verb: Token) -> bool:
    """As in "failed to find", "has yet to see", "without showing"."""
    return (verb.dep_ == "xcomp" and verb.head.lemma_ in ("fail", "refuse", "decline", "have")) or (
        verb.dep_ == "pcomp" and verb.head.lower_ == "without"
    )


def refused(verb: Token) -> bool:
    return is_negated(verb) or (verb.dep_ == "xcomp" and verb.head.lemma_ in ("refuse", "decline", "fail"))


def doubting(verb: Token) -> bool:
    """As in "cast doubt on", "raised questions about"."""
    return verb.lemma_.lower() in verbs("doubts") or any(
        c.dep_ == "dobj" and c.lemma_.lower() in nouns("doubts") for c in verb.children
    )


def is_judged(verb: Token) -> bool:
    """True for "to say" in "it is nonsense to say that", "it is too early to say that": the judgement is on what is
    said.
    """
    if verb.dep_ != "xcomp" or not any(c.lower_ == "to" for c in verb.children):
        return False
    judgements = lexicon("hedges", "deny_adjectives") | lexicon("hedges", "doubt_adjectives")
    judged = [c for c in verb.head.children if c.dep_ in ("acomp", "attr")]
    of_the_whole = verb.head.lemma_ == "be" and any(
        c.lemma_.lower() in judgements or is_too_early(c) for c in judged
    )
    return of_the_whole or is_too_early(verb.head)


def is_too_early(word: Token) -> bool:
    """As in "too soon to conclude", "too early to say"."""
    return word.lower_ in ("early", "soon") and any(c.lower_ == "too" for c in word.children)
