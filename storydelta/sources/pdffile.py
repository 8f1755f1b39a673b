"""A document as a PDF file: a statement or a report, of which the text layer is read."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from storydelta.errors import DocumentError
from storydelta.sources.documents import storable
from storydelta.sources.textfile import TextFile

MOST_PAGES = 200
"""So many pages are read at most: a report's first pages say what it reports."""

_MOST_CHARACTERS = 2_000_000

logging.getLogger("pypdf").setLevel(
    logging.ERROR
)  # it complains of every small fault of a file that it reads well


def read_pdf_file(content: bytes, where: str, otherwise: datetime | None = None) -> TextFile:
    """The document that a PDF states: its title and author, its date of creation, and the text of its pages, one
    paragraph a page at least. `otherwise` dates one that states none. Scans without a text layer are no documents. Raises
    `DocumentError`.
    """
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted:
            raise DocumentError(f"{where}: locked with a password; save it without one")
        facts = reader.metadata
        title, author = (str(facts.title or ""), str(facts.author or "")) if facts else ("", "")
        created = facts.creation_date if facts else None
        text = _text(reader)
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
    ) as problem:
        # The library answers some broken files with any of these.
        raise DocumentError(f"{where}: not a PDF that can be read") from problem
    if not text:
        raise DocumentError(f"{where}: holds no text; a scan has to go through text recognition first")
    published = _in_utc(created) if created else otherwise
    if published is None:
        raise DocumentError(
            f"{where}: does not say when it was made; save its text as .txt with a line 'published:'"
        )
    return TextFile(
        url="", title=storable(" ".join(title.split())), publisher=storable(" ".join(author.split())) or None,
        published=published, modified=None, text=text,
    )  # fmt: skip


def _text(reader: PdfReader) -> str:
    pages: list[str] = []
    length = 0
    for page in reader.pages[:MOST_PAGES]:
        text = storable(page.extract_text()).strip()
        length += len(text)
        if length > _MOST_CHARACTERS:
            break
        pages += [text] if text else []
    return "\n\n".join(pages)


def _in_utc(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
