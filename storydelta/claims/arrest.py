"""Arrests and what follows: who was arrested, charged, remanded, convicted or released, how many, for what, by whom.

How many are detained is a figure and stays one; an arrest's own position is that of a named suspect, or of a number
of people charged, at one step. So nothing that is said of arrests moves a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.speaker import attribution, find_speaker, speaker_of
from storydelta.claims.speaker_phrase import (
    agent_of,
    bounds,
    coordinated,
    is_negated,
    is_pronoun,
    object_of,
    subject_of,
)
from storydelta.lexicon import load
from storydelta.model import Claim, Name, Qualifier, Range, Subject, Value
from storydelta.names import PERSON
from storydelta.quantity import Count, find_counts

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_LONGEST = 140
"""Characters of a charge; what is longer is a sentence of its own."""


class Step(StrEnum):
    """How far it has come."""

    ARRESTED = "arrested"
    CHARGED = "charged"
    REMANDED = "remanded"
    CONVICTED = "convicted"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrest(Claim):
    """A claim about people in the hands of the law.

    `suspect`: who, where somebody is named; `suspects`: as written, named or not. `count`: how many, None where it is
    not said. `charge`, `held_at`: as written.
    """

    kind: ClassVar[str] = "arrest"

    step: Step
    suspects: str
    suspect: Name | None = None
    count: Range | None = None
    by: Name | None = None
    charge: str | None = None
    held_at: str | None = None


def read(passage: Passage) -> Iterator[Arrest]:
    """The arrests of one sentence. Needs the parser."""
    if passage.plain.rstrip().endswith("?") or not _is_worth_a_parse(passage.plain) or _is_old(passage):
        return
    doc = passage.parsed
    if doc is None:
        return
    counts = find_counts(passage.plain)
    for token in doc:
        step = _step(token)
        if step is None or _unreal(token):
            continue
        whom, by = _parties(token)
        if whom is None or not _fits(token):
            continue
        authority = _authority(passage, doc, by)
        if by is not None and authority is None and whom is object_of(token):
            continue
        for suspect in coordinated(whom):
            claim = _claim(passage, token, step, suspect, authority, counts)
            if claim is not None:
                yield claim


def _is_worth_a_parse(plain: str) -> bool:
    lower = plain.lower()
    if _pattern("needs", "parse").search(lower):
        return True
    return ("released" in lower or "freed" in lower) and bool(_pattern("needs", "released").search(lower))


@cache
def _words(table: str, key: str) -> frozenset[str]:
    return frozenset(load("arrest")[table][key])


@cache
def _pattern(table: str, key: str) -> re.Pattern[str]:
    return re.compile(load("arrest")[table][key])


@cache
def _steps() -> dict[str, Step]:
    return {verb: Step(step) for step, verbs in load("arrest")["steps"].items() for verb in verbs}


@cache
def _steps_of(step: Step) -> frozenset[str]:
    return frozenset(load("arrest")["steps"][step])


def _step(token: Token) -> Step | None:
    lemma, after = token.lemma_.lower(), token.doc.text[token.idx + len(token) :]
    if token.pos_ not in ("VERB", "AUX") and token.tag_ not in ("VBN", "VBD"):
        return None
    if lemma in ("hold", "detain", "keep", "order", "jail") and _pattern("needs", "held").match(after):
        return Step.REMANDED
    if lemma == "find" and any(c.lower_ == "guilty" for c in token.children):
        return Step.CONVICTED
    step = _steps().get(lemma)
    if step is Step.RELEASED and not _pattern("needs", "released").match(after.lstrip()):
        return None
    return step


def _unreal(verb: Token) -> bool:
    """Not done, or not yet, or only feared."""
    if is_negated(verb) or any(
        c.dep_ == "aux" and c.lower_ in _words("not", "modals") for c in verb.children
    ):
        return True
    if any(
        c.dep_ == "mark" and c.lower_ in ("if", "unless", "whether", "until", "once") for c in verb.children
    ):
        return True
    return verb.tag_ == "VBG" and verb.dep_ in ("pcomp", "xcomp", "amod", "compound")


def _is_old(passage: Passage) -> bool:
    """True where the sentence looks back: to another year, or years before."""
    published = passage.article.published_at
    years = [int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", passage.plain)]
    if any(published is None or year != published.year for year in years):
        return True
    return bool(_pattern("not", "past").search(passage.plain))


def _parties(verb: Token) -> tuple[Token | None, Token | None]:
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


def _fits(verb: Token) -> bool:
    """Whether a verb that also means other things has what it needs: an offence, or "over", "in connection with"."""
    if verb.lemma_.lower() != "charge":
        return True
    for child in verb.children:
        if child.dep_ == "prep" and child.lower_ in ("with", "for", "of", "in", "on"):
            told = [
                t
                for t in child.subtree
                if t.lemma_.lower() in _words("offences", "words") or t.lower_ in _words("offences", "words")
            ]
            if told or child.doc[child.i + 1 : child.i + 2].text == "connection":
                return True
        if child.dep_ == "prep" and child.lower_ in ("over", "after"):
            return True
    return any(c.dep_ == "auxpass" for c in verb.children) and not any(
        c.dep_ in ("prep", "dobj", "oprd", "npadvmod", "xcomp") for c in verb.children
    )


def _authority(passage: Passage, doc: Doc, token: Token | None) -> Name | None:
    """Who can arrest: police, courts, states and their bodies; None for everybody else."""
    if token is None or is_pronoun(token):
        return None
    name = speaker_of(passage, doc, token, attribution(passage))
    if name is None:
        return None
    named = passage.article.names.kind(name.id) not in (None, PERSON) or bool(
        passage.article.names.spot(name.written)
    )
    return name if named or token.lower_ in _words("people", "authorities") else None


def _claim(
    passage: Passage, verb: Token, step: Step, head: Token, by: Name | None, counts: tuple[Count, ...]
) -> Arrest | None:
    if not _can_be_arrested(passage, head) or any(
        c.lower_ in _words("not", "subjects") for c in (head, *head.children)
    ):
        return None
    start, end = bounds(head, inside=False)
    written = re.sub(
        r"^(?:(?:the|a|an|these|those) |\d+-year-old )+", "", passage.plain[start:end], flags=re.IGNORECASE
    )
    named = head.pos_ == "PROPN" and head.lower_ not in _words("people", "suspects")
    focus = (min(start, verb.idx), max(end, verb.idx + len(verb)))
    return Arrest(
        evidence=passage.evidence(*focus), speaker=find_speaker(passage, *focus), rule=f"arrest.{step}", confidence=0.9,
        step=step, suspects=written, suspect=passage.article.names.name(written) if named else None,
        count=_count(head, (start, end), counts, named=named), by=by, charge=_charge(verb),
        held_at=(found := _pattern("held", "places").search(passage.plain)) and found["place"],
    )  # fmt: skip


def _can_be_arrested(passage: Passage, head: Token) -> bool:
    if is_pronoun(head):
        return False
    if head.lower_ in _words("people", "suspects"):
        return True
    if head.pos_ == "PROPN":
        known = passage.article.names.kind(
            passage.article.names.name(head.doc[head.left_edge.i : head.i + 1].text).id
        )
        return (
            known in (None, PERSON)
            and head.text[:1].isupper()
            and any(c.dep_ == "compound" for c in head.lefts)
        )
    return head.pos_ == "NUM" or head.lemma_.lower() in _words("people", "suspects")


def _count(head: Token, span: tuple[int, int], counts: tuple[Count, ...], *, named: bool) -> Range | None:
    inside = [count for count in counts if count.start < span[1] and count.end > span[0]]
    if inside:
        return inside[0].range
    if named or head.tag_ in ("NN", "NNP"):
        return Range(low=1, high=1, qualifier=Qualifier.EXACT)
    return None


def _charge(verb: Token) -> str | None:
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


def bears_upon(claim: Claim) -> Subject | None:
    """The position of a named suspect, or of so many people beyond mere arrest, at that step; each step is its own,
    so that nobody who still writes "arrested" takes back a charge. How many were arrested is the figure's.
    """
    assert isinstance(claim, Arrest)
    who = claim.suspect
    if who is None:
        if claim.step is Step.ARRESTED or claim.count is None or claim.count.qualifier is not Qualifier.EXACT:
            return None
        written = (
            claim.suspects if " " in claim.suspects else f"{claim.count.low} people"
        )  # "four of the men"
        who = Name(written=written[:1].lower() + written[1:], id=f"{claim.count.low}_people")
    return Subject(kind=Arrest.kind, actor=Name(written=who.written, id=f"{claim.step}_{who.id}"))


def value_of(claim: Claim) -> Value:
    """The step as a word."""
    assert isinstance(claim, Arrest)
    return claim.step.value


ARREST = Kind(
    name=Arrest.kind,
    claim=Arrest,
    triggers=frozenset(load("arrest")["triggers"]["words"]),
    read=read,
    subject=bears_upon,
    value=value_of,
)
