"""Attackers who killed themselves: "killed his wife and then himself", "turned the gun on herself"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from storydelta.claims.figure_surface import Mention
from storydelta.model import Measure, Qualifier, Range
from storydelta.quantity import Count

_ONE = Range(low=1, high=1, qualifier=Qualifier.EXACT)
_BY_OWN_HAND = re.compile(
    r"\b(?:(?:kill|shoot)(?:s|ed|ing)?|shot|hang(?:s|ed|ing)?) (?:and killed )?(?P<a>himself|herself)\b(?! in the (?:foot|leg|hand|arm))"
    r"|\b(?:then|and|before|also) (?P<b>himself|herself)\b(?=[.,;]|$| (?:to death|in|at|on|inside|outside)\b)"
    r"|\b(?:t[ao]k(?:es|ing|en)|took) (?P<c>his|her) own life\b"
    r"|\bturn(?:s|ed|ing) (?:the|a|his|her) (?:\w+ )?(?:gun|pistol|rifle|weapon|shotgun|handgun|revolver) on (?P<d>himself|herself)\b"
    r"|(?:,|\band|,? then) (?P<e>self)(?=[.,;:]|$| in\b)"
)


_MERELY_SHOT = re.compile(r"sh(?:o|oo)ts?(?:ing)? (?:himself|herself)")
"""Toddlers shoot themselves too, and live."""
_WHO = re.compile(r",? who(?: [\w'-]+){0,8} ")
_LEFT = re.compile(r"^$|\b(?:lea(?:ve|ves|ving)|left)\b", re.IGNORECASE)
_BY = re.compile(r"\bby\b")
_OF_A_KILLER = frozenset(("object", "active", "object_pair"))
_AFTER_OTHERS = re.compile(r"\b(?:kill|murder|slain|dead|shot|died|stabb|strangl)")


def find_mentions(plain: str) -> Iterator[tuple[Mention, str]]:
    """The attackers that a sentence says died by their own hand, with the word that says so, at most one."""
    lower = plain.lower()
    if "self" not in lower and "own life" not in lower:
        return
    match = _BY_OWN_HAND.search(lower)
    if match is None or (
        _MERELY_SHOT.match(match.group()) and not _AFTER_OTHERS.search(lower, 0, match.start())
    ):
        return
    start, end = next(match.span(name) for name in "abcde" if match[name])
    count = Count(start=start, end=end, number=(start, end), range=_ONE)
    yield (
        Mention(
            count=count, measure=Measure.KILLED, rule="own_hand", confidence=0.8, start=match.start(), end=match.end()
        ),
        plain[start:end],
    )  # fmt: skip


def is_victim(victim: Mention, attacker: Mention, plain: str) -> bool:
    """Whether somebody was killed by the attacker, and is not the attacker: not "a son who killed himself", nor "the
    girl killed there had shot herself". The verb stands before its victims, or names who did it behind "by".
    """
    if victim.count.end > attacker.start or _WHO.fullmatch(plain, victim.count.end, attacker.start):
        return False
    return victim.start < victim.count.start or bool(_BY.search(plain, victim.count.end, attacker.start))


def with_number(attacker: Mention, victims: Sequence[Mention], plain: str) -> Mention | None:
    """All the dead of a sentence that numbers its victims: "killed three before taking his own life" is four. None
    where the number may include the attacker, as in "three are dead after a man shot his wife and then himself".
    """
    for victim in victims:
        exact = victim.count.range.qualifier is Qualifier.EXACT
        told = plain[victim.start : victim.count.start]
        if exact and victim.rule in _OF_A_KILLER and victim.end <= attacker.start and not _LEFT.search(told):
            return with_victims(attacker, [victim])
    return None


def with_victims(attacker: Mention, victims: Sequence[Mention]) -> Mention:
    """All the dead of a sentence that tells its victims one by one: "killed his wife and son, then himself" is three."""
    lists = [victim for victim in victims if (victim.count.range.low or 0) > 1]
    people = sum(victim.count.range.low or 0 for victim in lists or victims) + 1
    start = min(victim.start for victim in victims)
    count = replace(attacker.count, range=Range(low=people, high=people, qualifier=Qualifier.EXACT))
    return replace(attacker, count=count, rule="list_own_hand", start=min(start, attacker.start))
