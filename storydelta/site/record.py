"""What was written of a story's site, kept beside it, so that the next time only what changed is made."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from storydelta.site.view import Kept, Line, StoryLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """A document's line, and the stamp of the versions that its page was made of."""

    stamp: str
    kept: Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`mark` stands for templates and settings: under another one everything is made anew. `timeline` holds the
    editions, the newest first; `documents` the documents by the path of their page; `line` the story in the index.
    """

    mark: str
    timeline: tuple[Line, ...] = ()
    documents: dict[str, Stamped] = field(default_factory=dict)
    line: StoryLine | None = None

    @property
    def last(self) -> int:
        """The number of the newest edition that has a page; 0 where none has."""
        return self.timeline[0].number if self.timeline else 0


_ADAPTER = TypeAdapter(Record)


def record_to_json(record: Record) -> bytes:
    return _ADAPTER.dump_json(record)


def record_from_json(written: bytes) -> Record | None:
    """The record, or None where it is none: then everything is made anew."""
    try:
        return _ADAPTER.validate_json(written)
    except ValidationError:
        return None
