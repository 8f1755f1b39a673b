import asyncio
from datetime import timedelta

import pytest

from storydelta.model import DeliveryState

pytestmark = pytest.mark.prefect


@pytest.fixture
def seeds(tmp_path, monkeypatch, prefect_server):
    """The seed story, set up as the demo does it."""
    for name in ("STORYDELTA_HOME", "STORYDELTA_STORIES"):
        monkeypatch.setenv(name, "")  # so that what the demo sets is undone after the test
    from flows import run_demo

    demo = run_demo.Demo(folder=tmp_path / "demo")
    run_demo.lay_out(demo)
    for name, value in demo.environment.items():
        monkeypatch.setenv(name, value)
    return demo


def test_the_seed_story_runs_from_its_documents_to_its_digests(seeds):
    from flows.run_demo import run_all
    from flows.wiring import build_house

    async def collect():
        return [(run, outcome) async for run, outcome in run_all(seeds)]

    runs = asyncio.run(collect())
    assert [run.name for run, outcome in runs if (outcome.edition is not None) != run.moves] == []
    assert [outcome.problems for _, outcome in runs if outcome.problems] == []
    digests = [outcome for _, outcome in runs if outcome.message]
    assert len(list(seeds.digests.glob("moscow-concert-hall-*.html"))) == len(digests)
    with build_house().store as store:
        assert store.delivery_counts()[DeliveryState.SENT] == len(digests)


def test_a_story_that_another_run_holds_is_left_to_it(seeds):
    from flows.watch_story import watch_story
    from flows.wiring import build_house

    house = build_house()
    with house.store:
        assert house.store.lease("moscow-concert-hall", "another", house.clock(), 60)
        assert asyncio.run(watch_story("moscow-concert-hall")) is None
        later = house.clock() + timedelta(seconds=61)
        assert house.store.lease("moscow-concert-hall", "a third", later, 60)
