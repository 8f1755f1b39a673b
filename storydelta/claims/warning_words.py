"""The words of warnings, and what in a sentence they stand for: the danger, the time, a party that matters."""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from storydelta.lexicon import load
from storydelta.names import fold, load_names

if TYPE_CHECKING:
    from spacy.tokens import Token

    from storydelta.model import Name
    from storydelta.names import Names

_REACH = 90
"""Characters around the verb within which a time belongs to it."""
_LONGEST = 160
"""A danger that is longer than this is a story, not a danger."""


class Words(Enum):
    """The word lists of the lexicon `warning`."""

    TRIGGERS = ("triggers", "words")
    TELLS = ("verbs", "tells")
    GIVE = ("verbs", "give")
    RECEIVE = ("verbs", "receive")
    DISREGARDS = ("verbs", "disregards")
    HEEDS = ("verbs", "heeds")
    DENIES = ("verbs", "denies")
    WARNING = ("nouns", "warning")
    COUNSEL = ("nouns", "counsel")
    DANGERS = ("dangers", "words")
    DANGER_VERBS = ("dangers", "verbs")
    MODALS = ("not", "modals")
    NOT_VERBS = ("not", "verbs")
    ADDRESSEES = ("addressees", "last")
    PUBLIC = ("addressees", "public")


@cache
def words(which: Words) -> frozenset[str]:
    table, key = which.value
    return frozenset(load("warning")[table][key])


def dangers(head: Token) -> tuple[int, int] | None:
    """The span of what is warned of: "of an attack", "about the bomber", "that the dam could collapse"."""
    whom = {c.i for c in head.children if c.dep_ in ("dobj", "nsubjpass")} if head.pos_ == "VERB" else set()
    by = {o.i for c in head.children if c.dep_ == "agent" for o in c.children}
    for token in head.subtree:
        if token.i <= head.i:
            continue
        if (
            token.lower_ in ("of", "about")
            and token.dep_ == "prep"
            and (token.head.i not in whom or _is_new(token))
        ):
            span = _danger(token, token.i + 1)
        elif (
            token.dep_ in ("ccomp", "advcl", "acl", "relcl")
            and _opens_with_that(token)
            and token.head.i in whom | by | {head.i}
        ):
            span = _danger(token, token.left_edge.i + 1)
        else:
            continue
        if span:
            return span
    return None


def _is_new(preposition: Token) -> bool:
    """As in "warned residents of an attack", but "warned relatives of the bomber", who are his and not warned of him."""
    noun = next((c for c in preposition.children if c.dep_ == "pobj"), None)
    return noun is not None and not any(c.lower_ in ("the", "that", "this", "last") for c in noun.lefts)


def _opens_with_that(clause: Token) -> bool:
    return any(c.lower_ == "that" and c.dep_ in ("mark", "dobj", "advmod") for c in clause.children)


def _danger(clause: Token, start: int) -> tuple[int, int] | None:
    """The words of a clause from `start` on, without remarks set off by a comma, if they tell of a danger."""
    inside = [t for t in clause.subtree if t.i >= start]
    comma = next(
        (n for n, t in enumerate(inside) if t.is_punct and t.text in ",;:-" and not t.nbor(-1).whitespace_),
        None,
    )
    inside = inside[:comma] if comma else inside
    if not inside or not any(_is_danger(t) for t in inside):
        return None
    first, last = inside[0], inside[-1]
    while last.i > first.i and last.is_punct:
        last = last.doc[last.i - 1]
    end = last.idx + len(last)
    if timed := re.search(
        rf" (?:{'|'.join(load('warning')['when']['patterns'])})$", first.doc.text[first.idx : end]
    ):
        end = first.idx + timed.start()
    return (first.idx, end) if end - first.idx <= _LONGEST else None


def _is_danger(token: Token) -> bool:
    lemma = token.lemma_.lower()
    if token.pos_ == "VERB":
        return lemma in words(Words.DANGER_VERBS)
    return lemma in words(Words.DANGERS)


def is_warning(noun: Token) -> bool:
    """True for "warning", "alert", "tip-off", the last of which the parser takes apart."""
    lemma = noun.lemma_.lower()
    if lemma == "off" and noun.i > 1:
        lemma = noun.doc[noun.i - 2 : noun.i + 1].text.lower()
    return lemma in words(Words.WARNING)


def moment(plain: str, verb: Token) -> str | None:
    """When it was said, as written, nearest to the verb."""
    near = [m for m in _when().finditer(plain) if verb.idx - _REACH <= m.start() <= verb.idx + _REACH]
    return min(near, key=lambda m: abs(m.start() - verb.idx)).group() if near else None


@cache
def _when() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(load('warning')['when']['patterns'])})(?!\w)")


def is_party(name: Name, names: Names | None = None) -> bool:
    """True for states, groups, persons and bodies, and for offices such as "the operator"; not for residents."""
    names = names or load_names()
    if names.kind(name.id) is not None or names.spot(name.written):
        folded = fold(name.written)
        return folded not in names.people and folded.split()[-1] not in words(Words.PUBLIC)
    return name.written.lower().split()[-1].removesuffix("'s") in words(Words.ADDRESSEES)
