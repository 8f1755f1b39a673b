"""Set phrases of responsibility, read without grammar: for headlines, and for everything where there is no parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from storydelta.claims.responsibility_view import lexicon
from storydelta.lexicon import alternatives, load
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
    harm = alternatives(lexicon("acts", "nouns", "any"))
    found = []
    for phrase in load("responsibility")["phrase"]:
        pattern = re.sub(r"\bX\b", lambda _: _SLOT.format("actor"), phrase["pattern"])
        pattern = re.sub(r"\bS\b", lambda _: _SLOT.format("speaker"), pattern)
        pattern = re.sub(r"\\bA\b", lambda _: rf"\b(?:{harm})s?\b", pattern)
        if phrase["pattern"].endswith("X"):
            pattern += r"(?=$|[,;:.]| (?:in|on|at|after|as|near|during|for|over|and)\b)"
        found.append((phrase, re.compile(pattern, re.IGNORECASE)))
    return found


def phrases(text: str, names: Names) -> Iterator[Phrase]:
    """The set phrases of a text whose slots hold known names, unless a negation or a hedge stands in it."""
    reversed_ = _REVERSED.search(text) is not None
    for phrase, pattern in _patterns():
        if reversed_ and not phrase.get("negative"):
            continue
        for match in pattern.finditer(text):
            slots = match.groupdict()
            speaker = _party(match["speaker"], names, speaks=True) if "speaker" in slots else None
            if ("speaker" in slots and speaker is None) or _names_another(slots.get("gap"), names):
                continue
            for actor in _parties(match["actor"], names, groups=phrase.get("groups", False)):
                yield Phrase(
                    phrase["name"], actor if phrase.get("own") else speaker, Stance(phrase["stance"]), actor,
                    match.start("actor"), match.end("actor"),
                )  # fmt: skip


def _names_another(gap: str | None, names: Names) -> bool:
    return any(m.kind in (STATE, GROUP) for m in names.spot(gap or ""))


def _parties(written: str, names: Names, *, groups: bool) -> list[Name]:
    """The party of a slot, or both of "the US and Britain"."""
    both = [_party(one, names) for one in re.split(r",? and |, ", written)]
    found = [name for name in both if name is not None and (not groups or names.kind(name.id) == GROUP)]
    return found if len(found) == len(both) else []


def _party(written: str, names: Names, *, speaks: bool = False) -> Name | None:
    """A slot's name, where it is a known one and nothing else: "Ukrainian forces", not "Ukraine and its allies"."""
    mentions = names.spot(written)
    if len(mentions) > 1 and mentions[0].kind == STATE and written[: mentions[0].end].endswith("'s"):
        mentions = mentions[1:]  # "Sudan's RSF"
    if len(mentions) != 1:
        return None
    name = names.name(written)
    kind = names.kind(name.id)
    return name if kind is not None and (speaks or kind in (STATE, GROUP)) else None
