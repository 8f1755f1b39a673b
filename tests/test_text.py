"""Sentences keep their place in the raw text, whatever was evened out."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.text import MAX_SENTENCE, flatten, sentences

PATIENCE = 5.0
"""Seconds of the processor: ten times what it takes on a slow one, and a tenth of what a square would take."""


@given(st.text(max_size=200))
def test_each_plain_character_comes_from_a_raw_one_in_order(raw):
    flat = flatten(raw)
    assert len(flat.text) == len(flat.origin)
    assert list(flat.origin) == sorted(flat.origin)
    assert all(0 <= offset < len(raw) for offset in flat.origin)


@given(st.text(alphabet="ab .!?\n\u00a0—“é", max_size=120))
def test_a_sentence_is_the_text_at_its_offsets(raw):
    for sentence in sentences(raw):
        assert raw[sentence.start : sentence.end] == sentence.raw
        assert len(sentence.origin) == len(sentence.plain)


def test_an_em_dash_sets_words_apart_and_points_back_at_itself():
    raw = "the attack—12 dead—was"
    assert flatten(raw).text == "the attack - 12 dead - was"
    (sentence,) = sentences(raw)
    start, end = sentence.raw_span(sentence.plain.index("12"), sentence.plain.index("dead") + 4)
    assert raw[start:end] == "12 dead"


def test_blank_lines_end_a_sentence_and_line_breaks_do_not():
    assert [s.plain for s in sentences("One\ntwo\n\nThree")] == ["One two", "Three"]


@pytest.mark.parametrize(
    ("raw", "plains"),
    [
        ("So far\n- 55 dead\n- 76 hurt", ["So far", "- 55 dead", "- 76 hurt"]),
        ("* 55 dead\n* 76 hurt", ["* 55 dead", "* 76 hurt"]),
        ("09:42 Toll rises to 35\nThe toll has grown.", ["09:42 Toll rises to 35", "The toll has grown."]),
        ("Attack kills 12\n- governor", ["Attack kills 12 - governor"]),
        ("He left at\n10:30 and came back.", ["He left at 10:30 and came back."]),
    ],
)
def test_the_entries_of_a_list_and_of_a_live_page_stand_by_themselves(raw, plains):
    assert [found.plain for found in sentences(raw)] == plains


def test_a_sentence_without_an_end_is_cut_between_words():
    cut = sentences("word " * 10_000)
    assert max(len(sentence.plain) for sentence in cut) <= MAX_SENTENCE
    assert {word for sentence in cut for word in sentence.plain.split()} == {"word"}


@given(st.text(alphabet="ab .“—\u00ad\u200b\n\t", max_size=60))
def test_a_part_of_the_origins_is_what_it_was_in_the_whole(raw):
    origin = flatten(raw).origin
    whole = list(origin)
    for low in range(len(whole)):
        for high in range(low + 1, len(whole) + 1):
            assert list(origin.part(low, high)) == [offset - whole[low] for offset in whole[low:high]]


@pytest.mark.parametrize(
    "unit", [" ", "\"'([{", "\t", "\u00a0", "\n", " \n", "—", "\u200b", "x\u200b", "U.S. ", "."]
)
def test_a_hundred_thousand_of_anything_are_split_in_time_proportional_to_them(unit):
    started = process_time()
    sentences(unit * 100_000)
    assert process_time() - started < PATIENCE


def test_a_paragraph_of_a_million_characters_is_split_as_its_sentences_alone():
    sentence = "On day {n} the council met about road {n}."
    written = [sentence.format(n=n) for n in range(25_000)]
    assert [found.plain for found in sentences(" ".join(written))] == written


def test_the_blanks_of_a_tokeniser_are_closed_and_offsets_stay_exact():
    raw = "Ann Reed , 24 , of Leeds 's north ( near York ) said `` no . ''"
    (sentence,) = sentences(raw)
    assert sentence.plain == 'Ann Reed, 24, of Leeds\'s north (near York) said " no. "'
    low = sentence.plain.index("Leeds's north")
    start, end = sentence.raw_span(low, low + len("Leeds's north"))
    assert raw[start:end] == "Leeds 's north"


def test_a_blank_before_a_number_that_begins_with_a_point_stays():
    assert sentences("He held a .22 rifle.")[0].plain == "He held a .22 rifle."
