"""Feeds as they are found: RSS 0.9x to 2.0, RDF, Atom, JSON Feed and news sitemaps, well formed or nearly so.

A date that cannot be understood is no date, rather than a wrong one. Entity declarations are refused.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Any
from urllib.parse import urljoin

from storydelta.errors import SourceError
from storydelta.sources.documents import storable
from storydelta.sources.web.feedtree import MOST_ENTRIES, Tree, gather
from storydelta.sources.web.markup import to_text

_ROOTS = frozenset({"rss", "rdf", "feed", "urlset"})
_ZONES = {
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "WEST": 1,
    "AEST": 10,
    "AEDT": 11,
    "NZST": 12,
}
_KNOWN_ZONES = frozenset({"UT", "UTC", "GMT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"})
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|(?:amp|lt|gt|quot|apos);)")
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed. `moment` is when this text of it was put out; `url` is absolute, or empty."""

    id: str
    url: str
    title: str
    text: str
    publisher: str
    moment: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`problem` says why entries may be missing; it is empty where the feed is whole."""

    title: str
    entries: tuple[Entry, ...]
    ttl: timedelta | None = None
    problem: str = ""


def parse_feed(content: bytes, charset: str | None, url: str) -> Feed:
    """The feed that an answer from `url` holds. Raises `SourceError` where it is none."""
    text = _decode(content, charset)
    if text.lstrip()[:1] == "{":
        return _parse_json(text, url)
    text = _named_entities_replaced(_DECLARATION.sub("", text, count=1).strip())
    tree = gather(text)
    if tree.problem and not tree.closed:
        repaired = gather(_BARE_AMPERSAND.sub("&amp;", _FORBIDDEN.sub("", text)))
        tree = repaired if len(repaired.entries) >= len(tree.entries) else tree
    if tree.root not in _ROOTS:
        raise SourceError(f"{url} is no feed" + (": it is a web page" if tree.root == "html" else ""))
    return _feed_of(tree, url)


def _decode(content: bytes, charset: str | None) -> str:
    """By byte order mark, header, declaration; else as UTF-8, and as Windows-1252 what is not."""
    declared = _DECLARED.match(content[:200])
    candidates = [encoding for mark, encoding in _BOMS if content.startswith(mark)]
    candidates += [charset or "utf-8", declared[1].decode() if declared else "utf-8", "utf-8", "cp1252"]
    for encoding in candidates:
        try:
            return content.decode(encoding)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def _named_entities_replaced(text: str) -> str:
    """The names that HTML has and XML has not, as their characters."""

    def character(match: re.Match[str]) -> str:
        if match[1] in ("amp", "lt", "gt", "quot", "apos"):
            return match[0]
        return html.unescape(match[0])

    return _ENTITY.sub(character, text)


def _feed_of(tree: Tree, url: str) -> Feed:
    title = _one_line(tree.feed.get("title", ""))
    ttl = tree.feed.get("ttl", "")
    return Feed(
        title=title,
        entries=tuple(_entry_of(values, url) for values in tree.entries),
        ttl=timedelta(minutes=min(int(ttl), 1440)) if re.fullmatch(r"[0-9]{1,6}", ttl) else None,
        problem="" if tree.closed and "only" not in tree.problem else tree.problem,
    )


def _entry_of(values: Mapping[str, str], url: str) -> Entry:
    label = values.get("id") or values.get("guid", "")
    link = (
        values.get("link") or values.get("loc") or ("" if "opaque" in values or "://" not in label else label)
    )
    text = next(
        (
            to_text(values[key])
            for key in ("content:encoded", "content", "description", "summary")
            if values.get(key)
        ),
        "",
    )
    published = _first_date(
        values, "published", "pubdate", "issued", "dcterms:issued", "dc:date", "news:publication_date"
    )
    updated = _first_date(values, "updated", "modified", "dcterms:modified", "lastmod")
    return Entry(
        id=storable(label),
        url=_absolute(url, storable(link)),
        title=_one_line(values.get("title") or values.get("news:title", "")),
        text=storable(text),
        publisher=_one_line(values.get("source") or values.get("news:name", "")),
        moment=max((moment for moment in (published, updated) if moment), default=None),
    )


def _parse_json(text: str, url: str) -> Feed:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise SourceError(f"{url} is no feed: neither XML nor JSON") from None
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith(
        "https://jsonfeed.org/version/"
    ):
        raise SourceError(f"{url} is no feed: JSON, but not a JSON Feed")
    items = feed.get("items")
    entries = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    return Feed(
        title=_one_line(html.escape(_string(feed, "title"))),
        entries=tuple(_entry_of(dict(_json_values(each)), url) for each in entries[:MOST_ENTRIES]),
    )


def _json_values(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """An item of a JSON Feed under the names that Atom has."""
    number = item.get("id")
    yield "id", str(number) if isinstance(number, int) else _string(item, "id")
    yield "link", _string(item, "url") or _string(item, "external_url")
    yield "title", html.escape(_string(item, "title"))
    yield (
        "content",
        _string(item, "content_html") or html.escape(_string(item, "content_text")).replace("\n", "<br>"),
    )
    yield "summary", html.escape(_string(item, "summary"))
    yield "published", _string(item, "date_published")
    yield "updated", _string(item, "date_modified")


def _string(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _one_line(markup: str) -> str:
    return storable(" ".join(to_text(markup).split()))


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""


def _first_date(values: Mapping[str, str], *keys: str) -> datetime | None:
    return next((moment for key in keys if (moment := read_date(values.get(key, "")))), None)


def read_date(written: str) -> datetime | None:
    """A date as feeds write it (RFC 822 or ISO 8601) in UTC, or None where it cannot be understood for certain."""
    written = written.strip()
    for reading in (_iso_date, _mail_date):
        try:
            moment = reading(written)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if moment is not None:
            return moment
    return None


def _iso_date(written: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}", written):
        return None
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _mail_date(written: str) -> datetime | None:
    words = written.split()
    zone = words[-1].upper() if words and words[-1].isalpha() else ""
    parts = parsedate_tz(written)
    if parts is None or (zone and zone not in _KNOWN_ZONES and zone not in _ZONES):
        return None
    seconds = _ZONES[zone] * 3600 if zone in _ZONES else parts[9] or 0
    return datetime(*parts[:6], tzinfo=timezone(timedelta(seconds=seconds))).astimezone(UTC)
