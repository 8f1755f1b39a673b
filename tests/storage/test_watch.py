from datetime import timedelta

import pytest

from storage import SourceState, StoryState
from storydelta.errors import StoreError
from tests.storage.samples import NOON, STORY, at


def test_a_story_is_leased_to_one_holder_until_the_lease_ends(store):
    assert store.lease(STORY, "a", NOON, 60)
    assert not store.lease(STORY, "b", at(0.9), 60)
    assert store.lease(STORY, "b", at(1), 60)
    assert not store.lease(STORY, "a", at(1), 60)


def test_a_holder_can_prolong_its_lease(store):
    assert store.lease(STORY, "a", NOON, 60)
    assert store.lease(STORY, "a", at(0.9), 60)
    assert not store.lease(STORY, "b", at(1.5), 60)


def test_a_lease_is_released_by_its_holder_only(store):
    store.lease(STORY, "a", NOON, 60)
    store.release(STORY, "b")
    assert not store.lease(STORY, "b", NOON, 60)
    store.release(STORY, "a")
    assert store.lease(STORY, "b", NOON, 60)


def test_leases_of_two_stories_are_two(store):
    assert store.lease(STORY, "a", NOON, 60)
    assert store.lease("another", "b", NOON, 60)
    assert [s.lease_holder for s in store.stories()] == ["b", "a"]


def test_a_lease_of_a_clock_that_was_put_back_does_not_hold(store):
    assert store.lease(STORY, "a", NOON + timedelta(days=400), 60)
    assert store.lease(STORY, "b", NOON, 60)


def test_a_lease_lasts_a_day_at_most(store):
    assert store.lease(STORY, "a", NOON, 1e6)
    assert not store.lease(STORY, "b", NOON, 60)
    assert store.lease(STORY, "b", NOON + timedelta(days=1), 60)


def test_a_story_is_due_when_its_time_has_come_and_nobody_holds_it(store):
    with store.writing(STORY, NOON) as work:
        work.schedule(at(10))
    with store.writing("another", NOON) as work:
        work.schedule(at(5))
    with store.writing("resting", NOON) as work:
        work.schedule(None)
    assert store.due_stories(at(4)) == ()
    assert store.due_stories(at(10)) == ("another", STORY)
    store.lease("another", "a", at(10), 60)
    assert store.due_stories(at(10)) == (STORY,)
    assert store.due_stories(at(11)) == ("another", STORY)
    assert store.stories()[1] == store.story(STORY) == StoryState(slug=STORY, next_due_at=at(10))
    assert store.story("unheard-of") is None


def test_how_a_source_fares_is_kept_under_its_key(store):
    down = SourceState(
        key="feed:https://courier.example/rss", succeeded_at=NOON, failed_at=at(5), failures=2, problem="503\x00",
        reported=True, next_due_at=at(15), changed_at=at(-9), state={"etag": 'W/"\x00é"', "seen": [1, None, {"a": 2.5}]},
    )  # fmt: skip
    with store.writing(STORY, NOON) as work:
        assert work.source_states() == {}
        work.save_source_state(SourceState(key=down.key))
        work.save_source_state(SourceState(key="folder:seeds"))
        work.save_source_state(down)
    kept = store.source_states(STORY)
    assert list(kept) == [down.key, "folder:seeds"]
    assert kept["folder:seeds"] == SourceState(key="folder:seeds")
    assert kept[down.key].state == down.state
    assert kept[down.key].problem == "503\ufffd"
    times = (kept[down.key].failed_at, kept[down.key].next_due_at, kept[down.key].changed_at)
    assert times == (at(5), at(15), at(-9))
    assert store.source_states("another") == {}


def test_a_naive_time_is_refused_wherever_one_is_given(store):
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(StoreError, match="has no zone"):
        store.lease(STORY, "a", naive, 60)
    with pytest.raises(StoreError, match="has no zone"):
        store.due_stories(naive)
    with pytest.raises(StoreError, match="has no zone"):
        store.edition_as_of(STORY, naive)
    assert store.stories() == ()
