"""What is refused or cut before a feed goes to a parser: entities, depth, and what costs a parser quadratic time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from xml.parsers import expat

from storydelta.errors import SourceError

_DEEPEST = 100
# The parser's expression for addresses of authors takes the square of these, its list of attributes of those.
_RUN = re.compile(r"[\w.+-]{1000,}")
_LONG_TAG = re.compile(r"<(?=[A-Za-z:_][^<>]{5000})")


def guarded(text: str) -> tuple[str, str]:
    """The XML without words of a thousand characters and more (pictures written as text), and the name of its root
    element in lower case, without prefix; empty where it has none. Raises `SourceError` where it is hostile.
    """
    text = _RUN.sub("", text)
    if _LONG_TAG.search(text):
        raise SourceError("it has tags longer than those of any feed; it was not read")
    watch = _Watch()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.end
    parser.EntityDeclHandler = _refuse
    with suppress(expat.ExpatError):  # what is not well formed is for the parser to make something of
        parser.Parse(text.encode("utf-8", "replace"), True)
    return text, watch.root


class _Watch:
    def __init__(self) -> None:
        self.root = ""
        self._depth = 0

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self.root = self.root or name.rpartition(":")[2].lower()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise SourceError("it is nested deeper than any feed")

    def end(self, _: str) -> None:
        self._depth -= 1


def _refuse(*_: object) -> None:
    raise SourceError("it declares entities, which no feed needs; it was not read")
