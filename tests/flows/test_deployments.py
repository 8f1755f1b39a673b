from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLAN = yaml.safe_load((ROOT / "deploy" / "prefect.yaml").read_text())

pytestmark = pytest.mark.prefect


@pytest.mark.parametrize("deployment", PLAN["deployments"], ids=lambda deployment: deployment["name"])
def test_each_deployment_names_a_flow_that_loads_and_takes_its_parameters(deployment, monkeypatch):
    monkeypatch.chdir(ROOT)
    from prefect.flows import load_flow_from_entrypoint

    flow = load_flow_from_entrypoint(deployment["entrypoint"], use_placeholder_flow=False)
    flow.validate_parameters(deployment.get("parameters", {}))


def test_a_tick_runs_the_stories_that_are_due_and_only_those(prefect_server, house, write, home):
    import asyncio
    from datetime import UTC, datetime, timedelta

    from flows.watch_due import watch_due

    now = datetime(2024, 3, 2, 12, tzinfo=UTC)
    write("a", "Twelve people were killed in the blast at the harbour.")
    (home / "stories" / "broken.toml").write_text("title = 1\n")
    first = asyncio.run(watch_due(now=now))
    too_early = asyncio.run(watch_due(now=now + timedelta(minutes=1)))
    later = asyncio.run(watch_due(now=now + timedelta(minutes=16)))
    assert [len(outcomes) for outcomes in (first, too_early, later)] == [1, 0, 1]
    assert first[0].edition is not None


def test_a_story_whose_file_is_broken_is_not_tried_with_every_tick(prefect_server, house, home):
    import asyncio
    from datetime import UTC, datetime, timedelta

    from flows.find_due import due_stories
    from flows.watch_due import watch_due

    now = datetime(2024, 3, 2, 12, tzinfo=UTC)
    (home / "stories" / "broken.toml").write_text("title = 1\n")
    asyncio.run(watch_due(now=now))
    assert "broken" not in due_stories(house, now + timedelta(minutes=1))
    assert "broken" in due_stories(house, now + timedelta(minutes=16))


def test_two_ticks_at_once_run_each_story_once(prefect_server, house, home, write):
    import asyncio
    from datetime import UTC, datetime

    from flows.watch_due import watch_due

    now = datetime(2024, 3, 2, 12, tzinfo=UTC)
    write("a", "Twelve people were killed in the blast at the harbour.")
    text = (home / "stories" / "harbour-blast.toml").read_text()
    (home / "stories" / "second.toml").write_text(text)

    async def both():
        return await asyncio.gather(watch_due(now=now), watch_due(now=now))

    run = sorted(outcome.story for outcomes in asyncio.run(both()) for outcome in outcomes)
    assert run == ["harbour-blast", "second"]


def test_a_run_that_is_asked_to_come_only_where_the_story_is_due_does_nothing_before(prefect_server, house):
    import asyncio
    from datetime import UTC, datetime, timedelta

    from flows.watch_story import watch_story

    noon = datetime(2024, 3, 2, 12, tzinfo=UTC)
    assert asyncio.run(watch_story("harbour-blast", now=noon, due_within=0)) is not None
    soon = noon + timedelta(minutes=14)
    state = asyncio.run(watch_story("harbour-blast", now=soon, due_within=30, return_state=True))
    assert (state.name, state.message) == ("NotDue", "the story is not due yet")
    assert asyncio.run(watch_story("harbour-blast", now=soon, due_within=60)) is not None
