"""Who says a statement, as the grammar of its sentence tells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.speaker_phrase import according_to, interjected, subject_of
from storydelta.lexicon import load

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_WITHIN = frozenset(
    ("dobj", "pobj", "prep", "nummod", "compound", "amod", "quantmod", "nmod", "advmod", "pcomp")
)
"""What ties a count to the verb whose object it is part of."""


def saying(doc: Doc, start: int, end: int) -> Iterator[Token]:
    """Who says it in the clauses around it, inside out: "police said that nine people were killed"."""
    covering = [t for t in doc if start <= t.idx < end and not t.is_punct and not t.is_space]
    node = covering[0] if covering else None
    while node is not None and node.dep_ != "ROOT":
        if node.dep_ in ("ccomp", "parataxis") and node.head.lemma_.lower() in says():
            subject = speaking(node.head)
            if subject is not None and node.head not in covering:
                yield subject
        node = node.head


def cited(doc: Doc) -> Token | None:
    """Whom a report leans on: "12 people died, state media said, citing the governor"."""
    known = load("speech")["speakers"]
    for verb in doc:
        if verb.lower_ not in ("citing", "quoting"):
            continue
        reporting = verb.head if verb.head.pos_ in ("NOUN", "PROPN") else speaking(verb.head)
        if reporting is None or reporting.lower_ not in known["media"]:
            continue
        for who in verb.children:
            if who.dep_ == "dobj" and (who.pos_ == "PROPN" or who.lower_ in known["people"]):
                return who
    return None


def said_in_between(doc: Doc, start: int, end: int) -> Token | None:
    """Who says it between commas: "nine people, police said, were killed"."""
    token = next((t for t in doc if start <= t.idx < end and not t.is_punct and not t.is_space), None)
    for node in (token, *token.ancestors) if token is not None else ():
        source = according_to(node)
        if source is not None and not start <= source.idx < end:
            return source
        said = interjected(node)
        if said is not None and said.lemma_.lower() in says():
            return speaking(said)
    inside = _BETWEEN.search(doc.text, start, end)
    who = inside and doc.char_span(*inside.span("who"))
    return who.root if who else None


_BETWEEN = re.compile(
    r", (?P<who>(?:[\w'.-]+ ){0,5}?[\w'-]+) (?:said|says|reported)(?: (?:on|late|early) \w+(?: \w+)?)?, (?:was|were|had|has|have|died|are|remain)"
)
"""As in "twelve people, police said on Monday, were killed"."""


def teller(doc: Doc, start: int, end: int) -> Token | None:
    """Who reports the figure that is the object of reporting: "the Red Cross put the toll at 29", "the White Helmets
    reported 312 deaths"; None for what tells without a voice, as a statement does.
    """
    told = load("speech")["figures"]
    for token in doc:
        if not start <= token.idx < end:
            continue
        node = token
        while node.dep_ in _WITHIN and node.head is not node:
            node = node.head
            if node.lemma_.lower() in told["verbs"] and node.pos_ == "VERB":
                subject = speaking(node)
                if subject is None or subject.dep_ == "nsubjpass" or start <= subject.idx < end:
                    return None
                return None if subject.lemma_.lower() in told["silent"] else subject
    return None


@cache
def says() -> frozenset[str]:
    """The verbs by which somebody says, believes, denies or doubts something, as lemmas."""
    listed = load("speech")["verbs"]
    return frozenset((*listed["says"], *listed["believes"], *listed["denies"], *listed["doubts"]))


def speaking(verb: Token) -> Token | None:
    """Who says it; None where the subject is nobody: "it is said that"."""
    subject = subject_of(verb)
    return (
        None
        if subject is None
        or subject.dep_ == "expl"
        or (subject.lower_ in ("it", "there") and subject.dep_ == "nsubjpass")
        else subject
    )
