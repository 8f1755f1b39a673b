"""The words of the house as types: documents, claims, positions, editions, changes.

All are frozen values. Times are aware and in UTC. Offsets count Unicode code points.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias


class Measure(StrEnum):
    """What a figure counts."""

    KILLED = "killed"
    INJURED = "injured"
    MISSING = "missing"
    DETAINED = "detained"
    KIDNAPPED = "kidnapped"
    DISPLACED = "displaced"


class Qualifier(StrEnum):
    """How the numbers of a range are to be taken."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    ABOUT = "about"
    NEARLY = "nearly"
    UP_TO = "up_to"
    FEWER_THAN = "fewer_than"
    RANGE = "range"
    VAGUE = "vague"


class Scope(StrEnum):
    """What a figure is the count of: the whole event, a subset of it, or something else."""

    TOTAL = "total"
    PART = "part"
    OTHER = "other"


class Stance(StrEnum):
    """How a speaker stands to an actor's responsibility."""

    ASSERTS = "asserts"
    SUSPECTS = "suspects"
    CLAIMS = "claims"  # the speaker's own act
    DENIES = "denies"  # says that the actor did not do it, be it the speaker or a third party
    DOUBTS = "doubts"  # questions it without saying that it was not so


class ChangeKind(StrEnum):
    """What happened to a position between two editions."""

    FIRST = "first"
    RAISED = "raised"
    LOWERED = "lowered"
    REQUALIFIED = "requalified"
    STANCE_CHANGED = "stance_changed"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class DeliveryState(StrEnum):
    """Where a delivery stands. `parked` needs a person."""

    PENDING = "pending"
    SENT = "sent"
    PARKED = "parked"


# Documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing a source handed over, before anyone knows whether it is new.

    `url` is as the source gave it; `published_at` None where the source does not say. `id` is the label that
    the source or the input line gave it, for people to find it again.
    """

    url: str
    title: str = ""
    text: str = ""
    publisher: str | None = None
    published_at: datetime | None = None
    id: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One observed text of a document. `document` is the document's canonical URL.

    `published_at` is when the publisher put this text out, as far as it can be known; `seen_at` when we saw it.
    `author` names who wrote it, where that is stated.
    """

    id: str
    document: str
    title: str
    text: str
    publisher: str | None
    published_at: datetime
    seen_at: datetime
    author: str | None = None


# Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Somebody, as written and normalised: `Name(written="Daesh", id="islamic_state")`."""

    written: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The sentence that states a claim: `field[start:end] == text`. `focus` are the telling words in it,
    as offsets into the same field.
    """

    field: Literal["title", "text"]
    start: int
    end: int
    text: str
    focus: tuple[int, int]

    @property
    def where(self) -> tuple[str, int]:
        """Where its sentence begins, by which claims of one sentence of a document are told."""
        return self.field, self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One typed statement that a revision makes. `speaker` None: the document itself says so.

    `rule` names the rule that read it; `confidence` is the share of claims read like this one that are right.
    """

    kind: ClassVar[str]

    evidence: Evidence
    speaker: Name | None = None
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A count as stated. `high` None is open. 60: 60, 60, exact. More than 60: 60, None. Up to 60: 0, 60.
    About 140: 140, 140. Dozens: 24, 99, vague.
    """

    low: int
    high: int | None
    qualifier: Qualifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Claim):
    """A claim that counts people. `population`: who was counted, as written, or None for people at large."""

    kind: ClassVar[str] = "figure"

    measure: Measure
    count: Range
    scope: Scope
    population: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility(Claim):
    """A claim about who did it."""

    kind: ClassVar[str] = "responsibility"

    stance: Stance
    actor: Name


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A revision with the claims that were read in it."""

    revision: Revision
    claims: tuple[Claim, ...]


# Positions

Value: TypeAlias = Range | str
"""What a position holds: a figure's range; for every other kind of claim a word of that kind (a stance)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a position is about: a measure; or a speaker (None: the documents themselves, by their publisher)
    and an actor. `key` is its identity.
    """

    kind: str
    measure: Measure | None = None
    speaker: Name | None = None
    actor: Name | None = None

    @property
    def key(self) -> str:
        parts = (self.measure, self.speaker and self.speaker.id, self.actor and self.actor.id)
        return "/".join([self.kind, *(part for part in parts if part)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A voice's word on a subject, with where it stands. `voice` is who is answerable for it: the speaker,
    else the publisher. `said_at` is when the revision was published, `seen_at` when we saw it.
    """

    voice: Name
    value: Value
    said_at: datetime
    seen_at: datetime
    document: str
    revision: str
    title: str
    publisher: str | None
    evidence: Evidence
    rule: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What is held on one subject: the leading statement, everybody's latest (the leading one among them, newest
    last), and the voices that contradict it. `since` is when the value that is held was first said. `confirmed`:
    not so far said by a few documents without a publisher alone.
    """

    subject: Subject
    value: Value
    lead: Statement
    statements: tuple[Statement, ...]
    disputed_by: tuple[Name, ...] = ()
    since: datetime
    rule: str = ""
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All positions of a story at a moment, by `Subject.key`.

    `heard` is what is remembered beside what the positions show, by the same keys: earlier words of the voices,
    and words that nobody has confirmed yet. `retracted` are the words by which something was taken back, so that no
    older document brings it back.
    """

    positions: MutableMapping[str, Position] = field(default_factory=dict)
    heard: MutableMapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    retracted: MutableMapping[str, tuple[Statement, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What differs between two editions on one subject, with the statements that caused it.

    `rule` names the rule of comparison that found it. `at` is the moment of the run.
    """

    subject: Subject
    change: ChangeKind
    before: Value | None
    after: Value | None
    causes: tuple[Statement, ...]
    at: datetime
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a change is worth a digest, and the alert rule that says so, with its reason in words."""

    change: Change
    alert: bool
    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A numbered, immutable version of a story's ledger, and what made it differ from the one before."""

    story: str
    number: int
    made_at: datetime
    ledger: Ledger
    verdicts: tuple[Verdict, ...]


# Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message: an image that the HTML shows by `cid:NAME`, or a table."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A rendered digest, ready for any channel."""

    story: str
    edition: int
    subject: str
    html: str
    text: str
    made_at: datetime
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message handed to one channel and recipient. `key` makes a repeat recognisable."""

    key: str
    story: str
    edition: int
    channel: str
    recipient: str
    state: DeliveryState = DeliveryState.PENDING
    attempts: int = 0
    due_at: datetime
    problem: str | None = None
