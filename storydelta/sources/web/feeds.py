"""Feeds as they are found: RSS 0.9x to 2.0, RDF, Atom (read by feedparser), JSON Feed and news sitemaps.

A date that cannot be understood is no date, rather than a wrong one. Entity declarations are refused.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXParseException

import feedparser
from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from storydelta.errors import SourceError
from storydelta.sources.documents import storable
from storydelta.sources.web.charset import decode
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.markup import to_text
from storydelta.sources.web.xmlguard import MOST_ENTRIES, Guarded, guarded

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CLOSED = re.compile(r"</(?:\w+:)?(?:rss|rdf|feed|urlset)\s*>", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s<>()@]{1,200}@[^\s<>()@]{1,200}")
_SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed. `moment` is when this text of it was put out; `url` is absolute, or empty."""

    id: str
    url: str
    title: str
    text: str
    publisher: str
    moment: datetime | None
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """`problem` says why entries may be missing; it is empty where the feed is whole."""

    title: str
    entries: tuple[Entry, ...]
    ttl: timedelta | None = None
    problem: str = ""
    sitemap: bool = False


def parse_feed(content: bytes, charset: str | None, url: str) -> Feed:
    """The feed that an answer from `url` holds. Raises `SourceError` where it is none."""
    text = decode(content, charset)
    if text.lstrip()[:1] == "{":
        return _parse_json(text, url)
    xml = guarded(_DECLARATION.sub("", text, count=1).strip())
    if xml.root == "urlset":
        return _parse_sitemap(xml, url)
    if xml.root == "sitemapindex":
        raise SourceError(f"{url} is an index of sitemaps; watch one of those that it lists")
    found = _parsed(xml.text, url)
    if not found.get("version") and not found.entries:
        raise SourceError(f"{url} is no feed" + (": it is a web page" if xml.root == "html" else ""))
    ttl = str(found.feed.get("ttl", ""))
    return Feed(
        title=_one_line(_markup(found.feed.get("title_detail"))),
        entries=tuple(_entry_of(dict(_values(each)), url) for each in found.entries[:MOST_ENTRIES]),
        ttl=timedelta(minutes=min(int(ttl), 1440)) if re.fullmatch(r"[0-9]{1,6}", ttl) else None,
        problem=_problem(found, xml),
    )


def _parsed(text: str, url: str) -> feedparser.FeedParserDict:
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    content = text.encode("utf-8", "replace")
    try:
        return feedparser.parse(
            content, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as problem:  # whatever a feed makes the library raise, the other sources go on
        raise SourceError(f"{url} cannot be read ({type(problem).__name__})") from problem


def _problem(found: feedparser.FeedParserDict, xml: Guarded) -> str:
    """Why entries may be missing. What is not quite well formed but has an end was read to its end."""
    if xml.cut or len(found.entries) > MOST_ENTRIES:
        return f"only its first {min(len(found.entries), MOST_ENTRIES):,} entries were taken"
    reason = found.get("bozo_exception")
    if isinstance(reason, SAXParseException) and not _CLOSED.search(xml.text[-5000:]):
        return f"cut short, or not well formed in line {reason.getLineNumber()} ({reason.getMessage()})"
    return ""


def _values(entry: feedparser.FeedParserDict) -> Iterator[tuple[str, Any]]:
    """What an entry says, its texts as markup."""
    yield "id", entry.get("id", "")
    yield "link", entry.get("link", "")
    yield "title", _markup(entry.get("title_detail"))
    yield "content", next((markup for each in entry.get("content", ()) if (markup := _markup(each))), "")
    yield "summary", _markup(entry.get("summary_detail"))
    yield "publisher", entry["source"].get("title", "") if "source" in entry else ""
    yield "author", _people(entry)
    yield "published", entry.get("published") or entry.get("created") or ""
    # Asked of the dictionary itself: feedparser answers with the date of publication where there is no other.
    yield "updated", dict.get(entry, "updated") or ""


def _people(entry: feedparser.FeedParserDict) -> str:
    """The names of those who wrote it, as markup. A mail address is no name; what is written beside one is."""
    details = entry.get("authors", ())
    if any("email" in each for each in details):  # split by a guess at where an address ends
        names = [_ADDRESS.sub("", str(entry.get("author") or "")).strip(' ()<>"')]
    else:
        names = [str(each.get("name") or "") for each in details]
    return html.escape(", ".join(dict.fromkeys(filter(None, names))))


def _markup(detail: Mapping[str, Any] | None) -> str:
    """A text that feedparser gives with its type, as markup."""
    if not detail:
        return ""
    value = str(detail.get("value") or "")
    return html.escape(value) if detail.get("type") == "text/plain" else value


def _entry_of(values: Mapping[str, Any], url: str) -> Entry:
    text = to_text(values.get("content", "")) or to_text(values.get("summary", ""))
    moments = (read_date(values.get("published", "")), read_date(values.get("updated", "")))
    return Entry(
        id=storable(values.get("id", "")),
        url=_absolute(url, storable(values.get("link", ""))),
        title=_one_line(values.get("title", "")),
        text=storable(text),
        publisher=_one_line(values.get("publisher", "")),
        author=_one_line(values.get("author", "")),
        moment=max((moment for moment in moments if moment), default=None),
    )


def _parse_sitemap(xml: Guarded, url: str) -> Feed:
    """A news sitemap: headlines with their addresses and dates."""
    root = etree.fromstring(xml.text.encode("utf-8", "replace"), _sitemap_parser())
    places = list(root.iterchildren(f"{_SITEMAP}url", "url")) if root is not None else []
    entries = tuple(_entry_of(_place(each), url) for each in places[:MOST_ENTRIES])
    few = xml.cut or len(places) > MOST_ENTRIES
    problem = f"only its first {len(entries):,} entries were taken" if few else ""
    whole = _CLOSED.search(xml.text[-5000:])
    return Feed(title="", entries=entries, problem=problem or ("" if whole else "cut short"), sitemap=True)


def sitemaps_in(content: bytes, charset: str | None) -> tuple[str, ...]:
    """The addresses that an index of sitemaps lists, those for news first; none where it is no index."""
    try:
        xml = guarded(_DECLARATION.sub("", decode(content, charset), count=1).strip())
    except SourceError:
        return ()
    if xml.root != "sitemapindex":
        return ()
    root = etree.fromstring(xml.text.encode("utf-8", "replace"), _sitemap_parser())
    places = (place.text or "" for place in root.iter(f"{_SITEMAP}loc", "loc")) if root is not None else ()
    found = dict.fromkeys(filter(None, map(str.strip, places)))
    return tuple(sorted(found, key=lambda url: "news" not in url.lower()))


def _sitemap_parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)


def _place(place: Any) -> dict[str, str]:
    def said(path: str) -> str:
        return (place.findtext(path) or place.findtext(path.replace(_SITEMAP, "")) or "").strip()

    return {
        "link": said(f"{_SITEMAP}loc"),
        "title": html.escape(said(f"{_NEWS}news/{_NEWS}title")),
        "publisher": html.escape(said(f"{_NEWS}news/{_NEWS}publication/{_NEWS}name")),
        "published": said(f"{_NEWS}news/{_NEWS}publication_date"),
        "updated": said(f"{_SITEMAP}lastmod"),
    }


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
    """What an item of a JSON Feed says, its texts as markup."""
    number = item.get("id")
    yield "id", str(number) if isinstance(number, int) else _string(item, "id")
    yield "link", _string(item, "url") or _string(item, "external_url")
    yield "title", html.escape(_string(item, "title"))
    yield (
        "content",
        _string(item, "content_html") or html.escape(_string(item, "content_text")).replace("\n", "<br>"),
    )
    yield "summary", html.escape(_string(item, "summary"))
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = (_string(author, "name") for author in authors or () if isinstance(author, dict))
    yield "author", html.escape(", ".join(filter(None, names)))
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
