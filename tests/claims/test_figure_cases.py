"""The project's own sentences: the share that is read right, in every figure, by kind of event, never falls."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

CASES = {
    path.stem.removeprefix("figures_"): tomllib.loads(path.read_text(encoding="utf-8"))["cases"]
    for path in sorted((Path(__file__).parents[1] / "cases").glob("figures_*.toml"))
}
FLOORS = tomllib.loads((Path(__file__).parents[1] / "cases" / "floors.toml").read_text(encoding="utf-8"))[
    "figures"
]
PUBLISHED = datetime(2024, 3, 25, tzinfo=UTC)


def shown(claim):
    high = "-" if claim.count.high is None else claim.count.high
    return f"{claim.measure} {claim.count.low} {high} {claim.count.qualifier} {claim.scope}"


def is_right(reader, case):
    """Every figure that the case lists, and no other; a single victim beside counted ones may be read as a part."""
    figures = reader.read(text=case["text"], published_at=PUBLISHED)
    read = [shown(figure) for figure in figures if figure.rule not in ("figure.single", "figure.named")]
    alone = [shown(figure) for figure in figures if figure.rule in ("figure.single", "figure.named")]
    missed = list(case["claims"])
    for one in read:
        if one not in missed:
            return False
        missed.remove(one)
    return all(one in alone for one in missed)


@pytest.mark.parametrize("kind", CASES)
def test_the_share_of_sentences_read_right_stays_above_its_floor(figure_reader, kind):
    wrong = [case["text"] for case in CASES[kind] if not is_right(figure_reader, case)]
    share = 1 - len(wrong) / len(CASES[kind])
    assert share >= FLOORS[kind], f"{share:.3f} of {kind}; wrong: {wrong}"


def test_there_are_enough_sentences_of_enough_kinds_of_event():
    assert sum(map(len, CASES.values())) >= 700
    assert len(CASES) >= 12


def test_half_of_the_sentences_hold_no_total_or_another_event():
    sentences = [case["claims"] for cases in CASES.values() for case in cases]
    traps = [
        claims
        for claims in sentences
        if not any(c.endswith(" total") for c in claims) or any(c.endswith(" other") for c in claims)
    ]
    assert len(traps) >= len(sentences) / 2
