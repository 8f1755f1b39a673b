"""Which documents belong to a story, and which of their claims, and why.

A document belongs by its terms, places and time. A claim belongs beside a name of the story, and elsewhere unless
words of another event stand nearer to it than any of the story's: news pages carry menus, and one article tells of many events. `docs/ledger.md` gives the
rules with their reasons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.model import Figure
from storydelta.names import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from storydelta.model import Claim, Evidence, Item, Reading, Revision
    from storydelta.story import Belonging

NO_CONDITION = "no_condition"
TOO_EARLY = "too_early"
TOO_LATE = "too_late"
NEVER_TERM = "never_term"
MUST_TERM_MISSING = "must_term_missing"
NAMES_THE_STORY = "names_the_story"
SORT_OF_EVENT = "sort_of_event"
TOLL_ALONE = "toll_alone"
NOT_ABOUT = "not_about"

RULES = {
    NO_CONDITION: "A story that says nothing about what belongs takes every document of its sources.",
    TOO_EARLY: "What was published before the story began is of another event.",
    TOO_LATE: "The story file says when the story ended.",
    NEVER_TERM: "The user knows which namesake or film is meant by a term, and rules it out.",
    MUST_TERM_MISSING: "The user asked for at least one of these terms.",
    NAMES_THE_STORY: "A name or place of the story is the surest sign that it is meant.",
    SORT_OF_EVENT: "News soon speaks of 'the shooting' alone; a word of that sort of event will do.",
    TOLL_ALONE: "An update may state a toll and nothing else; it belongs if it speaks of no other event.",
    NOT_ABOUT: "Neither the story's names nor its sort of event appear, or another event does.",
}

_REACH = 12
_SAME_PHRASE = 2
"""A sign of another sort of event within so many words of the story's own is the same one's: "the meteor blast"."""
_SENTENCE = 60
_BEFORE = 200
_BRIEF = 600
_WORD = re.compile(r"\w+")
_TOLL = re.compile(
    r"\b(?:toll|dead|deaths?|died|dies|killed|kills|fatalities|injured|wounded|missing|casualties|victims)\b"
)
_FILLERS = frozenset(
    {
        "and",
        "or",
        "of",
        "the",
        "in",
        "on",
        "at",
        "an",
        "to",
        "by",
        "for",
        "from",
        "with",
        "after",
        "said",
        "new",
    }
    | {
        "near",
        "around",
        "outside",
        "over",
        "during",
        "disaster",
        "tragedy",
        "accident",
        "recovery",
        "aftermath",
    }
    | {
        "crisis",
        "incident",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
    }
    | {"october", "november", "december"}
)
_COMMON = frozenset(
    {
        "city",
        "town",
        "village",
        "hall",
        "center",
        "centre",
        "street",
        "square",
        "park",
        "school",
        "university",
    }
    | {
        "church",
        "mosque",
        "temple",
        "port",
        "airport",
        "market",
        "river",
        "island",
        "islands",
        "county",
        "province",
    }
    | {
        "state",
        "region",
        "district",
        "north",
        "south",
        "east",
        "west",
        "northern",
        "southern",
        "eastern",
        "western",
    }
    | {
        "central",
        "san",
        "saint",
        "st",
        "el",
        "la",
        "las",
        "los",
        "al",
        "de",
        "del",
        "stadium",
        "hotel",
        "hospital",
    }
)
"""Words of place names that name no place alone; they count only where a story has no other name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongs:
    """Whether a document or a claim belongs, by which rule, and why in words. True where it does. `from_afar`: a
    figure without a word of the story beside it.
    """

    belongs: bool
    rule: str
    reason: str
    from_afar: bool = False

    def __bool__(self) -> bool:
        return self.belongs


@dataclass(frozen=True, slots=True)
class Theme:
    """What a story is about, as folded words: its own names and sorts of event, and those that are foreign to it."""

    names: frozenset[str]
    events: frozenset[str]
    foreign: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.names or self.events)


@lru_cache(maxsize=256)
def theme(about: str, places: tuple[str, ...] = ()) -> Theme:
    """The theme of a story: "2012 Buenos Aires rail disaster" is named by Buenos Aires and by Argentina, and told
    with the words for train crashes.
    """
    said = " ".join((about, *places))
    words = [w for w in _words(said) if not w.isdigit() and w not in _FILLERS]
    families = lexicon.load("events")["family"]
    events = frozenset(
        w for family in families if not set(words).isdisjoint(family["words"]) for w in family["words"]
    )
    foreign = frozenset(w for family in families for w in family["signs"]) if events else frozenset[str]()
    names = {word for word in words if word not in events}
    plain = f" {fold(said)} "
    for state in lexicon.load("names_states")["states"].values():
        forms = [fold(form) for form in (*state["names"], *state["seats"], *state["people"])]
        if any(f" {form} " in plain for form in forms):
            names |= {form for form in forms if " " not in form}
    names = names - _COMMON or names
    return Theme(frozenset(names), events, foreign - events - names)


def belongs(document: Item | Revision, belonging: Belonging) -> Belongs:
    """Whether the document is part of the story. Generous: what its claims are about is decided for each."""
    text = f"{document.title}\n{document.text}"
    kept_out = [*_outside(document, belonging), *_excluded(text, belonging)]
    return kept_out[0] if kept_out else _about(text, belonging)


def claim_belongs(claim: Claim, revision: Revision, belonging: Belonging) -> Belongs:
    """Whether a claim of a document that belongs is about the story itself. Stricter with figures than with others:
    who blames whom is seldom told of two events in one sentence.
    """
    subject = theme(belonging.about, belonging.places)
    if not subject:
        return Belongs(belongs=True, rule=NO_CONDITION, reason="The story says nothing of what it is about.")
    evidence = claim.evidence
    text = revision.title if evidence.field == "title" else revision.text
    distance = _distances(text, evidence)
    name, event = distance(subject.names), distance(subject.events)
    own = min(name, event, key=lambda found: found[0])
    foreign = distance(subject.foreign)
    is_figure = isinstance(claim, Figure)
    if foreign[0] + _SAME_PHRASE < own[0] and (name[0] > _REACH if is_figure else own[0] > _SENTENCE):
        reason = f"“{foreign[1]}” stands nearer to it than anything of the story."
        return Belongs(belongs=False, rule=NOT_ABOUT, reason=reason)
    if own[0] <= _REACH:
        rule = NAMES_THE_STORY if own is name else SORT_OF_EVENT
        return Belongs(belongs=True, rule=rule, reason=f"“{own[1]}” stands beside it.")
    before = _words(text[max(0, evidence.start - _BEFORE) : evidence.start])
    around = subject.names.intersection((*before, *_words(revision.title), *_words(revision.text[:4000])))
    if around:
        reason = f"The document names “{min(around)}”, and no other event stands nearer."
        return Belongs(belongs=True, rule=NAMES_THE_STORY, reason=reason, from_afar=is_figure)
    if len(revision.text) <= _BRIEF and not subject.foreign.intersection(_words(text)):
        reason = "A brief that speaks of no other event."
        return Belongs(belongs=True, rule=TOLL_ALONE, reason=reason, from_afar=is_figure)
    return Belongs(belongs=False, rule=NOT_ABOUT, reason="Nothing of the story stands near it.")


def keep(reading: Reading, belonging: Belonging) -> Reading:
    """The reading with those claims alone that are about the story. A figure that belongs only by what its document
    says elsewhere is half as likely right as one beside a word of the story.
    """
    if not reading.claims or not theme(belonging.about, belonging.places):
        return reading
    kept: list[Claim] = []
    for claim in reading.claims:
        about = claim_belongs(claim, reading.revision, belonging)
        if about:
            kept.append(replace(claim, confidence=claim.confidence / 2) if about.from_afar else claim)
    return replace(reading, claims=tuple(kept))


def _outside(document: Item | Revision, belonging: Belonging) -> Iterator[Belongs]:
    at, since, until = document.published_at, belonging.since, belonging.until
    if since and at and at < since:
        yield Belongs(belongs=False, rule=TOO_EARLY, reason=f"Published before {since:%Y-%m-%d %H:%M} UTC.")
    if until and at and at > until:
        yield Belongs(belongs=False, rule=TOO_LATE, reason=f"Published after {until:%Y-%m-%d %H:%M} UTC.")


def _excluded(text: str, belonging: Belonging) -> Iterator[Belongs]:
    if not (belonging.never or belonging.must):
        return
    plain = f" {fold(text)} "
    for term in belonging.never:
        if f" {fold(term)} " in plain:
            yield Belongs(belongs=False, rule=NEVER_TERM, reason=f"Holds “{term}”, which must not appear.")
    if belonging.must and not any(f" {fold(term)} " in plain for term in belonging.must):
        reason = f"Holds none of the terms of which one must appear: {', '.join(belonging.must)}."
        yield Belongs(belongs=False, rule=MUST_TERM_MISSING, reason=reason)


def _about(text: str, belonging: Belonging) -> Belongs:
    subject = theme(belonging.about, belonging.places)
    if not subject:
        return Belongs(belongs=True, rule=NO_CONDITION, reason="No condition keeps it out.")
    words = frozenset(_words(text))
    names, events = subject.names & words, subject.events & words
    if names:
        return Belongs(belongs=True, rule=NAMES_THE_STORY, reason=f"Names {_listed(names)}.")
    if events:
        return Belongs(belongs=True, rule=SORT_OF_EVENT, reason=f"Speaks of {_listed(events)}.")
    foreign = subject.foreign & words
    if len(text) <= _BRIEF and _TOLL.search(text.casefold()) and not foreign:
        return Belongs(
            belongs=True, rule=TOLL_ALONE, reason="A brief about a toll that names no other event."
        )
    other = f"; speaks of {_listed(foreign)}" if foreign else ""
    return Belongs(belongs=False, rule=NOT_ABOUT, reason=f"Names nothing of “{belonging.about}”{other}.")


def _distances(text: str, evidence: Evidence) -> Callable[[frozenset[str]], tuple[int, str]]:
    """A function from a set of words to the nearest of them around the telling words, with how many words away it
    stands in the same sentence; beyond reach where there is none.
    """
    start, end = evidence.focus
    inside = _words(text[start:end])
    left = _words(text[max(evidence.start, start - 160) : start])[::-1]
    right = _words(text[end : min(evidence.end, end + 160)])
    placed = [(0, w) for w in inside] + [pair for side in (left, right) for pair in enumerate(side)]
    placed.sort(key=lambda pair: pair[0])

    def nearest(wanted: frozenset[str]) -> tuple[int, str]:
        return next(((n, w) for n, w in placed if w in wanted), (_REACH + 1_000, ""))

    return nearest


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold().replace("’s", "").replace("'s", ""))


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words)[:6])
