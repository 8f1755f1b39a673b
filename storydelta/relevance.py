"""Which documents belong to a story, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storydelta.names import fold

if TYPE_CHECKING:
    from storydelta.model import Item, Revision
    from storydelta.story import Belonging

NO_RULES = "no_rules"
TOO_EARLY = "too_early"
TOO_LATE = "too_late"
NEVER_TERM = "never_term"
MUST_TERM_MISSING = "must_term_missing"
ABOUT = "about"
NOT_ABOUT = "not_about"
PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """Whether a document belongs, by which rule, and the explanation in words."""

    belongs: bool
    rule: str
    reason: str

    def __bool__(self) -> bool:
        return self.belongs


def belongs(document: Item | Revision, belonging: Belonging) -> Belongs:
    """Whether the document is part of the story."""
    text = fold(f"{document.title} {document.text}")
    return _outside(document, belonging) or _excluded(text, belonging) or _about(text, belonging)


def _outside(document: Item | Revision, belonging: Belonging) -> Belongs | None:
    at, since, until = document.published_at, belonging.since, belonging.until
    if since and at and at < since:
        return Belongs(belongs=False, rule=TOO_EARLY, reason=f"Published before {since:%Y-%m-%d %H:%M}.")
    if until and at and at > until:
        return Belongs(belongs=False, rule=TOO_LATE, reason=f"Published after {until:%Y-%m-%d %H:%M}.")
    return None


def _excluded(text: str, belonging: Belonging) -> Belongs | None:
    for term in belonging.never:
        if _holds(text, term):
            return Belongs(belongs=False, rule=NEVER_TERM, reason=f"Holds “{term}”, which must not appear.")
    if belonging.must and not any(_holds(text, term) for term in belonging.must):
        reason = "Holds none of the terms that must appear."
        return Belongs(belongs=False, rule=MUST_TERM_MISSING, reason=reason)
    return None


def _about(text: str, belonging: Belonging) -> Belongs:
    words = [word for word in fold(belonging.about).split() if not word.isdigit()]
    if not (words or belonging.places):
        return Belongs(belongs=True, rule=NO_RULES, reason="No rule keeps it out.")
    for place in belonging.places:
        if _holds(text, place):
            return Belongs(belongs=True, rule=PLACE, reason=f"Names the place “{place}”.")
    hits = [word for word in words if _holds(text, word)]
    if not hits:
        return Belongs(belongs=False, rule=NOT_ABOUT, reason=f"Holds none of: {', '.join(words)}.")
    return Belongs(belongs=True, rule=ABOUT, reason=f"Holds {', '.join(hits)}.")


def _holds(text: str, term: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(fold(term))}(?!\w)", text) is not None
