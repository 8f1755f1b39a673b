"""What is refused or cut before a feed goes to a parser: entities, depth, and what costs a parser more than its length.

The parser of feeds takes a time of its own for every tag, attribute and reference, and longer for what is not well
formed: ten megabytes of nothing but tags would keep it busy for minutes. So a feed is cut behind the last entry for
which there is time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from xml.parsers import expat

from storydelta.errors import SourceError

MOST_ENTRIES = 5_000
_DEEPEST = 100
_COSTS = {"tag": 35, "end": 35, "attribute": 9, "reference": 2}
_FEW = 100_000
_MOST_COSTS = 6_000_000  # microseconds: enough for seventeen elements in each of as many entries as are taken
# The parser's expression for addresses of authors takes the square of these, its list of attributes of those.
_RUN = re.compile(r"[\w.+-]{1000,}")
_LONG_TAG = re.compile(r"<(?=[A-Za-z:_][^<>]{5000})")
_MARK = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(?P<end></(?:\w+:)?(?:item|entry|url)\s*>|<(?:\w+:)?item\s*/>)|(?P<tag><)|"
    r"(?P<attribute>=[\"'])|(?P<reference>&)",
    re.DOTALL,
)
_ENTRIES = frozenset({"item", "entry", "url"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A feed that may be parsed. `root` is the name of its root element in lower case, without prefix; empty where it
    has none. `cut`: entries were left off at its end.
    """

    text: str
    root: str
    cut: bool


def guarded(text: str) -> Guarded:
    """The XML without words of a thousand characters and more (pictures written as text), and without the entries
    that are too many. Raises `SourceError` where it is hostile.
    """
    text = _RUN.sub("", text)
    if _LONG_TAG.search(text):
        raise SourceError("it has tags longer than those of any feed; it was not read")
    end = _end_of_what_is_read(text)
    kept = text[:end]
    watch = _Watch()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.end
    parser.EntityDeclHandler = _refuse
    with suppress(expat.ExpatError):  # what is not well formed is for the parser to make something of
        parser.Parse(kept.encode("utf-8", "replace"), True)
    cut = end < len(text)
    return Guarded(text=kept + watch.ends if cut else kept, root=watch.root, cut=cut)


def _end_of_what_is_read(text: str) -> int:
    """Where to cut the text: at its end, or behind the last of the entries that are not too many. Raises
    `SourceError` where a single entry is more than all of them may be.
    """
    if text.count("<") <= MOST_ENTRIES and text.count("&") <= _FEW and text.count("=") <= _FEW:
        return len(text)
    entries = costs = end = 0
    for mark in _MARK.finditer(text):
        costs += _COSTS.get(mark.lastgroup or "", 0)
        if mark["end"]:
            entries, end = entries + 1, mark.end()
        if costs > _MOST_COSTS or entries > MOST_ENTRIES:
            break
    else:
        return len(text)
    if not entries:
        raise SourceError("it has more tags than any feed; it was not read")
    return end


class _Watch:
    """`ends` are the tags that close what was open before the first entry began."""

    def __init__(self) -> None:
        self.root = ""
        self.ends = ""
        self._open: list[str] = []

    def start(self, name: str, _: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self.root = self.root or local
        if local in _ENTRIES and not self.ends:
            self.ends = "".join(f"</{each}>" for each in reversed(self._open))
        self._open.append(name)
        if len(self._open) > _DEEPEST:
            raise SourceError("it is nested deeper than any feed")

    def end(self, _: str) -> None:
        self._open.pop()


def _refuse(*_: object) -> None:
    raise SourceError("it declares entities, which no feed needs; it was not read")
