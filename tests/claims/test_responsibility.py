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
from storydelta.syntax import load_parser

CASES = Path(__file__).parents[1] / "cases" / "responsibility.toml"
FLOOR = 0.95
"""Share of sentences of `cases/responsibility.toml` that are read exactly; a commit does not lower it in silence."""


@pytest.fixture(scope="session")
def reader() -> Reader:
    return Reader(kinds=(RESPONSIBILITY,), names=load_names(), parser=load_parser())


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


@pytest.mark.parametrize("phrase", load("responsibility")["phrase"], ids=lambda phrase: phrase["name"])
def test_every_set_phrase_is_read_without_a_parser(phrase):
    unaided = Reader(kinds=(RESPONSIBILITY,), names=load_names(), parser=None)
    assert read(unaided, phrase["example"]["text"], title=True) == set(phrase["example"]["claims"])
