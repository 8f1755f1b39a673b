"""The documents that a command is pointed at: a file of JSON Lines, a folder, one text or page, or an address."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

from flows.wiring import open_context, utc_now
from storydelta.errors import DocumentError
from storydelta.model import Item
from storydelta.sources import Fetched, fetch_source
from storydelta.sources.discover import kind_at
from storydelta.sources.documents import read_lines
from storydelta.story import SourceEntry

_TEXTS = (".txt", ".md", ".html", ".htm", ".eml", ".pdf")


def is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def read_place(place: str, *, dated: bool = False) -> Iterator[Item | DocumentError]:
    """The documents of a file of JSON Lines, or of standard input for "-", with errors in the place of lines that are
    none. With `dated`, a line that does not say when it was published is an error, too.
    """
    if place == "-":
        yield from (found for _, found in read_lines(sys.stdin.buffer, "standard input", dated=dated))
        return
    try:
        with Path(place).open("rb") as lines:
            yield from (found for _, found in read_lines(lines, place, dated=dated))
    except OSError as problem:
        yield DocumentError(f"{place}: cannot be read ({problem.strerror or problem})")


def fetch_place(place: str) -> list[Item | DocumentError]:
    """The documents of a folder, of one file, or at an address (a feed or a page), then what is wrong with others.

    Raises SourceError where there is nothing at all.
    """

    async def fetch() -> Fetched:
        async with open_context(Path.cwd(), utc_now()) as context:
            kind = await kind_at(place, context) if is_address(place) else ""
            return await fetch_source(_entry(place, kind), {}, context)

    fetched = asyncio.run(fetch())
    return [*fetched.items, *(DocumentError(problem.text) for problem in fetched.problems)]


def holds_lines(place: str) -> bool:
    """Whether it is standard input or a file of JSON Lines, and not a folder, a text or an address."""
    path = Path(place)
    return not is_address(place) and not path.is_dir() and (place == "-" or path.suffix not in _TEXTS)


def _entry(place: str, kind: str) -> SourceEntry:
    if is_address(place):
        return SourceEntry.model_validate({"kind": kind, "url": place, "undated": "now"})
    path = Path(place).absolute()
    if path.suffix in (".jsonl", ".ndjson"):
        return SourceEntry.model_validate({"kind": "jsonl", "path": str(path)})
    folder = {"kind": "folder", "undated": "file"}
    if path.is_dir():
        return SourceEntry.model_validate({**folder, "path": str(path)})
    return SourceEntry.model_validate({**folder, "path": str(path.parent), "files": [path.name]})
