"""Lists of feeds as OPML, the form in which feed readers hand them to each other, to and from a story's sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # it comes without types
from pydantic import ValidationError

from storydelta.errors import SourceError
from storydelta.sources.canonical import canonical_url
from storydelta.sources.documents import storable
from storydelta.sources.feed import FeedOptions
from storydelta.story import SourceEntry

_MOST_BYTES = 10_000_000
_MOST_FEEDS = 5_000


def read_opml(content: bytes, where: str) -> tuple[SourceEntry, ...]:
    """The feeds of an OPML list, in its order, each address once, with the list's names for them. Outlines that are
    no feed are passed over. Raises `SourceError`, which begins with `where`, for what is no OPML or holds no feed.
    """
    if len(content) > _MOST_BYTES:
        raise SourceError(f"{where}: larger than {_MOST_BYTES:,} bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as problem:
        raise SourceError(f"{where}: not an OPML list: {problem}") from None
    if root.tag.lower() != "opml" or (root.getroottree().docinfo.internalDTD is not None):
        raise SourceError(f"{where}: not an OPML list")
    entries: dict[str, SourceEntry] = {}
    for entry in _feeds(root):
        entries.setdefault(canonical_url(entry.options["url"]), entry)
    if not entries:
        raise SourceError(f"{where}: no feed in this list; its outlines have no xmlUrl")
    return tuple(entries.values())[:_MOST_FEEDS]


def write_opml(entries: Iterable[SourceEntry], title: str) -> bytes:
    """The feeds among the sources, as an OPML 2.0 list. Other sources have no place in one."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for entry in entries:
        if entry.kind == "feed":
            url = str(entry.options["url"])
            name = entry.name or str(entry.options.get("publisher") or url)
            etree.SubElement(body, "outline", type="rss", text=name, title=name, xmlUrl=url)
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return content


def _feeds(root: Any) -> Iterator[SourceEntry]:
    for outline in root.iter():
        values = {str(key).lower(): value for key, value in outline.attrib.items()}
        url = values.get("xmlurl", "").strip()
        try:
            FeedOptions.model_validate({"url": url})
        except ValidationError:
            continue
        name = " ".join(storable(values.get("title") or values.get("text") or "").split())
        yield SourceEntry.model_validate(
            {"kind": "feed", "url": url} | ({"name": name} if name and name != url else {})
        )
