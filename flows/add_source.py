"""A source that was found, written into a story file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from storydelta.delivery.file import write_atomically
from storydelta.errors import StoryError
from storydelta.sources import source_key
from storydelta.sources.discover import Discovery
from storydelta.stories import load_story, parse_story
from storydelta.story import SourceEntry


def add_source(file: Path, found: Discovery) -> None:
    """Appends the source to the story file, which keeps its comments and its order.

    Raises StoryError where the file would no longer be a story: nothing is written then.
    """
    _append(file, found.toml)


def add_feeds(file: Path, entries: Sequence[SourceEntry]) -> list[SourceEntry]:
    """Appends those of the feeds that the story does not have yet, and gives them. Raises like `add_source`."""
    known = {source_key(entry) for entry in load_story(file).sources}
    new = [entry for entry in entries if source_key(entry) not in known]
    found = (
        Discovery(
            kind=entry.kind,
            options={**({"name": entry.name} if entry.name else {}), **entry.options},
            about="",
        )
        for entry in new
    )
    if new:
        _append(file, "\n".join(each.toml for each in found))
    return new


def _append(file: Path, toml: str) -> None:
    try:
        before = file.read_text(encoding="utf-8")
        after = f"{before.rstrip()}\n\n{toml}"
        parse_story(after, file.stem, str(file), file.parent)
        write_atomically(file, after.encode())
    except (OSError, UnicodeDecodeError) as problem:
        raise StoryError(f"{file}: cannot be changed ({problem})") from problem
