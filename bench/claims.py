"""Documents with claims in them that nobody read: for measurements of what comes after the reading."""

from __future__ import annotations

from datetime import UTC, datetime

from storydelta.model import (
    Claim,
    Evidence,
    Figure,
    Measure,
    Name,
    Qualifier,
    Range,
    Reading,
    Responsibility,
    Revision,
    Scope,
    Stance,
)
from storydelta.names import Names

NAMES = Names(ids={})
START = datetime(2024, 1, 1, tzinfo=UTC)


def reading(
    document: str, at: datetime, publisher: str | None, *claims: Claim, title: str = "", text: str = ""
) -> Reading:
    """A document of that address, published and seen at that moment."""
    revision = Revision(
        id=document,
        document=document,
        title=title,
        text=text,
        publisher=publisher,
        published_at=at,
        seen_at=at,
    )
    return Reading(revision=revision, claims=claims)


def evidence(text: str, sentence: str, telling: int) -> Evidence:
    """A sentence of a text, of which the first so many characters are the telling ones."""
    start = text.index(sentence)
    return Evidence(
        field="text", start=start, end=start + len(sentence), text=sentence, focus=(start, start + telling)
    )


def toll(measure: Measure, number: int, said: Evidence, speaker: Name | None) -> Figure:
    return Figure(
        evidence=said, speaker=speaker, rule="bench", measure=measure, scope=Scope.TOTAL,
        count=Range(low=number, high=number, qualifier=Qualifier.EXACT),
    )  # fmt: skip


def blame(stance: Stance, actor: Name, said: Evidence, speaker: Name | None) -> Responsibility:
    return Responsibility(evidence=said, speaker=speaker, rule="bench", stance=stance, actor=actor)
