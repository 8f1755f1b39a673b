"""Our number grammar beside libraries that read numbers, on the phrases of `tests/cases/numbers.toml`.

    python -m bench.number_readers

Prints as JSON, for each reader, how many phrases it reads right: plain numbers (the numbers found are those written, in order),
qualified ones (likewise; where the phrase writes no number, or a bound, only a range that says so is right), phrases
that count nobody (nothing is found), and phrases a second. Libraries that are not installed are left out: install
text2num, number-parser, word2number and quantulum3 into an environment of their own to compare.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

from storydelta.quantity import find_counts

CASES = Path(__file__).resolve().parents[1] / "tests" / "cases" / "numbers.toml"
OPEN = -1

Found: TypeAlias = list[tuple[int, int]]
Read: TypeAlias = Callable[[str], Found]


def main() -> None:
    tables = tomllib.loads(CASES.read_text(encoding="utf-8"))
    phrases = [case[0] for table in tables.values() for case in table["cases"]]
    report: dict[str, dict[str, int]] = {}
    for name, read in readers():
        right = {
            theme: sum(_is_right(read, *case) for case in table["cases"]) for theme, table in tables.items()
        }
        report[name] = {**right, "all": sum(right.values()), "phrases_a_second": round(_speed(read, phrases))}
    of = {theme: len(table["cases"]) for theme, table in tables.items()}
    json.dump({"phrases": {**of, "all": len(phrases)}, "right": report}, sys.stdout, indent=2)
    print()


def _is_right(read: Read, phrase: str, *counts: list[int]) -> bool:
    return read(phrase) == [(low, high) for low, high in counts]


def _speed(read: Read, phrases: list[str]) -> float:
    started, rounds = perf_counter(), 0
    while perf_counter() - started < 1:
        for phrase in phrases:
            read(phrase)
        rounds += 1
    return rounds * len(phrases) / (perf_counter() - started)


def ours(phrase: str) -> Found:
    ranges = [count.range for count in find_counts(phrase)]
    return [(r.low, OPEN if r.high is None else r.high) for r in ranges]


def readers() -> Iterator[tuple[str, Read]]:
    """Each reader by name; those that are installed."""
    yield "storydelta", ours
    for name, make in (
        ("text2num", _text2num), ("number-parser", _number_parser), ("word2number", _word2number), ("quantulum3", _quantulum),
    ):  # fmt: skip
        with suppress(ImportError):
            yield name, _forgiving(make())


def _forgiving(read: Read) -> Read:
    """A library that raises on a phrase has not read it."""

    def read_or_nothing(phrase: str) -> Found:
        try:
            return read(phrase)
        except Exception:  # noqa: BLE001 - whatever a library raises
            return []

    return read_or_nothing


def _text2num() -> Read:
    written = import_module("text_to_num").alpha2digit
    return lambda phrase: _digits(written(phrase, "en", threshold=0))


def _number_parser() -> Read:
    written = import_module("number_parser").parse
    return lambda phrase: _digits(written(phrase, language="en"))


def _word2number() -> Read:
    number = import_module("word2number.w2n").word_to_num
    return lambda phrase: [(int(number(phrase)),) * 2]


def _quantulum() -> Read:
    parse = import_module("quantulum3.parser").parse
    return lambda phrase: [
        (round(quantity.value),) * 2 for quantity in parse(phrase) if quantity.unit.name == "dimensionless"
    ]


def _digits(text: str) -> Found:
    """The whole numbers of a text whose number words were turned to digits, as such libraries leave it."""
    found = re.findall(r"(?<![\w.,])\d+(?:,\d{3})*(?:\.\d+)?", text)
    return [(round(float(n.replace(",", ""))),) * 2 for n in found]


if __name__ == "__main__":
    main()
