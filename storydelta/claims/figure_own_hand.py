"""Attackers who die of their attack: "killed his wife and then himself", "killed three before being shot dead by police"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from storydelta import lexicon
from storydelta.claims.figure_people import is_perpetrator
from storydelta.claims.figure_surface import Mention
from storydelta.model import Measure, Qualifier, Range
from storydelta.quantity import Count

_ONE = Range(low=1, high=1, qualifier=Qualifier.EXACT)
_WHO = re.compile(r",? who(?: [\w'-]+){0,8} ")
_LEFT = re.compile(r"^$|\b(?:lea(?:ve|ves|ving)|left)\b", re.IGNORECASE)
_LED_BY = re.compile(r"\b(?:sh[o]+ts?|shooting|stab(?:s|bed|bing)|beats?|beating|lea(?:ves|ving)|left) $")
"""A verb in front of victims that a word behind them completes: "shot her husband and sons dead"."""
_BEFORE = re.compile(r"\bbefore\b")
_BY_WHOM = re.compile(r"\bby\b.*\b(?:who|before)\b")
_BY = re.compile(r"\bby\b")
_AMONG = re.compile(r"\b(?:includ\w+|among|of whom|one of|both|as well as)\b", re.IGNORECASE)
_APART = re.compile(r"[;,]|\b(?:and|before|after|when|until|while|but|then)\b", re.IGNORECASE)
_OF_ALL = frozenset(("toll", "toll_to", "toll_now", "counts_of_murder", "murder_charges", "multiple"))
_OF_A_KILLER = frozenset(("object", "active", "object_pair"))


def find_mentions(plain: str) -> Iterator[tuple[Mention, str]]:
    """The attackers that a sentence says died by their own hand, or before those whom they killed were avenged, with
    the word that says so; at most one. Toddlers shoot themselves too, and live: who merely shoots must have shot others.
    """
    lower = plain.lower()
    if not _words("triggers").search(lower):
        return
    for rule in ("own_hand", "stopped"):
        match = _words(rule).search(lower)
        if match is None:
            continue
        needed = "after_others" if _words("merely_shot").match(match.group()) else rule
        if needed != "own_hand" and not _words("after_others").search(lower, 0, match.start()):
            continue
        if rule == "stopped" and _words("animals").search(lower, 0, match.start()):
            continue
        start, end = next(span for span in map(match.span, range(1, match.re.groups + 1)) if span[0] >= 0)
        count = Count(start=start, end=end, number=(start, end), range=_ONE)
        told = Mention(
            count=count, measure=Measure.KILLED, rule=rule, confidence=0.8, start=match.start(), end=match.end()
        )  # fmt: skip
        yield told, plain[start:end]
        return


def is_victim(victim: Mention, attacker: Mention, plain: str) -> bool:
    """Whether somebody was killed by the attacker, and is not the attacker: not "a son who killed himself", nor "the
    girl killed there had shot herself". The verb stands before its victims, or names who did it behind "by".
    """
    if victim.count.end > attacker.start or _WHO.fullmatch(plain, victim.count.end, attacker.start):
        return False
    told_before = victim.start < victim.count.start or _LED_BY.search(plain, 0, victim.count.start)
    return bool(told_before) or bool(_BY.search(plain, victim.count.end, attacker.start))


def with_number(attacker: Mention, victims: Sequence[Mention], plain: str) -> Mention | None:
    """All the dead of a sentence that numbers its victims: "killed three before taking his own life" is four. None
    where the number may include the attacker, as in "three are dead after a man shot his wife and then himself".
    """
    for victim in victims:
        if victim.count.range.qualifier is not Qualifier.EXACT or victim.end > attacker.start:
            continue
        told = plain[victim.start : victim.count.start]
        between = plain[victim.end : attacker.end]
        killer = victim.rule in _OF_A_KILLER and (not _LEFT.search(told) or _BEFORE.search(between))
        if killer or _BY_WHOM.search(between):
            return with_victims(attacker, [victim])
    return None


def with_slain(
    told: Sequence[tuple[Mention, bool]], singles: Sequence[tuple[Mention, str]], plain: str
) -> Mention | None:
    """All the dead of a sentence that tells of victims and, in words of its own, of attackers who were killed: "three
    shot dead; suspect killed" is four. `told`: numbers of dead, and whether they are attackers.
    """
    victims = [m for m, attackers in told if not attackers]
    slain = [m for m, attackers in told if attackers]
    slain += [m for m, who in singles if m.measure is Measure.KILLED and is_perpetrator(who)] or list(
        _slain(plain)
    )
    if len(victims) != 1 or len(slain) != 1:
        return None
    one, other = victims[0], slain[0]
    exact = all(m.count.range.qualifier is Qualifier.EXACT for m in (one, other))
    start, end = sorted((one.count, other.count), key=lambda c: c.start)
    between = plain[start.end : end.start]
    if not exact or one.rule in _OF_ALL or _AMONG.search(between) or not _APART.search(between):
        return None
    people = (one.count.range.low or 0) + (other.count.range.low or 0)
    count = replace(one.count, range=Range(low=people, high=people, qualifier=Qualifier.EXACT))
    return replace(
        one, count=count, rule="list_slain", start=min(one.start, other.start), end=max(one.end, other.end)
    )


def with_victims(attacker: Mention, victims: Sequence[Mention]) -> Mention:
    """All the dead of a sentence that tells its victims one by one: "killed his wife and son, then himself" is three."""
    lists = [victim for victim in victims if (victim.count.range.low or 0) > 1]
    people = sum(victim.count.range.low or 0 for victim in lists or victims) + 1
    start = min(victim.start for victim in victims)
    count = replace(attacker.count, range=Range(low=people, high=people, qualifier=Qualifier.EXACT))
    return replace(attacker, count=count, rule="list_own_hand", start=min(start, attacker.start))


def _slain(plain: str) -> Iterator[Mention]:
    """The attacker whose death a headline tells behind that of the victims."""
    match = _words("slain").search(plain.lower())
    if match:
        count = Count(start=match.start(1), end=match.end(1), number=match.span(1), range=_ONE)
        yield Mention(
            count=count,
            measure=Measure.KILLED,
            rule="slain",
            confidence=0.8,
            start=match.start(1),
            end=match.end(),
        )


@cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile("|".join(lexicon.load("figures")["attackers"][name]))
