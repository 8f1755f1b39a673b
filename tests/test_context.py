"""Cues cover what they should and end where they should."""

from __future__ import annotations

import pytest

from storydelta import lexicon
from storydelta.context import categories

EXAMPLES = lexicon.load("cues")["examples"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["text"] for e in EXAMPLES])
def test_an_example_of_the_lexicon_is_covered_as_it_says(example):
    before, telling, after = example["text"].split("*")
    start = len(before)
    assert sorted(categories(before + telling + after, start, start + len(telling))) == example["covers"]
