"""Documents are read one by one or many at a time, with the same claims."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storydelta.claims import KINDS
from storydelta.claims.reader import MOST_HELD, Reader
from storydelta.model import Item
from storydelta.names import load_names
from storydelta.syntax import load_parser

TEXTS = (
    "",
    "The market was quiet.",
    "Turkey blamed the PKK for the car bomb; the PKK rejected the accusation. Two men were arrested.",
    "Russia expressed doubts about the US claims. A Russian strike killed 12 people, officials said.",
    "FLOOD KILLS SEVEN IN VALLEY - POLICE",
    "Iran warned Russia of an attack in March. The Islamic State said its fighters had killed 40 soldiers.",
)


@pytest.fixture(scope="module")
def reader():
    load_parser.cache_clear()  # so that the sentences are parsed anew
    return Reader(kinds=KINDS, names=load_names(), parser=load_parser())


def items(count):
    """So many documents, no two with the same sentences, in two fields."""
    for n in range(count):
        text = " ".join(f"{TEXTS[(n + k) % len(TEXTS)]} This was road {n}." for k in range(n % 4))
        yield Item(
            url=f"https://news.example/{n}", title=TEXTS[n % len(TEXTS)].replace("12", str(n + 2)), text=text,
            published_at=datetime(2026, 3, 1, tzinfo=UTC), publisher="Example",
        )  # fmt: skip


def test_many_documents_have_the_claims_that_each_has_alone(reader):
    together = list(reader.read_all(items(40)))
    assert [item for item, _ in together] == list(items(40))
    for item, claims in together:
        alone = reader.read(
            title=item.title, text=item.text, publisher=item.publisher, published_at=item.published_at
        )
        assert claims == alone
    assert {claim.kind for _, claims in together for claim in claims} == {kind.name for kind in KINDS}


def test_few_documents_are_taken_before_the_first_comes_out(reader):
    taken = []
    read = reader.read_all(taken.append(item) or item for item in items(3 * MOST_HELD))
    assert next(read)[0].url.endswith("/0")
    assert len(taken) <= MOST_HELD
    assert len(list(read)) == 3 * MOST_HELD - 1


def test_a_document_with_nothing_to_parse_does_not_wait(reader):
    taken = []
    read = reader.read_all(taken.append(n) or Item(url="u", text="Quiet.") for n in range(9))
    assert next(read)[1] == ()
    assert taken == [0]


def test_without_a_parser_surface_rules_read_many_documents_too():
    unaided = Reader(kinds=KINDS, names=load_names(), parser=None)
    (first, second) = unaided.read_all([Item(url="a", text="7 dead."), Item(url="b", text="9 dead.")])
    assert [claims[0].count.low for _, claims in (first, second)] == [7, 9]


def test_a_text_has_the_same_claims_after_whatever_was_read_before(reader):
    text = " ".join(TEXTS)
    first = reader.read(text=text)
    list(reader.read_all(items(20)))
    assert reader.read(text=text) == first
    assert Reader(kinds=KINDS, names=load_names(), parser=reader.parser).read(text=text) == first
