"""Whether a site lets an address be visited, and how slowly: its robots.txt, kept for a day in a source's state."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from storydelta.errors import DocumentError, SourceError
from storydelta.sources.kind import Context
from storydelta.sources.web.article import read_article
from storydelta.sources.web.charset import decode
from storydelta.sources.web.client import ROBOT
from storydelta.sources.web.errorpages import sketch
from storydelta.sources.web.robots import KEEP_OUT, NO_WISHES, Robots, read_robots
from storydelta.sources.web.visit import UnavailableError, Visit, visit

_KEPT = timedelta(days=1)  # no longer, says RFC 9309, 2.4
_KEPT_WHERE_SILENT = timedelta(hours=1)
_MOST_SITES = 30
_MOST_CHARACTERS = 20_000
_LINES = ("user-agent", "allow", "disallow", "crawl-delay")
_SERVER_ERRORS = 500


class Permissions:
    """The wishes of sites, as far as they are known from `kept`, what an earlier visit left."""

    def __init__(self, kept: Mapping[str, Any], context: Context) -> None:
        self._kept = dict(kept)
        self._context = context
        self._read: dict[str, Robots] = {}
        self._shown: dict[str, str | None] = {}

    async def of(self, url: str) -> Robots:
        """The wishes of the site that the address lies on."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if site not in self._read:
            self._read[site] = _remembered(self._kept.get(site), self._context.now) or await self._ask(site)
        return self._read[site]

    async def shown_for_nothing(self, url: str) -> str | None:
        """The sketch of what the site of the address shows where there can be nothing; None where it says that there
        is nothing, as it should. It is asked once a fetch, beside the address.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        if site not in self._shown:
            name = sha256(f"{url} {self._context.now.isoformat()}".encode("utf-8", "replace")).hexdigest()[
                :20
            ]
            self._shown[site] = await self._look(f"{site}{parts.path.rpartition('/')[0]}/{name}")
        return self._shown[site]

    async def _look(self, url: str) -> str | None:
        context, robots = self._context, await self.of(url)
        assert context.client is not None
        if not robots.allows(url):
            return None
        try:
            found = await visit(
                url, {}, context.client, context.limits, context.now, spacing=robots.delay or 0
            )
            return await asyncio.to_thread(_text_sketch, found)
        except (SourceError, DocumentError):
            return None

    @property
    def state(self) -> dict[str, Any]:
        """What to keep for the next visit."""
        return dict(list(self._kept.items())[-_MOST_SITES:])

    async def _ask(self, site: str) -> Robots:
        context = self._context
        assert context.client is not None
        try:
            found = await visit(f"{site}/robots.txt", {}, context.client, context.limits, context.now)
            robots = read_robots(found.content or b"", ROBOT)
        except UnavailableError as problem:
            robots = KEEP_OUT if problem.status is None or problem.status >= _SERVER_ERRORS else NO_WISHES
        except SourceError:
            robots = NO_WISHES  # an answer that is no robots.txt, larger than any
        text = None if robots is KEEP_OUT else _essence(robots.text)
        if text is None or len(text) <= _MOST_CHARACTERS:
            self._kept.pop(site, None)
            until = context.now + (_KEPT_WHERE_SILENT if text is None else _KEPT)
            self._kept[site] = {"until": until.isoformat(), "text": text}
        return robots


def _text_sketch(found: Visit) -> str:
    return sketch(read_article(decode(found.content or b"", found.charset), found.url).text)


def refusal(robots: Robots, url: str) -> str:
    """Why an address of a site is not visited, in words."""
    site = urlsplit(url).netloc
    if robots is KEEP_OUT:
        return f"{site} cannot be asked whether it lets programs visit it (its robots.txt cannot be had)"
    return f"{site} asks programs not to visit this (robots.txt)"


def _remembered(kept: Mapping[str, Any] | None, now: datetime) -> Robots | None:
    if kept is None or datetime.fromisoformat(kept["until"]) <= now:
        return None
    return KEEP_OUT if kept["text"] is None else read_robots(kept["text"].encode(), ROBOT)


def _essence(text: str) -> str:
    """The lines that matter."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip().lower().startswith(_LINES))
