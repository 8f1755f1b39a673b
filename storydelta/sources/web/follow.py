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
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlsplit

from storydelta.errors import DocumentError, SourceError
from storydelta.model import Item
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context, Problem
from storydelta.sources.web.article import Article, leads_to_front, read_article
from storydelta.sources.web.backoff import next_try
from storydelta.sources.web.charset import decode
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.permission import Permissions, refusal
from storydelta.sources.web.visit import UnavailableError, Visit, visit

Undated = Literal["leave out", "day", "now"]

FIRST_AGAIN = timedelta(minutes=15)
SELDOM = timedelta(days=1)
_MOST_FAILURES = 6
_MOST_TRACKS = 3_000
_AT_ONCE = 4
_LONGEST_QUEUE = 120.0  # seconds that one site's wish for distance may hold up a fetch
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """What a feed or a page says of an article: at least its address."""

    url: str
    title: str = ""
    text: str = ""
    publisher: str = ""
    moment: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How articles are followed. `again_for`: how long after it was found an article is visited again."""

    publisher: str
    again_for: timedelta
    undated: Undated


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
        said = _digest(lead.title, lead.text, lead.moment)
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

    async def one(key: str) -> Item | None:
        async with places:
            item, kept[key] = await Following(kept[key], permissions, rules, context).attempt()
            return item

    items = await asyncio.gather(*(one(key) for key in chosen))
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


class Following:
    """One visit to one article, and what becomes of its track."""

    def __init__(
        self, track: Mapping[str, Any], permissions: Permissions, rules: Rules, context: Context
    ) -> None:
        self.track = {key: value for key, value in track.items() if key not in ("next", "problem")}
        self.permissions, self.rules, self.context = permissions, rules, context
        self.lead: Mapping[str, Any] = track["lead"]
        self.url: str = self.lead["url"]

    async def attempt(self) -> tuple[Item | None, dict[str, Any]]:
        """What `read` gives, or where it fails what the lead says, with the track to keep."""
        try:
            item = await self.read()
        except (SourceError, DocumentError) as problem:
            return self._failed(problem), self.track
        self.track["lead"] = {key: value for key, value in self.lead.items() if key != "text"}
        self._schedule()
        return item, self.track

    async def read(self) -> Item | None:
        """The article, or None where it has not changed. Raises `SourceError`, `DocumentError`."""
        visited = await self._visited()
        item = await self._read(visited) if visited.content is not None else None
        self.track.pop("failures", None)
        self.track["visit"] = visited.memory
        return item

    async def _visited(self) -> Visit:
        context = self.context
        assert context.client is not None
        robots = await self.permissions.of(self.url)
        if not robots.allows(self.url):
            raise DocumentError(refusal(robots, self.url))
        memory = self.track.get("visit", {})
        return await visit(
            self.url, memory, context.client, context.limits, context.now, spacing=robots.delay or 0
        )

    async def _read(self, visited: Visit) -> Item | None:
        if leads_to_front(self.url, visited.url):
            raise DocumentError(f"{self.url}: leads to the front page of its site; the article is gone")
        article = await asyncio.to_thread(_article, visited)
        told = _digest(article.title, article.text)
        self.track["document"] = canonical_url(article.page.url)
        if self.track.get("told") == told:
            return None
        moment = self._moment(article)
        if moment is None:
            raise DocumentError(
                f"{self.url}: says nowhere when it was published; it was left out (see the option 'undated')"
            )
        self.track |= {"told": told, "moment": moment.isoformat(), "changed": self.context.now.isoformat()}
        return Item(
            url=article.page.url,
            title=article.title or self.lead.get("title", ""),
            text=article.text,
            publisher=self.lead.get("publisher") or self.rules.publisher or article.page.publisher,
            published_at=moment,
            id=self.url,
        )

    def _moment(self, article: Article) -> datetime | None:
        """When this text was put out. A text that changed while the page says nothing new of its time was put out
        between two visits.
        """
        now = self.context.now
        stated = [article.page.published, article.page.modified, read_date(self.lead.get("moment", ""))]
        moment = max((min(each, now) for each in stated if each), default=None)
        if "told" in self.track and (moment is None or moment.isoformat() <= self.track["moment"]):
            return now
        if moment is None and article.day and self.rules.undated == "day":
            self.track["notice"] = f"{self.url}: only the day of its publication could be found, by its look"
            return min(article.day, now)
        return now if moment is None and self.rules.undated == "now" else moment

    def _failed(self, problem: Exception) -> Item | None:
        failures = self.track.get("failures", 0) + 1
        says_news = "told" not in self.track and self.track.get("lead_told") != self.track["said"]
        self.track |= {"failures": failures, "problem": str(problem), "lead_told": self.track["said"]}
        gone = isinstance(problem, UnavailableError) and problem.gone
        if failures < _MOST_FAILURES and not gone:
            self.track["next"] = next_try(
                problem, failures, self.context.now, self.context.chance
            ).isoformat()
        return self._from_lead() if says_news else None

    def _from_lead(self) -> Item | None:
        """The article as far as its feed tells it."""
        lead, now = self.lead, self.context.now
        moment = read_date(lead.get("moment", "")) or (now if self.rules.undated == "now" else None)
        if moment is None or not (lead.get("title") or lead.get("text")):
            return None
        return Item(
            url=self.url, title=lead.get("title", ""), text=lead.get("text", ""),
            publisher=lead.get("publisher") or self.rules.publisher or None, published_at=min(moment, now),
            id=self.url,
        )  # fmt: skip

    def _schedule(self) -> None:
        """Next time after as long as it has been unchanged, within bounds, until it is old."""
        now = self.context.now
        if now - datetime.fromisoformat(self.track["found"]) >= self.rules.again_for:
            return
        still = now - datetime.fromisoformat(self.track.get("changed", self.track["found"]))
        wait = min(max(still, FIRST_AGAIN), SELDOM)
        self.track["next"] = (now + wait * (1 + self.context.chance() / 10)).isoformat()


def _article(visited: Visit) -> Article:
    return read_article(decode(visited.content or b"", visited.charset), visited.url)


def _lead_as_json(lead: Lead) -> dict[str, str]:
    values = {
        "url": lead.url, "title": lead.title, "text": lead.text, "publisher": lead.publisher,
        "moment": lead.moment.isoformat() if lead.moment else "",
    }  # fmt: skip
    return {key: value for key, value in values.items() if value}


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
