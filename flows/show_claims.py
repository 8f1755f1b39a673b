"""What `extract` and `source test` show of a document: its claims in its text, and in words beside; or as JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import fields
from enum import Enum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from storydelta.claims.contract import claim_to_json
from storydelta.digest.safety import clean
from storydelta.digest.words import say
from storydelta.language import foreign_language
from storydelta.model import Claim, Item, Name, Range

_HIDDEN = ("Cc", "Cf", "Cs", "Co")
_OF_ALL = frozenset(field.name for field in fields(Claim))


def claims_to_json(item: Item, claims: Sequence[Claim]) -> dict[str, Any]:
    """A document for programs: its `id`, its `claims`, and its `language` where that is none that is read."""
    language = foreign_language(item.text or item.title)
    return {
        "id": item.id or item.url,
        **({"language": language} if language else {}),
        "claims": [claim_to_json(claim) for claim in claims],
    }


def show_claims(item: Item, claims: Sequence[Claim]) -> None:
    """A document with the telling words of its claims marked, and its claims as a table."""
    console = Console(highlight=False)
    console.rule(clean(item.id or item.url))
    for field, raw in (("title", item.title), ("text", item.text)):
        if raw.strip():
            marked = Text(_visible(raw))
            for claim in claims:
                if claim.evidence.field == field:
                    marked.stylize("bold reverse", *claim.evidence.focus)
            console.print(marked, style="bold" if field == "title" else "")
    if language := foreign_language(item.text or item.title):
        console.print(f"The text is in {language}; only English is read.")
    table = Table("kind", "says", "who", "rule", "confidence")
    for claim in claims:
        who = claim.speaker.written if claim.speaker else "the document"
        table.add_row(claim.kind, clean(in_words(claim)), clean(who), claim.rule, f"{claim.confidence:.2f}")
    console.print(table if claims else "no claims")


def in_words(claim: Claim) -> str:
    """What a claim of any kind says beside who says it: "killed: at least 34 · total", "denies: Hamas"."""
    first, *others = _values(claim)
    return f"{first}: {' · '.join(others)}" if others else first


def _values(claim: Claim) -> Iterator[str]:
    for field in fields(claim):
        value = getattr(claim, field.name)
        if field.name in _OF_ALL or value is None or value == "":
            continue
        if isinstance(value, Range):
            yield say(value)
        elif isinstance(value, Name):
            yield value.written
        elif isinstance(value, bool):
            yield field.name if value else f"not {field.name}"
        else:
            yield str(value.value if isinstance(value, Enum) else value)


def _visible(raw: str) -> str:
    """The text, as long as it is, with what a terminal would take for a command replaced."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in _HIDDEN else "\ufffd" for c in raw)
