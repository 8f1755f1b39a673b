"""Articles that a feed or a page points to: visited, read, and visited again at growing intervals for some days.

    note     leads                  -> tracks         new ones, and those of which the feed says something new
    follow   tracks that are due    -> items, problems, tracks

A track is what is known of one article. It is a JSON value that the source keeps in its state: the memory of its
visits, when to visit it next, a digest of the text that was handed over, and what is wrong with it at present.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from storydelta.model import Item
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context, Problem
from storydelta.sources.web.following import Following, Rules, digest_of
from storydelta.sources.web.permission import Permissions

_MOST_TRACKS = 3_000
_AT_ONCE = 4
_LONGEST_QUEUE = 120.0  # seconds that one site's wish for distance may hold up a fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a feed or a page says of an article: at least its address."""

    url: str
    title: str = ""
    text: str = ""
    publisher: str = ""
    author: str = ""
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What following came to. `next_at` is when the next article is due, None where none will be."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    tracks: dict[str, Any]
    robots: dict[str, Any]
    next_at: datetime | None


def note(tracks: Mapping[str, Any], leads: Iterable[Lead], now: datetime) -> dict[str, Any]:
    """The tracks with those of new leads, due at once, as is one of which the lead says something new. Those that
    no lead was heard of for longest are forgotten where there are too many.
    """
    noted = dict(tracks)
    for lead in leads:
        key = canonical_url(lead.url)
        said = digest_of(lead.title, lead.text, lead.moment)
        track = noted.pop(key, None) or {"found": now.isoformat()}
        if track.get("said") != said:
            track = {**track, "lead": _lead_as_json(lead), "said": said, "next": now.isoformat()}
        noted[key] = track
    return dict(list(noted.items())[-_MOST_TRACKS:])


async def follow(
    tracks: Mapping[str, Any], robots: Mapping[str, Any], rules: Rules, context: Context
) -> Followed:
    """What the articles that are due hold now: at most `Limits.followed` of them, those never visited first, newest
    first. One that fails is a problem, also at later fetches until it succeeds or is forgotten; what its feed said of
    it is handed over in its place.
    """
    permissions = Permissions(robots, context)
    kept = dict(tracks)
    chosen = await _chosen(kept, permissions, context)
    places = asyncio.Semaphore(_AT_ONCE)

    visits = {key: Following(kept[key], permissions, rules, context) for key in chosen}

    async def one(key: str) -> Item | None:
        async with places:
            item, kept[key] = await visits[key].attempt()
            return item

    items = await asyncio.gather(*(one(key) for key in chosen))
    alike = [(at, key) for at, key in enumerate(chosen) if items[at] and _has_the_text_of_another(kept, key)]
    for at, key in alike:
        items[at], kept[key] = await visits[key].unless_shown_for_nothing(items[at])
    own = [item for key, item in zip(chosen, items, strict=True) if item and not _is_twin(kept, key)]
    dates = [datetime.fromisoformat(track["next"]) for track in kept.values() if "next" in track]
    return Followed(
        items=tuple(sorted(own, key=lambda item: item.published_at or context.now)),
        problems=problems_of(kept),
        tracks=kept,
        robots=permissions.state,
        next_at=min(dates, default=None),
    )


def problems_of(tracks: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with the articles at present, each thing once."""
    wrong = {
        track[name]: key for key, track in tracks.items() for name in ("problem", "notice") if name in track
    }
    return tuple(Problem(document=key, text=text) for text, key in wrong.items())


async def _chosen(tracks: Mapping[str, Any], permissions: Permissions, context: Context) -> list[str]:
    """The articles to visit now. A site that asks for distance between requests does not hold up everything else
    for long: the rest of its articles are due the next time.
    """
    due = [key for key, track in tracks.items() if _due(track, context.now)]
    due.sort(key=lambda key: str(tracks[key]["lead"].get("moment", "")), reverse=True)
    due.sort(key=lambda key: "visit" in tracks[key])
    del due[context.limits.followed :]
    urls = [str(tracks[key]["lead"]["url"]) for key in due]
    sites = {urlsplit(url).netloc: url for url in urls}
    delays = dict(zip(sites, await asyncio.gather(*map(permissions.of, sites.values())), strict=True))
    waits: dict[str, float] = dict.fromkeys(sites, 0)
    chosen = []
    for key, url in zip(due, urls, strict=True):
        site = urlsplit(url).netloc
        if waits[site] <= _LONGEST_QUEUE:
            chosen.append(key)
        waits[site] += delays[site].delay or 0
    return chosen


def _due(track: Mapping[str, Any], now: datetime) -> bool:
    return "next" in track and datetime.fromisoformat(track["next"]) <= now


def _is_twin(tracks: dict[str, Any], key: str) -> bool:
    """Whether another address led to this article before; to that address it is then left."""
    document = tracks[key].get("document")
    others = (other for other, track in tracks.items() if other != key and track.get("document") == document)
    if not document or next(others, None) is None:
        return False
    tracks[key] = {name: tracks[key][name] for name in ("lead", "said", "found")}
    return True


def _has_the_text_of_another(tracks: Mapping[str, Any], key: str) -> bool:
    """Whether another article of its site has the very same words."""
    told, site = tracks[key].get("told"), urlsplit(key).netloc
    return told is not None and any(
        track.get("told") == told
        and track.get("document") != tracks[key].get("document")
        and urlsplit(other).netloc == site
        for other, track in tracks.items()
    )


def _lead_as_json(lead: Lead) -> dict[str, str]:
    values = {
        "url": lead.url, "title": lead.title, "text": lead.text, "publisher": lead.publisher,
        "author": lead.author,
        "moment": lead.moment.isoformat() if lead.moment else "",
    }  # fmt: skip
    return {key: value for key, value in values.items() if value}
