"""Whom a place of responsibility names: the parties of its actor's phrase, and whom "it" and "the group" stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_group import countrys_rebels, group_meant, is_of_a_creed, is_the_group
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_reference import by_office, own_party, third_party
from storydelta.claims.responsibility_speaks_of import is_own
from storydelta.claims.responsibility_view import Party, View, as_actor
from storydelta.claims.speaker_phrase import (
    coordinated,
    is_pronoun,
)
from storydelta.model import Name
from storydelta.names import STATE, words

if TYPE_CHECKING:
    from spacy.tokens import Token

    from storydelta.claims.passage import Passage


def actors(
    passage: Passage, view: View, place: Place, speaker: Name | None, said_by: Token | None
) -> Iterator[tuple[Token, Party]]:
    """Each party of a place with the noun that stands for it; `said_by` stands for the speaker."""
    for token in _nouns(view, place):
        who = _actor(passage, view, token, place, speaker, said_by)
        if who is not None:
            yield from ((token, party) for party in _each_state(view, *who))


def _each_state(view: View, actor: Name, span: tuple[int, int]) -> list[Party]:
    """As in "Ethiopian and Eritrean troops" are two parties."""
    states = [m for m in view.mentions_in(*span) if m.kind == STATE]
    if len({m.id for m in states}) < 2 or not re.search(r" (?:and|or) ", actor.written):  # noqa: PLR2004 - "and" joins two
        return [(actor, span)]
    return [(Name(written=view.text[m.start : m.end], id=m.id), (m.start, m.end)) for m in states]


def _nouns(view: View, place: Place) -> list[Token]:
    """Those whom the actor's phrase names: "the US and Britain", "two groups, the Taliban and the IMU"."""
    if place.single:
        return [place.actor]
    if not view.mention_at(place.actor):
        generic = place.actor.lower_ in words("generic")
        for child in place.actor.children:
            known = view.mention_at(child) is not None or (place.own and child.pos_ == "PROPN")
            if child.dep_ == "appos" and known and generic:  # "a little-known group, the Free Valley Front"
                return coordinated(child)
            if child.dep_ == "acl" and child.lemma_ in ("call", "name", "know", "dub", "style"):
                named = [
                    t
                    for t in child.subtree
                    if t.pos_ == "PROPN"
                    and (t.dep_ in ("oprd", "dobj", "attr", "ccomp") or t.head.lower_ == "as")
                ]
                if named and (generic or place.actor.pos_ == "NOUN"):
                    return named[:1]
    for child in place.actor.children:  # "a former president of the company, Jane Doe, was found guilty"
        if child.dep_ == "appos" and child.pos_ == "PROPN" and place.actor.lower_ in words("offices"):
            return [child] if any(c.dep_ == "compound" for c in child.lefts) else coordinated(place.actor)
    return coordinated(place.actor)


def _actor(
    passage: Passage, view: View, token: Token, place: Place, speaker: Name | None, said_by: Token | None
) -> Party | None:
    """The party; the speaker where the text says "it", "we" or "its fighters"."""
    listed = token != place.actor and place.accuser is not None  # "blames the party and its armed forces"
    if is_own(view, token, speaker) and not listed:
        return own_party(view, token, speaker, said_by)
    if is_pronoun(token):
        return third_party(view, token)
    if is_the_group(token) and not view.mention_at(token):
        meant = group_meant(passage, view, token)
        if meant is not None:
            return meant
    found = None if is_of_a_creed(view, token) else as_actor(view, token, loose=place.loose)
    if found is None:
        return group_meant(passage, view, token) or by_office(view, token, place, speaker)
    return countrys_rebels(passage, view, token, found)


def suspected(view: View, token: Token) -> bool:
    """As in "suspected ELN rebels": the deed is sure, the doer is not."""
    start, end = view.span(token)
    opening = view.text[max(0, start - 12) : end].lower().split()
    return any(word in ("suspected", "alleged", "presumed", "apparent", "possible") for word in opening)
