"""Set phrases of responsibility, read without grammar: for headlines, and for everything where there is no parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from storydelta.claims.responsibility_view import lexicon
from storydelta.lexicon import load
from storydelta.model import Name, Stance
from storydelta.names import GROUP, STATE, Names

_SLOT = r"(?:the |The )?(?P<{}>[\w.'-]+(?: [\w.'-]+){{0,6}}?)"
_REVERSED = re.compile(
    r"\b(?:not|no|never|nobody|unlikely|whether|if|may|might|could|would|will)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A set phrase found: `speaker` None where the phrase names none; `start` and `end` are the actor's."""

    rule: str
    speaker: Name | None
    stance: Stance
    actor: Name
    start: int
    end: int


@cache
def _patterns() -> list[tuple[dict[str, Any], re.Pattern[str]]]:
    harm = "|".join(sorted(map(re.escape, lexicon("acts", "nouns", "any")), key=len, reverse=True))
    found = []
    for phrase in load("responsibility")["phrase"]:
        pattern = re.sub(r"\bX\b", lambda _: _SLOT.format("actor"), phrase["pattern"])
        pattern = re.sub(r"\bS\b", lambda _: _SLOT.format("speaker"), pattern)
        pattern = re.sub(r"\\bA\b", lambda _: rf"\b(?:{harm})s?\b", pattern)
        if phrase["pattern"].endswith("X"):
            pattern += r"(?=$|[,;:.]| (?:in|on|at|after|as|near|during|for|and)\b)"
        found.append((phrase, re.compile(pattern, re.IGNORECASE)))
    return found


def phrases(text: str, names: Names) -> Iterator[Phrase]:
    """The set phrases of a text whose slots hold known names, unless a negation or a hedge stands in it."""
    if _REVERSED.search(text):
        return
    for phrase, pattern in _patterns():
        for match in pattern.finditer(text):
            actor = _party(match["actor"], names)
            speaker = _party(match["speaker"], names, speaks=True) if "speaker" in match.groupdict() else None
            if actor is None or ("speaker" in match.groupdict() and speaker is None):
                continue
            yield Phrase(
                phrase["name"], actor if phrase.get("own") else speaker, Stance(phrase["stance"]), actor,
                match.start("actor"), match.end("actor"),
            )  # fmt: skip


def _party(written: str, names: Names, *, speaks: bool = False) -> Name | None:
    """A slot's name, where it is a known one and nothing else: "Ukrainian forces", not "Ukraine and its allies"."""
    mentions = names.spot(written)
    if len(mentions) != 1:
        return None
    name = names.name(written)
    kind = names.kind(name.id)
    return name if kind is not None and (speaks or kind in (STATE, GROUP)) else None
