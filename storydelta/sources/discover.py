"""Finds out what an address or a path is, so that it can be written into a story file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storydelta.errors import DocumentError, SourceError
from storydelta.sources.kind import Context
from storydelta.sources.web.article import read_article
from storydelta.sources.web.charset import decode
from storydelta.sources.web.feeds import parse_feed, sitemaps_in
from storydelta.sources.web.pages import read_page
from storydelta.sources.web.visit import Visit, visit

_MOST_FEEDS = 5
_SHORTEST_PAGE = 200  # characters of text that are worth watching


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A source that was found. `about` says in a few words what it is."""

    kind: str
    options: Mapping[str, str]
    about: str

    @property
    def toml(self) -> str:
        """The lines that add it to a story file."""
        lines = ["[[sources]]", f"kind = {_quoted(self.kind)}"]
        return (
            "\n".join([*lines, *(f"{key} = {_quoted(value)}" for key, value in self.options.items())]) + "\n"
        )


async def discover(place: str, context: Context) -> tuple[Discovery, ...]:
    """The sources at a path (a folder, a file of JSON Lines) or at an address (a feed, or a page that points to
    some, or that can be watched itself), the likeliest first. Raises `SourceError` where there is none.
    """
    if place.startswith(("http://", "https://")):
        return await _discover_on_the_web(place, context)
    return (_discover_here(place, context.base),)


async def kind_at(url: str, context: Context) -> str:
    """What kind of source the address itself is: "feed", else "page". Raises `SourceError`."""
    return "feed" if isinstance(_feed_at(await _visited(url, context), url), Discovery) else "page"


def _discover_here(place: str, base: Path) -> Discovery:
    path = base / Path(place).expanduser()
    if path.is_dir():
        return Discovery(kind="folder", options={"path": place}, about="a folder")
    if path.is_file() and path.suffix in (".jsonl", ".ndjson"):
        return Discovery(kind="jsonl", options={"path": place}, about="a file of JSON Lines")
    raise SourceError(
        f"{place} is no source: neither a folder, nor a file ending in .jsonl, nor an address that begins with https://"
    )


async def _discover_on_the_web(url: str, context: Context) -> tuple[Discovery, ...]:
    found = await _visited(url, context)
    feed = _feed_at(found, url)
    if isinstance(feed, Discovery):
        return (feed,)
    markup = decode(found.content or b"", found.charset)
    listed = sitemaps_in(found.content or b"", found.charset) or read_page(markup, found.url).feeds
    feeds = [
        candidate
        for address in listed[:_MOST_FEEDS]
        if isinstance(candidate := await _candidate(address, context), Discovery)
    ]
    page = _page_at(markup, found, url)
    if not feeds and page is None:
        raise SourceError(f"{url} is no feed, points to none that can be read, and is no page with a text")
    return (*feeds, page) if page else tuple(feeds)


def _page_at(markup: str, found: Visit, url: str) -> Discovery | None:
    try:
        article = read_article(markup, found.url)
    except DocumentError:
        return None
    if len(article.text) < _SHORTEST_PAGE:
        return None
    options = {"url": found.memory.get("moved_to") or url}
    if not article.page.published:
        options["undated"] = "now"
    return Discovery(kind="page", options=options, about=f"a page, {article.title or 'untitled'}")


async def _candidate(url: str, context: Context) -> Discovery | SourceError:
    try:
        return _feed_at(await _visited(url, context), url)
    except SourceError as problem:
        return problem


async def _visited(url: str, context: Context) -> Visit:
    if context.client is None:
        raise SourceError("no client to visit the web with")
    return await visit(url, {}, context.client, context.limits, context.now)


def _feed_at(found: Visit, url: str) -> Discovery | SourceError:
    try:
        feed = parse_feed(found.content or b"", found.charset, found.url)
    except SourceError as problem:
        return problem
    if feed.entries and not any(entry.title or entry.text for entry in feed.entries):
        return SourceError(f"{url} lists addresses without a headline, of which none can be chosen")
    address = found.memory.get("moved_to") or url
    sort = "sitemap" if feed.sitemap else f"feed, {feed.title or 'untitled'}"
    return Discovery(kind="feed", options={"url": address}, about=f"a {sort}: {len(feed.entries)} entries")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
