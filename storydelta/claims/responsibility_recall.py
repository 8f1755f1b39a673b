"""Statements about a statement made earlier: "expressed doubts regarding the U.S. claims", "rejected the accusation".

Whom the claim was about stands in a sentence before; it is read there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import is_pointer, subtree_harm
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_speech import nouns, verbs
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import is_negated, is_pronoun, preposition, subject_of
from storydelta.model import Name, Responsibility, Stance
from storydelta.names import GROUP, PERSON, STATE, speaks_for

if TYPE_CHECKING:
    from spacy.tokens import Token

    from storydelta.claims.passage import Passage

_BACK = 5


def about_earlier(view: View) -> Iterator[tuple[Token, Token | None, Token, Stance]]:
    """(statement noun, its owner, who judges it, how) wherever a statement is judged whose content is not told."""
    for noun in view.doc:
        lemma = noun.lemma_.lower()
        if lemma not in lexicon("predicates", "statement_nouns") or any(
            c.dep_ in ("acl", "ccomp") for c in noun.children
        ):
            continue
        said = _said_of(noun)
        if said is not None and not is_pronoun(said):
            yield noun, _owner(view, noun), said, Stance.DENIES
            continue
        verb = _judging(noun)
        judge = subject_of(verb) if verb is not None else None
        if verb is None or judge is None or is_pronoun(judge) or is_negated(verb):
            continue
        stance = _judgement(verb)
        if stance is not None:
            yield noun, _owner(view, noun), judge, stance


def _said_of(noun: Token) -> Token | None:
    """Who says that it is false: "the Kremlin said the accusations were baseless"."""
    verb = noun.head
    if noun.dep_ != "nsubj" or verb.lemma_ != "be" or verb.dep_ != "ccomp" or is_negated(verb):
        return None
    judged = {t.lower_ for c in verb.children if c.dep_ in ("acomp", "attr") for t in (c, *c.conjuncts)}
    if not judged & lexicon("hedges", "deny_adjectives") or verb.head.lemma_.lower() not in verbs("says"):
        return None
    return subject_of(verb.head)


def _judging(noun: Token) -> Token | None:
    node = noun
    for _ in range(5):
        if node.dep_ == "ROOT":
            return None
        node = node.head
        if node.pos_ == "VERB" and node.dep_ not in ("acl", "pcomp", "prep") and node.lemma_ != "regard":
            return node
        if node.pos_ not in ("ADP", "NOUN", "VERB", "SCONJ"):
            return None
    return None


def _judgement(verb: Token) -> Stance | None:
    lemma = verb.lemma_.lower()
    if lemma in lexicon("predicates", "reject"):
        return Stance.DENIES
    if lemma in ("call", "describe", "brand", "label", "denounce"):
        called = {t.lower_ for t in verb.subtree}
        return Stance.DENIES if called & lexicon("hedges", "deny_adjectives") else None
    objects = {c.lemma_.lower() for c in verb.children if c.dep_ in ("dobj", "attr")}
    if lemma in verbs("doubts") or (lemma in lexicon("predicates", "doubt") and objects & nouns("doubts")):
        return Stance.DOUBTS
    return None


def _owner(view: View, noun: Token) -> Token | None:
    for child in noun.children:
        if child.dep_ == "poss" and child.tag_ != "PRP$":
            return child
        mention = view.mention_at(child)
        if mention and mention.kind == STATE and child.dep_ in ("amod", "compound", "nmod"):
            return child
    return preposition(noun, "by", "from", "of")


def _can_be_accused(view: View, judge: Token) -> bool:
    """True for states, groups and their offices, and for armies and police; not for other persons."""
    party = view.mention_at(judge)
    if party is not None and party.kind == PERSON:
        return False
    named = any(m.kind in (STATE, GROUP) for m in view.mentions_in(*view.span(judge)))
    return named or judge.lower_ in lexicon("actors", "of_state")


def own_denial(view: View, noun: Token, owner: Token | None, judge: Token, stance: Stance) -> Place | None:
    """As in "India rejects Canada's allegation": who rejects an accusation, and no mere claim, denies an act of its own."""
    if stance is not Stance.DENIES or noun.lemma_.lower() not in (
        "accusation",
        "allegation",
        "charge",
        "blame",
    ):
        return None
    topic = preposition(noun, "of", "over", "about")
    if (owner is None and topic is None) or (
        topic is not None and not (is_pointer(topic) or subtree_harm(topic))
    ):
        return None
    if not _can_be_accused(view, judge):  # "the archbishop rejected the accusation": of whom is not said
        return None
    return Place(rule="reject_accusation", node=noun.head, actor=judge, stance=stance, own=True, fixed=True)


def earlier_actors(
    passage: Passage,
    owner: Name | None,
    judge: Name,
    read: Callable[[Passage], Iterable[Responsibility]],
) -> list[Name]:
    """Whom `owner` (or, where nobody is named, anybody) held responsible in the sentences before."""
    names = passage.article.names
    index = passage.sentence.index
    for back in range(index - 1, max(-1, index - 1 - _BACK), -1):
        before = type(passage)(passage.article.sentences[back], passage.article)
        told = [claim for claim in read(before) if claim.stance in (Stance.ASSERTS, Stance.SUSPECTS)]
        if owner is not None:
            held = [
                c for c in told if c.speaker and owner.id in (c.speaker.id, *speaks_for(names, c.speaker))
            ]
        else:
            held = [c for c in told if c.actor.id in speaks_for(names, judge)]
        if not held and owner is None and back == index - 1:  # of another: "the White House rejected that"
            held = [c for c in told if c.speaker and c.speaker.id != judge.id]
        if held:
            return list({claim.actor.id: claim.actor for claim in held}.values())
    return []
