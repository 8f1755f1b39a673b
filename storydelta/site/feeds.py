"""The changes of a story as feeds, an entry for each edition: Atom (RFC 4287) and JSON Feed 1.1."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET

from storydelta.digest.safety import clean
from storydelta.site.view import Line

_ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
"""So many editions, the newest, are in a feed."""


def atom(slug: str, title: str, timeline: Sequence[Line], address: str = "") -> bytes:
    """The feed of a story. `address`: where its folder can be reached; without it, links are relative."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    base = _base(address, slug)
    _add(feed, "title", clean(title))
    _add(feed, "id", _id(slug))
    _add(feed, "updated", timeline[0].at.iso if timeline else "1970-01-01T00:00:00Z")
    _add(feed, "author").append(_text("name", "Storydelta"))
    _add(feed, "link", rel="self", type="application/atom+xml", href=f"{base}feed.atom")
    _add(feed, "link", rel="alternate", type="text/html", href=f"{base}index.html")
    for line in timeline[:ENTRIES]:
        entry = _add(feed, "entry")
        _add(entry, "title", line.headline)
        _add(entry, "id", _id(slug, line.number))
        _add(entry, "updated", line.at.iso)
        _add(entry, "published", line.at.iso)
        _add(entry, "link", rel="alternate", type="text/html", href=base + line.path)
        _add(entry, "summary", line.deck or line.headline)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(slug: str, title: str, timeline: Sequence[Line], address: str = "") -> bytes:
    """The same as JSON Feed. Its links have to be whole, so without an address there are none."""
    base = _base(address, slug)
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(title),
        "language": "en",
        "items": [
            {
                "id": _id(slug, line.number),
                "title": line.headline,
                "content_text": "\n".join(filter(None, (line.headline, line.deck))),
                "date_published": line.at.iso,
                **({"url": base + line.path} if base else {}),
            }
            for line in timeline[:ENTRIES]
        ],
    }
    if base:
        feed |= {"home_page_url": f"{base}index.html", "feed_url": f"{base}feed.json"}
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _base(address: str, slug: str) -> str:
    return f"{address.rstrip('/')}/{slug}/" if address else ""


def _id(slug: str, number: int | None = None) -> str:
    """The same for ever, wherever the site lies."""
    name = f"storydelta/{slug}" + (f"/{number}" if number else "")
    return uuid.uuid5(uuid.NAMESPACE_URL, name).urn


def _text(tag: str, text: str) -> ET.Element:
    element = ET.Element(tag)
    element.text = text
    return element


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text or None
    return child
