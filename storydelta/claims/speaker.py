"""Who says so: the speaker of a statement, with the office they speak for."""

from __future__ import annotations

import re

from storydelta.claims.passage import Passage
from storydelta.model import Name

_VERBS = r"(?:says?|said|told|announced|confirmed|reported|added)"
_NAME = r"(?:[Tt]he |[Aa]n? )?[A-Z][\w'.-]*(?: (?:of|for|the|[A-Z][\w'.-]*|[a-z]+)){0,5}?"
_AFTER = re.compile(
    rf",?\"? (?:{_VERBS} (?P<a>{_NAME})(?=[.,]|$)|according to (?P<b>.+?)(?=[.,]|$)|- (?P<c>[\w' ]+)$)"
)
_BEFORE = re.compile(rf"^(?:(?P<a>{_NAME}) (?:has |have )?{_VERBS}\b|According to (?P<b>[^,]+),)")


def find_speaker(passage: Passage, start: int, end: int) -> Name | None:
    """The speaker of the statement that `passage.plain[start:end]` makes, or None where the document itself speaks."""
    plain = passage.plain
    found = _AFTER.search(plain, end) or _BEFORE.match(plain[:start])
    if not found:
        return None
    written = next(group for group in found.groups() if group)
    return passage.article.names.name(written.strip())
