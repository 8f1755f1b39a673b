"""What the rest of a sentence makes of a reading: the injured who then died, the murders that were but attempted, hostages
set free.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from storydelta import lexicon
from storydelta.claims.figure_surface import Mention
from storydelta.model import Measure, Qualifier, Range

_BEFORE = 80
"""Characters in front of a count in which "died at the scene and" is looked for."""
_ATTEMPT = 40
"""Characters in front of the telling word in which "attempted" may stand."""
_OTHERS = re.compile(r" (?:[\w-]+ )?(?:others?|more)\b")
_KEPT = frozenset((Measure.KIDNAPPED, Measure.DETAINED))
_MANY = 90
"""How many at least must flee to be displaced."""
_GRAVE = re.compile(r"\b(?:critical|serious|grave|intensive care|critically ill)\b")
_HURT_TOO = re.compile(r"\b(?:injur|wound|hurt|burn)")
_REACHES = re.compile(
    r"\b(?:now|tops?|topped|pass|exceed|surpass|near|reach|hit|rise|rose|climb|jump|st[ao]+[dn])\w*\b"
)
_SET_FREE = re.compile(
    r"\b(?:(?:free|release|rescue|exchange|swap|return|repatriate|liberate|hand over|bring home)(?:[sd]|ing)?"
    r"|free(?:ing)?|swapp(?:ed|ing)|exchanging|hand(?:ed|ing) over|brought home|rescuing|releasing)"
    r"(?: (?:each|back|all|the|a further|another|some))* $",
    re.IGNORECASE,
)
"""Before hostages and prisoners who are so no more."""
_ABSENT = re.compile(r"\b(?:in absentia|in (?:his|her|their) absence)\b")
_OR = re.compile(r"\b(?:or|and/or)\b")


def as_died(mention: Mention, plain: str) -> Mention:
    """The injured whom the sentence then lets die: "was taken to hospital, where she was pronounced dead"."""
    if mention.measure is Measure.INJURED and _pattern("died", "there").match(plain, mention.end):
        return replace(mention, measure=Measure.KILLED)
    return mention


def died_in_hospital(mention: Mention, plain: str) -> bool:
    """Whether "two in hospital" are dead: "seven people died at the scene and two in hospital"."""
    start = mention.count.start
    return mention.rule == "short_state" and bool(
        _pattern("died", "before").search(plain, max(0, start - _BEFORE), start)
    )


def died_of_it(injured: Mention | None, killed: Mention, plain: str) -> bool:
    """Whether the injured of a count are its dead: "two women who were in intensive care died"; not "12 were killed or
    wounded".
    """
    return (
        injured is not None
        and killed.rule in ("subject", "fate")
        and injured.end < killed.end
        and not _OR.search(plain[killed.count.end : killed.end])
    )


def is_done(mention: Mention, plain: str) -> bool:
    """False where the telling words themselves say that it was but attempted: "the attempted murder of five people"."""
    if mention.measure is not Measure.KILLED:
        return True
    attempts = _pattern("not_done", "telling").finditer(
        plain.lower(), max(0, mention.start - _ATTEMPT), mention.end
    )
    return not any(attempt.end() > mention.start for attempt in attempts)


def with_others(counted: Sequence[Mention], singles: Sequence[Mention], plain: str) -> Mention | None:
    """The dead of a sentence that tells of one and of others: "a gunman was killed after an attack that left two others
    dead" is three.
    """
    killed = [m for m in counted if m.measure is Measure.KILLED]
    if len(killed) != 1 or killed[0].count.range.qualifier is not Qualifier.EXACT:
        return None
    others, people = killed[0], killed[0].count.range.low or 0
    ones = [m for m in singles if m.measure is Measure.KILLED]
    named_others = _OTHERS.match(plain, others.count.end)
    if len(ones) != 1 or named_others is None or ones[0].end > others.count.start:
        return None
    both = Range(low=people + 1, high=people + 1, qualifier=Qualifier.EXACT)
    return replace(
        others,
        count=replace(others.count, range=both, end=named_others.end(), further=False),
        rule="list_others",
        start=ones[0].start,
    )  # fmt: skip


def tells_of_condition(mention: Mention, plain: str) -> bool:
    """Whether the injured are counted by how they are: "three are in critical condition"."""
    told = plain[mention.count.end : mention.end].lower()
    counted = mention.measure is Measure.INJURED and mention.start >= mention.count.start
    return counted and bool(_GRAVE.search(told)) and not _HURT_TOO.search(told)


def as_condition(mention: Mention) -> Mention:
    """The same, read as how some of the injured are."""
    return replace(mention, rule="condition")


def is_told_so(mention: Mention, plain: str) -> bool:
    """False for hostages and prisoners who are set free, for a number far behind "deaths" that no verb brings there,
    for the few who run from the scene, and for those who are charged in their absence.
    """
    start = mention.count.start
    match mention.rule:
        case "count_noun" | "counted_noun" if mention.measure in _KEPT:
            return not _SET_FREE.search(plain, max(0, start - _ATTEMPT), start)
        case "noun_reaches":
            return bool(_REACHES.search(plain[mention.start : mention.count.number[0]].lower()))
        case "flee":
            return (mention.count.range.high or mention.count.range.low) >= _MANY
        case _:
            tried_away = mention.measure is Measure.DETAINED and _ABSENT.search(plain, mention.start)
            return not tried_away


@cache
def _pattern(table: str, name: str) -> re.Pattern[str]:
    return re.compile("|".join(lexicon.load("figures")[table][name]))
