"""Who of a document's single victims are one person: "a boy", "the teenager" and "the victim", or "Mr. Park" and "Joe Park"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from storydelta import lexicon
from storydelta.claims.figure_people import is_perpetrator
from storydelta.model import Figure, Measure

OWN_HAND = "figure.own_hand"
_NAMED = "figure.named"
_OF_THEMSELVES = {"himself": "male", "his": "male", "herself": "female", "her": "female", "self": "person"}
"""Who by accident killed themselves are no attackers."""
_AGE = re.compile(r"^\d+")


def distinct(singles: Sequence[Figure]) -> list[Figure]:
    """Each single victim of one measure once, as first told; nameless ones only where nobody is named."""
    named = [c for c in singles if c.rule == _NAMED and _name(c)]
    kept: list[Figure] = []
    for claim in named or singles:
        if not any(is_same(claim, other) for other in kept):
            kept.append(claim)
    return kept


def attackers(figures: Sequence[Figure]) -> list[Figure]:
    """Who died by the own hand, each once: "himself" and "self" of two sentences are one; those of other events too."""
    kept: list[Figure] = []
    for claim in figures:
        if claim.rule == OWN_HAND and not any(
            claim.scope is other.scope and is_same(claim, other) for other in kept
        ):
            kept.append(claim)
    return kept


def is_same(one: Figure, other: Figure) -> bool:
    """Whether two single victims may well be one person. Two of one sentence are two."""
    names = _name(one), _name(other)
    if all(names):
        return names[0][-1] == names[1][-1] and (names[0][0] == names[1][0] or 1 in map(len, names))
    ages = _AGE.search(one.population or ""), _AGE.search(other.population or "")
    if ages[0] and ages[1] and ages[0].group() != ages[1].group():
        return False
    if one.evidence.where == other.evidence.where and OWN_HAND not in (one.rule, other.rule):
        return one.population == other.population
    return _fits(_noun(one), _noun(other), one.measure)


def _fits(one: str, other: str, measure: Measure) -> bool:
    """Whether two nouns can be said of one person: not "boy" and "woman", nor a gunman and his victim."""
    if measure is not Measure.DETAINED and is_perpetrator(one) != is_perpetrator(other):
        return False
    for name, opposite in (("male", "female"), ("young", "grown")):
        if (one in _words(name) and other in _words(opposite)) or (
            one in _words(opposite) and other in _words(name)
        ):
            return False
    return True


def _name(claim: Figure) -> tuple[str, ...]:
    """The words of a name without titles; nothing where it is none: "Oak City Teen" is a teenager."""
    words = [word.rstrip(".") for word in (claim.population or "").lower().split()]
    if claim.rule != _NAMED or not words or words[-1] in _words("persons"):
        return ()
    return tuple(w for w in words if w not in _words("titles") and w not in _words("persons"))


def _noun(claim: Figure) -> str:
    word = (claim.population or "").lower().rpartition(" ")[2]
    return _OF_THEMSELVES.get(word, word)


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(lexicon.load("people")[name])
