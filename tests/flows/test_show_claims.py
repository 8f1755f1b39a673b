"""Claims in words, for a person at a terminal."""

from __future__ import annotations

import pytest

from flows.show_claims import in_words, show_claims
from storydelta.claims import KINDS
from storydelta.claims.reader import Reader
from storydelta.model import Item
from storydelta.names import load_names
from storydelta.syntax import load_parser


@pytest.fixture(scope="module")
def read():
    reader = Reader(kinds=KINDS, names=load_names(), parser=load_parser())
    return lambda text: reader.read(title="", text=text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("At least 34 people drowned off the coast.", "killed: at least 34 · total"),
        ("Hamas denied responsibility for the attack.", "denies: Hamas"),
        (
            "The United States had warned Russia of an attack.",
            "warned: United States · Russia · an attack",
        ),
    ],
)
def test_a_claim_of_each_kind_is_said_without_its_field_names(read, text, words):
    assert words in [in_words(claim) for claim in read(text)]


def test_a_foreign_text_says_in_a_terminal_why_it_has_no_claims(capsys):
    german = "Bei dem Anschlag auf die Konzerthalle starben mindestens 137 Menschen, 182 wurden verletzt."
    show_claims(Item(url="https://example.org/a", title="", text=german), ())
    assert "The text is in German; only English is read." in capsys.readouterr().out
