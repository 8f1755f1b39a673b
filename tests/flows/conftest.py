import gc
import warnings

import pytest
from click.testing import CliRunner

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
    from flows.wiring import build_house

    built = build_house()
    with built.store:
        yield built


@pytest.fixture
def call(home):
    """Runs a command in this process: `call("ledger", "harbour-blast").output`."""
    from flows.command_line import main

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
