"""What is harm in a parsed sentence, and small questions about verbs that all rules of responsibility ask."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_view import lemma_of, lexicon
from storydelta.claims.speaker_phrase import object_of, subject_of
from storydelta.lexicon import load

if TYPE_CHECKING:
    from spacy.tokens import Token


def is_passive(verb: Token) -> bool:
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children):
        return True
    if any(c.dep_ == "nsubj" for c in verb.children) and not any(c.dep_ == "agent" for c in verb.children):
        return False  # "the army bombed", whose verb the tagger takes for a participle
    if verb.tag_ != "VBN" and not (verb.tag_ == "VBD" and any(c.dep_ == "agent" for c in verb.children)):
        return False
    if any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
        return False
    return verb.dep_ in ("acl", "advcl", "ROOT", "conj", "relcl", "ccomp", "amod", "dep") and not any(
        c.dep_ == "dobj" for c in verb.children
    )


def own_subject(verb: Token) -> Token | None:
    """The subject of a passive: its own, that of the verb it is raised from, or the noun that it modifies."""
    subject = subject_of(verb)
    if subject is not None:
        return subject
    while verb.dep_ == "xcomp" and verb.head.pos_ == "VERB":  # "the raid, believed to have been staged by"
        verb = verb.head
    return verb.head if verb.dep_ in ("acl", "relcl") else None


def is_act(noun: Token) -> bool:
    return noun.lemma_.lower() in lexicon("acts", "nouns", "any") or noun.lower_ in lexicon(
        "acts", "nouns", "any"
    )


def is_attack(noun: Token) -> bool:
    """Harm, and no campaign: an offensive, a war, an operation has no author to be found."""
    if any(c.lower_ in ("terrorist", "terror", "criminal") for c in noun.lefts):
        return True
    return is_harm(noun) and noun.lemma_.lower() not in lexicon("acts", "nouns", "campaigns")


def is_harm(noun: Token) -> bool:
    return (
        noun.pos_ in ("NOUN", "PROPN", "VERB")
        and is_act(noun)
        and noun.ent_type_ == ""
        and not (noun.pos_ == "PROPN" and noun.lemma_[0].isupper() and noun.dep_ == "compound")
    )


def subtree_harm(head: Token) -> bool:
    """True where a phrase names harm, apart from clauses and dates that merely hang on it."""
    waiting = [head]
    while waiting:
        token = waiting.pop()
        if is_act(token) or (token.pos_ == "VERB" and does_harm(token)):
            return True
        if token.lemma_.lower() in lexicon("acts", "averted"):
            continue  # "lacking the will to halt the murders"
        waiting += [
            c
            for c in token.children
            if c.dep_ not in ("relcl", "advcl", "npadvmod", "appos", "ccomp")
            and c.lower_
            not in ("at", "after", "before", "since", "during", "about", "concerning", "regarding")
        ]
    return False


def names_event(head: Token) -> bool:
    return subtree_harm(head) or head.lemma_.lower() in lexicon("acts", "nouns", "events")


def has_to_do(thing: Token) -> bool:
    """As in "nothing to do with it", "anything to do with the raid"."""
    return thing.lower_ in ("nothing", "anything", "something") and any(
        c.lemma_ == "do" for c in thing.children
    )


def is_pointer(token: Token) -> bool:
    return token.lower_ in ("it", "this", "that", "which", "these", "both", "them", "they")


@cache
def _objects() -> dict[str, frozenset[str]]:
    """Verb -> the words beside it that make it harm."""
    acts = load("responsibility")["acts"]
    groups = {"@deeds": acts["nouns"]["deeds"]}
    return {
        verb: frozenset(word for listed in objects for word in groups.get(listed, (listed,)))
        for verb, objects in acts["objects"].items()
    }


@cache
def _apart() -> dict[str, frozenset[str]]:
    """Verb -> the words beside it with which it is no harm."""
    return {verb: frozenset(beside) for verb, beside in load("responsibility")["acts"]["apart"].items()}


def does_harm(verb: Token) -> bool:
    lemma = lemma_of(verb)
    if lemma not in lexicon("acts", "verbs"):
        return False
    wanted, near = _objects().get(lemma), _beside(verb)
    if near & _apart().get(lemma, frozenset()):
        return False
    if wanted is not None:
        return "*" in wanted or any(near.issuperset(word.split("+")) for word in wanted)
    victim = object_of(verb)
    if victim is not None and victim.lemma_.lower() in lexicon("acts", "nouns", "words_only"):
        return False
    if lemma not in lexicon("acts", "quarrels"):
        return True
    criticised = victim is not None and victim.lemma_.lower() in lexicon("acts", "nouns", "criticised")
    return not criticised and not near & {"sanction", "tariff", "back", "fine", "deal"}


def _beside(verb: Token) -> set[str]:
    """The words with which a verb makes its sense: particle, prepositions, objects; of a passive its subject."""
    near = [
        c
        for c in verb.children
        if c.dep_
        in ("prt", "prep", "advmod", "oprd", "acomp", "dobj", "dative", "pobj", "attr", "ccomp", "npadvmod")
    ]
    near += [
        g
        for c in near
        for g in c.children
        if g.dep_ in ("pobj", "conj", "compound", "amod", "acomp", "appos")
    ]
    near += [
        g
        for c in near
        if c.pos_ == "NUM"
        or c.lower_
        in ("one", "some", "many", "number", "series", "wave", "string", "dozens", "kind", "spate")
        for p in c.children
        for g in p.children
    ]
    if is_passive(verb) and (subject := own_subject(verb)) is not None:
        near += [subject, *(c for c in subject.children if c.dep_ in ("compound", "conj", "amod"))]
        near += [g for c in subject.children if c.dep_ == "prep" for g in c.children if g.dep_ == "pobj"]
    return {t.lemma_.lower() for t in near} | {t.lower_ for t in near}
