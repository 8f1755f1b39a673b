"""Whom "the group", "its rebels" and "these guerrillas" stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_view import Party, View, lexicon
from storydelta.claims.speaker_memory import last_mention
from storydelta.claims.speaker_phrase import preposition
from storydelta.model import Name
from storydelta.names import GROUP, STATE

if TYPE_CHECKING:
    from spacy.tokens import Token

    from storydelta.claims.passage import Passage

_READ = 60
"""Sentences of an article, from its beginning, in which its groups are looked for."""


def group_meant(passage: Passage, view: View, token: Token) -> Party | None:
    """The group that "the group", "members of the group" or "this Maoist organization" stands for, if that is known."""
    whole = preposition(token, "of", "from")
    if whole is not None and token.lower_ in lexicon("actors", "own_people") and is_the_group(whole):
        return _before(passage, view, whole)
    return _before(passage, view, token) if is_the_group(token) else None


def is_of_a_creed(view: View, token: Token) -> bool:
    """True for "this Maoist organization", whose adjective is no name of it."""
    before = view.mention_at(token.nbor(-1)) if token.i else None
    return before is not None and before.id == "maoists" and is_the_group(token)


def countrys_rebels(passage: Passage, view: View, token: Token, found: Party) -> Party:
    """For "Salvadoran rebels", where the FMLN alone is named in the article, the FMLN; else what was found."""
    unknown = view.names.kind(found[0].id) is None and any(
        m.kind == STATE for m in view.mentions_in(*found[1])
    )
    if token.lower_ not in lexicon("actors", "rebels") or token.lower_ == "militants" or not unknown:
        return found
    only = _only_group(passage)
    return (only, found[1]) if only else found


def is_the_group(token: Token) -> bool:
    """As in "the group", "this movement", without a name."""
    pointed = any(c.lower_ in ("the", "this", "that", "these", "those", "same") for c in token.lefts)
    named = any(c.dep_ in ("compound", "nmod", "appos") and c.text[:1].isupper() for c in token.children)
    return pointed and not named and token.text in lexicon("actors", "groups")


def _before(passage: Passage, view: View, token: Token) -> Party | None:
    """The group that "the group" stands for: the last one named before it, with the word itself as evidence."""
    own = [c for c in token.lefts if c.dep_ in ("compound", "amod")]
    if own and not all(c.lower_ in lexicon("actors", "group_adjectives") for c in own):
        return None
    if token.lower_ in lexicon("actors", "rebels"):
        only = _only_group(passage)
        return (only, (token.idx, token.idx + len(token))) if only else None
    before = [m for m in view.mentions if m.kind == GROUP and m.end <= token.idx]
    span = (token.idx, token.idx + len(token))
    if before:
        return view.names.name(view.text[before[-1].start : before[-1].end]), span
    earlier = last_mention(passage, (GROUP,))
    return (view.names.name(earlier[1]), span) if earlier else None


def _only_group(passage: Passage) -> Name | None:
    """The armed group of an article that names no other: its "guerrillas" are that group's."""
    named: dict[str, str] = {}
    for sentence in passage.article.sentences[:_READ]:
        for mention in passage.article.names.spot(sentence.plain):
            if mention.kind == GROUP and mention.id not in lexicon("actors", "unarmed"):
                named.setdefault(mention.id, sentence.plain[mention.start : mention.end])
    if len(named) != 1:
        return None
    return passage.article.names.name(next(iter(named.values())))
