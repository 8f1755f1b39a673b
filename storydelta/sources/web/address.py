"""The address of a source as a story file gives it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is no web address; it begins with https:// or http://")
    return url


WebAddress = Annotated[str, AfterValidator(_web_address)]
"""An address of the web: http or https, with a host."""
