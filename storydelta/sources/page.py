"""Documents from web pages: one page that is watched, or the articles that a page of headlines links to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from storydelta.errors import DocumentError, SourceError
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context, Fetched, SourceKind, SourceOptions
from storydelta.sources.web.address import WebAddress
from storydelta.sources.web.charset import decode
from storydelta.sources.web.follow import Lead, follow, note, problems_of
from storydelta.sources.web.following import Following, Rules
from storydelta.sources.web.pages import read_page
from storydelta.sources.web.permission import Permissions, refusal
from storydelta.sources.web.visit import visit
from storydelta.story import Duration

_MOST_LINKS = 300


class PageOptions(SourceOptions):
    """The options of a `page` source."""

    url: WebAddress = Field(description="The page's address.")
    links: tuple[str, ...] = Field(
        (),
        description="Which of its links are followed, by address or path, with * for anything: '/news/*'. Without "
        "any, the page itself is the document.",
    )
    publisher: str = Field("", description="Who publishes it; unless given, who it says.")
    again_for: Duration = Field(
        timedelta(days=3),
        description="How long an article that was found is visited again, ever more seldom.",
    )
    undated: Literal["leave out", "day", "now"] = Field(
        "leave out",
        description='Pages that do not state a date: left out with a notice, dated with the "day" that their look '
        'suggests (wrong one time in seven), or dated "now", when first seen.',
    )


async def fetch(options: PageOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    """The page, if its text changed; or the articles that it links to, at most `Limits.followed` at a time, and
    those among the known ones that are to be visited again. Raises `SourceError`.
    """
    if context.client is None:
        raise SourceError("no client to visit the web with")
    return await (_fetch_articles if options.links else _fetch_page)(options, state, context)


async def _fetch_page(options: PageOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    asked = options.model_dump(mode="json")
    known = state.get("tracks", {}) if state.get("asked") == asked else {}  # other options read the same anew
    ((key, track),) = note(known, [Lead(url=options.url)], context.now).items()
    permissions = Permissions(state.get("robots", {}), context)
    following = Following(track, permissions, _rules(options), context)
    try:
        item = await following.read()
    except DocumentError as problem:  # it is all that the source has
        raise SourceError(str(problem)) from problem
    tracks = {key: following.track}
    return Fetched(
        items=(item,) if item else (),
        problems=problems_of(tracks),
        state={"asked": asked, "tracks": tracks, "robots": permissions.state},
    )


async def _fetch_articles(options: PageOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    asked = options.model_dump(mode="json")
    memory = state.get("visit", {}) if state.get("asked") == asked else {}
    permissions = Permissions(state.get("robots", {}), context)
    robots = await permissions.of(options.url)
    if not robots.allows(options.url):
        raise SourceError(refusal(robots, options.url))
    assert context.client is not None
    visited = await visit(
        options.url, memory, context.client, context.limits, context.now, spacing=robots.delay or 0
    )
    leads = []
    if visited.content is not None:
        page = await asyncio.to_thread(read_page, decode(visited.content, visited.charset), visited.url)
        leads = [Lead(url=link) for link in page.links if _is_wanted(link, options, visited.url)]
    tracks = note(state.get("tracks", {}), leads[:_MOST_LINKS], context.now)
    found = await follow(tracks, permissions.state, _rules(options), context)
    kept = {"visit": visited.memory, "asked": asked, "tracks": found.tracks, "robots": found.robots}
    return Fetched(
        items=found.items,
        problems=found.problems,
        state=kept,
        next_at=_sooner(visited.fresh_until, found.next_at),
    )


def _sooner(fresh_until: datetime | None, due: datetime | None) -> datetime | None:
    """When there may be something: None, at any time, where the server does not say how long its page stays."""
    return min(fresh_until, due or fresh_until) if fresh_until else None


def _rules(options: PageOptions) -> Rules:
    return Rules(publisher=options.publisher, again_for=options.again_for, undated=options.undated)


def _is_wanted(link: str, options: PageOptions, page: str) -> bool:
    """Whether a link fits one of the patterns. A pattern without a host is for the page's own site."""
    there, here = urlsplit(link), urlsplit(page)
    if canonical_url(link) in (canonical_url(page), canonical_url(options.url)):
        return False
    target = there.path + (f"?{there.query}" if there.query else "")
    return any(
        fnmatchcase(link if "://" in pattern else target, pattern)
        and ("://" in pattern or there.netloc == here.netloc)
        for pattern in options.links
    )


PAGE = SourceKind(
    name="page",
    help="A web page: the article on it, or, with `links`, the articles that it links to.",
    options=PageOptions,
    key=lambda options: canonical_url(options.url),
    fetch=fetch,
)
