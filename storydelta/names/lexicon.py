"""The names of the lexicon, a story's own aliases on top, and who speaks for whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from storydelta.lexicon import alternatives, load
from storydelta.model import Name
from storydelta.names.book import Names
from storydelta.names.forms import fold, slug, words
from storydelta.names.sorts import BODY, GROUP, PERSON, STATE

_LONGEST_ACRONYM = 5
"""Letters of capitals that are no word."""


def load_names(extra: Mapping[str, Sequence[str]] | None = None) -> Names:
    """The alias lexicon with a story's own aliases on top: id, or any known form of the name -> other forms."""
    return _with_aliases(_lexicon(), extra) if extra else _lexicon()


def speaks_for(names: Names, speaker: Name) -> frozenset[str]:
    """The ids whose acts are the speaker's own: its own, and the state or group in whose name an office speaks."""
    own = {speaker.id, *_serves().get(speaker.id, ())}
    folded = fold(speaker.written)
    if _official().search(folded):
        own |= {mention.id for mention in names.spot(speaker.written) if mention.kind in (STATE, GROUP)}
    return frozenset(own)


@cache
def _official() -> re.Pattern[str]:
    """Words that make somebody the voice of a state or a group."""
    official = words("spokespeople") | words("offices") | words("state_bodies") | words("official")
    return re.compile(rf"\b(?:{alternatives(official)})\b")


@cache
def _serves() -> dict[str, tuple[str, ...]]:
    """Person or body -> the states and groups that it speaks for."""
    found: dict[str, tuple[str, ...]] = {}
    for party, servants in load("names_offices")["serves"].items():
        for servant in servants:
            found[servant] = (*found.get(servant, ()), party)
    return found


@cache
def _lexicon() -> Names:
    ids: dict[str, str] = {}
    kinds: dict[str, str] = {}
    seats: set[str] = set()
    people: set[str] = set()
    exact: set[str] = set()
    lower: set[str] = set()
    for name_id, kind, role, form in _listed_forms():
        folded = fold(form)
        ids.setdefault(folded, name_id)
        kinds.setdefault(name_id, kind)
        if role == "seats":
            seats.add(folded)
        elif role == "people":
            people.add(folded)
        if form.isupper() and len(folded) <= _LONGEST_ACRONYM:
            exact.add(folded)
        elif form[0].islower():
            lower.add(folded)
    spelled = {fold(form) for _, _, _, form in _listed_forms() if not form.isupper()}
    return Names(
        ids, kinds, seats=frozenset(seats), people=frozenset(people), exact=frozenset(exact - spelled),
        lower=frozenset(lower), holders=dict(load("names_offices")["holders"]),
        states={state: forms["names"][0] for state, forms in load("names_states")["states"].items()},
    )  # fmt: skip


def _listed_forms() -> Iterator[tuple[str, str, str, str]]:
    """(id, kind, role of the form, form) of every entry, states first: an earlier entry keeps a shared form."""
    for state, forms in load("names_states")["states"].items():
        for role in ("names", "seats", "people"):
            for form in forms[role]:
                yield state, STATE, role, form
    offices = load("names_offices")
    for state, forms in offices["states_forces"].items():
        for form in forms:
            yield state, STATE, "names", form
    for kind, table in (
        (GROUP, load("names_groups")["groups"]),
        (BODY, offices["bodies"]),
        (PERSON, offices["persons"]),
    ):
        for name_id, forms in table.items():
            yield from ((name_id, kind, "names", form) for form in forms)


def _with_aliases(names: Names, extra: Mapping[str, Sequence[str]]) -> Names:
    ids, kinds = dict(names.ids), dict(names.kinds)
    lower = set(names.lower)
    for key, forms in extra.items():
        name_id = ids.get(fold(key)) or (key if key in kinds else slug(fold(key)))
        for form in (key.replace("_", " "), *forms):
            ids[fold(form)] = name_id
            if form[:1].islower() and form in forms:
                lower.add(fold(form))
        kinds.setdefault(name_id, GROUP)
    return Names(
        ids, kinds, names.seats, names.people, names.exact, frozenset(lower), names.holders, names.states
    )  # fmt: skip
