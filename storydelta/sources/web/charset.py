"""Bytes of the web to text: by byte order mark, by what the server says, by what the document says, else by looking."""

from __future__ import annotations

import re
import unicodedata

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})|<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_WHERE_DECLARED = 4096
_ENOUGH = 1000


def decode(content: bytes, charset: str | None) -> str:
    """The text of a document. `charset` is what its server says, or None. Every input has a text: what fits no
    encoding is read as UTF-8 with replacements.
    """
    declared = _DECLARED.search(content[:_WHERE_DECLARED])
    stated = [encoding for mark, encoding in _BOMS if content.startswith(mark)]
    stated += [
        charset or "",
        (declared[1] or declared[2]).decode("ascii", "replace") if declared else "",
        "utf-8",
    ]
    for encoding in filter(None, stated):
        if (text := _decoded(content, encoding)) is not None:
            return text
    from trafilatura.utils import detect_encoding  # noqa: PLC0415 - slow to import, and rarely needed

    looked = (_decoded(content, encoding) for encoding in detect_encoding(content))
    text = next((text for text in looked if text is not None), None)
    if text is None or _is_latin(text):  # the Latin alphabets cannot be told apart by looking
        text = _decoded(content, "cp1252") or text
    return text if text is not None else content.decode("utf-8", "replace")


def _is_latin(text: str) -> bool:
    letters = [character for character in text if character > "\x7f" and character.isalpha()][:_ENOUGH]
    return 2 * sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) >= len(letters)


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(_as_browsers_do(encoding.strip().lower()))
    except (LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _as_browsers_do(encoding: str) -> str:
    """The encoding that is meant: what calls itself ISO 8859-1 is Windows-1252 (WHATWG Encoding Standard, 4.2)."""
    return (
        "cp1252"
        if encoding in ("iso-8859-1", "iso8859-1", "latin-1", "latin1", "ascii", "us-ascii")
        else encoding
    )
