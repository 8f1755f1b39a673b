"""Whatever the text looks like, evidence is exact, and typography changes no figure."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storydelta.claims.figure import FIGURE
from storydelta.claims.passage import MOST_PARSED
from storydelta.claims.reader import Reader
from storydelta.names import Names
from storydelta.quantity import MOST_COUNTS
from storydelta.text import MAX_SENTENCE

SENTENCES = [
    "At least 60 people were killed and 145 wounded - police said on Monday.",
    "The bombers' blast killed three soldiers and wounded 12 others.",
    "Death toll rises from 133 to 137, including three children.",
    "Nobody was hurt.",
]
PIECES = st.one_of(
    st.sampled_from(
        [
            "60 people were killed",
            " ",
            "\n\n",
            "\u00a0",
            "\u200f",
            "—",
            "“",
            "137",
            ". ",
            "dead",
            "including",
            "İ",
        ]
    ),
    st.text(max_size=12),
)
SURFACE = Reader((FIGURE,), Names({}), None)


def told(reader, text):
    return sorted((f.measure, f.count.low, f.scope) for f in reader.read(text=text))


@given(title=st.lists(PIECES, max_size=6).map("".join), text=st.lists(PIECES, max_size=12).map("".join))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_evidence_of_every_figure_is_the_text_at_its_offsets(title, text):
    for figure in SURFACE.read(title=title, text=text):
        field = {"title": title, "text": text}[figure.evidence.field]
        assert field[figure.evidence.start : figure.evidence.end] == figure.evidence.text
        start, end = figure.evidence.focus
        assert figure.evidence.start <= start < end <= figure.evidence.end


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace(" ", "\n"),
        lambda text: text.replace(" - ", " – "),
        lambda text: text.replace(" - ", "—"),
        lambda text: text.replace("'", "’"),
        lambda text: text.removesuffix("."),
        lambda text: text.removesuffix(".") + "!",
        lambda text: "Updated 14:32 GMT, 3 March 2023.\n\n" + text,
        lambda text: text + "\n\nSign up now and get 30% off in your first 12 months.",
    ],
)
def test_typography_changes_no_figure(figure_reader, sentence, change):
    assert told(figure_reader, change(sentence)) == told(figure_reader, sentence) != []


def test_surface_rules_alone_read_headlines():
    assert told(SURFACE, "Death toll climbs to 137") == [("killed", 137, "total")]


@pytest.mark.parametrize("unit", ["7 dead ", "of 7 dead in 1999 ", "7 others dead, police said, "])
def test_a_sentence_of_nothing_but_counts_is_read_no_further_than_any_newsroom_writes(figure_reader, unit):
    read = figure_reader.read(text=unit * (20_000 // len(unit)))
    assert 0 < len(read) <= MOST_COUNTS * (20_000 // MAX_SENTENCE + 1)


def test_sentences_behind_the_most_that_are_parsed_are_read_by_surface_rules(figure_reader):
    read = figure_reader.read(
        text="Rain fell. " * MOST_PARSED + "The blast killed nine people and 14 others were hurt."
    )
    assert [(f.measure, f.count.low) for f in read] == [("killed", 9), ("injured", 14)]


def test_other_languages_give_nothing():
    texts = [
        "12 personas murieron en el atentado.",
        "Mindestens 60 Menschen wurden getötet.",
        "Погибли 60 человек.",
        "60人死亡",
    ]
    assert [told(SURFACE, text) for text in texts] == [[]] * 4


def test_a_document_that_counts_people_shot_and_tells_of_dead_does_not_count_the_shot_as_hurt():
    read = SURFACE.read(text="Five people were shot outside a bar. Two people were killed.")
    assert [(f.measure, f.count.low, f.scope) for f in read] == [
        ("injured", 5, "part"),
        ("killed", 2, "total"),
    ]
