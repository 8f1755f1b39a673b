"""People told one by one: "a man and his two sons were killed" is three, though no number says so.

A list of names, of persons ("a nurse") and of counts ("two boys") is read as if its sum stood there; rules of the
lexicon (`figures.toml`, `list_rules`) say what happened to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims.figure_list_entries import Entry, Sort, find_entries
from storydelta.claims.figure_people import is_perpetrator
from storydelta.claims.figure_surface import Mention, Rule, compile_rules, read_by
from storydelta.model import Measure, Qualifier, Range
from storydelta.quantity import Count

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list as a count of its sum, and the counts of `plain` that are entries of it. `persons`: no mere names, which
    may be of places. `attackers`: some are a number of attackers, whose
    dead are counted apart.
    """

    count: Count
    inside: tuple[Count, ...]
    persons: bool
    attackers: bool


def find_mentions(plain: str, counts: Sequence[Count]) -> Iterator[tuple[Mention, Listed]]:
    """What happened to each list of people, with the list; nothing where one verb stands before it and another behind,
    for each may have its own: "killed a man and two boys were hurt".
    """
    lists = find_lists(plain, counts)
    if not lists:
        return
    taken = {id(count) for found in lists for count in found.inside}
    by_start = {found.count.start: found for found in lists}
    others = [count for count in counts if id(count) not in taken and not _lies_in(count, lists)]
    marked = sorted([*others, *(found.count for found in lists)], key=lambda count: count.start)
    read: dict[int, list[Mention]] = {}
    for mention in read_by(_rules(), plain, marked):
        if mention.count.start in by_start:
            read.setdefault(mention.count.start, []).append(mention)
    for start, mentions in read.items():
        before = [mention for mention in mentions if mention.start < start]
        acted_on = [mention for mention in before if mention.rule != "list_of_noun"]
        own = acted_on and _OWN_VERB.match(plain, mentions[0].count.end)
        if not before or (len(before) == len(mentions) and not own):
            yield from ((m, by_start[start]) for m in mentions if not _is_mixed(m, by_start[start]))


def are_people(mention: Mention, listed: Listed, plain: str, doc: Doc | None) -> bool:
    """False where mere names may be of places or parties that do something: "Deir Ezzor and Tel Abyad captured",
    "Ann Lee and Tom Ray held talks". The grammar tells; without one, only killing is trusted.
    """
    telling = plain[mention.start : mention.end].lower()
    if not listed.persons and _OF_PLACES.search(telling):
        return False
    if mention.rule != "list_reduced":
        return True
    if doc is None:
        return mention.measure is Measure.KILLED
    verb = next((t for t in reversed(doc) if mention.count.end <= t.idx < mention.end), None)
    return verb is None or not any(
        child.dep_ in ("dobj", "nsubj") for child in verb.children if child.i > verb.i
    )


def find_lists(plain: str, counts: Sequence[Count]) -> list[Listed]:
    """The lists of a sentence from left to right; a pair ("a couple", "his parents") is a list by itself."""
    by_start = {count.start: count for count in counts}
    return [
        listed for entries in find_entries(plain, counts) if (listed := _listed(plain, entries, by_start))
    ]


def _is_mixed(mention: Mention, listed: Listed) -> bool:
    return listed.attackers and mention.measure in (Measure.KILLED, Measure.INJURED)


def _lies_in(count: Count, lists: Sequence[Listed]) -> bool:
    return any(found.count.start <= count.start < found.count.end for found in lists)


def _listed(plain: str, entries: Sequence[Entry], by_start: dict[int, Count]) -> Listed | None:
    start = entries[0].start
    if _OF_A_TOLL.search(plain, 0, start):
        return None
    continues = _CONTINUES_LEFT.search(plain, 0, start) and not _DEAD_INCLUDE.search(plain, 0, start)
    if continues or _CONTINUES_RIGHT.match(plain, entries[-1].end):
        return None
    kept = _without_explanations(plain, _without_descriptions(plain, entries))
    if kept is None or not any(entry.person or entry.sort is Sort.NAME for entry in kept):
        return None
    people = sum(entry.people for entry in kept)
    alone = len(kept) == 1 and kept[0].sort is not Sort.PAIR
    if alone or people < _FEWEST or _trails_off(plain, kept):
        return None
    start, end = entries[0].start, entries[-1].end
    count = Count(
        start=start, end=end, number=(start, end),
        range=Range(low=people, high=people, qualifier=Qualifier.EXACT),
    )  # fmt: skip
    return Listed(
        count=count, inside=tuple(by_start[i.start] for i in entries if i.sort is Sort.COUNT and i.start in by_start),
        persons=any(e.person for e in entries),
        attackers=any(is_perpetrator(w) for e in kept if e.people > 1 for w in re.findall(r"[\w-]+", plain[e.start : e.end])),
    )  # fmt: skip


def _without_descriptions(plain: str, entries: Sequence[Entry]) -> list[Entry]:
    """One entry for "her father, Mark Weir" and for "Mark Weir, a teacher"."""
    kept: list[Entry] = []
    for entry in entries:
        before = kept[-1] if kept else None
        comma = before is not None and plain[before.end : entry.start] == ", "
        if comma and before is not None:
            named = entry.sort is Sort.NAME
            if named and (before.sort is Sort.PERSON or (before.sort is Sort.COUNT and before.people == 1)):
                kept[-1] = replace(
                    entry, start=before.start, determined=before.determined, person=before.person
                )
                continue
            if before.sort is Sort.NAME and entry.sort is Sort.PERSON and entry.indefinite:
                continue
        kept.append(entry)
    return kept


def _without_explanations(plain: str, entries: Sequence[Entry]) -> list[Entry] | None:
    """Without those whom a count has counted: "two people, a man and a woman". None where that is uncertain."""
    for n, entry in enumerate(entries[:-1]):
        rest = entries[n + 1 :]
        if entry.people < _FEWEST or plain[entry.end : rest[0].start] != ", ":
            continue
        if sum(other.people for other in rest) == entry.people:
            return list(entries[: n + 1])
        if rest[0].sort is Sort.NAME:
            return None
    return list(entries)


def _trails_off(plain: str, entries: Sequence[Entry]) -> bool:
    """Whether the last entry is none, as nothing but a comma joins it: "killed ten people, a mayor said". Headlines
    do without the "and": "Father, two daughters shot dead". A semicolon joins people with ages only, not places.
    """
    for one, other in pairwise(entries):
        if plain[one.end : other.start] == "; " and not (one.person and other.person):
            return True
    if len(entries) == 1 or plain[entries[-2].end : entries[-1].start] != ", ":
        return False
    last = entries[-1]
    if any(entry.sort is Sort.NAME and not entry.person for entry in entries[:-1]):
        return True  # of a place or a speaker: "In Oakford, Ohio, a boy of six was killed"
    if _BY.search(plain, 0, entries[0].start):
        return True  # "Child shot by brother, teen held"
    if re.match(r"(?:the|all) ", plain[last.start :]) or plain.endswith("the ", 0, last.start):
        return True  # "according to Captain Ray, the four boys were treated"
    return last.determined or (last.sort is Sort.NAME and not last.person)


_BY = re.compile(r"\bby (?:the |a |his |her )?$", re.IGNORECASE)
_OF_PLACES = re.compile(r"\b(?:captur|evacuat|h[eo]ld|seiz|charg|jail)")
_OWN_VERB = re.compile(
    r" (?:\w+ly |also |later |then |all |both )?(?:were|was|are|is|have|has|had|will|would|could|remain\w*|escaped|survived|fled|ran"
    r"|suffer\w*|sustain\w*|receiv\w*|managed|face[sd]?|died|went|told|said)\b"
)
_CONTINUES_LEFT = re.compile(
    r"(?:\b(?:and|or|plus|between|including|include[sd]?|among (?:them|whom|the \w+)(?: (?:were|was|are))?|such as)|&|;) (?:the )?$",
    re.IGNORECASE,
)
_OF_A_TOLL = re.compile(
    r"\btoll\b[^.;]{0,80} (?:to|at|of|past|reached|reaches|passed|is|was) $", re.IGNORECASE
)
"""The toll has its own count: "the toll has risen to 39 people and 155 others were hurt"."""
_DEAD_INCLUDE = re.compile(r"\b(?:dead|victims|deceased|fatalities|killed) (?:include[sd]?) $", re.IGNORECASE)
_CONTINUES_RIGHT = re.compile(
    r"'s?\b|,? (?:and|or|&) (?:\w+ )?(?:others?|several|many|dozens?|hundreds|some|a number|more|members|at least)\b|-\w"
)


@cache
def _rules() -> tuple[Rule, ...]:
    return compile_rules(lexicon.load("figures")["list_rules"])
