"""Documents from a file of JSON Lines. Lines with the same URL are revisions, in order of `published_at`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import Field

from storydelta.errors import DocumentError, SourceError
from storydelta.model import Item
from storydelta.sources.documents import read_lines
from storydelta.sources.kind import Context, Fetched, Problem, SourceKind, SourceOptions
from storydelta.sources.revisions import hand_over


class JsonLinesOptions(SourceOptions):
    """The options of a `jsonl` source."""

    path: str = Field(
        min_length=1, description="The file; a relative path starts at the story file's folder."
    )
    publisher: str = Field("", description="Who published the documents that do not say so themselves.")


async def fetch(options: JsonLinesOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    """Every document of the file, oldest first; lines that are none are problems, and the others go on."""
    return await asyncio.to_thread(_read, options, state, context)


def _read(options: JsonLinesOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    path = context.base / Path(options.path).expanduser()
    if not path.is_file():
        raise SourceError(f"{path}: there is no such file; correct 'path' or create it")
    if path.stat().st_size > context.limits.source_bytes:
        raise SourceError(f"{path}: larger than {context.limits.source_bytes:,} bytes; split it")
    items: list[Item] = []
    problems: list[Problem] = []
    with path.open("rb") as stream:
        for number, found in read_lines(stream, path.name, dated=True):
            if isinstance(found, DocumentError):
                problems.append(Problem(document=f"{options.path}:{number}", text=str(found)))
            elif len(items) == context.limits.documents:
                raise SourceError(f"{path}: more than {context.limits.documents:,} documents; split it")
            else:
                items.append(_with_publisher(found, options.publisher))
    items.sort(key=lambda item: item.published_at or context.now)  # stable: the file's order decides ties
    new, handed = hand_over(items, state)
    return Fetched(items=new, problems=tuple(problems), state=handed)


def _with_publisher(item: Item, publisher: str) -> Item:
    return replace(item, publisher=publisher) if publisher and not item.publisher else item


JSONL = SourceKind(
    name="jsonl",
    help="A file of JSON Lines, one document a line: id, url, title, text, publisher, author, published_at.",
    options=JsonLinesOptions,
    key=lambda options: options.path,
    fetch=fetch,
)
