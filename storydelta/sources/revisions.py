"""Several texts of one document in one source: each is handed over once, in its order.

A text that is the only one of its document is handed over each time, since the store knows whether it is new. Of
several, an earlier one would look like an edit that takes the later one back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from storydelta.model import Item
from storydelta.sources.canonical import canonical_url


def hand_over(items: Iterable[Item], state: Mapping[str, Any]) -> tuple[tuple[Item, ...], dict[str, Any]]:
    """The items without those that were handed over before, and the state that says so the next time."""
    texts: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        texts[canonical_url(item.url)].setdefault(_fingerprint(item), item)
    several = {print_ for document in texts.values() if len(document) > 1 for print_ in document}
    handed = set(state.get("handed", ())) & several
    kept = (
        (print_, item)
        for document in texts.values()
        for print_, item in document.items()
        if print_ not in handed
    )
    return tuple(item for _, item in kept), {"handed": sorted(several)} if several else {}


def _fingerprint(item: Item) -> str:
    said = (
        item.url,
        item.title,
        item.text,
        item.publisher,
        item.published_at and item.published_at.isoformat(),
    )
    return sha256(repr(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]
