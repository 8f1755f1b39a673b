"""A source that was found, written into a story file."""

from __future__ import annotations

from pathlib import Path

from storydelta.delivery.file import write_atomically
from storydelta.errors import StoryError
from storydelta.sources.discover import Discovery
from storydelta.stories import parse_story


def add_source(file: Path, found: Discovery) -> None:
    """Appends the source to the story file, which keeps its comments and its order.

    Raises StoryError where the file would no longer be a story: nothing is written then.
    """
    try:
        before = file.read_text(encoding="utf-8")
        after = f"{before.rstrip()}\n\n{found.toml}"
        parse_story(after, file.stem, str(file), file.parent)
        write_atomically(file, after.encode())
    except (OSError, UnicodeDecodeError) as problem:
        raise StoryError(f"{file}: cannot be changed ({problem})") from problem
