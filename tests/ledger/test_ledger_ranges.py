import pytest

from storydelta.ledger import exclude, height, satisfies, span
from storydelta.model import Qualifier, Range
from tests.samples import about, at_least, dozens, exactly, up_to


def more_than(n):
    return Range(low=n, high=None, qualifier=Qualifier.MORE_THAN)


def fewer_than(n):
    return Range(low=0, high=n, qualifier=Qualifier.FEWER_THAN)


@pytest.mark.parametrize(
    ("one", "other", "excluding"),
    [
        (exactly(60), exactly(60), False),
        (exactly(60), exactly(61), True),
        (at_least(60), exactly(137), False),
        (at_least(60), exactly(59), True),
        (more_than(60), exactly(60), True),
        (fewer_than(60), exactly(60), True),
        (up_to(60), exactly(60), False),
        (up_to(60), at_least(61), True),
        (about(140), exactly(137), False),
        (about(140), exactly(100), True),
        (dozens(), exactly(60), False),
        (dozens(), exactly(137), True),
        (at_least(1), at_least(1000), False),
    ],
)
def test_two_counts_contradict_each_other_only_where_their_ranges_exclude_each_other(one, other, excluding):
    assert exclude(one, other) is excluding
    assert exclude(other, one) is excluding


@pytest.mark.parametrize(
    ("standing", "newer", "satisfied"),
    [
        (exactly(137), at_least(60), True),
        (exactly(60), dozens(), True),
        (at_least(60), at_least(60), True),
        (exactly(60), at_least(61), False),
        (exactly(60), exactly(60), False),
        (exactly(137), up_to(100), False),
        (exactly(80), up_to(100), False),
        (at_least(200), dozens(), True),
        (exactly(10), dozens(), False),
    ],
)
def test_an_open_or_vague_figure_is_satisfied_by_one_that_already_says_as_much(standing, newer, satisfied):
    assert satisfies(standing, newer) is satisfied


def test_the_height_of_an_upper_bound_is_its_upper_end():
    assert height(up_to(60)) == 60
    assert height(at_least(60)) == 60


def test_a_span_is_never_empty():
    assert span(fewer_than(0)) == (0, 0)
