"""People told one by one are summed; what only looks like a list of victims is not."""

from __future__ import annotations

import pytest

from storydelta import lexicon
from storydelta.claims import figure_list
from storydelta.quantity import find_counts

RULES = lexicon.load("figures")["list_rules"]
EXAMPLES = [(rule["name"], example) for rule in RULES for example in rule["examples"]]


def lists(text):
    return [listed.count.range.low for listed in figure_list.find_lists(text, find_counts(text))]


def totals(reader, text):
    return [(f.measure.value, f.count.low) for f in reader.read(text=text) if f.scope == "total"]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[e["text"] for _, e in EXAMPLES])
def test_an_example_of_a_list_rule_is_read_by_it(name, example):
    text = example["text"]
    found = list(figure_list.find_mentions(text, find_counts(text)))
    assert name in [mention.rule for mention, _ in found]
    assert f"{found[0][0].measure} {found[0][1].count.range.low}" in [
        " ".join(c.split()[:2]) for c in example["claims"]
    ]


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("Anna Bell (left), 37, and her son, 16-year-old Tom Bell, were buried.", [2]),
        (
            "Betty Marsh, 55, Alexis Marsh, 29 and pregnant, and Armani Marsh, eight years old, left home.",
            [3],
        ),
        ("Rena Bell, 30; Joshua Hill, 31; and Brian Sand, 44", [3]),
        ("The mayor, John Smith, and his wife, Mary Smith, came.", [2]),
        ("John Smith, a teacher, and Mary Jones, a nurse, came.", [2]),
        ("John Smith, 24, of Leeds, and Tom Holt, 31, of York", [2]),
        ("A 25 y/o man, 29 y/o man, and 43 y/o man", [3]),
        ("Father, two daughters", [3]),
        ("An elderly couple and their grandson", [3]),
        ("Two people, a man and a woman, came.", []),
        ("Two women, Anna Bell, 24, and Zoe Holt, 31, came.", []),
        ("Several officers and a man came.", []),
        ("At least three men and a woman came.", []),
        ("A man and several others came.", []),
        ("The blast killed ten people, a mayor said.", []),
        ("Including a nurse and two boys", []),
    ],
)
def test_a_list_counts_everybody_once(text, sums):
    assert lists(text) == sums


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("His mother and grandmother were shot and killed.", [("killed", 2)]),
        ("Mother, toddler killed in shooting in Fort Wells", [("killed", 2)]),
        ("Two women and a baby are dead after a shooting.", [("killed", 3)]),
        ("The suspects, John Smith, 24, and Tom Holt, 31, were arrested on Monday.", [("detained", 2)]),
        ("A couple was found dead in their home on Sunday.", [("killed", 2)]),
        ("A man shot and killed his wife, son and daughter before killing himself.", [("killed", 4)]),
        ("A gunman killed two people and then himself.", [("killed", 2), ("killed", 3)]),
        ("The blast killed a man and two women were hurt.", [("injured", 2), ("killed", 1)]),
        ("The police chief and the mayor said 12 people were killed.", [("killed", 12)]),
        ("A woman and her two sons survived the crash that killed 12.", [("killed", 12)]),
        ("Rebels captured Deir Ezzor and Tel Abyad.", []),
        ("John Smith and Mary Jones held talks on Monday.", []),
        ("A man and two boys were nearly killed when a tree fell.", []),
        ("A man and two boys could have been killed.", []),
        ("His parents died when he was ten.", []),
        ("Doctors saved a mother and her baby.", []),
        ("The toddler found a pistol and shot himself in the face.", []),
        ("The actor took his own life last week.", []),
    ],
)
def test_the_sum_is_the_whole_where_something_happened_to_all(figure_reader, text, told):
    assert totals(figure_reader, text) == told


def test_a_list_beside_a_larger_count_is_a_part_of_it(figure_reader):
    text = "The crash killed 14 people. Anna Marsh, 24, and Tom Holt, 31, were killed instantly."
    assert totals(figure_reader, text) == [("killed", 14)]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "A boy was shot dead on Elm Street. The teenager was killed at noon. The victim was shot and killed by a driver.",
            [("killed", 1)],
        ),
        (
            "Joe Park was arrested on Monday. Police said they had arrested Mr. Park at his home.",
            [("detained", 1)],
        ),
        ("A boy was shot dead on Elm Street. A woman was shot dead at noon.", []),
        ("Ann Park was shot dead on Elm Street. Joe Park was shot dead at noon.", []),
        ("The gunman was shot dead. A man was killed.", []),
    ],
)
def test_a_victim_told_in_several_words_is_one_and_two_victims_are_no_toll(figure_reader, text, claims):
    assert totals(figure_reader, text) == claims
