"""The grammar of arrests: which verb is which step, who was arrested by whom, and for what."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.speaker_phrase import agent_of, is_negated, object_of, subject_of
from storydelta.lexicon import load

if TYPE_CHECKING:
    from spacy.tokens import Token

_LONGEST = 140
"""Characters of a charge; what is longer is a sentence of its own."""


class Step(StrEnum):
    """How far it has come."""

    ARRESTED = "arrested"
    CHARGED = "charged"
    REMANDED = "remanded"
    CONVICTED = "convicted"
    RELEASED = "released"


@cache
def words(table: str, key: str) -> frozenset[str]:
    """A list of the lexicon."""
    return frozenset(load("arrest")[table][key])


@cache
def pattern(table: str, key: str) -> re.Pattern[str]:
    """A pattern of the lexicon."""
    return re.compile(load("arrest")[table][key])


@cache
def _steps() -> dict[str, Step]:
    return {verb: Step(step) for step, verbs in load("arrest")["steps"].items() for verb in verbs}


@cache
def _steps_of(step: Step) -> frozenset[str]:
    return frozenset(load("arrest")["steps"][step])


def step_of(token: Token) -> Step | None:
    """The step that a verb tells, None for other verbs."""
    lemma, after = token.lemma_.lower(), token.doc.text[token.idx + len(token) :]
    if token.pos_ not in ("VERB", "AUX") and token.tag_ not in ("VBN", "VBD"):
        return None
    if lemma in ("hold", "detain", "keep", "order", "jail") and pattern("needs", "held").match(after):
        return Step.REMANDED
    if lemma == "find" and any(c.lower_ == "guilty" for c in token.children):
        return Step.CONVICTED
    step = _steps().get(lemma)
    if step is Step.RELEASED and not pattern("needs", "released").match(after.lstrip()):
        return None
    return step


def is_unreal(verb: Token) -> bool:
    """Not done, or not yet, or only feared."""
    if is_negated(verb) or any(c.dep_ == "aux" and c.lower_ in words("not", "modals") for c in verb.children):
        return True
    if any(
        c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether", "until", "once") for c in verb.children
    ):
        return True
    return verb.tag_ == "VBG" and verb.dep_ in ("pcomp", "xcomp", "amod", "compound")


def parties(verb: Token) -> tuple[Token | None, Token | None]:
    """(who was arrested, who did it) of an active, a passive, a headline's bare participle."""
    passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    if passive is None and verb.dep_ == "conj" and any(c.dep_ == "auxpass" for c in verb.children):
        passive = next((c for c in verb.head.children if c.dep_ == "nsubjpass"), None)
    if passive is not None:
        return _antecedent(passive), agent_of(verb)
    whom = object_of(verb)
    if whom is not None:
        return whom, subject_of(verb)
    if verb.dep_ in ("acl", "relcl") and verb.tag_ in ("VBN", "VBD"):
        return verb.head, agent_of(verb)
    subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
    if (
        subject is not None
        and verb.tag_ in ("VBN", "VBD")
        and not any(c.dep_ in ("aux", "prt") for c in verb.children)
    ):
        return subject, agent_of(verb)
    return None, None


def _antecedent(token: Token) -> Token:
    return token.head.head if token.tag_ in ("WP", "WDT") and token.head.dep_ == "relcl" else token


def fits(verb: Token) -> bool:
    """Whether a verb that also means other things has what it needs: an offence, or "over", "in connection with"."""
    if verb.lemma_.lower() != "charge":
        return True
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in ("with", "for", "of", "in", "on"):
            told = [
                t
                for t in child.subtree
                if t.lemma_.lower() in words("offences", "words") or t.lower_ in words("offences", "words")
            ]
            if told or child.doc[child.i + 1 : child.i + 2].text == "connection":
                return True
        if child.dep_ == "prep" and child.lower_ in ("over", "after"):
            return True
    return any(c.dep_ == "auxpass" for c in verb.children) and not any(
        c.dep_ in ("prep", "dobj", "oprd", "npadvmod", "xcomp") for c in verb.children
    )


def charge_of(verb: Token) -> str | None:
    """What for: "with arson", "on suspicion of murder", "over the attack", "in connection with the fire"."""
    for child in verb.children:
        if (
            child.dep_ != "prep"
            or child.i < verb.i
            or child.lower_ not in ("with", "for", "over", "on", "in", "of")
        ):
            continue
        if child.lower_ == "with" and verb.lemma_.lower() not in _steps_of(Step.CHARGED):
            continue
        noun = object_of(child)
        if child.lower_ in ("on", "in"):
            if noun is None or noun.lemma_.lower() not in ("suspicion", "charge", "count", "connection"):
                continue
            child = next((c for c in noun.children if c.lower_ in ("of", "with")), child)  # noqa: PLW2901 - the inner preposition
        inside = [t for t in child.subtree if t.i > child.i]
        stop = next((n for n, t in enumerate(inside) if n and _sets_off(t)), len(inside))
        if inside[:stop]:
            start, last = inside[0].idx, inside[:stop][-1]
            written = verb.doc.text[start : last.idx + len(last)].strip(" .\"'")
            return written if len(written) <= _LONGEST else None
    return None


def _sets_off(token: Token) -> bool:
    """A comma, or a dash with blanks about it; "first-degree" has none."""
    return token.text in (",", ";", ":") or (token.text == "-" and bool(token.whitespace_))
