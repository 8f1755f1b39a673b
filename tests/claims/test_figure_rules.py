"""Every surface rule of the lexicon has an example, and reads it as it says."""

from __future__ import annotations

import pytest

from storydelta import lexicon
from storydelta.claims import figure_surface
from storydelta.claims.figure import FIGURE
from storydelta.claims.reader import Reader
from storydelta.names import Names
from storydelta.quantity import find_counts

RULES = lexicon.load("figures")["rules"]
EXAMPLES = [(rule["name"], example) for rule in RULES for example in rule["examples"]]
TURNS = [
    (name, e) for name in ("not_done", "died", "attackers") for e in lexicon.load("figures")[name]["examples"]
]
SURFACE = Reader((FIGURE,), Names({}), None)


def shown(figure):
    high = "-" if figure.count.high is None else figure.count.high
    return f"{figure.measure} {figure.count.low} {high} {figure.count.qualifier}"


def test_every_rule_has_a_name_of_its_own_and_an_example():
    assert len({rule["name"] for rule in RULES}) == len(RULES)
    assert all(rule["examples"] for rule in RULES)


@pytest.mark.parametrize(
    ("name", "example"), [*EXAMPLES, *TURNS], ids=[e["text"] for _, e in [*EXAMPLES, *TURNS]]
)
def test_an_example_is_read_as_it_says(name, example):
    del name
    assert sorted(map(shown, SURFACE.read(text=example["text"]))) == sorted(example["claims"])


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[e["text"] for _, e in EXAMPLES])
def test_an_example_is_read_by_its_rule(name, example):
    text = example["text"]
    assert name in [mention.rule for mention in figure_surface.find_mentions(text, find_counts(text))]
