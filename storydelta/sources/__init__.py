"""Where documents come from. Each kind of source is one module; the tuple SOURCES registers them.

To add a kind: write its module, and add its line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from storydelta.errors import SourceError
from storydelta.sources.canonical import canonical_url
from storydelta.sources.documents import item_from_json, read_documents
from storydelta.sources.feed import FEED
from storydelta.sources.folder import FOLDER
from storydelta.sources.jsonl import JSONL
from storydelta.sources.kind import Context, Fetched, Limits, Problem, SourceKind, SourceOptions
from storydelta.sources.page import PAGE
from storydelta.sources.web.backoff import next_try
from storydelta.sources.web.client import Manners, build_client
from storydelta.sources.web.turns import shared_turns
from storydelta.sources.web.visit import UnavailableError
from storydelta.story import SourceEntry

__all__ = [
    "SOURCES",
    "Context",
    "Fetched",
    "Limits",
    "Manners",
    "Problem",
    "SourceKind",
    "SourceOptions",
    "UnavailableError",
    "build_client",
    "canonical_url",
    "fetch_source",
    "item_from_json",
    "next_try",
    "read_documents",
    "shared_turns",
    "source_key",
    "source_kind",
    "source_name",
]  # fmt: skip

SOURCES: tuple[SourceKind[Any], ...] = (FEED, PAGE, FOLDER, JSONL)


def source_kind(name: str) -> SourceKind[Any]:
    """The kind of that name, or `SourceError`."""
    for kind in SOURCES:
        if kind.name == name:
            return kind
    raise SourceError(
        f"{name!r} is not a kind of source; there are {', '.join(kind.name for kind in SOURCES)}"
    )


def source_key(entry: SourceEntry) -> str:
    """What identifies the source within its story, as long as what it points to stays the same."""
    kind = source_kind(entry.kind)
    return f"{kind.name}:{kind.key(kind.options.model_validate(entry.options))}"


def source_name(entry: SourceEntry) -> str:
    """How digests and errors call the source."""
    return entry.name or source_key(entry)


async def fetch_source(entry: SourceEntry, state: Mapping[str, Any], context: Context) -> Fetched:
    """What the source hands over now. `state` is what its last fetch left, or empty.

    Raises `SourceError`, which names the source, where it gave nothing at all.
    """
    kind = source_kind(entry.kind)
    try:
        return await kind.fetch(kind.options.model_validate(entry.options), state, context)
    except SourceError as problem:
        problem.args = (f"source {source_name(entry)}: {problem}",)  # it keeps what else it carries
        raise
    except (OSError, httpx.HTTPError) as problem:
        raise SourceError(f"source {source_name(entry)}: {problem}") from problem
