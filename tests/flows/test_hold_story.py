import time
from datetime import timedelta

from flows.hold_story import held
from flows.wiring import utc_now

SLUG = "harbour-blast"


def test_a_run_that_takes_longer_than_its_lease_keeps_the_story(house):
    with held(house.store, SLUG, "slow", utc_now, seconds=0.6) as alone:
        assert alone
        time.sleep(1.5)
        assert not house.store.lease(SLUG, "another", utc_now(), 1)
        with held(house.store, SLUG, "another", utc_now) as second:
            assert not second
    assert house.store.lease(SLUG, "another", utc_now(), 1)


def test_a_run_that_died_lets_go_of_its_story(house):
    house.store.lease(SLUG, "dead", utc_now(), 300)
    later = utc_now() + timedelta(seconds=301)
    with held(house.store, SLUG, "next", lambda: later) as alone:
        assert alone


def test_a_run_that_lost_its_story_says_so_and_takes_it_from_nobody(house, caplog):
    with held(house.store, SLUG, "slow", utc_now, seconds=0.3):
        later = utc_now() + timedelta(seconds=60)
        assert house.store.lease(SLUG, "another", later, 60)
        time.sleep(0.4)
    assert "another run has the story now" in caplog.text
    assert house.store.stories()[0].lease_holder == "another"
