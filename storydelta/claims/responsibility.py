"""Who did it: claims of responsibility, with their speaker, stance and actor."""

from __future__ import annotations

from collections.abc import Iterable

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.model import Claim, Responsibility, Subject, Value


def read_responsibility(passage: Passage) -> Iterable[Responsibility]:
    """The claims of one sentence."""
    return ()


def _subject(claim: Claim) -> Subject | None:
    assert isinstance(claim, Responsibility)
    return Subject(kind=Responsibility.kind, speaker=claim.speaker, actor=claim.actor)


def _value(claim: Claim) -> Value:
    assert isinstance(claim, Responsibility)
    return claim.stance.value


RESPONSIBILITY = Kind(
    name=Responsibility.kind,
    claim=Responsibility,
    triggers=frozenset({"behind", "blame*", "accus*", "responsib*"}),
    read=read_responsibility,
    subject=_subject,
    value=_value,
)
