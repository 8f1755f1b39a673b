"""Who warned whom, and what was made of it, read with the real parser."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storydelta.claims.contract import claim_from_json, claim_to_json
from storydelta.claims.reader import Reader
from storydelta.claims.warning import WARNING, Act, Forewarning, bears_upon
from storydelta.compare import compare
from storydelta.lexicon import load
from storydelta.model import Ledger, Reading, Revision
from storydelta.names import load_names

CASES = Path(__file__).parents[1] / "cases" / "warnings.toml"
FLOOR = 0.96
"""Share of sentences of `cases/warnings.toml` that are read exactly; a commit does not lower it in silence."""
NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def reader(parser):
    return Reader(kinds=(WARNING,), names=load_names(), parser=parser)


def read(reader, text):
    claims = reader.read(text=text)
    assert all(isinstance(claim, Forewarning) for claim in claims)
    return claims


def stated(claims):
    return {
        f"{_id(c.speaker)} {c.act} {_id(c.addressee if c.act is Act.WARNED else c.warner)}" for c in claims
    }


def _id(name):
    return name.id if name else "-"


def ledger_of(*readings):
    return compare(Ledger(), readings, NOON, kinds=(WARNING,), names=load_names())


def reading(reader, text, *, document="https://a.example/1", publisher="Morning Post"):
    revision = Revision(
        id=document,
        document=document,
        title="",
        text=text,
        publisher=publisher,
        published_at=NOON,
        seen_at=NOON,
    )
    return Reading(revision=revision, claims=reader.read(text=text))


def test_nearly_every_sentence_of_the_table_is_read_exactly(reader):
    cases = [
        case for table in tomllib.loads(CASES.read_text(encoding="utf-8")).values() for case in table["cases"]
    ]
    wrong = [(text, found) for text, *claims in cases if (found := stated(read(reader, text))) != set(claims)]
    assert len(wrong) <= (1 - FLOOR) * len(cases), wrong


@pytest.mark.parametrize("example", load("warning")["example"], ids=lambda example: example["claims"][0])
def test_every_example_of_the_lexicon_is_read_as_it_says(reader, example):
    assert stated(read(reader, example["text"])) == set(example["claims"])


def test_a_warning_says_of_what_and_when_and_what_was_made_of_it(reader):
    warning, answer = read(
        reader,
        "The US warned Russia on 7 March of an attack on concerts, advice that was disregarded by Putin.",
    )
    assert (warning.danger, warning.when) == ("an attack on concerts", "on 7 March")
    assert (warning.heeded, warning.answered_by.id) == (False, "vladimir_putin")
    assert (answer.warner.id, answer.addressee.id) == ("us", "russia")


def test_the_warning_is_found_in_an_earlier_sentence_where_only_the_answer_is_told(reader):
    text = "Japan warned Chile of a tsunami on Friday.\n\nThe sea was calm. The warning was ignored by Chile."
    *_, answer = read(reader, text)
    assert (answer.act, answer.warner.id, answer.danger) == (Act.DISREGARDED, "japan", "a tsunami")


def test_a_report_that_only_repeats_the_warning_takes_no_answer_back(reader):
    first = reading(reader, "Sri Lanka ignored a warning from India of an attack on churches.")
    ledger, changes = ledger_of(first)
    assert {c.subject.key: c.after for c in changes} == {
        "warning/india/sri_lanka": "warned", "warning/sri_lanka/india": "disregarded",
    }  # fmt: skip
    again = reading(
        reader, "India had warned Sri Lanka of an attack.", document="https://b.example/2", publisher="B"
    )
    later, changes = compare(ledger, [again], NOON, kinds=(WARNING,), names=load_names())
    assert changes == ()
    assert later.positions["warning/sri_lanka/india"].value == "disregarded"


def test_warnings_to_people_at_large_move_nothing(reader):
    (claim,) = read(reader, "The US embassy warned residents of an attack on concerts.")
    assert bears_upon(claim) is None


def test_a_warning_survives_the_store(reader):
    for claim in read(reader, "Kenya heeded a British warning of an assault on the mall."):
        assert claim_from_json(claim_to_json(claim), [Forewarning]) == claim


def test_without_a_parser_no_warning_is_read():
    unaided = Reader(kinds=(WARNING,), names=load_names(), parser=None)
    assert unaided.read(text="India warned Sri Lanka of an attack.") == ()


def test_an_answer_to_a_warning_by_nobody_named_moves_nothing(reader):
    *_, answer = read(reader, "Russia had been warned of an attack. Vladimir Putin dismissed the warning.")
    assert (answer.act, answer.warner, bears_upon(answer)) == (Act.DISREGARDED, None, None)
