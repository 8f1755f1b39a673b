"""What new readings say, as statements by subject: one of each revision, subject and voice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storydelta import lexicon
from storydelta.ledger import fates
from storydelta.ledger.ranges import is_firm, strength
from storydelta.model import Figure, Name, Range, Scope, Statement, Subject
from storydelta.names import fold, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from storydelta.claims.kind import Kind
    from storydelta.model import Claim, Reading, Revision, Value
    from storydelta.names import Names

UNKNOWN_BEFORE = 1971
"""A document dated earlier has no date: clocks that were never set say 1970."""
_TAKEN_BACK = re.compile(
    r"(?:earlier|previous) (?:version|edition) of this|(?:in)?correct(?:ed|ion)\b.{0,30}\b(?:from|said|stated)"
    r"|(?:incorrectly|wrongly|mistakenly|erroneously) (?:said|stated|reported|gave)"
    r"|\b(?:with(?:drew|drawn|draws)|retract(?:s|ed)|t(?:ook|akes) back)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Heard:
    """What the new readings say on one subject, and the words by which they take something back."""

    subject: Subject
    said: list[Statement] = field(default_factory=list)
    retracted: list[Statement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A claim of a document, by which rule it counts or not (`fates`), and the statement that it makes, if any."""

    claim: Claim
    rule: str
    subject: Subject | None = None
    statement: Statement | None = None


def hear(
    readings: Iterable[Reading], kinds: Sequence[Kind], names: Names, now: datetime, unheard: frozenset[str]
) -> dict[str, Heard]:
    """Of each revision, subject and voice one statement: the firmest and highest figure, the first stance."""
    heard: dict[str, Heard] = {}
    for reading in readings:
        for weighed in weigh(reading, kinds, names, now, unheard):
            if weighed.subject is None or weighed.statement is None:
                continue
            on_it = heard.setdefault(weighed.subject.key, Heard(weighed.subject))
            if weighed.rule == fates.TAKES_BACK:
                on_it.retracted.append(weighed.statement)
            elif weighed.rule == fates.COUNTED:
                on_it.said.append(weighed.statement)
    return heard


def weigh(
    reading: Reading, kinds: Sequence[Kind], names: Names, now: datetime, unheard: frozenset[str]
) -> list[Weighed]:
    """What becomes of each claim of a document, in their order. `unheard` are the ids of ignored voices."""
    by_name = {kind.name: kind for kind in kinds}
    publisher = voice_of(reading.revision, names)
    weighed: list[Weighed] = []
    best: dict[tuple[str, str], int] = {}
    for place, claim in enumerate(reading.claims):
        kind, voice = by_name.get(claim.kind), _voice(claim, publisher)
        taken_back = _is_taken_back(claim, reading.claims)
        subject = _subject(claim, kind, names, taken_back=taken_back) if kind else None
        if kind is None or subject is None:
            weighed.append(Weighed(claim, _unheld(claim)))
            continue
        if not unheard.isdisjoint((voice.id, publisher.id)):
            weighed.append(Weighed(claim, fates.IGNORED, subject))
            continue
        statement = _statement(reading.revision, claim, voice, kind.value(claim), now)
        weighed.append(Weighed(claim, fates.TAKES_BACK if taken_back else fates.COUNTED, subject, statement))
        if taken_back:
            continue
        other = best.get((subject.key, voice.id))
        if other is None or _is_stronger(statement, weighed[other].statement):
            best[subject.key, voice.id] = place
        weaker = place if other == best[subject.key, voice.id] else other
        if weaker is not None:
            weighed[weaker] = replace(weighed[weaker], rule=fates.WEAKER_WORD)
    return weighed


def _unheld(claim: Claim) -> str:
    if isinstance(claim, Figure) and claim.scope is not Scope.TOTAL:
        return fates.PART if claim.scope is Scope.PART else fates.OTHER_EVENT
    return fates.NO_POSITION


def voice_of(revision: Revision, names: Names) -> Name:
    """Who is answerable for what a revision says itself: its publisher, else its site, else nobody known."""
    if revision.publisher:
        return names.name(revision.publisher)
    parts = urlsplit(revision.document)
    if parts.scheme in ("http", "https") and parts.hostname:
        return Name(written=parts.hostname, id=slug(parts.hostname))
    return Name(written="an unnamed source", id="unnamed_" + slug(revision.document))


def _voice(claim: Claim, publisher: Name) -> Name:
    """Who answers for a claim: its speaker, and its publisher for one who is nobody in particular."""
    if claim.speaker is None:
        return publisher
    if is_nobody_in_particular(claim.speaker.written):
        return Name(written=claim.speaker.written, id=publisher.id)
    return claim.speaker


def is_nobody_in_particular(speaker: str) -> bool:
    """Whether a speaker could be anybody: "officials", "unconfirmed reports"."""
    words = lexicon.load("voices")
    folded = fold(speaker)
    while folded not in words["speakers"]:
        first, _, rest = folded.partition(" ")
        if first not in words["qualifiers"] or not rest:
            return False
        folded = rest
    return True


def _subject(claim: Claim, kind: Kind, names: Names, *, taken_back: bool) -> Subject | None:
    """What a claim bears upon. Only totals move a measure; what is taken back may be called by any scope."""
    if isinstance(claim, Figure):
        moves = taken_back or claim.scope is Scope.TOTAL
        return Subject(kind=Figure.kind, measure=claim.measure) if moves else None
    subject = kind.subject(claim)
    return replace(subject, actor=names.noun(subject.actor)) if subject and subject.actor else subject


def _is_taken_back(claim: Claim, others: Iterable[Claim]) -> bool:
    """Whether the sentence takes the claim back: of figures the first one after the words that do."""
    evidence = claim.evidence
    cue = _TAKEN_BACK.search(evidence.text)
    if cue is None or not isinstance(claim, Figure):
        return cue is not None
    after = [
        other.evidence.focus
        for other in others
        if isinstance(other, Figure)
        and (other.evidence.text, other.evidence.start) == (evidence.text, evidence.start)
        and other.evidence.focus[1] > evidence.start + cue.end()
    ]
    return bool(after) and evidence.focus == min(after)


def _statement(revision: Revision, claim: Claim, voice: Name, value: Value, now: datetime) -> Statement:
    seen = min(revision.seen_at, now)
    dated = revision.published_at.year >= UNKNOWN_BEFORE and revision.published_at <= seen
    return Statement(
        voice=voice, value=value, said_at=revision.published_at if dated else seen, seen_at=seen,
        document=revision.document, revision=revision.id, title=revision.title, publisher=revision.publisher,
        evidence=claim.evidence, rule=claim.rule, confidence=claim.confidence,
    )  # fmt: skip


def _is_stronger(statement: Statement, best: Statement | None) -> bool:
    if best is None:
        return True
    one, other = statement.value, best.value
    if not (isinstance(one, Range) and isinstance(other, Range)):
        return False
    return strength(one) > strength(other) or (
        strength(one) == strength(other) and _spells_out(statement, best)
    )


def _spells_out(statement: Statement, headline: Statement) -> bool:
    """Whether a text qualifies the number of its headline, which had no room for "at least"."""
    assert isinstance(statement.value, Range)
    fields = (headline.evidence.field, statement.evidence.field)
    return fields == ("title", "text") and not is_firm(statement.value)
