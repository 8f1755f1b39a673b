"""Who was arrested, charged, remanded, convicted, released, read with the real parser."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storydelta.claims.arrest import ARREST, Arrest, Step, bears_upon
from storydelta.claims.contract import claim_from_json, claim_to_json
from storydelta.claims.figure import FIGURE
from storydelta.claims.reader import Reader
from storydelta.compare import compare
from storydelta.lexicon import load
from storydelta.model import Ledger, Reading, Revision
from storydelta.names import load_names
from storydelta.syntax import load_parser

CASES = Path(__file__).parents[1] / "cases" / "arrests.toml"
FLOOR = 0.96
"""Share of sentences of `cases/arrests.toml` that are read exactly; a commit does not lower it in silence."""
NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def reader(parser):
    return Reader(kinds=(ARREST,), names=load_names(), parser=parser)


def stated(claims):
    return sorted(f"{c.step} {c.count.low if c.count else '-'} {c.by.id if c.by else '-'}" for c in claims)


def moved(kinds, *texts):
    reader = Reader(kinds=kinds, names=load_names(), parser=load_parser())
    ledger, changed = Ledger(), []
    for n, text in enumerate(texts):
        document = f"https://paper{n}.example/{n}"
        revision = Revision(
            id=document,
            document=document,
            title="",
            text=text,
            publisher=f"Paper {n}",
            published_at=NOON,
            seen_at=NOON,
        )
        one = Reading(revision=revision, claims=reader.read(text=text, published_at=NOON))
        ledger, changes = compare(ledger, [one], NOON, kinds=kinds, names=load_names())
        changed.append([(c.subject.key, c.change, c.after) for c in changes])
    return changed


def test_nearly_every_sentence_of_the_table_is_read_exactly(reader):
    wrong, every = [], 0
    for table in tomllib.loads(CASES.read_text(encoding="utf-8")).values():
        for text, *claims in table["cases"]:
            every += 1
            found = stated(reader.read(title=text) if table.get("title") else reader.read(text=text))
            if found != sorted(claims):
                wrong.append((text, found))
    assert len(wrong) <= (1 - FLOOR) * every, wrong


@pytest.mark.parametrize("example", load("arrest")["example"], ids=lambda example: example["claims"][0])
def test_every_example_of_the_lexicon_is_read_as_it_says(reader, example):
    found = [
        f"{c.step} {c.suspects} {c.count.low} {c.by.id if c.by else '-'}"
        for c in reader.read(text=example["text"])
    ]
    assert found == example["claims"]


def test_an_arrest_says_for_what_where_held_and_who_says_so(reader):
    text = "John Sample, 34, was charged with two counts of murder and is held in Rivertown County Jail, police said."
    (claim,) = reader.read(text=text)
    assert (claim.suspect.id, claim.charge, claim.held_at) == (
        "john_sample", "two counts of murder", "Rivertown County Jail",
    )  # fmt: skip
    assert claim.speaker.id == "police"


def test_what_happened_in_another_year_is_left_out(reader):
    text = "John Sample was arrested in 2021."
    assert reader.read(text=text, published_at=NOON) == ()
    assert len(reader.read(text="John Sample was arrested in March 2024.", published_at=NOON)) == 1


def test_each_step_of_a_suspect_is_reported_once_and_never_taken_back_by_an_older_one():
    changes = moved(
        (ARREST,),
        "Police arrested John Sample.",
        "John Sample was charged with murder.",
        "Police arrested John Sample.",
    )
    assert [[key for key, _, _ in one] for one in changes] == [
        ["arrest/arrested_john_sample"], ["arrest/charged_john_sample"], [],
    ]  # fmt: skip


def test_arrests_do_not_disturb_the_figures():
    texts = (
        "Eleven people were detained over the attack.",
        "Four men were charged with terrorism over the attack.",
    )
    with_arrests, alone = moved((FIGURE, ARREST), *texts), moved((FIGURE,), *texts)
    assert [[c for c in one if c[0].startswith("figure")] for one in with_arrests] == alone


def test_how_many_were_arrested_is_left_to_the_figure(reader):
    (claim,) = reader.read(text="Police arrested six people.")
    assert claim.step is Step.ARRESTED
    assert bears_upon(claim) is None


def test_an_arrest_survives_the_store(reader):
    for text in ("Police arrested six people.", "Suspects were detained by police on Monday."):
        for claim in reader.read(text=text):
            assert claim_from_json(claim_to_json(claim), [Arrest]) == claim
