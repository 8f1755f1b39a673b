"""Documents from a feed: RSS, RDF, Atom, JSON Feed, or a news sitemap."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from storydelta.errors import SourceError
from storydelta.model import Item
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context, Fetched, Problem, SourceKind, SourceOptions
from storydelta.sources.revisions import hand_over
from storydelta.sources.web.feeds import Entry, Feed, parse_feed
from storydelta.sources.web.visit import Visit, visit


def _web_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address; it begins with https:// or http://")
    return url


class FeedOptions(SourceOptions):
    """The options of a `feed` source."""

    url: Annotated[str, AfterValidator(_web_address)] = Field(description="The feed's address.")
    publisher: str = Field(
        "", description="Who publishes what it links to; unless given, the feed's own title."
    )
    undated: Literal["leave out", "now"] = Field(
        "leave out",
        description='Entries without a date: left out with a notice, or dated "now", when first seen.',
    )


async def fetch(options: FeedOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    """The entries of the feed, oldest first, if it changed since the fetch that left `state`.

    A feed that is cut short gives what can be read of it. Raises `SourceError`.
    """
    if context.client is None:
        raise SourceError("no client to visit the web with")
    asked = options.model_dump(mode="json")
    memory = state.get("visit", {}) if state.get("asked") == asked else {}  # other options read the same anew
    visited = await visit(options.url, memory, context.client, context.limits, context.now)
    if visited.content is None:
        return Fetched(items=(), state={**state, "visit": visited.memory}, next_at=visited.fresh_until)
    feed = parse_feed(visited.content, visited.charset, visited.url)
    new, handed = hand_over(_items(feed, options, context.now), state)
    return Fetched(
        items=new,
        problems=tuple(_problems(feed, options)),
        state={**handed, "visit": visited.memory, "asked": asked},
        next_at=_next_at(feed, visited, context.now),
    )


def _items(feed: Feed, options: FeedOptions, now: datetime) -> list[Item]:
    undated = now if options.undated == "now" else None
    items = [
        Item(
            url=entry.url or f"id:{entry.id}",
            title=entry.title,
            text=entry.text,
            publisher=entry.publisher or options.publisher or feed.title or None,
            published_at=entry.moment or undated,
            id=entry.url or entry.id,
        )
        for entry in feed.entries
        if _is_document(entry) and (entry.moment or undated)
    ]
    return sorted(items, key=lambda item: item.published_at or now)


def _is_document(entry: Entry) -> bool:
    return bool((entry.url or entry.id) and (entry.title or entry.text))


def _problems(feed: Feed, options: FeedOptions) -> Iterator[Problem]:
    """What is wrong with the feed, in one notice a sort, since it is the same at every fetch."""
    if feed.problem:
        yield Problem(document=options.url, text=f"{options.url}: {feed.problem}")
    undated = sum(1 for entry in feed.entries if entry.moment is None)
    if undated and options.undated != "now":
        yield Problem(
            document=f"{options.url} undated",
            text=f"{options.url}: {undated} of {len(feed.entries)} entries have no date that can be understood; "
            f'they were left out (undated = "now" takes them in)',
        )
    empty = sum(1 for entry in feed.entries if not _is_document(entry))
    if empty:
        yield Problem(
            document=f"{options.url} empty",
            text=f"{options.url}: {empty} of {len(feed.entries)} entries have no address or no words",
        )


def _next_at(feed: Feed, visited: Visit, now: datetime) -> datetime | None:
    """The later of what the server and what the feed say, neither of them binding for more than a day."""
    hints = [visited.fresh_until, now + min(feed.ttl, timedelta(days=1)) if feed.ttl else None]
    return max((hint for hint in hints if hint), default=None)


FEED = SourceKind(
    name="feed",
    help="A feed: RSS, RDF, Atom, JSON Feed, or a news sitemap. It is read when it changed, at the latest every six hours.",
    options=FeedOptions,
    key=lambda options: canonical_url(options.url),
    fetch=fetch,
)
