import asyncio
import gc
import warnings
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from flows import fetch_sources, steps
from flows.command_line import main
from flows.wiring import build_house

# Prefect's client leaves sockets to the garbage collector.
_PREFECTS_OWN = ("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("prefect"):
            item.add_marker(pytest.mark.filterwarnings(*_PREFECTS_OWN))


NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)

STORY = """
title = "Harbour blast"

[[sources]]
kind = "folder"
path = "documents"

[[channels]]
kind = "file"
to = ["digests"]
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder for everything, with one story in it whose source folder is still empty."""
    stories = tmp_path / "stories"
    (stories / "documents").mkdir(parents=True)
    (stories / "harbour-blast.toml").write_text(STORY)
    monkeypatch.setenv("STORYDELTA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("STORYDELTA_STORIES", str(stories))
    monkeypatch.delenv("STORYDELTA_DATABASE", raising=False)
    return tmp_path


@pytest.fixture
def write(home):
    """Puts a document into the story's folder: `write("a", "Ten people died.", published="2024-03-01")`."""

    def write_document(name, text, *, published="2024-03-01T10:00:00Z", publisher="The Examiner", title=""):
        head = f"url: https://example.org/{name}\ntitle: {title}\npublisher: {publisher}\npublished: {published}\n"
        (home / "stories" / "documents" / f"{name}.txt").write_text(f"{head}\n{text}\n")

    return write_document


@pytest.fixture
def house(home):
    built = build_house()
    with built.store:
        yield built


@pytest.fixture
def fetch(house):
    """What the story's sources hand over at a time, given how they fared before."""

    async def fetch_within(now, states):
        story = house.story("harbour-blast")
        async with house.context(story, now) as context:
            return await fetch_sources.fetch(story, states, context)

    return lambda now, states: asyncio.run(fetch_within(now, states))


@pytest.fixture
def run(house, fetch):
    """A whole run of the story, without Prefect and without deliveries."""
    reader = house.reader()

    def run_at(now=NOON, templates=None):
        story = house.story("harbour-blast")
        harvest = fetch(now, house.store.source_states(story.slug))
        sifted = steps.revise(harvest.items, story, house.store, now)
        readings = steps.read(sifted.belonging, reader)
        return steps.publish(
            house.store, story, reader, readings, now, sifted=sifted, harvest=harvest, templates=templates
        )

    return run_at


@pytest.fixture
def call(home):
    """Runs a command in this process: `call("ledger", "harbour-blast").output`."""

    def call_command(*arguments, stdin=None):
        return CliRunner().invoke(main, [str(a) for a in arguments], input=stdin)

    return call_command


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory):
    """Prefect's own test server, for the few tests that are about flows."""
    from flows.start_prefect import prepare_prefect

    prepare_prefect(tmp_path_factory.mktemp("prefect"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Prefect's own, while it sets up its server
        from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
        from prefect.testing.utilities import prefect_test_harness

        with (
            prefect_test_harness(server_startup_timeout=120),
            temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        ):
            yield
        gc.collect()  # sockets that Prefect's client left open, while their warnings are still not ours
