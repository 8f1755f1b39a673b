"""Names of files: made of numbers and hashes, never of input."""

from __future__ import annotations

from hashlib import sha256


def edition_file(number: int) -> str:
    """As in "editions/00012.html", within the story's folder."""
    return f"editions/{number:05d}.html"


def document_file(document: str) -> str:
    """As in "documents/1f0c…html": a page's name tells nothing and takes nothing from the address."""
    return f"documents/{sha256(document.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}.html"
