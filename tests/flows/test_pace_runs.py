from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.pace_runs import pace

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("rested", "hours"), [(0, 0.25), (1, 0.25), (4, 1), (8, 2), (32, 8), (1_000, 8), (None, 1)]
)
def test_a_story_is_run_the_sooner_the_less_it_has_rested(rested, hours):
    assert pace(HOUR, None if rested is None else rested * HOUR) == hours * HOUR


@given(
    every=st.timedeltas(timedelta(seconds=1), timedelta(days=30)),
    rested=st.timedeltas(timedelta(-9), timedelta(9999)),
)
def test_the_pace_stays_within_its_bounds(every, rested):
    assert every / 4 <= pace(every, rested) <= every * 8


def test_a_story_that_rests_is_run_ever_more_seldom_and_one_that_moves_at_once_more_often():
    at, pauses = timedelta(0), []
    while at < 60 * HOUR:
        pauses.append(pace(HOUR, at))
        at += pauses[-1]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (HOUR / 4, 8 * HOUR)
    assert len(pauses) < 30
