"""What a web page says of itself: title, author, publisher, dates, canonical address, feeds and links.

Publishers say it in JSON-LD, in Open Graph and other `meta` elements, in that order of trust. Nothing is guessed from
the look of the page or its address. The main text is another matter, and another module's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html  # type: ignore[import-untyped]  # it comes without types

from storydelta.sources.canonical import canonical_url
from storydelta.sources.documents import storable
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.markup import to_text

_ARTICLES = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|LiveBlogPosting|NewsUpdate)", re.ASCII)
_PUBLISHED = (
    "article:published_time", "article:published", "og:article:published_time", "datepublished", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.created", "pubdate", "publishdate", "publish-date", "dc.date", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
)
_AUTHORS = ("author", "article:author_name", "dc.creator", "byl", "sailthru.author", "parsely-author")
_TITLES = ("og:title", "twitter:title", "dc.title")
_PUBLISHERS = ("og:site_name", "dc.publisher", "application-name", "twitter:site")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_ELEMENTS = ("meta", "link", "a", "script", "title", "base", "time")
_MOST_LINKS = 2_000
_LONGEST_ADDRESS = 2_000
_DEEPEST = 20
_MOST_NODES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says of itself. `url` is its canonical address, made absolute; empty or None what it leaves out.
    `links` are the addresses that it points readers to, in its order, each once. `body` is the article's text as its
    JSON-LD has it; `free` is False where that says that not everybody may read it.
    """

    url: str
    title: str
    author: str | None
    publisher: str | None
    published: datetime | None
    modified: datetime | None
    feeds: tuple[str, ...]
    links: tuple[str, ...]
    body: str = ""
    free: bool = True


def parse_page(markup: str) -> Any:
    """The tree of a page, for `page_of` and for whoever reads its text; None where there is none."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        return None


def read_page(markup: str, url: str) -> Page:
    """What the page, found at `url` (empty: in a file), says of itself."""
    return page_of(parse_page(markup), url)


def page_of(tree: Any, url: str, *, links: bool = True) -> Page:
    """The same of a page that is parsed. Without `links`, those are left out, which take longest."""
    seen = _Seen(tree)
    described = _described(seen.json_ld)
    article, named = _article(described), _named(described)
    base = _absolute(url, seen.base) or url
    return Page(
        url=_own_address(seen.canonical or seen.meta.get("og:url", ""), seen.base, url),
        title=_line(_text(article, "headline") or _first(seen.meta, _TITLES) or seen.title),
        author=_line(_people(article, named) or _first(seen.meta, _AUTHORS)) or None,
        publisher=_line(_publisher(article, named) or _first(seen.meta, _PUBLISHERS)).removeprefix("@")
        or None,
        published=_date(_text(article, "datePublished"), seen.meta, _PUBLISHED),
        modified=_date(_text(article, "dateModified"), seen.meta, _MODIFIED),
        feeds=tuple(dict.fromkeys(_absolute(base, feed) for feed in seen.feeds)),
        links=tuple(dict.fromkeys(filter(None, (_link(base, each) for each in seen.links if links)))),
        body=_text(article, "articleBody"),
        free=str(article.get("isAccessibleForFree", "")).lower() != "false",
    )


class _Seen:
    """The elements of a page that say something about it. Texts come as markup."""

    def __init__(self, tree: Any) -> None:
        self.meta: dict[str, str] = {}
        self.json_ld: list[str] = []
        self.feeds: list[str] = []
        self.links: list[str] = []
        self.canonical = self.title = self.base = ""
        for element in tree.iter(*_ELEMENTS) if tree is not None else ():
            self._element(element.tag, element.attrib, element.text or "")

    def _element(self, name: str, attributes: Mapping[str, str], body: str) -> None:
        if name == "meta":
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop") or ""
            if content := attributes.get("content", "").strip():
                self.meta.setdefault(key.strip().lower(), content)
        elif name == "link":
            self._link(attributes)
        elif name == "a" and len(self.links) < _MOST_LINKS:
            self.links.append(attributes.get("href", ""))
        elif name == "script" and "ld+json" in attributes.get("type", "").lower():
            self.json_ld.append(body)
        elif name == "title":
            self.title = self.title or escape(body)
        elif name == "base":
            self.base = self.base or attributes.get("href", "")
        elif name == "time" and attributes.get("itemprop", "").lower() in ("datepublished", "datemodified"):
            self.meta.setdefault(attributes["itemprop"].lower(), attributes.get("datetime", ""))

    def _link(self, attributes: Mapping[str, str]) -> None:
        relations, address = attributes.get("rel", "").lower().split(), attributes.get("href", "").strip()
        if "canonical" in relations:
            self.canonical = self.canonical or address
        if "alternate" in relations and address and attributes.get("type", "").lower().strip() in _FEED_TYPES:
            self.feeds.append(address)


def _described(scripts: list[str]) -> list[Mapping[str, Any]]:
    """The things that a page's JSON-LD describes."""
    things: list[Mapping[str, Any]] = []
    for script in scripts:
        try:
            things += _nodes(json.loads(script, strict=False))
        except (ValueError, RecursionError):
            continue
    return things


def _named(things: list[Mapping[str, Any]]) -> dict[str, str]:
    """The names of things by the identifiers under which others refer to them."""
    pairs = ((thing.get("@id"), thing.get("name")) for thing in things)
    return {id_: name for id_, name in pairs if isinstance(id_, str) and isinstance(name, str)}


def _article(things: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The first article among them; one with a date goes before."""
    articles = [thing for thing in things if _is_article(thing)]
    return next((each for each in articles if each.get("datePublished")), articles[0] if articles else {})


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Objects inside a JSON value, outermost first, within bounds."""
    level, count = [value], 0
    for _ in range(_DEEPEST):
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                count += 1
                yield each
            below += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        level = below
        if not level or count > _MOST_NODES:
            return


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and bool(_ARTICLES.fullmatch(kind.rpartition("/")[2]))
        for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _publisher(article: Mapping[str, Any], named: Mapping[str, str]) -> str:
    return next((_name(each, named) for each in _listed(article.get("publisher"))), "")


def _people(article: Mapping[str, Any], named: Mapping[str, str]) -> str:
    """The names of those who wrote it."""
    names = (_name(each, named).strip() for each in _listed(article.get("author")))
    return ", ".join(dict.fromkeys(filter(None, names)))


def _name(value: Any, named: Mapping[str, str]) -> str:
    """The name of somebody who is described, referred to, or merely named."""
    if isinstance(value, dict):
        return _text(value, "name") or named.get(_text(value, "@id"), "")
    return value if isinstance(value, str) else ""


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, str) else ""


def _first(meta: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((meta[key] for key in keys if meta.get(key)), "")


def _date(stated: str, meta: Mapping[str, str], keys: tuple[str, ...]) -> datetime | None:
    candidates = [stated, *(meta.get(key, "") for key in keys)]
    return next((moment for each in candidates if (moment := read_date(each))), None)


def _line(markup: str) -> str:
    return storable(" ".join(to_text(markup).split()))


def _own_address(stated: str, base: str, url: str) -> str:
    """The address that the page states, if it is one of the same site and not merely of its front page: nobody may
    speak under another's address.
    """
    stated = _absolute(_absolute(url, base) or url, stated)
    if not stated.startswith(("http://", "https://")):
        return url
    if not url:  # a saved page is from where it says
        return stated
    here, there = urlsplit(canonical_url(url)), urlsplit(canonical_url(stated))
    if _site(here.hostname) != _site(there.hostname) or (
        there.path == "/" and here.path != "/" and not there.query
    ):
        return url
    return stated


def _site(host: str | None) -> str:
    return (host or "").removeprefix("www.").removeprefix("edition.")


def _link(base: str, link: str) -> str:
    """The address of another page, or empty."""
    address = _absolute(base, link).partition("#")[0]
    return address if address.startswith(("http://", "https://")) and len(address) <= _LONGEST_ADDRESS else ""


def _absolute(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""
