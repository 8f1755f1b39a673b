"""One visit to one address: conditional, redirected with care, bounded in bytes and time.

    visit   address, memory of the last visit -> what it holds now, or that nothing changed, and the new memory

The memory is a JSON value that the caller keeps. It holds the validators, the time of the last full fetch, a
permanent redirect, and a digest of the content, so that a server without validators is also seen to be unchanged.
Once in `FULL_EVERY` a visit is made as if it were the first, because some servers keep sending old validators with
new content, and some redirects are called permanent that are not.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from storydelta.errors import SourceError
from storydelta.sources.kind import Limits
from storydelta.sources.web.body import read_body

FULL_EVERY = timedelta(hours=6)
"""How long a change can stay behind validators that lie."""

_PERMANENT = (301, 308)
_REDIRECTS = (301, 302, 303, 307, 308)
_NOT_MODIFIED, _GONE = 304, 410
_LONGEST_WAIT = timedelta(days=1)
_WAITS = {
    401: timedelta(hours=6), 403: timedelta(hours=6), 404: timedelta(hours=1), 410: timedelta(days=1),
    429: timedelta(minutes=15), 451: timedelta(days=1), 503: timedelta(minutes=5),
}  # fmt: skip
_OTHERWISE = timedelta(minutes=5)


class UnavailableError(SourceError):
    """An address that gave nothing this time. `status` is what its server answered, None where it did not.
    `retry_at` is when the server, or custom, says to come again; `gone` where it says never.
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at
        self.status = status
        self.gone = status == _GONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What an address holds. `content` None: nothing changed since the last visit. `url` is where it was found
    after redirects, `fresh_until` the time before which its server says that nothing new is to be had.
    """

    url: str
    content: bytes | None
    media_type: str = ""
    charset: str | None = None
    fresh_until: datetime | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)


async def visit(
    url: str,
    memory: Mapping[str, Any],
    client: httpx.AsyncClient,
    limits: Limits,
    now: datetime,
    *,
    spacing: float = 0,
) -> Visit:
    """What the address holds now. `spacing`: seconds that its site asks to lie between two requests.

    Raises `UnavailableError`, or `SourceError` where the answer cannot be used. The limit of time is on the
    exchange; the wait until the host may be asked again is not part of it.
    """
    if _is_full_visit_due(memory, now):
        memory = {"full_at": now.isoformat(), "digest": memory.get("digest")}
    trip = _Trip(client=client, limits=limits, now=now, spacing=spacing, seconds=limits.seconds)
    try:
        return await trip.make(memory.get("moved_to") or url, memory)
    except TimeoutError:
        raise UnavailableError(
            f"{url} took longer than {limits.seconds:g} seconds", retry_at=now + _OTHERWISE
        ) from None
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        ValueError,
        OverflowError,
    ) as problem:  # the last two of odd hosts
        reason = str(problem) or type(problem).__name__
        raise UnavailableError(f"{url} cannot be reached: {reason}", retry_at=now + _OTHERWISE) from problem


def _is_full_visit_due(memory: Mapping[str, Any], now: datetime) -> bool:
    """Whether to visit as if for the first time: without validators, and without trust in a redirect."""
    if "full_at" not in memory:
        return True
    return not timedelta(0) <= now - datetime.fromisoformat(memory["full_at"]) < FULL_EVERY


def _validators(memory: Mapping[str, Any]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
    return {header: memory[key] for key, header in names.items() if memory.get(key)}


@dataclass(slots=True, kw_only=True)
class _Trip:
    """A visit from redirect to redirect. `seconds` are those that are left of its time."""

    client: httpx.AsyncClient
    limits: Limits
    now: datetime
    spacing: float
    seconds: float

    async def make(self, start: str, memory: Mapping[str, Any]) -> Visit:
        url, permanently, validators = start, True, _validators(memory)
        for _ in range(self.limits.redirects + 1):
            async with self._timed() as begins:
                extensions = {"begins": begins, "spacing": self.spacing}
                request = self.client.build_request(
                    "GET", _vetted(url), headers=validators, extensions=extensions
                )
                response = await self.client.send(request, stream=True)
                try:
                    if response.status_code in _REDIRECTS and "location" in response.headers:
                        permanently = permanently and response.status_code in _PERMANENT
                        url = _joined(url, response.headers["location"])
                        continue
                    moved_to = url if permanently and url != start else memory.get("moved_to")
                    return await _answer(
                        response, url, {**memory, "moved_to": moved_to}, self.limits, self.now
                    )
                finally:
                    await response.aclose()
        raise UnavailableError(
            f"{start} redirects more than {self.limits.redirects} times", retry_at=self.now + _OTHERWISE
        )

    @asynccontextmanager
    async def _timed(self) -> AsyncIterator[Callable[[], None]]:
        """Limits what happens once the function that it gives was called."""
        clock, began = asyncio.get_running_loop().time, 0.0

        def begin() -> None:
            nonlocal began
            began = clock()
            deadline.reschedule(began + self.seconds)

        async with asyncio.timeout(None) as deadline:
            yield begin
        self.seconds -= clock() - began


async def _answer(
    response: httpx.Response,
    url: str,
    memory: Mapping[str, Any],
    limits: Limits,
    now: datetime,
) -> Visit:
    """What the last response of a visit says."""
    status = response.status_code
    fresh_until = _fresh_until(response, now)
    if status == _NOT_MODIFIED and _validators(memory):
        return Visit(url=url, content=None, fresh_until=fresh_until, memory=_without_empty(memory))
    if status != httpx.codes.OK:
        raise UnavailableError(
            f"{url} answered {status} {response.reason_phrase}".rstrip(),
            retry_at=_retry_at(response, now),
            status=status,
        )
    content = await read_body(response, limits.document_bytes)
    digest = sha256(content).hexdigest()
    seen = {
        "etag": response.headers.get("etag"),
        "last_modified": response.headers.get("last-modified"),
        "digest": digest,
    }
    return Visit(
        url=url,
        content=None if memory.get("digest") == digest else content,
        media_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        charset=response.charset_encoding,
        fresh_until=fresh_until,
        memory=_without_empty({**memory, **seen}),
    )


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return location


def _vetted(url: str) -> str:
    """The address, if it is one of the web, without a user's name and password."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # either may be none that there can be
    except ValueError:
        raise SourceError(f"{url[:200]!r} is not an address of the web") from None
    if parts.scheme not in ("http", "https") or not host:
        raise SourceError(f"{url[:200]!r} is not an address of the web; only http and https are visited")
    if parts.username is None and parts.password is None:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _retry_at(response: httpx.Response, now: datetime) -> datetime:
    """When to come again, as the server says, in seconds or as a date, but within a day; else by the status."""
    written = response.headers.get("retry-after", "").strip()
    wait = _WAITS.get(response.status_code, _OTHERWISE)
    if written.isascii() and written.isdigit():
        wait = timedelta(seconds=min(int(written[:9]), _LONGEST_WAIT.total_seconds()))
    elif (moment := _http_date(written)) is not None:
        wait = moment - now
    return now + min(max(wait, timedelta(0)), _LONGEST_WAIT)


def _fresh_until(response: httpx.Response, now: datetime) -> datetime | None:
    for directive in response.headers.get("cache-control", "").lower().split(","):
        name, _, seconds = directive.strip().partition("=")
        if name == "max-age" and seconds.isascii() and seconds.isdigit():
            return now + min(timedelta(seconds=int(seconds[:9])), _LONGEST_WAIT)
    return None


def _http_date(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _without_empty(memory: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in memory.items() if value}
