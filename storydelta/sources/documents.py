"""Documents as JSON Lines, one object a line: what `extract` and `replay` read, and the `jsonl` source."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from storydelta.errors import DocumentError
from storydelta.model import Item

_STRINGS = ("id", "url", "title", "text", "publisher", "author", "published_at")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SHOWN = 60


def read_documents(stream: Iterable[str | bytes], where: str, *, dated: bool = False) -> Iterator[Item]:
    """The documents of a stream, in its order. `where` names the stream in errors. Blank lines are skipped.

    Raises `DocumentError`, which names the line, at the first line that is not a document; with `dated` also at
    one that does not say when it was published.
    """
    for _, found in read_lines(stream, where, dated=dated):
        if isinstance(found, DocumentError):
            raise found
        yield found


def read_lines(
    stream: Iterable[str | bytes], where: str, *, dated: bool = False
) -> Iterator[tuple[int, Item | DocumentError]]:
    """Like `read_documents`, but with the number of each line, and with its error in its place."""
    for number, line in enumerate(stream, 1):
        try:
            text = line.decode() if isinstance(line, bytes) else line
        except UnicodeDecodeError as problem:
            yield number, DocumentError(f"{where}, line {number}: not UTF-8 ({problem.reason})")
            continue
        if number == 1:
            text = text.removeprefix("\ufeff")
        if not text.strip():
            continue
        try:
            yield number, _item_from_line(text, f"{where}, line {number}", number, dated=dated)
        except DocumentError as problem:
            yield number, problem


def item_from_json(obj: Any, where: str) -> Item:
    """The document that a JSON object states. A date alone is midnight UTC; a time without a zone is UTC.

    Its URL, if it has none, is made of its id ("id:…"), and empty without either. Raises `DocumentError`.
    """
    if not isinstance(obj, dict):
        raise DocumentError(f'{where}: not an object but {_sort(obj)}; a document is {{"text": "…", …}}')
    for key in _STRINGS:
        if obj.get(key) is not None and not isinstance(obj[key], str):
            raise DocumentError(f"{where}: {key} is {_sort(obj[key])}, not text ({_shown(obj[key])})")
    values = {key: storable(obj.get(key) or "") for key in _STRINGS}
    label, url = values["id"].strip(), values["url"].strip()
    if not values["text"].strip() and not values["title"].strip():
        raise DocumentError(f"{where}: neither text nor title; there is nothing to read")
    published = values["published_at"]
    return Item(
        url=url or (f"id:{label}" if label else ""),
        title=values["title"],
        text=values["text"],
        publisher=values["publisher"].strip() or None,
        author=values["author"].strip() or None,
        published_at=parse_time(published, f"{where}: published_at") if published.strip() else None,
        id=label or url or None,
    )


def parse_time(written: str, where: str) -> datetime:
    """An ISO 8601 date or time in UTC. A date alone is midnight UTC. Raises `DocumentError`."""
    try:
        moment = datetime.fromisoformat(written.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise DocumentError(
            f"{where}: {_shown(written)} is not a date; write one like 2024-03-25 or 2024-03-25T09:30:00Z"
        ) from None


def storable(text: str) -> str:
    """The text with what no database takes (NUL, half a surrogate pair) replaced, one character by one."""
    return _UNSTORABLE.sub("\ufffd", text)


def _item_from_line(line: str, where: str, number: int, *, dated: bool) -> Item:
    try:
        obj = json.loads(line)
    except (ValueError, RecursionError) as problem:
        reason = problem.msg if isinstance(problem, json.JSONDecodeError) else "too deep or too large"
        raise DocumentError(f"{where}: not JSON: {reason} ({_shown(line.strip())})") from None
    item = item_from_json(obj, where)
    if dated and item.published_at is None:
        raise DocumentError(f'{where}: no published_at; add one like "2024-03-25T09:30:00Z"')
    return item if item.url else replace(item, url=f"line:{number}", id=f"line:{number}")


def _shown(value: object) -> str:
    written = repr(value)
    return written if len(written) <= _SHOWN else written[:_SHOWN] + "…"


def _sort(value: object) -> str:
    sorts = {
        type(None): "null",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
    }
    return sorts.get(type(value), "an object")
