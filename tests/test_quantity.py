"""The number grammar reads what news writes and leaves alone what is no count."""

from __future__ import annotations

import pytest

from storydelta import lexicon
from storydelta.quantity import Count, find_counts

EXAMPLES = lexicon.load("quantity")["examples"]


def shown(count: Count) -> str:
    high = "-" if count.range.high is None else count.range.high
    return f"{count.range.low} {high} {count.range.qualifier}"


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["text"] for e in EXAMPLES])
def test_an_example_of_the_lexicon_is_read_as_it_says(example):
    assert [shown(count) for count in find_counts(example["text"])] == example["counts"]
