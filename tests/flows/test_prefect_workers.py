"""A real Prefect server and two real workers on this machine: what is deployed there runs, once each, and tells of it.

All of it takes a minute, so that it happens once, in the fixture `carried_out`; the tests look at what came of it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from storage import open_store

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("harbour-blast", "mine-collapse")
PATIENCE = 150  # seconds, on a machine that has more to do
AUTOMATIONS = ROOT / "deploy" / "automations.yaml"
NO_BLOCK = "00000000-0000-0000-0000-000000000000"

STORY = """
title = "{title}"
every = "30 s"
tags = ["desk"]

[[sources]]
kind = "folder"
path = "{slug}"

[[sources]]
kind = "folder"
path = "gone"

[[channels]]
kind = "file"
to = ["digests"]
"""
DOCUMENT = """url: https://example.org/{slug}
publisher: The Examiner
published: 2024-03-01T10:00:00Z

Twelve people were killed in the accident, police said.
"""
LOAD = """
import sys
from pathlib import Path
from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.cli import app
address, plans, mine, no_block = sys.argv[1:]
block = CustomWebhookNotificationBlock(
    name="desk", url=address, json_data={"subject": "{{subject}}", "body": "{{body}}"}
)
Path(mine).write_text(Path(plans).read_text().replace(no_block, str(block.save("desk"))))
sys.argv = ["prefect", "automation", "create", "--from-file", mine]
app()
"""
"""Makes the block that sends notices, and loads the example automations with it, as their file says."""


def lay_out(folder):
    for slug in SLUGS:
        (folder / "stories" / slug).mkdir(parents=True)
        (folder / "stories" / slug / "a.txt").write_text(DOCUMENT.format(slug=slug))
        title = slug.replace("-", " ").capitalize()
        (folder / "stories" / f"{slug}.toml").write_text(STORY.format(slug=slug, title=title))


def environment(folder, port):
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "STORYDELTA_"))
    }
    return kept | {
        "DO_NOT_TRACK": "1",
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "flows.mend_server",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "STORYDELTA_HOME": str(folder / "home"),
        "STORYDELTA_MODEL": "none",
        "STORYDELTA_ROOT": str(ROOT),
        "STORYDELTA_STORIES": str(folder / "stories"),
    }


@contextmanager
def running(command, env, log):
    """A process with all that it starts, which are gone at the end whatever happens."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=env, cwd=log.parent, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            for name, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
                try:
                    os.killpg(process.pid, name)
                    process.wait(seconds)
                except ProcessLookupError:
                    break
                except subprocess.TimeoutExpired:
                    continue
            process.wait(10)


def call(env, *command):
    done = subprocess.run(
        [sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} seconds"
        time.sleep(0.5)
    return found


def answers(api):
    try:
        return httpx.get(f"{api}/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def asked(api, path, **body):
    answer = httpx.post(f"{api}/{path}", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def runs_of_stories(api):
    """The runs that have ended, of the stories' own deployments."""
    filter_ = {
        "flow_runs": {"tags": {"all_": ["story"]}, "state": {"type": {"any_": ["COMPLETED", "CANCELLED"]}}}
    }
    return asked(api, "flow_runs/filter", **filter_)


@pytest.fixture(scope="module")
def carried_out(tmp_path_factory):
    """Two stories deployed, an automation loaded, and two workers at work until each story has changed, one has
    run again, and a schedule has made a run.
    """
    from tests.delivery.receiver import receiving

    folder = tmp_path_factory.mktemp("workers")
    lay_out(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env, api = environment(folder, port), f"http://127.0.0.1:{port}/api"
    with ExitStack() as stack:
        desk, address = stack.enter_context(receiving())
        start = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
        stack.enter_context(running(start, env, folder / "server.log"))
        until(lambda: answers(api), "the server")
        deployed = [call(env, "-m", "flows.command_line", "deploy", "--json")]
        call(env, "-c", LOAD, address, str(AUTOMATIONS), str(folder / "automations.yaml"), NO_BLOCK)
        for name in ("first", "second"):
            work = ("prefect", "worker", "start", "--pool", "storydelta", "--name", name, "--limit", "1")
            stack.enter_context(running(work, env, folder / f"{name}.log"))
        for slug in SLUGS:
            deployment = httpx.get(f"{api}/deployments/name/watch-story/{slug}", timeout=30).json()
            asked(api, f"deployments/{deployment['id']}/create_flow_run", name=f"by hand {slug}")

        def enough():
            runs = [run for run in runs_of_stories(api) if run["state"]["type"] == "COMPLETED"]
            changed = [run for run in runs if run["state"]["message"].startswith("edition 1")]
            return (
                len(changed) == len(SLUGS)
                and len(runs) > len(changed)
                and any(r["auto_scheduled"] for r in runs)
            )

        until(enough, "the runs")
        until(lambda: len(desk.posts) >= len(SLUGS), "the notices")
        (folder / "stories" / "mine-collapse.toml").unlink()
        deployed.append(call(env, "-m", "flows.command_line", "deploy", "--remove-others", "--json"))
        yield SimpleNamespace(
            api=api, desk=desk, runs=runs_of_stories(api), folder=folder,
            deployed=[[json.loads(line) for line in lines.splitlines()] for lines in deployed],
        )  # fmt: skip


def test_each_story_is_deployed_and_a_second_time_only_what_belongs_to_a_story_that_is_gone_changes(
    carried_out,
):
    first, second = ({each["deployment"]: each["done"] for each in done} for done in carried_out.deployed)
    names = {"deliver-pending/outbox", "maintain/nightly", *(f"watch-story/{slug}" for slug in SLUGS)}
    assert first == {"work pool storydelta": "made", **dict.fromkeys(names, "made")}
    assert second == {**dict.fromkeys(names, "left as it was"), "watch-story/mine-collapse": "removed"}


def test_a_deployment_has_the_storys_schedule_tags_parameters_and_a_limit_of_one(carried_out):
    found = httpx.get(f"{carried_out.api}/deployments/name/watch-story/harbour-blast", timeout=30).json()
    (schedule,) = found["schedules"]
    assert (schedule["schedule"]["interval"], schedule["parameters"]) == (30, {"due_within": 15})
    assert (found["tags"], found["parameters"]) == (
        ["storydelta", "story", "desk"],
        {"story": "harbour-blast"},
    )
    assert found["global_concurrency_limit"]["limit"] == 1
    assert found["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
    assert found["work_pool_name"] == "storydelta"


def test_no_run_is_carried_out_twice_and_both_workers_carry_out_some(carried_out):
    for run in carried_out.runs:
        states = asked_states(carried_out.api, run["id"])
        assert states.count("RUNNING") <= 1, run["name"]
    logs = [(carried_out.folder / f"{name}.log").read_text() for name in ("first", "second")]
    assert all("Completed" in log for log in logs)
    with open_store(f"sqlite:///{carried_out.folder}/home/storydelta.sqlite3") as store:
        for slug in SLUGS:
            assert store.latest_edition(slug).number == 1
            assert [str(delivery.state) for delivery in store.deliveries(slug)] == ["sent"]


def asked_states(api, run):
    states = httpx.get(f"{api}/flow_run_states/", params={"flow_run_id": run}, timeout=30).json()
    return [state["type"] for state in states]


def test_a_run_says_in_one_line_what_it_came_to_and_which_source_failed(carried_out):
    said = [run["state"]["message"] for run in carried_out.runs if run["state"]["type"] == "COMPLETED"]
    changed = [line for line in said if line.startswith("edition 1: Killed: 12")]
    assert len(changed) == len(SLUGS)
    assert all("1 problem: " in line and "gone" in line for line in changed)
    others = [line for line in said if line not in changed]
    assert others
    assert all(line.startswith(("nothing changed (0 new", "the story is not due yet")) for line in others)
    completed = [run for run in carried_out.runs if run["state"]["type"] == "COMPLETED"]
    assert {run["name"].partition(" at ")[0] for run in completed} == {*SLUGS}


def test_the_logs_of_a_run_can_be_read_by_a_person(carried_out):
    run = next(run for run in carried_out.runs if (run["state"]["message"] or "").startswith("edition 1"))
    logs = asked(carried_out.api, "logs/filter", logs={"flow_run_id": {"any_": [run["id"]]}})
    told = "\n".join(line["message"] for line in logs)
    assert "1 of 2 sources answered, with 1 documents" in told
    assert "there is no such folder" in told
    assert "Killed: 12" in told
    assert "file to digests is sent" in told


def test_ledger_and_changes_are_shown_and_the_automation_tells_the_desk_once_for_each_change(carried_out):
    keys = {each["key"] for each in asked(carried_out.api, "artifacts/filter")}
    assert {f"{kind}-{slug}" for kind in ("ledger", "changes") for slug in SLUGS} <= keys
    events = asked(
        carried_out.api, "events/filter", filter={"event": {"name": ["storydelta.narrative.changed"]}}
    )["events"]
    assert sorted(event["payload"]["story"] for event in events) == sorted(SLUGS)
    told = [json.loads(body) for _, _, body in carried_out.desk.posts]
    assert sorted(each["subject"] for each in told) == [
        "Harbour blast: edition 1", "Mine collapse: edition 1",
    ]  # fmt: skip
    assert all("Killed: 12" in each["body"] for each in told)
