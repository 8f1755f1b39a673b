"""A document as a saved web page (`.html`, `.htm`)."""

from __future__ import annotations

from datetime import datetime

from storydelta.errors import DocumentError
from storydelta.sources.textfile import TextFile
from storydelta.sources.web.article import read_article
from storydelta.sources.web.charset import decode


def read_page_file(content: bytes, where: str, otherwise: datetime | None = None) -> TextFile:
    """The article on a saved page, with the address, title, publisher and times that the page states; `otherwise` dates
    one that states none. Raises `DocumentError`.
    """
    article = read_article(decode(content, None), "", where)
    page = article.page
    published = page.published or otherwise
    if published is None:
        raise DocumentError(
            f"{where}: no date; the page does not state when it was published. Copy its text into a .txt file with a "
            f"line like 'published: 2024-03-25T09:30:00Z'"
        )
    return TextFile(
        url=page.url, title=article.title, publisher=page.publisher, published=published,
        modified=page.modified, text=article.text, author=article.author,
    )  # fmt: skip
