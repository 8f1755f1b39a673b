import os
from datetime import UTC, datetime, timedelta

import pytest

from flows.find_due import AGAIN, due_stories, is_due, put_off

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)
SLUG = "harbour-blast"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def say(home):
    """Writes a line into the head of the story's file."""
    path = home / "stories" / f"{SLUG}.toml"
    before = path.read_text()
    return lambda line: path.write_text(f"{line}\n{before}")


def test_stories_that_never_ran_are_due_and_then_those_whose_time_has_come(house, home, run):
    assert due_stories(house, NOON) == (SLUG,)
    run(NOON)
    (home / "stories" / "a-second.toml").write_text((home / "stories" / f"{SLUG}.toml").read_text())
    assert due_stories(house, NOON) == ("a-second",)
    assert due_stories(house, NOON + 15 * MINUTE) == ("a-second", SLUG)


def test_a_story_is_due_by_cron_in_its_own_time_zone(house, say, run):
    say('timezone = "Europe/Moscow"\ncron = "30 15 * * *"')
    run(NOON)
    assert due_stories(house, NOON + 29 * MINUTE) == ()
    assert due_stories(house, NOON + 30 * MINUTE) == (SLUG,)


def test_a_story_that_is_paced_is_due_soon_where_it_moved(house, say, run, write):
    say('adaptive = { fastest = "2 min", slowest = "2 h" }')
    write("a", "Twelve people were killed in the blast at the harbour.")
    run(NOON)
    assert due_stories(house, NOON + 2 * MINUTE) == (SLUG,)
    run(NOON + 20 * MINUTE)
    assert due_stories(house, NOON + 24 * MINUTE) == ()
    assert due_stories(house, NOON + 25 * MINUTE) == (SLUG,)


def test_a_paused_story_is_not_due_and_one_that_cannot_be_read_is(house, say):
    say("paused = true")
    assert due_stories(house, NOON) == ()
    say("paused = true\nbroken")
    assert due_stories(house, NOON) == (SLUG,)


def test_a_schedule_that_was_made_tighter_counts_at_once_and_one_that_was_loosened_after_the_next_run(
    house, say, run
):
    say('every = "1 day"')
    run(NOON)
    assert due_stories(house, NOON + 10 * MINUTE) == ()
    say('every = "5 min"')
    assert due_stories(house, NOON + 10 * MINUTE) == ()
    assert due_stories(house, NOON + 15 * MINUTE) == (SLUG,)
    say('every = "2 days"')
    assert due_stories(house, NOON + 15 * MINUTE) == (SLUG,)


def test_a_file_that_was_not_touched_is_not_looked_at(house, say, home, run):
    say('every = "1 day"')
    run(NOON)
    say('every = "5 min"')
    os.utime(home / "stories" / f"{SLUG}.toml", (0, 0))
    due_stories(house, NOON)
    assert due_stories(house, NOON + 60 * MINUTE) == ()


def test_whether_a_story_is_due_is_asked_again_with_what_the_asker_tolerates(house, run):
    assert is_due(house, SLUG, NOON)
    run(NOON)
    assert not is_due(house, SLUG, NOON + 14 * MINUTE)
    assert is_due(house, SLUG, NOON + 14 * MINUTE, within=MINUTE)
    put_off(house, SLUG, NOON + 15 * MINUTE)
    assert not is_due(house, SLUG, NOON + 15 * MINUTE)
    assert is_due(house, SLUG, NOON + 15 * MINUTE + AGAIN)


def test_a_story_that_a_clock_scheduled_which_was_put_back_is_due_by_its_file_again(house, home, run):
    path = home / "stories" / f"{SLUG}.toml"
    os.utime(path, (NOON.timestamp() - 30 * 86_400,) * 2)
    run(NOON + timedelta(days=400))
    assert due_stories(house, NOON) == ()
    assert due_stories(house, NOON + 16 * MINUTE) == (SLUG,)
