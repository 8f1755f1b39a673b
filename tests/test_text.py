"""Sentences keep their place in the raw text, whatever was evened out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storydelta.text import MAX_SENTENCE, flatten, sentences


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


def test_a_sentence_without_an_end_is_cut_between_words():
    cut = sentences("word " * 10_000)
    assert max(len(sentence.plain) for sentence in cut) <= MAX_SENTENCE
    assert {word for sentence in cut for word in sentence.plain.split()} == {"word"}
