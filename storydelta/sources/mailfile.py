"""A document as a saved e-mail: a newsletter or a press release, as a mail program writes it (`.eml`)."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from storydelta.errors import DocumentError
from storydelta.sources.documents import storable
from storydelta.sources.textfile import TextFile
from storydelta.sources.web.dates import read_date
from storydelta.sources.web.markup import to_text


def read_mail_file(content: bytes, where: str, otherwise: datetime | None = None) -> TextFile:
    """The document that an e-mail states: its subject as title, its sender as publisher, its date, and its plain
    text, else the text of its HTML. Attachments are left alone. `otherwise` dates one without a date. Raises
    `DocumentError`.
    """
    try:
        message = message_from_bytes(content, _class=EmailMessage, policy=default)
        text, title = _text(message), _header(message, "subject")
        sender, address = parseaddr(_header(message, "from"))
        published = read_date(_header(message, "date")) or otherwise
    except (ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError) as problem:
        # The standard library's parser answers some broken mail with any of these.
        raise DocumentError(f"{where}: not an e-mail that can be read") from problem
    if published is None:
        raise DocumentError(
            f"{where}: no date; an e-mail has a line like 'Date: Mon, 25 Mar 2024 09:30:00 +0000'"
        )
    if not text and not title:
        raise DocumentError(f"{where}: empty: neither a subject nor text")
    return TextFile(
        url="",
        title=title,
        publisher=sender or address or None,
        published=published,
        modified=None,
        text=text,
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    content = str(body.get_content())
    if body.get_content_subtype() == "html":
        return storable(to_text(content))
    return storable(content.replace("\r\n", "\n").strip())


def _header(message: EmailMessage, name: str) -> str:
    return storable(" ".join(str(message.get(name, "")).split()))
