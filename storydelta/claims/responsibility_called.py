"""Harm that somebody calls another's: "described the blast as the work of saboteurs", "called it Russian terrorism"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import is_act, is_pointer, names_event
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import agent_of, is_negated, object_of, preposition, subject_of
from storydelta.names import GROUP, STATE

if TYPE_CHECKING:
    from spacy.tokens import Token


def called(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    """The accusation in what a verb of naming makes of an act."""
    if lemma not in lexicon("predicates", "calls") or is_negated(verb):
        return
    passive = any(c.dep_ == "nsubjpass" for c in verb.children)
    accuser = agent_of(verb) if passive else subject_of(verb)
    if accuser is None or not _is_said_of_harm(verb):
        return
    for name in _names_given(verb):
        doer = _doer(view, name) or (None if passive else _by(verb, name))
        if doer is not None:
            seat = view.mention_at(doer)  # "sabotage by Moscow"
            named = seat is not None and seat.kind in (STATE, GROUP) and doer.i > verb.i
            yield Place(rule="called", node=verb, actor=doer, accuser=accuser, fixed=True, loose=named)
            return


def _is_said_of_harm(verb: Token) -> bool:
    """True where the thing named is an act, or a pronoun that may stand for one."""
    things = [c for c in verb.children if c.dep_ in ("dobj", "nsubjpass", "nsubj", "obj")]
    things += [g for c in verb.children if c.dep_ == "ccomp" for g in c.children if g.dep_ == "nsubj"]
    acting = subject_of(verb)
    return any((is_pointer(t) or names_event(t)) and t != acting for t in things)


def _names_given(verb: Token) -> Iterator[Token]:
    """What it is called: "as the work of ...", "a terrorist attack", "an act of ..."."""
    for child in verb.children:
        if child.dep_ in ("oprd", "attr", "dobj", "ccomp", "xcomp", "acomp") and child.pos_ in (
            "NOUN",
            "PROPN",
        ):
            yield child
    for word in verb.subtree:  # wherever the parser has tied it
        if (
            word.i > verb.i
            and word.dep_ == "prep"
            and word.lower_ == "as"
            and (name := object_of(word)) is not None
        ):
            yield name


def _by(verb: Token, name: Token) -> Token | None:
    """As in "called it sabotage by Israel", whose "by" the parser ties to "called"."""
    by = preposition(verb, "by") if is_act(name) else None
    return by if by is not None and by.i > name.i else None


def _doer(view: View, name: Token) -> Token | None:
    """Whose work it is called."""
    lemma = name.lemma_.lower()
    if lemma in lexicon("predicates", "works"):
        return preposition(name, "of", "by") or next((c for c in name.children if c.dep_ == "poss"), None)
    if not is_act(name) and lemma != "provocation":
        return None
    acts = [name, *([inner] if (inner := preposition(name, "of")) is not None else [])]
    for act in acts:
        by = preposition(act, "by")
        if by is not None:
            return by
        for child in act.rights:  # "a terrorist attack planned by Russia"
            if child.dep_ == "acl" and child.tag_ == "VBN" and (agent := agent_of(child)) is not None:
                return agent
        for child in act.lefts:
            mention = view.mention_at(child)
            if mention and mention.kind in (STATE, GROUP) and not mention.place:
                return child
    return None
