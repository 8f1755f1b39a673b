"""Who is found to say so, in a sentence and across sentences."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from storydelta.claims.passage import Article, Passage
from storydelta.claims.reader import Reader
from storydelta.claims.responsibility import RESPONSIBILITY
from storydelta.claims.speaker import find_speaker
from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import load_names
from storydelta.syntax import Parser
from storydelta.text import sentences

CASES = Path(__file__).parents[1] / "cases" / "speakers.toml"
FLOOR = 0.95
"""Share of the statements of `cases/speakers.toml` whose speaker is found exactly."""


def speaker(text: str, statement: str, parser: Parser | None, *, title: bool = False) -> Name | None:
    spoken = sentences(text, "title" if title else "text")
    article = Article(spoken, None, None, load_names(), parser)
    holder = next(s for s in reversed(spoken) if statement in s.plain)
    start = holder.plain.index(statement)
    return find_speaker(Passage(holder, article), start, start + len(statement))


def statements() -> Iterator[tuple[str, str, str, str, bool]]:
    for table in tomllib.loads(CASES.read_text(encoding="utf-8")).values():
        for text, statement, written, name_id in table["cases"]:
            yield text, statement, written, name_id, table.get("title", False)


def test_nearly_every_speaker_of_the_table_is_found_as_written(parser):
    every = list(statements())
    wrong = []
    for text, statement, written, name_id, title in every:
        found = speaker(text, statement, parser, title=title)
        if (found.written if found else "", found.id if found else "") != (written, name_id):
            wrong.append((text, written, name_id, found))
    assert len(wrong) <= (1 - FLOOR) * len(every), wrong


@pytest.mark.parametrize("example", load("speech")["example"], ids=lambda example: example["speaker"])
def test_every_example_of_the_lexicon_is_found_without_a_parser(example):
    found = speaker(example["text"], example["statement"], None)
    assert found is not None
    assert found.written == example["speaker"]


def test_a_text_without_attribution_has_no_speaker(parser):
    assert speaker("Nine people were killed.", "Nine people", parser) is None


def test_capitals_change_nothing_about_who_speaks(parser):
    found = speaker("NINE PEOPLE WERE KILLED, RUSSIAN OFFICIALS SAID.", "NINE PEOPLE WERE KILLED", parser)
    assert found is not None
    assert found.id == "russia"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Iran was behind bombing - MI5 chief",
            "Jane Roe, the head of MI5, said that Iran was behind the bombing.",
        ),
        (
            "Iran was behind bombing - MI5 chief",
            "MI5 director Jane Roe said that Iran was behind the bombing.",
        ),
        (
            "Iran was behind bombing - MI5 chief",
            "The director of MI5, Jane Roe, said Iran was behind the bombing.",
        ),
    ],
)
def test_a_headlines_office_and_the_person_introduced_in_the_text_are_one_voice(parser, title, text):
    reader = Reader(kinds=(RESPONSIBILITY,), names=load_names(), parser=parser)
    voices = {claim.speaker.id for claim in reader.read(title=title, text=text) if claim.speaker}
    assert voices == {"jane_roe"}


def test_an_office_whose_holder_is_nobody_known_is_a_voice_of_its_own(parser):
    reader = Reader(kinds=(RESPONSIBILITY,), names=load_names(), parser=parser)
    text = "Jane Roe, the head of the water board, said that Iran was behind the bombing."
    claims = reader.read(title="Iran was behind bombing - MI5 chief", text=text)
    assert {claim.speaker.id for claim in claims if claim.speaker} == {"mi5_chief", "jane_roe"}
