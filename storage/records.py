"""What the store knows beside the domain's types: how sources fare, which runs are due, what was digested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storydelta.model import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source of a story fared. `key` identifies it within the story.

    `changed_at` is when it last gave something new. `failures` counts those since the last success, `problem` is the last one in words, `reported` whether a digest
    or an event has told of it already. `state` is what its last fetch left for the next one (JSON; validators
    such as an ETag are in it). `next_due_at` None: with the story.
    """

    key: str
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failures: int = 0
    problem: str | None = None
    reported: bool = False
    next_due_at: datetime | None = None
    state: Mapping[str, Any] = field(default_factory=dict)
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryState:
    """When a story is to run next (None: nobody said), which run holds it until when, and the number of its latest
    edition (0: none yet) with when that was made.
    """

    slug: str
    next_due_at: datetime | None = None
    lease_holder: str | None = None
    lease_until: datetime | None = None
    edition: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRevision:
    """A revision with its `number` within the document, from 1, and whether it belongs to the story; `why` says
    why not. `trimmed`: its text was let go to save room, and is empty here.
    """

    revision: Revision
    number: int
    belongs: bool = True
    why: str = ""
    trimmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecord:
    """A digest that was made: it tells of the changes after edition `since` up to `edition`."""

    edition: int
    since: int
    made_at: datetime
    subject: str
