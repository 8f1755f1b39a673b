"""Figures by surface rules: patterns over a sentence whose counts are marked. Headlines and set phrases, any case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from storydelta import lexicon
from storydelta.model import Measure
from storydelta.quantity import Count

_HEAD, _REST = "\ue000", "\ue001"
_CLASSES = ("past", "active", "fate", "state", "noun", "of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A count that was read as so many killed, injured, ...; `start`, `end` are the telling words."""

    count: Count
    measure: Measure
    rule: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One surface rule, compiled. `measures`: what a class's word tells."""

    name: str
    pattern: re.Pattern[str]
    opens_with_count: bool
    measure: Measure | None
    confidence: float


def find_mentions(plain: str, counts: Sequence[Count]) -> Iterator[Mention]:
    """Every reading of every rule; one count may be read by several."""
    yield from read_by(rules(), plain, counts)


def read_by(rules: Sequence[Rule], plain: str, counts: Sequence[Count]) -> Iterator[Mention]:
    """Every reading of some rules."""
    marked = mark(plain, counts)
    by_start = {count.start: count for count in counts}
    for rule in rules:
        for match in _matches(rule, marked, counts):
            count = by_start[match.start("n")]
            yield Mention(
                count=count, measure=rule.measure or _measure(match), rule=rule.name, confidence=rule.confidence,
                start=match.start(), end=match.end(),
            )  # fmt: skip


def mark(plain: str, counts: Sequence[Count]) -> str:
    """The sentence in lower case with each count replaced by as many marks, so that offsets stay."""
    parts, position = [], 0
    lower = plain.lower()
    for count in counts:
        parts += [lower[position : count.start], _HEAD, _REST * (count.end - count.start - 1)]
        position = count.end
    return "".join([*parts, lower[position:]])


def _matches(rule: Rule, marked: str, counts: Sequence[Count]) -> Iterator[re.Match[str]]:
    if not rule.opens_with_count:
        yield from rule.pattern.finditer(marked)
        return
    for count in counts:
        if match := rule.pattern.match(marked, count.start):
            yield match


def _measure(match: re.Match[str]) -> Measure:
    for name in _CLASSES:
        if name in match.re.groupindex and match[name]:
            return words(name)[match[name]]
    raise AssertionError(match.re.pattern)  # every rule without a measure has a class


@cache
def words(name: str) -> dict[str, Measure]:
    """The words of one class with the measure that each tells: `words("state")["dead"]` is killed."""
    data = lexicon.load("figures")
    return {word: measure for measure in Measure for word in data[measure][name]}


@cache
def rules() -> tuple[Rule, ...]:
    """The surface rules of the lexicon in its order."""
    return compile_rules(lexicon.load("figures")["rules"])


def compile_rules(written: Sequence[dict[str, Any]]) -> tuple[Rule, ...]:
    """Rules as the lexicon writes them, with its macros and classes filled in."""
    pieces = {"n": rf"(?P<n>{_HEAD}{_REST}*)", "any": rf"{_HEAD}{_REST}*"}
    for name in _CLASSES:
        pieces[name] = rf"(?P<{name}>{lexicon.alternatives(words(name))})(?![\w-])"
    pieces["noobject"] = (
        rf"(?! (?:by )?(?:{_HEAD}|the |a |an |his |her |him\b|them\b|himself\b|herself\b|themselves\b|its |their ))"
    )
    people = lexicon.load("people")
    several = (f"{person}s" for person in people["persons"])
    pieces["people"] = lexicon.alternatives(
        (*people["narrower"], *people["listed"], *people["persons"], *several)
    )
    for name, piece in lexicon.load("figures")["macros"].items():
        pieces[name] = _fill(piece, pieces)
    return tuple(
        Rule(
            rule["name"], re.compile(_opening(rule["pattern"]) + _fill(rule["pattern"], pieces)),
            rule["pattern"].startswith("{n}"), Measure(rule["measure"]) if "measure" in rule else None,
            rule.get("confidence", 0.9),
        )
        for rule in written
    )  # fmt: skip


def _opening(pattern: str) -> str:
    return "" if pattern.startswith("{n}") else r"(?<![\w-])"


def _fill(pattern: str, pieces: dict[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda hole: pieces[hole[1]], pattern)
