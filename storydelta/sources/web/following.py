"""One visit to one article, and what becomes of its track: what is known of it from visit to visit."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

from storydelta.errors import DocumentError, SourceError
from storydelta.model import Item
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context
from storydelta.sources.web.article import Article, article_of, open_page
from storydelta.sources.web.backoff import next_try
from storydelta.sources.web.charset import decode
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.errorpages import asks_for_money, leads_aside, likeness, sketch
from storydelta.sources.web.permission import Permissions, refusal
from storydelta.sources.web.visit import UnavailableError, Visit, visit

Undated = Literal["leave out", "day", "now"]

FIRST_AGAIN = timedelta(minutes=15)
SELDOM = timedelta(days=1)
_MOST_FAILURES = 6
_DIGITS = 16
_SHOWN_FOR_NOTHING = "shows what its site shows for addresses that cannot be there"
_RELATED, _SAME = 0.05, 0.5  # of two texts, the share in common above which they are one article, or one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How articles are followed. `again_for`: how long after it was found an article is visited again."""

    publisher: str
    again_for: timedelta
    undated: Undated


class Following:
    """One visit to one article, and what becomes of its track."""

    def __init__(
        self, track: Mapping[str, Any], permissions: Permissions, rules: Rules, context: Context
    ) -> None:
        self.track = {key: value for key, value in track.items() if key not in ("next", "problem")}
        self.permissions, self.rules, self.context = permissions, rules, context
        self.lead: Mapping[str, Any] = track["lead"]
        self._is_new = "told" not in track
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
        if leads_aside(self.url, visited.url):
            raise DocumentError(
                f"{self.url}: leads to the front page of its site or to a wall, {visited.url[:200]}; the article is gone"
            )
        known = self.track.get("looked", "") if self.track.get("full_at") == visited.memory["full_at"] else ""
        looked, article = await asyncio.to_thread(_article, visited, known)
        if article is None:
            return None
        told, like = digest_of(article.title, article.text), sketch(article.text)
        if self.track.get("told") != told:
            await self._check(article, like)
        seen = {"looked": looked, "full_at": visited.memory["full_at"]}
        self.track["document"] = canonical_url(article.page.url)
        if self.track.get("told") == told:
            self.track |= seen
            return None
        self.track.pop("notice", None)
        if asks_for_money(article.text):
            self.track["notice"] = f"{self.url}: only its beginning can be read, for want of a subscription"
        moment = self._moment(article)
        if moment is None:
            raise DocumentError(
                f"{self.url}: says nowhere when it was published; it was left out (see the option 'undated')"
            )
        self.track |= {"told": told, "moment": moment.isoformat(), "changed": self.context.now.isoformat()}
        self.track |= {"like": like, "length": len(article.text), **seen}
        return Item(
            url=article.page.url,
            title=article.title or self.lead.get("title", ""),
            text=article.text,
            publisher=self.lead.get("publisher") or self.rules.publisher or article.page.publisher,
            author=article.author or self.lead.get("author"),
            published_at=moment,
            id=self.url,
        )

    async def _check(self, article: Article, like: str) -> None:
        """Raises `DocumentError` where something other than the article has taken its place: what its site answers
        to whatever it is asked, or a beginning that is all that those see who do not pay.
        """
        if "like" not in self.track:
            return
        is_beginning = asks_for_money(article.text) or not article.page.free
        if is_beginning and 2 * len(article.text) < self.track["length"]:
            raise DocumentError(
                f"{self.url}: only its beginning is shown now, for want of a subscription; what was read before stands"
            )
        if likeness(like, self.track["like"]) > _RELATED:
            return
        if await self._is_shown_for_nothing(like):
            raise DocumentError(f"{self.url}: {_SHOWN_FOR_NOTHING}; what was read before stands")

    async def _is_shown_for_nothing(self, like: str) -> bool:
        shown = await self.permissions.shown_for_nothing(self.url)
        return shown is not None and likeness(like, shown) > _SAME

    async def unless_shown_for_nothing(self, item: Item | None) -> tuple[Item | None, dict[str, Any]]:
        """What `attempt` gave, if it is not what the site shows for everything; else what the lead says."""
        if not self._is_new or not await self._is_shown_for_nothing(self.track["like"]):
            return item, self.track
        self.track = {name: self.track[name] for name in ("found", "said")} | {"lead": self.lead}
        return self._failed(DocumentError(f"{self.url}: {_SHOWN_FOR_NOTHING}")), self.track

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
            id=self.url, author=lead.get("author"),
        )  # fmt: skip

    def _schedule(self) -> None:
        """Next time after as long as it has been unchanged, within bounds, until it is old."""
        now = self.context.now
        if now - datetime.fromisoformat(self.track["found"]) >= self.rules.again_for:
            return
        still = now - datetime.fromisoformat(self.track.get("changed", self.track["found"]))
        wait = min(max(still, FIRST_AGAIN), SELDOM)
        self.track["next"] = (now + wait * (1 + self.context.chance() / 10)).isoformat()


def _article(visited: Visit, known: str) -> tuple[str, Article | None]:
    """The digest of the page around its text, and the article on it, unless it is the digest that is `known`."""
    opened = open_page(decode(visited.content or b"", visited.charset), visited.url)
    return opened.digest, None if opened.digest == known else article_of(opened)


def digest_of(*parts: object) -> str:
    """What tells one value from another."""
    return sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
