"""What is to be deployed, which needs no server; `test_prefect_workers` deploys it to one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from storydelta.stories import parse_story

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).resolve().parents[2]
SOURCE = '[[sources]]\nkind = "folder"\npath = "inbox"\n'


def planned(schedule, slug="bridge"):
    from flows.deploy_stories import plan

    head = f'title = "Bridge"\ntimezone = "Europe/Moscow"\n{schedule}\n'
    return plan(parse_story(head + SOURCE, slug, f"{slug}.toml"))


def test_a_story_is_deployed_with_its_schedule_tags_and_parameters():
    by_cron = planned('cron = "30 9 * * mon-fri"\ntags = ["desk-2"]')
    assert (by_cron.schedule.cron, by_cron.schedule.timezone) == ("30 9 * * mon-fri", "Europe/Moscow")
    assert (by_cron.parameters, by_cron.tags) == ({"story": "bridge"}, ("storydelta", "story", "desk-2"))
    assert by_cron.entrypoint == "flows/watch_story.py:watch_story"
    assert planned('every = "5 min"').schedule.interval == timedelta(minutes=5)
    paced = planned('adaptive = { fastest = "2 min", slowest = "1 day" }')
    assert (paced.schedule.interval, paced.due_within) == (timedelta(minutes=2), 60)
    assert not planned("paused = true").active


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ('every = "10 min"', 300),
        ('cron = "*/10 * * * *"', 300),
        ('cron = "0 9,10 * * *"', 1800),
        ('cron = "0 9 * * *"', 7200),
    ],
)
def test_a_scheduled_run_tolerates_half_of_what_lies_between_two(schedule, seconds):
    assert planned(schedule).due_within == seconds


def test_stories_with_one_interval_do_not_all_run_at_the_same_second():
    starts = {planned('every = "15 min"', f"story-{n}").schedule.anchor_date for n in range(20)}
    assert len(starts) > 15
    assert all(start < datetime(2024, 1, 1, 0, 15, tzinfo=UTC) for start in starts)


def test_what_all_stories_share_is_scheduled_as_in_the_file_for_prefects_own_command():
    from flows.deploy_stories import HOUSEKEEPING

    written = yaml.safe_load((ROOT / "deploy" / "prefect.yaml").read_text())["deployments"]
    for plan in HOUSEKEEPING:
        (same,) = [each for each in written if each["name"] == plan.name]
        (schedule,) = same["schedules"]
        assert same["entrypoint"] == plan.entrypoint
        if "cron" in schedule:
            assert (schedule["cron"], schedule["timezone"]) == (plan.schedule.cron, plan.schedule.timezone)
        else:
            assert schedule["interval"] == plan.schedule.interval.total_seconds()
            assert datetime.fromisoformat(schedule["anchor_date"]) == plan.schedule.anchor_date


def test_without_a_server_to_deploy_to_it_is_said_what_to_do(home, monkeypatch):
    import subprocess
    import sys

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    done = subprocess.run(
        [sys.executable, "-m", "flows.command_line", "deploy"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert "PREFECT_API_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_others_are_removed_only_where_all_are_known(home):
    from flows.upkeep_commands import deploy_command

    done = CliRunner().invoke(deploy_command, ["harbour-blast", "--remove-others"])
    assert done.exit_code == 2
    assert "name none" in done.output


def test_what_was_paused_in_prefect_stays_paused_when_its_schedule_changes(prefect_server):
    import asyncio

    from prefect.client.orchestration import get_client

    from flows.deploy_stories import deploy

    async def found():
        async with get_client() as client:
            return await client.read_deployment_by_name("watch-story/paused-bridge")

    async def pause():
        async with get_client() as client:
            await client.pause_deployment((await found()).id)

    asyncio.run(deploy([planned('every = "5 min"', "paused-bridge")]))
    asyncio.run(pause())
    (done,) = asyncio.run(deploy([planned('every = "10 min"', "paused-bridge")]))
    assert (done.done, done.schedule) == ("changed", "every 0:10:00; paused in Prefect")
    assert asyncio.run(found()).paused
    (done,) = asyncio.run(deploy([planned('every = "10 min"\npaused = true', "paused-bridge")]))
    assert not asyncio.run(found()).schedules[0].active


def test_a_server_that_does_not_answer_is_said_with_the_remedy(home, monkeypatch):
    import subprocess
    import sys

    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    done = subprocess.run(
        [sys.executable, "-m", "flows.command_line", "deploy"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Prefect at http://127.0.0.1:1/api" in done.stderr
    assert "Traceback" not in done.stderr
