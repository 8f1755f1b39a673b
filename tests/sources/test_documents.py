import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydelta.errors import DocumentError
from storydelta.model import Item
from storydelta.sources import item_from_json, read_documents

FIELDS = ("id", "url", "title", "text", "publisher", "published_at")


def lines(*objects):
    return [json.dumps(each) + "\n" for each in objects]


def test_a_line_gives_its_document_with_a_date_alone_at_midnight_utc():
    one = {"id": "a", "url": "https://example.org/1", "title": "T", "text": "B", "publisher": "P", "published_at": "2024-03-25"}  # fmt: skip
    assert list(read_documents(lines(one), "x.jsonl")) == [
        Item(url="https://example.org/1", title="T", text="B", publisher="P", id="a", published_at=datetime(2024, 3, 25, tzinfo=UTC))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2024-03-25T09:30:00Z", 9),
        ("2024-03-25T12:30:00+03:00", 9),
        ("2024-03-25T09:30", 9),
        ("2024-03-25 09:30", 9),
    ],
)
def test_times_come_out_in_utc(written, hour):
    moment = item_from_json({"text": "x", "published_at": written}, "x").published_at
    assert moment == datetime(2024, 3, 25, hour, 30, tzinfo=UTC)


def test_a_document_without_a_url_is_known_by_its_id_and_else_by_its_line():
    found = list(read_documents(["\n", *lines({"id": "a", "text": "x"}, {"title": "x"})], "x.jsonl"))
    assert [(item.url, item.id) for item in found] == [("id:a", "a"), ("line:3", "line:3")]


def test_bytes_and_text_streams_are_read_alike_also_with_a_byte_order_mark():
    line = '{"text": "café"}\n'
    expected = list(read_documents([line], "x"))
    assert list(read_documents([line.encode()], "x")) == expected
    assert list(read_documents([line.encode("utf-8-sig")], "x")) == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{text: 1}", "docs.jsonl, line 2: not JSON"),
        ("[1]", "docs.jsonl, line 2: not an object but a list"),
        ('{"text": 3}', "line 2: text is a number, not text (3)"),
        ('{"url": ["x"], "text": "x"}', "line 2: url is a list, not text"),
        ('{"title": " ", "text": null}', "line 2: neither text nor title"),
        ('{"text": "x", "published_at": "yesterday"}', "line 2: published_at: 'yesterday' is not a date; write one like"),
        ("[" * 100_000, "line 2: not JSON"),
        (b"\xff\xfe", "line 2: not UTF-8"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_document_is_an_error_that_names_it(line, said):
    good = '{"text": "x"}' if isinstance(line, str) else b'{"text": "x"}'
    stream = read_documents([good, line], "docs.jsonl")
    next(stream)
    with pytest.raises(DocumentError) as problem:
        next(stream)
    assert said in str(problem.value)
    assert len(str(problem.value)) < 250


def test_a_missing_date_is_an_error_only_where_dates_are_needed():
    assert next(read_documents(lines({"text": "x"}), "x")).published_at is None
    with pytest.raises(DocumentError, match="no published_at; add one like"):
        next(read_documents(lines({"text": "x"}), "x", dated=True))


def test_what_no_database_takes_is_replaced_character_by_character():
    item = item_from_json({"text": "a\x00b\ud800c"}, "x")
    assert item.text == "a\ufffdb\ufffdc"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=10,
)


@given(ANY_JSON)
def test_any_json_is_a_document_or_an_error_in_words(value):
    with suppress(DocumentError):
        item = item_from_json(value, "x")
        assert item.text.strip() or item.title.strip()
        assert item.published_at is None or item.published_at.tzinfo is UTC


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_line_is_a_document_or_an_error_in_words(line):
    with suppress(DocumentError):
        assert len(list(read_documents([line], "x"))) <= 1
