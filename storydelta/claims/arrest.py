"""Arrests and what follows: who was arrested, charged, remanded, convicted or released, how many, for what, by whom.

How many are detained is a figure and stays one; an arrest's own position is that of a named suspect, or of a number
of people charged, at one step. So nothing that is said of arrests moves a figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from storydelta.claims.arrest_grammar import (
    Step,
    charge_of,
    fits,
    is_unreal,
    parties,
    pattern,
    step_of,
    words,
)
from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.speaker import attribution, find_speaker
from storydelta.claims.speaker_name import speaker_of
from storydelta.claims.speaker_phrase import (
    bounds,
    coordinated,
    is_pronoun,
    object_of,
)
from storydelta.lexicon import load
from storydelta.model import Claim, Name, Qualifier, Range, Subject, Value
from storydelta.names import PERSON
from storydelta.quantity import Count, find_counts

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


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
        step = step_of(token)
        if step is None or is_unreal(token):
            continue
        whom, by = parties(token)
        if whom is None or not fits(token):
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
    if pattern("needs", "parse").search(lower):
        return True
    return ("released" in lower or "freed" in lower) and bool(pattern("needs", "released").search(lower))


def _is_old(passage: Passage) -> bool:
    """True where the sentence looks back: to another year, or years before."""
    published = passage.article.published_at
    years = [int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", passage.plain)]
    if any(published is None or year != published.year for year in years):
        return True
    return bool(pattern("not", "past").search(passage.plain))


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
    return name if named or token.lower_ in words("people", "authorities") else None


def _claim(
    passage: Passage, verb: Token, step: Step, head: Token, by: Name | None, counts: tuple[Count, ...]
) -> Arrest | None:
    if not _can_be_arrested(passage, head) or any(
        c.lower_ in words("not", "subjects") for c in (head, *head.children)
    ):
        return None
    start, end = bounds(head, inside=False)
    written = re.sub(
        r"^(?:(?:the|a|an|these|those) |\d+-year-old )+", "", passage.plain[start:end], flags=re.IGNORECASE
    )
    named = head.pos_ == "PROPN" and head.lower_ not in words("people", "suspects")
    focus = (min(start, verb.idx), max(end, verb.idx + len(verb)))
    return Arrest(
        evidence=passage.evidence(*focus), speaker=find_speaker(passage, *focus), rule=f"arrest.{step}", confidence=0.9,
        step=step, suspects=written, suspect=passage.article.names.name(written) if named else None,
        count=_count(head, (start, end), counts, named=named), by=by, charge=charge_of(verb),
        held_at=(found := pattern("held", "places").search(passage.plain)) and found["place"],
    )  # fmt: skip


def _can_be_arrested(passage: Passage, head: Token) -> bool:
    if is_pronoun(head):
        return False
    if head.lower_ in words("people", "suspects"):
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
    return head.pos_ == "NUM" or head.lemma_.lower() in words("people", "suspects")


def _count(head: Token, span: tuple[int, int], counts: tuple[Count, ...], *, named: bool) -> Range | None:
    inside = [count for count in counts if count.start < span[1] and count.end > span[0]]
    if inside:
        return inside[0].range
    if named or head.tag_ in ("NN", "NNP"):
        return Range(low=1, high=1, qualifier=Qualifier.EXACT)
    return None


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
