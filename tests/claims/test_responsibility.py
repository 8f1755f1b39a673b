"""What sentences say about who did it, read with the real parser."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from storydelta.claims.reader import Reader
from storydelta.claims.responsibility import RESPONSIBILITY
from storydelta.lexicon import load
from storydelta.model import Claim, Responsibility
from storydelta.names import load_names

CASES = Path(__file__).parents[1] / "cases" / "responsibility.toml"
FLOOR = 0.98
"""Share of sentences of `cases/responsibility.toml` that are read exactly; a commit does not lower it in silence."""


@pytest.fixture(scope="session")
def reader(parser) -> Reader:
    return Reader(kinds=(RESPONSIBILITY,), names=load_names(), parser=parser)


def stated(claims: tuple[Claim, ...]) -> set[str]:
    return {
        f"{c.speaker.id if c.speaker else '-'} {c.stance} {c.actor.id}"
        for c in claims
        if isinstance(c, Responsibility)
    }


def sentences() -> Iterator[tuple[str, str, list[str], bool]]:
    for theme, table in tomllib.loads(CASES.read_text(encoding="utf-8")).items():
        for text, *claims in table["cases"]:
            yield theme, text, claims, table.get("title", False)


def read(reader: Reader, text: str, *, title: bool) -> set[str]:
    return stated(reader.read(title=text) if title else reader.read(text=text))


def test_nearly_every_sentence_of_the_table_is_read_exactly(reader):
    every = list(sentences())
    wrong = [
        (text, claims, found)
        for _, text, claims, title in every
        if (found := read(reader, text, title=title)) != set(claims)
    ]
    assert len(wrong) <= (1 - FLOOR) * len(every), wrong


@pytest.mark.parametrize("frame", load("responsibility")["frame"], ids=lambda frame: frame["name"])
def test_every_frame_reads_its_own_example(reader, frame):
    example = frame["example"]
    assert read(reader, example["text"], title=False) == set(example["claims"])


@pytest.mark.parametrize(
    "rule",
    [rule for rule in load("responsibility")["rule"] if "example" in rule],
    ids=lambda rule: rule["name"],
)
def test_every_rule_reads_its_own_example(reader, rule):
    example = rule["example"]
    claims = reader.read(text=example["text"])
    assert stated(claims) == set(example["claims"])
    assert rule["name"] in {claim.rule for claim in claims}


def test_the_more_claims_of_a_rule_were_right_the_more_it_is_trusted(reader):
    by_rule = {rule["name"]: rule for rule in load("responsibility")["rule"]}
    assert by_rule["blame"]["right"] > 0.95 * by_rule["blame"]["judged"]
    (sure,) = reader.read(text="Kenya blamed Eritrea for the raid.")
    (unsure,) = reader.read(text="The minister said the ELN was involved in the raid.")
    assert unsure.rule == "involved"
    assert unsure.confidence < 0.8 < sure.confidence


@pytest.mark.parametrize("phrase", load("responsibility")["phrase"], ids=lambda phrase: phrase["name"])
def test_every_set_phrase_is_read_without_a_parser(phrase):
    unaided = Reader(kinds=(RESPONSIBILITY,), names=load_names(), parser=None)
    assert read(unaided, phrase["example"]["text"], title=True) == set(phrase["example"]["claims"])


def test_evidence_points_at_the_actor_in_the_raw_text(reader):
    text = "  Prices fell.\n\nThe  “Taliban” of Khost blamed\u00a0the Islamic  State  for the bombing."
    (claim,) = reader.read(text=text)
    assert text[claim.evidence.start : claim.evidence.end] == claim.evidence.text
    assert text[slice(*claim.evidence.focus)] == "Islamic  State"


def test_typography_and_capitals_change_no_claim(reader):
    text = "Kenya's army said al-Shabaab had carried out the attack."
    expected = read(reader, text, title=False)
    assert expected == {"kenya asserts al_shabaab"}
    for other in (text.upper(), text.replace("'", "’"), text.replace(" ", "  "), text[:-1], text[:-1] + "!"):
        assert read(reader, other, title=False) == expected


def test_every_claim_names_its_rule_and_its_confidence(reader):
    for _, text, _, title in sentences():
        for claim in reader.read(title=text) if title else reader.read(text=text):
            assert claim.rule
            assert 0.4 <= claim.confidence <= 1


def test_a_claim_bears_upon_its_speaker_and_its_actor(reader):
    (claim,) = reader.read(text="Turkey blamed the PKK for the car bomb.")
    subject = RESPONSIBILITY.subject(claim)
    assert subject is not None
    assert subject.key == "responsibility/turkey/pkk"
    assert RESPONSIBILITY.value(claim) == "asserts"


def test_a_storys_own_aliases_are_read(reader):
    mine = Reader(
        kinds=(RESPONSIBILITY,), names=load_names({"Night Owls": ["los buhos"]}), parser=reader.parser
    )
    assert read(mine, "The governor said los buhos bombed the bridge.", title=False) == {
        "governor asserts night_owls"
    }


@pytest.mark.parametrize(
    "text",
    ["", " ", "?", "blamed", "\u202eRussia blamed", "»«", "Russia " * 3_000, "said " * 3_000, '"' * 500],
)
def test_odd_texts_are_read_without_complaint(reader, text):
    assert reader.read(title=text, text=text) == ()
