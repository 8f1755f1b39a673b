"""The elements of an XML feed, gathered entry by entry, whatever its dialect and however it is nested.

Names come out in lower case, without the prefix of the feed's own language and with usual prefixes for others. Texts
come out as markup: what is plain text in Atom is escaped.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from xml.parsers import expat

from storydelta.errors import SourceError

_DEEPEST = 100
_FEED_TEXT_DEPTH = 3  # rss, channel, title
MOST_ENTRIES = 5_000
_NAMESPACES = {
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
}
_ENTRIES_OF = {"rss": {"item"}, "rdf": {"item"}, "feed": {"entry"}, "urlset": {"url"}}
_TEXTS = frozenset(
    """title link id guid description summary content content:encoded pubdate published issued updated modified
    dc:date dcterms:issued dcterms:modified dc:creator source ttl loc lastmod news:title
    news:name news:publication_date""".split()  # noqa: SIM905 (a list to read)
)
_MARKUP = frozenset({"title", "description", "summary", "content", "content:encoded"})


class Tree:
    """What is gathered while a feed is read: its own texts, and those of each entry."""

    def __init__(self) -> None:
        self.root = ""
        self.closed = False
        self.problem = ""
        self.feed: dict[str, str] = {}
        self.entries: list[dict[str, str]] = []
        self._prefixes: dict[str, str] = {}
        self._path: list[str] = []
        self._entry: dict[str, str] | None = None
        self._text: list[str] = []
        self._markup_from = 0
        self._kind = ""
        self._entry_names: set[str] = set()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._declare(attributes)
        if not self._markup_from and self._path and self._path[-1] in _MARKUP:
            self._markup_from = len(self._path)  # tags that should have been escaped
            self._text = [html.escape("".join(self._text))]
        if self._markup_from:
            self._text.append(f"<{name.rpartition(':')[2]}>")
            self._path.append(name)
            return
        name = self._plain(name)
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise SourceError("it is nested deeper than any feed")
        if not self.root:
            self.root = name
            self._entry_names = _ENTRIES_OF.get(name, set())
        if name in self._entry_names and self._entry is None:
            if len(self.entries) == MOST_ENTRIES:
                raise _EnoughError
            self._entry = {}
        if name == "link" and "href" in attributes:
            self._keep_link(attributes)
        if name == "guid" and attributes.get("ispermalink", attributes.get("isPermaLink", "")) == "false":
            self._place()["opaque"] = "yes"
        self._text, self._kind = [], attributes.get("type", "")

    def _declare(self, attributes: Mapping[str, str]) -> None:
        for key, value in attributes.items():
            if key == "xmlns" or key.startswith("xmlns:"):
                prefix = key[6:]
                self._prefixes[prefix] = _NAMESPACES.get(value.strip().lower(), prefix)

    def characters(self, data: str) -> None:
        self._text.append(html.escape(data) if self._markup_from else data)

    def end(self, name: str) -> None:
        depth = len(self._path)
        name = self._path.pop()
        if self._markup_from and depth > self._markup_from:
            self._text.append(f"</{name.rpartition(':')[2]}>")
            return
        if (
            name in self._entry_names
            and self._entry is not None
            and not any(part in self._entry_names for part in self._path)
        ):
            self.entries.append(self._entry)
            self._entry = None
        elif name in _TEXTS and (self._is_own(depth) or name.startswith("news:")):
            self._keep(name, "".join(self._text).strip(), is_markup=bool(self._markup_from))
        self._markup_from, self._text = 0, []
        self.closed = not self._path

    def _is_own(self, depth: int) -> bool:
        """Whether the element that ends belongs to the entry or to the feed itself, not to an image or a source."""
        parent = self._path[-1] if self._path else ""
        of_the_feed = self._entry is None and parent in ("channel", "feed") and depth <= _FEED_TEXT_DEPTH
        return parent in self._entry_names or of_the_feed

    def _keep(self, name: str, text: str, *, is_markup: bool) -> None:
        if (
            name in ("title", "summary", "content")
            and self.root == "feed"
            and not is_markup
            and "html" not in self._kind
        ):
            text = html.escape(text)  # plain text in Atom; everything is kept as markup
        if text:
            self._place().setdefault(name, text)

    def _keep_link(self, attributes: Mapping[str, str]) -> None:
        if attributes.get("rel", "alternate") == "alternate" and attributes["href"].strip():
            parent = self._path[-2] if len(self._path) > 1 else ""
            if parent in self._entry_names or parent == "feed":
                self._place().setdefault("link", attributes["href"].strip())

    def _place(self) -> dict[str, str]:
        return self.feed if self._entry is None else self._entry

    def _plain(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        known = self._prefixes.get(prefix, prefix if colon else "")
        if local.lower() == "rdf":
            return "rdf"
        return f"{known}:{local}".lower() if known else local.lower()


class _EnoughError(Exception):
    """The most entries that are taken from one feed are there."""


def gather(text: str) -> Tree:
    """What the text of a feed holds, as far as it can be read. Raises `SourceError` where it is hostile."""
    tree = Tree()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = tree.start
    parser.CharacterDataHandler = tree.characters
    parser.EndElementHandler = tree.end
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except _EnoughError:
        tree.problem = f"only its first {MOST_ENTRIES:,} entries were taken"
    except expat.ExpatError as problem:
        reason = expat.ErrorString(problem.code)
        tree.problem = f"not well formed in line {problem.lineno} ({reason}); what stands before it was taken"
    return tree


def _refuse(*_: object) -> None:
    raise SourceError("it declares entities, which no feed needs; it was not read")
