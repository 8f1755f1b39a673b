from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flows.pace_runs import next_run, pace
from storydelta.cron import read_cron
from storydelta.stories import parse_story
from storydelta.story import Adaptive

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)
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


def story(schedule=""):
    source = '[[sources]]\nkind = "folder"\npath = "inbox"\n'
    return parse_story(
        f'title = "Bridge"\ntimezone = "Europe/Moscow"\n{schedule}\n{source}', "bridge", "bridge.toml"
    )


@pytest.mark.parametrize(
    ("schedule", "rested", "after"),
    [
        ("", HOUR, HOUR / 4),
        ('every = "2 h"', None, 2 * HOUR),
        ('cron = "30 9 * * *"', HOUR, 18.5 * HOUR),  # noon is three in the afternoon in Moscow
        ('adaptive = { fastest = "5 min", slowest = "3 h" }', timedelta(0), HOUR / 12),
        ('adaptive = { fastest = "5 min", slowest = "3 h" }', 4 * HOUR, HOUR),
        ('adaptive = { fastest = "5 min", slowest = "3 h" }', 99 * HOUR, 3 * HOUR),
        ('adaptive = { fastest = "5 min", slowest = "3 h" }', None, HOUR / 4),
        ('every = "1 day"\nadaptive = { fastest = "5 min", slowest = "3 h" }', None, 3 * HOUR),
    ],
)  # fmt: skip
def test_a_story_is_due_as_its_file_says(schedule, rested, after):
    assert next_run(story(schedule), NOON, None if rested is None else NOON - rested) == NOON + after


def test_where_all_stories_are_paced_those_with_a_schedule_of_their_own_keep_to_it():
    assert next_run(story(), NOON, NOON, adaptive=True) == NOON + HOUR / 16
    assert next_run(story('cron = "0 9 * * *"'), NOON, NOON, adaptive=True) == NOON + 18 * HOUR
    bounds = Adaptive(fastest=HOUR, slowest=2 * HOUR)
    assert pace(HOUR, 99 * HOUR, bounds) == 2 * HOUR


def field(lowest, highest):
    value = st.integers(lowest, highest)
    ends = st.tuples(value, value).filter(lambda pair: pair[0] < pair[1])  # '0-0' is a week to the peer
    span = ends.map("{0[0]}-{0[1]}".format)
    part = st.one_of(
        value.map(str), span, st.tuples(st.just("*") | span, st.integers(1, 30)).map("{0[0]}/{0[1]}".format)
    )
    return st.just("*") | st.lists(part, min_size=1, max_size=3).map(",".join)


LINES = st.tuples(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 7)).map(" ".join)


@pytest.mark.prefect
@settings(deadline=None)  # the first example imports Prefect
@given(line=LINES, minutes=st.integers(0, 3_000_000))
def test_a_line_names_the_moments_that_prefect_makes_of_it(line, minutes):
    from prefect._vendor.croniter import croniter  # what a deployment's schedule goes by

    moment = NOON + timedelta(minutes=minutes)
    try:
        cron = read_cron(line)
    except ValueError as problem:
        assume("no year has" not in str(problem))
        raise
    _, _, days, _, weekdays = line.split()
    assume(len(cron.days) < 31 or days == "*")  # '*/1' limits, to the peer
    assume(len(cron.weekdays) < 7 or weekdays == "*")
    theirs = croniter(line, moment)
    for _ in range(3):
        moment = cron.next_after(moment, UTC)
        assert moment == theirs.get_next(datetime)
