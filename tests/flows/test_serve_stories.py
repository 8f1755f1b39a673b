import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.serve_status import serve_status
from flows.serve_stories import Plan, Service, serve_until_told
from storydelta.model import DeliveryState

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)
SLUG = "harbour-blast"


class Clock:
    """A clock that is put on by hand."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture(autouse=True)
def _no_model(monkeypatch):
    monkeypatch.setenv("STORYDELTA_MODEL", "none")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def served(house, clock):
    """A service on the story of `home`, whose clock is put on by hand."""
    return Service(replace(house, clock=clock), Plan(tick=0.02, grace=1))


def serve_while(service, steps):
    """Serves until the coroutine `steps` has ended."""

    async def both():
        serving = asyncio.create_task(service.serve())
        try:
            await asyncio.wait_for(steps(), 20)
        finally:
            service.stop()
            await serving

    asyncio.run(both())


async def until(condition):
    while not condition():  # noqa: ASYNC110 - what is waited for happens in other threads too
        await asyncio.sleep(0.01)


def test_stories_are_run_when_they_are_due_and_their_digests_are_delivered(served, clock, write, house, home):
    write("a", "Twelve people were killed in the blast at the harbour.")

    async def watch():
        await until(lambda: house.store.delivery_counts()[DeliveryState.SENT] == 1)
        write(
            "b", "Fourteen people were killed in the blast at the harbour.", published="2024-03-01T12:00:00Z"
        )
        await asyncio.sleep(0.2)
        assert served.log.runs[SLUG].count == 1  # not due yet
        clock.now += timedelta(minutes=16)
        await until(lambda: house.store.delivery_counts()[DeliveryState.SENT] == 2)

    serve_while(served, watch)
    assert (served.log.runs[SLUG].documents, served.log.runs[SLUG].editions) == (2, 2)
    assert len(list((home / "home" / "digests").glob("harbour-blast-*.html"))) == 2


def test_a_story_that_cannot_be_run_waits_longer_and_longer_and_the_others_go_on(served, clock, home, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    (home / "stories" / "broken.toml").write_text("title = 1\n")

    async def watch():
        await until(lambda: len(served.log.runs) == 2 and not served.log.under_way)
        for minutes, count in ((0.5, 1), (1, 2), (1.5, 2), (1, 3)):
            clock.now += timedelta(minutes=minutes)
            await asyncio.sleep(0.1)
            assert served.log.runs["broken"].count == count

    serve_while(served, watch)
    assert "broken.toml" in served.log.runs["broken"].problem
    assert served.log.runs[SLUG].problem == ""


def test_a_new_story_file_is_taken_up_without_a_restart(served, home, house):
    async def watch():
        await until(lambda: SLUG in served.log.runs)
        text = (home / "stories" / "harbour-blast.toml").read_text()
        (home / "stories" / "second.toml").write_text(text)
        await until(lambda: "second" in served.log.runs and not served.log.under_way)

    serve_while(served, watch)
    assert [state.slug for state in house.store.stories()] == [SLUG, "second"]


def test_a_story_that_another_process_runs_is_left_to_it(served, clock, house):
    house.store.lease(SLUG, "another", NOON, 60)

    async def watch():
        await asyncio.sleep(0.2)
        assert not [s for s in house.store.stories() if s.next_due_at]
        clock.now += timedelta(seconds=61)
        await until(lambda: house.store.stories()[0].next_due_at)

    serve_while(served, watch)


def test_two_services_on_one_store_run_a_story_once_each_time(house, clock, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    services = [Service(replace(house, clock=clock), Plan(tick=0.02)) for _ in range(2)]

    def runs():
        return sum(service.log.runs[SLUG].count for service in services if SLUG in service.log.runs)

    async def watch():
        other = asyncio.create_task(services[1].serve())
        for expected in (1, 2, 3):
            await until(lambda expected=expected: runs() >= expected)
            await asyncio.sleep(0.2)
            assert runs() == expected
            clock.now += timedelta(minutes=16)
        services[1].stop()
        await other

    serve_while(services[0], watch)
    assert house.store.latest_edition(SLUG).number == 1


def test_an_adaptive_service_comes_back_soon_where_the_story_moved(house, clock, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    service = Service(replace(house, clock=clock), Plan(tick=0.02, adaptive=True))

    async def watch():
        await until(lambda: service.log.runs.get(SLUG) and service.log.runs[SLUG].count == 1)

    serve_while(service, watch)
    assert house.store.stories()[0].next_due_at == NOON + timedelta(minutes=15) / 4


@pytest.fixture
def hanging(house, home, clock):
    """The house, with a story whose one source takes a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        story = home / "stories" / "harbour-blast.toml"
        feed = f'kind = "feed"\nurl = "http://127.0.0.1:{port}/feed"'
        story.write_text(story.read_text().replace('kind = "folder"\npath = "documents"', feed))
        yield replace(house, settings=house.settings.model_copy(update={"allow_private": True}))


def test_a_run_that_takes_longer_than_its_lease_is_not_doubled(hanging):
    service = Service(hanging, Plan(tick=0.02, grace=0.1, lease=0.5))
    store = hanging.store

    async def watch():
        await until(lambda: store.stories() and store.stories()[0].lease_holder)
        holder = store.stories()[0].lease_holder
        await asyncio.sleep(1.2)
        assert not store.lease(SLUG, "another", hanging.clock(), 1)
        assert store.stories()[0].lease_holder == holder

    serve_while(service, watch)


def test_a_fetch_that_hangs_is_broken_off_at_the_end_and_leaves_the_story_free(hanging, house, clock):
    service = Service(replace(hanging, clock=clock), Plan(tick=0.02, grace=0.1))

    async def watch():
        await until(lambda: house.store.stories() and house.store.stories()[0].lease_holder)

    started = time.monotonic()
    serve_while(service, watch)
    assert time.monotonic() - started < 10
    assert house.store.stories()[0].lease_holder is None


def get(address, path="", host=None):
    request = urllib.request.Request(address + path, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode(), refused.headers


def test_the_status_is_shown_as_a_page_as_json_and_as_metrics(served, clock, write, home, house):
    write("a", "Twelve people were killed in the blast at the harbour.")

    async def watch():
        await until(
            lambda: house.store.delivery_counts()[DeliveryState.SENT] == 1 and not served.log.under_way
        )

    serve_while(served, watch)
    with serve_status(served, "127.0.0.1", 0) as address:
        code, page, headers = get(address)
        assert code == 200
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert '<span class="ok">ok</span>' in page
        assert "/digests/harbour-blast-00001.html" in page
        assert get(address, "digests/harbour-blast-00001.html")[0] == 200
        code, told, _ = get(address, "health")
        told = json.loads(told)
        assert (code, told["status"], told["deliveries"]["sent"]) == (200, "ok", 1)
        assert [(s["slug"], s["edition"], s["runs"]) for s in told["stories"]] == [(SLUG, 1, 1)]
        metrics = get(address, "metrics")[1]
        assert 'storydelta_edition{story="harbour-blast"} 1\n' in metrics
        assert "storydelta_up 1\n" in metrics
        (home / "stories" / "documents" / "a.txt").unlink()
        (home / "stories" / "documents").rmdir()
        clock.now += timedelta(minutes=11 + 15)
        assert json.loads(get(address, "health")[1])["status"] == "failing"  # nobody has looked for so long


def test_what_needs_care_is_shown_and_escaped(served, house, clock):
    with house.store.writing(SLUG, NOON) as work:
        from storage import SourceState

        work.save_source_state(SourceState(key='feed:"a"\n', failures=2, problem="<script>alert(1)</script>"))
        work.schedule(NOON)
    clock.now += timedelta(minutes=1)
    with serve_status(served, "127.0.0.1", 0) as address:
        page, told, metrics = (get(address, path)[1] for path in ("", "health", "metrics"))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert json.loads(told)["status"] == "degraded"
    assert r'source="feed:\"a\"\n"} 2' in metrics


def test_a_store_that_cannot_be_read_is_failing_and_the_page_still_shows(served, house):
    from storage.engine import write_connection
    from storage.tables import Base

    with write_connection(house.store.engine) as connection:
        Base.metadata.drop_all(connection)
    with serve_status(served, "127.0.0.1", 0) as address:
        assert get(address, "health")[0] == 503
        assert "restore it from a copy" in get(address)[1]
        assert "storydelta_up 0" in get(address, "metrics")[1]


@pytest.mark.parametrize(
    "path", ["nothing", "digests/../storydelta.sqlite3", "digests/%2e%2e/storydelta.sqlite3"]
)
def test_nothing_else_is_served(served, path):
    with serve_status(served, "127.0.0.1", 0) as address:
        assert get(address, path)[0] == 404


def test_a_page_of_another_site_learns_nothing_under_a_name_of_its_own(served):
    with serve_status(served, "127.0.0.1", 0) as address:
        assert get(address, "health", host="evil.example")[0] == 421
        assert get(address, "health", host="localhost")[0] == 200


@pytest.fixture
def process(home):
    """`storydelta serve` as a process of its own, and its address."""
    command = "from flows.upkeep_commands import serve; serve(['--listen', '127.0.0.1:0'])"
    running = subprocess.Popen([sys.executable, "-c", command], stderr=subprocess.PIPE, text=True)
    address = running.stderr.readline().rpartition(" ")[2].strip()
    yield running, address
    with suppress(ProcessLookupError):
        running.kill()
    running.wait()
    running.stderr.close()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order(process, write, name):
    running, address = process
    write("a", "Twelve people were killed in the blast at the harbour.")
    deadline = time.monotonic() + 30
    while json.loads(get(address, "health")[1])["stories"][0]["runs"] < 1 and time.monotonic() < deadline:
        time.sleep(0.1)
    os.kill(running.pid, name)
    assert running.wait(timeout=20) == 0
    assert "Traceback" not in running.stderr.read()


def test_two_signals_end_it_at_once(house):
    service = Service(house, Plan(tick=60))

    async def both():
        serving = asyncio.create_task(serve_until_told(service))
        await asyncio.sleep(0.1)
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 10)

    asyncio.run(both())


def test_it_runs_without_prefect():
    """Which would cost 80 MB, and seconds at the start."""
    command = "import sys, flows.serve_stories, flows.serve_status; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0
