"""HTML to plain text: paragraphs, without markup and without what no reader would see.

One pass of one expression over the text, so that no input takes more than linear time.
"""

from __future__ import annotations

import html
import re

_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9:-]*)[^<>]*>?|<[!?][^<>]*>?",
    re.DOTALL,
)
_BLOCKS = frozenset(
    """address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table td th title tr ul""".split()  # noqa: SIM905 (a list to read)
)
_UNSEEN = frozenset(
    {"script", "style", "noscript", "template", "iframe", "svg", "object", "head", "button", "select"}
)
_SPACE = re.compile(r"[ \t\r\n\f]+")


def to_text(markup: str) -> str:
    """The text that a reader would see, paragraphs separated by blank lines."""
    parts: list[str] = []
    unseen = ""
    at = 0
    for token in _TOKEN.finditer(markup):
        if not unseen:
            parts.append(_SPACE.sub(" ", html.unescape(markup[at : token.start()])))
        at = token.end()
        tag = (token["tag"] or "").lower()
        if unseen:
            unseen = "" if token["end"] and tag == unseen else unseen
        elif token["cdata"]:
            parts.append(_SPACE.sub(" ", html.unescape(token["cdata"])))
        elif tag in _UNSEEN and not token["end"] and not token[0].endswith("/>"):
            unseen = tag
        elif tag in _BLOCKS:
            parts.append("\n")
    if not unseen:
        parts.append(_SPACE.sub(" ", html.unescape(markup[at:])))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return "\n\n".join(_SPACE.sub(" ", line) for line in lines if line)
