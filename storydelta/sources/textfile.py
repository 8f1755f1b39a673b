"""A document as a text file: a head of `key: value` lines, a blank line, the text.

    url: https://example.org/news/1
    title: Toll rises to 115
    publisher: Example Wire
    published: 2024-03-23T09:30:00Z

    The toll rose to 115 on Saturday, investigators said.

A head may stand between lines of `---`. Instead of a head, the text may begin with `date 2024-03-25`.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from urllib.parse import urlsplit

from storydelta.errors import DocumentError
from storydelta.sources.documents import parse_time, storable

HEAD_KEYS = {
    "url": "Where it was published; without it the file's own name identifies the document.",
    "title": "The headline.",
    "publisher": "Who published it.",
    "author": "Who wrote it.",
    "published": "When: an ISO 8601 date (midnight UTC) or time (UTC unless it gives an offset).",
    "modified": "When this text of it was put out, if it is a later revision.",
}
"""What a head may say, with a description of each."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_HEAD_LINE = re.compile(r"([A-Za-z][A-Za-z_-]{1,19})[ \t]*:(?:[ \t]+(.*))?$")
_DATE_LINE = re.compile(
    r"\s*date[ \t]+(\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}[\d:.]*(?:Z|[+-]\d{2}:?\d{2})?)?)(?:\s+|$)",
    re.IGNORECASE,
)
_MARKDOWN_TITLE = re.compile(r"#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_HEADLINE = re.compile(r"(\S.{8,148}[^\s.!?:,;])[ \t]*\n[ \t]*\n(?=\s*\S)")
"""A line of its own without a full stop above the text."""
_RULE = "---"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """What a text file says. `url` and `title` are empty, `publisher`, `author` and `modified` None where it does
    not.
    """

    url: str
    title: str
    publisher: str | None
    published: datetime
    modified: datetime | None
    text: str
    author: str | None = None

    @property
    def moment(self) -> datetime:
        """When this text was put out."""
        return max(self.published, self.modified or self.published)


def decode(content: bytes, where: str) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252; line ends made plain.

    Raises `DocumentError` for what is empty or no text.
    """
    candidates: tuple[str, ...] = ("utf-8", "cp1252")
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            candidates, content = (encoding,), content[len(mark) :]
            break
    else:
        if b"\0" in content:
            raise DocumentError(f"{where}: not a text file (it holds zero bytes)")
    for encoding in candidates:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not text.strip():
            raise DocumentError(f"{where}: empty")
        return storable(text.replace("\r\n", "\n").replace("\r", "\n"))
    raise DocumentError(f"{where}: not a text file in UTF-8, UTF-16 or Windows-1252")


def read_text_file(content: str, where: str, otherwise: datetime | None = None) -> TextFile:
    """The document that a decoded file states; its text is exactly what follows the head, without blank lines
    around it. `otherwise` dates a file without a date; the first line of one that states nothing at all may be its
    title. Raises `DocumentError`, which says how to put it right.
    """
    head, text = _split(content, where)
    if "published" not in head and (dated := _DATE_LINE.match(text)):
        head["published"], text = dated[1], text[dated.end() :]
    published = parse_time(head["published"], f"{where}: published") if "published" in head else otherwise
    if published is None:
        raise DocumentError(
            f"{where}: no date; begin the file with a line like 'published: 2024-03-25T09:30:00Z' and a blank line"
        )
    text = text.strip()
    title = head.get("title", "")
    if not title and (heading := _heading(text, where, bare=not head)):
        title, text = heading[1], text[heading.end() :].strip()
    if not text and not title:
        raise DocumentError(f"{where}: empty: there is no text after its head")
    modified = head.get("modified")
    return TextFile(
        url=_web_address(head.get("url", ""), where),
        title=title,
        publisher=head.get("publisher"),
        author=head.get("author"),
        published=published,
        modified=parse_time(modified, f"{where}: modified") if modified else None,
        text=text,
    )


def _heading(text: str, where: str, *, bare: bool) -> re.Match[str] | None:
    """The title above a text: a Markdown heading; of a text that states nothing else, a first line of its own."""
    if where.endswith(".md"):
        return _MARKDOWN_TITLE.match(text)
    return _HEADLINE.match(text) if bare else None


def _split(content: str, where: str) -> tuple[dict[str, str], str]:
    """The head's values, without empty ones, and what follows it."""
    lines = content.lstrip("\n").split("\n")
    fenced = lines[0].rstrip() == _RULE
    if not fenced and not _opens_head(lines[0], where):
        return {}, content
    head: dict[str, str] = {}
    for number, line in enumerate(lines[fenced:], fenced):
        if line.rstrip() == _RULE if fenced else not line.strip():
            return head, "\n".join(lines[number + 1 :])
        if fenced and not line.strip():
            continue
        match = _HEAD_LINE.match(line.rstrip())
        if not match:
            raise DocumentError(
                f"{where}: {line[:60]!r} in the head is not 'key: value'; end the head with "
                f"{'a line of ---' if fenced else 'a blank line'}"
            )
        key, value = match[1].lower(), (match[2] or "").strip()
        if key not in HEAD_KEYS:
            raise DocumentError(f"{where}: unknown key {key!r} in the head; {_known(key)}")
        if key in head:
            raise DocumentError(f"{where}: {key!r} stands twice in the head")
        if value:
            head[key] = value.strip("\"'") if fenced else value
    return head, ""


def _opens_head(line: str, where: str) -> bool:
    match = _HEAD_LINE.match(line.rstrip())
    if not match:
        return False
    key = match[1].lower()
    if key not in HEAD_KEYS and (key == "date" or get_close_matches(key, HEAD_KEYS, cutoff=0.8)):
        raise DocumentError(f"{where}: unknown key {key!r} in the head; {_known(key)}")
    return key in HEAD_KEYS


def _known(key: str) -> str:
    close = ["published"] if key == "date" else get_close_matches(key, HEAD_KEYS, n=1)
    return f"did you mean {close[0]!r}?" if close else f"known are {', '.join(HEAD_KEYS)}"


def _web_address(url: str, where: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if url and (parts is None or parts.scheme.lower() not in ("http", "https") or not parts.netloc):
        raise DocumentError(
            f"{where}: url {url[:80]!r} is no web address; it begins with https:// or http://"
        )
    return url
