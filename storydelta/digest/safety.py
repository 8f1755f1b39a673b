"""What comes from hostile pages made fit to be shown: characters, names and links.

Markup is not escaped here; the templates do that for whatever they are given.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

_LONGEST_NAME = 120
_SENTENCE_END = re.compile(r"[,;:]+$|(?<=\w{4})\.$")  # but not the one of "U.S." or "Jr."
_SENTENCE_EDGE = 6
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def clean(text: str) -> str:
    """One line without control, format (direction overrides among them), surrogate or private characters."""
    if text.isprintable():
        return " ".join(text.split())
    kept = (c if not c.isspace() else " " for c in text if c.isspace() or not _is_hidden(c))
    return " ".join("".join(kept).split())


def _is_hidden(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in "\u200c\u200d"
    )


@lru_cache(maxsize=4096)
def shown(name: str) -> str:
    """A name fit to stand in a sentence of ours: cleaned, cut to 120 characters, without the stop of the sentence
    it was taken from, and, where it is written from right to left, isolated, so that it does not turn the rest of
    the sentence around.
    """
    cut = _SENTENCE_END.sub("", shorten(clean(name), _LONGEST_NAME))
    if not cut.isascii() and any(unicodedata.bidirectional(character) in ("R", "AL") for character in cut):
        return f"{_ISOLATE}{cut}{_END_ISOLATE}"
    return cut


def shorten(text: str, longest: int) -> str:
    """`text`, or as many of its words as fit with an ellipsis behind them."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    head, blank, _ = kept.rpartition(" ")
    return (head if blank and len(head) > longest // 2 else kept).rstrip(" ,;:") + "…"


def titled(title: str, document: str, longest: int) -> str:
    """A document's title, else the last part of its address; empty where both say nothing."""
    own = clean(title)
    if own:
        return shorten(own, longest)
    path = document.partition("#")[0].partition("?")[0]
    last = path.rstrip("/").rpartition("/")[2]
    return shorten(clean(unquote(last)), longest)


def link(url: str) -> str | None:
    """The address, if it is one of http or https with a host, no password and nothing odd in it; otherwise None."""
    if re.search(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]", url) or (
        not url.isprintable() and any(_is_hidden(c) for c in url)
    ):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname and "@" not in parts.netloc
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host else None


@lru_cache(maxsize=4096)
def link_to_sentence(url: str, sentence: str) -> str | None:
    """The address with a text fragment, by which browsers scroll to the sentence and mark it.

    The form is that of https://wicg.github.io/scroll-to-text-fragment/: a long sentence is given by its first and
    last words, and `-`, `,` and `&` are escaped because they have a meaning there.
    """
    base = link(url)
    words = clean(sentence).split()
    if base is None or not words:
        return base
    if len(words) <= 2 * _SENTENCE_EDGE:
        wanted = [words]
    else:
        wanted = [words[:_SENTENCE_EDGE], words[-_SENTENCE_EDGE:]]
    fragment = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in wanted)
    return f"{base}{'' if '#' in base else '#'}:~:text={fragment}"
