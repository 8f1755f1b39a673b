"""Documents from a feed: RSS, RDF, Atom, JSON Feed, or a news sitemap."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx
from pydantic import Field

from storydelta.errors import SourceError
from storydelta.model import Item
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context, Fetched, Problem, SourceKind, SourceOptions
from storydelta.sources.revisions import hand_over
from storydelta.sources.web.address import WebAddress
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.feeds import Entry, Feed, parse_feed
from storydelta.sources.web.follow import Lead, follow, note
from storydelta.sources.web.following import Rules
from storydelta.sources.web.visit import Visit, visit
from storydelta.story import Duration

_LONGEST_HINT = timedelta(hours=1)
_LONGEST_FRESH = timedelta(days=1)
_SUMMARY = 1_000
_CUT = ("…", "...", "[…]", "[...]", "read more", "continue reading", "more »")
_MOST_FOLLOWED = 1_000


class FeedOptions(SourceOptions):
    """The options of a `feed` source."""

    url: WebAddress = Field(description="The feed's address.")
    publisher: str = Field(
        "", description="Who publishes what it links to; unless given, the feed's own title."
    )
    undated: Literal["leave out", "now"] = Field(
        "leave out",
        description='Entries without a date: left out with a notice, or dated "now", when first seen.',
    )
    full_text: bool = Field(
        True,
        description="Whether an article of which the feed has only a summary is read on its own page, and visited "
        "again for some days.",
    )
    again_for: Duration = Field(
        timedelta(days=3), description="How long an article's page is visited again, ever more seldom."
    )


async def fetch(options: FeedOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    """The entries of the feed, oldest first, if it changed since the fetch that left `state`, and with `full_text`
    the articles that are due. A feed that is cut short gives what can be read of it. Raises `SourceError`.
    """
    if context.client is None:
        raise SourceError("no client to visit the web with")
    asked = options.model_dump(mode="json")
    if state.get("asked") != asked:  # other options read the same anew
        state = {
            key: value for key, value in state.items() if key not in ("visit", "fresh_until", "problems")
        }
    items, state = await _visit_feed(options, state, context, context.client)
    found = await follow(state.get("tracks", {}), state.get("robots", {}), _rules(options), context)
    kept = {**state, "asked": asked, "tracks": found.tracks, "robots": found.robots}
    fresh_until = read_date(state.get("fresh_until", ""))
    return Fetched(
        items=tuple(sorted((*items, *found.items), key=lambda item: item.published_at or context.now)),
        problems=(*(Problem(**each) for each in state.get("problems", ())), *found.problems),
        state={key: value for key, value in kept.items() if value},
        next_at=min(fresh_until, found.next_at or fresh_until) if fresh_until else None,
    )


async def _visit_feed(
    options: FeedOptions, state: Mapping[str, Any], context: Context, client: httpx.AsyncClient
) -> tuple[tuple[Item, ...], dict[str, Any]]:
    """What the feed itself hands over, and the state with the articles that it leaves to be followed."""
    fresh_until = read_date(state.get("fresh_until", ""))
    if fresh_until and context.now < fresh_until <= context.now + _LONGEST_FRESH:
        return (), dict(state)
    visited = await visit(options.url, state.get("visit", {}), client, context.limits, context.now)
    kept = {**state, "visit": visited.memory}
    if visited.content is None:
        return (), kept | _fresh_until(visited.fresh_until)
    feed = await asyncio.to_thread(parse_feed, visited.content, visited.charset, visited.url)
    to_follow, whole = _sorted_out(feed, options, context)
    leads = [_lead(entry, feed, options) for entry in to_follow]
    new, handed = hand_over(_items(whole, feed, options, context.now), state)
    return new, {
        **kept,
        "handed": handed.get("handed"),
        "problems": [
            {"document": each.document, "text": each.text} for each in _problems(feed, whole, options)
        ],
        "tracks": note(state.get("tracks", {}), leads, context.now),
        **_fresh_until(_next_at(feed, visited, context.now)),
    }


def _sorted_out(feed: Feed, options: FeedOptions, context: Context) -> tuple[list[Entry], list[Entry]]:
    """The entries of which the articles are to be read on their own pages, newest last, and the others."""
    to_follow: list[Entry] = []
    whole: list[Entry] = []
    for entry in sorted(filter(_is_document, feed.entries), key=lambda each: each.moment or context.now):
        follows = options.full_text and _is_summary(entry) and context.is_worth(_item(entry, feed, options))
        (to_follow if follows else whole).append(entry)
    return to_follow[-_MOST_FOLLOWED:], whole


def _is_summary(entry: Entry) -> bool:
    """Whether the article says more than its entry."""
    is_cut = entry.text.rstrip(" ])").lower().endswith(_CUT)
    return bool(entry.url) and (is_cut or len(entry.text) < _SUMMARY)


def _lead(entry: Entry, feed: Feed, options: FeedOptions) -> Lead:
    publisher = entry.publisher or options.publisher or feed.title
    return Lead(
        url=entry.url, title=entry.title, text=entry.text, publisher=publisher, author=entry.author,
        moment=entry.moment,
    )  # fmt: skip


def _rules(options: FeedOptions) -> Rules:
    return Rules(publisher=options.publisher, again_for=options.again_for, undated=options.undated)


def _fresh_until(moment: datetime | None) -> dict[str, str]:
    return {"fresh_until": moment.isoformat() if moment else ""}


def _items(entries: Iterable[Entry], feed: Feed, options: FeedOptions, now: datetime) -> list[Item]:
    undated = now if options.undated == "now" else None
    return [
        replace(_item(entry, feed, options), published_at=min(entry.moment, now) if entry.moment else undated)
        for entry in entries
        if entry.moment or undated
    ]


def _item(entry: Entry, feed: Feed, options: FeedOptions) -> Item:
    return Item(
        url=entry.url or f"id:{entry.id}",
        title=entry.title,
        text=entry.text,
        publisher=entry.publisher or options.publisher or feed.title or None,
        author=entry.author or None,
        published_at=entry.moment,
        id=entry.url or entry.id,
    )


def _is_document(entry: Entry) -> bool:
    return bool((entry.url or entry.id) and (entry.title or entry.text))


def _problems(feed: Feed, whole: Iterable[Entry], options: FeedOptions) -> Iterator[Problem]:
    """What is wrong with the feed, in one notice a sort, since it is the same at every fetch."""
    if feed.problem:
        yield Problem(document=options.url, text=f"{options.url}: {feed.problem}")
    undated = sum(1 for entry in whole if entry.moment is None)
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
    """The later of what the server and what the feed say, neither of them binding for more than an hour."""
    hints = [visited.fresh_until, now + feed.ttl if feed.ttl else None]
    latest = max((hint for hint in hints if hint), default=None)
    return min(latest, now + _LONGEST_HINT) if latest else None


FEED = SourceKind(
    name="feed",
    help="A feed: RSS, RDF, Atom, JSON Feed, or a news sitemap. It is read when it changed, at the latest every six hours.",
    options=FeedOptions,
    key=lambda options: canonical_url(options.url),
    fetch=fetch,
)
