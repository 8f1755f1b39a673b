"""Which sentences are worth a parse for who did it."""

from __future__ import annotations

import re
from functools import cache

from storydelta.claims.passage import Passage
from storydelta.claims.responsibility_gate import may_tell, names_party
from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_memory import last_mention
from storydelta.names import GROUP, PERSON, Names


def can_hold_one(passage: Passage) -> bool:
    """Worth a parse: a word that by itself speaks of responsibility, harm with a known name beside it, or men in
    arms who do it.
    """
    plain = passage.plain
    if not may_tell(plain):
        return False
    if (
        _strong().search(plain)
        or _own_men().search(plain)
        or _NAMED.search(plain)
        or _armed_deed().search(plain)
        or _who_they_were().search(plain)
    ):
        return True
    if names_party(plain, passage.article.names) or _person_ordered(plain, passage.article.names):
        return True
    return bool(_their_deed().search(plain)) and last_mention(passage, (GROUP,)) is not None


def _person_ordered(plain: str, names: Names) -> bool:
    """The only deed that the text itself may tell of a person."""
    found = _ORDERED.search(plain)
    return found is not None and (
        found["name"] is not None or any(m.kind == PERSON for m in names.spot(plain))
    )


_ORDERED = re.compile(
    r"(?P<name>\b[A-Z][\w'-]+ (?:bin |al |de |van |von |da |del )?[A-Z][\w'-]+,? (?:has |had |personally |himself )*)?\border(?:ed|s)\b"
)


_NAMED = re.compile(r"\b(?:named|names|identified|identifies)\b.+\bas (?:the\b|[A-Z][\w'-]+ [A-Z])")
"""As in "police named the bomber as Jane Doe"."""


def _any_of(*path: str) -> str:
    found = (
        re.escape(w.removesuffix("*")) + (r"\w*" if w.endswith("*") else "") for w in sorted(lexicon(*path))
    )
    return "|".join(found)


@cache
def _strong() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any_of('triggers', 'strong')})\b", re.IGNORECASE)


@cache
def _armed_deed() -> re.Pattern[str]:
    armed, deeds, between = _any_of("actors", "armed"), _any_of("triggers", "weak"), r"\W+(?:[\w']+\W+){0,8}?"
    return re.compile(rf"\b(?:{armed})\b{between}(?:{deeds})\b|\bby\b{between}(?:{armed})\b", re.IGNORECASE)


@cache
def _own_men() -> re.Pattern[str]:
    """As in "said his men killed the workers"."""
    deeds = _any_of("triggers", "weak")
    return re.compile(
        rf"\b(?:his|our|its|their) (?:men|people)\W+(?:[\w']+\W+){{0,4}}?(?:{deeds})\b", re.IGNORECASE
    )


@cache
def _who_they_were() -> re.Pattern[str]:
    """As in "the killers were members of ..."."""
    return re.compile(
        rf"\b(?:{_any_of('actors', 'doers')})s?\b\W+(?:[\w']+\W+){{0,6}}?(?:was|were|is|are)\b", re.IGNORECASE
    )


@cache
def _their_deed() -> re.Pattern[str]:
    deeds = _any_of("triggers", "weak")
    return re.compile(rf"\b(?:they|it|we|I)\W+(?:[\w']+\W+){{0,4}}?(?:{deeds})\b", re.IGNORECASE)
