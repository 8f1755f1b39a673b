import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from flows import steps
from flows.backfill_story import Backfilled, backfill, here, processes
from flows.upkeep_commands import backfill_command
from storage import open_store
from storage.transfer import export_story
from storydelta.errors import StorydeltaError
from storydelta.model import Item

START = datetime(2024, 3, 1, tzinfo=UTC)
PUBLISHERS = ("The Examiner", "The Courier", None)


@pytest.fixture(autouse=True)
def _no_model(monkeypatch):
    monkeypatch.setenv("STORYDELTA_MODEL", "none")


def history(documents=60):
    """Edits in place, copies, a document without a date, several of one moment, and not in order."""
    items = []
    for n in range(documents):
        toll = 10 + n // 4
        said = f"At least {toll} people were killed in the blast at the harbour, police said. Note {n}."
        items.append(
            Item(
                url=f"https://example.org/{n % 23}", title=f"Blast kills {toll}", text=said,
                publisher=PUBLISHERS[n % 3], published_at=START + timedelta(minutes=30 * (n // 2)), id=f"d{n}",
            )
        )  # fmt: skip
    return [*items[::-1], replace(items[0], published_at=None)]


def write_lines(file, items):
    lines = [
        json.dumps(
            {
                "url": i.url, "title": i.title, "text": i.text, "publisher": i.publisher,
                "published_at": i.published_at.isoformat(),
            }
        )
        for i in items if i.published_at
    ]  # fmt: skip
    file.write_text("\n".join(lines))


def one_after_another(house, story, items):
    reader = house.reader(story)
    dated = sorted((i for i in items if i.published_at), key=lambda i: i.published_at)
    for now in sorted({item.published_at for item in dated}):
        sifted = steps.revise([i for i in dated if i.published_at == now], story, house.store, now)
        steps.publish(house.store, story, reader, steps.read(sifted.belonging, reader), now, sifted=sifted)


def ends_as_one_after_another(house, home, story, items):
    with open_store(f"sqlite:///{home}/sequential.sqlite3") as other:
        one_after_another(replace(house, store=other), story.model_copy(update={"channels": ()}), items)
        assert list(export_story(house.store, story.slug)) == list(export_story(other, story.slug))


@pytest.mark.parametrize("chunk", [1, 5, 100])
def test_a_history_read_ahead_in_chunks_ends_as_runs_one_after_another_do(house, home, chunk):
    items = history(28)
    story = house.story("harbour-blast")
    done = backfill(house, story, items, replace(here(house.settings, story), chunk=chunk, count=2))
    assert (done.runs, done.left_out) == (14, 1)
    assert done.editions > 5
    ends_as_one_after_another(house, home, story, items)
    assert house.store.deliveries() == ()


def test_a_history_read_by_two_processes_ends_as_runs_one_after_another_do(house, home):
    items = history(28)
    story = house.story("harbour-blast")
    with processes(house.settings, story, 2) as readers:
        backfill(house, story, items, replace(readers, chunk=4))
    ends_as_one_after_another(house, home, story, items)


@pytest.mark.prefect
@pytest.mark.parametrize("runner", ["threads", "dask"])
def test_a_history_read_on_a_task_runner_ends_as_runs_one_after_another_do(
    prefect_server, house, home, monkeypatch, runner
):
    import asyncio

    from flows.backfill_history import backfill_history

    items = history(28)
    story = house.story("harbour-blast")
    file = home / "history.jsonl"
    write_lines(file, items)
    monkeypatch.setenv("STORYDELTA_RUNNER", runner)
    done = asyncio.run(backfill_history(story.slug, str(file), workers=2))
    assert done.runs == 14
    ends_as_one_after_another(house, home, story, [replace(item, id="") for item in items])


@pytest.mark.prefect
def test_a_runner_whose_package_is_missing_is_named_with_the_remedy(monkeypatch):
    from flows.choose_runner import choose_runner
    from flows.settings import read_settings

    monkeypatch.setenv("STORYDELTA_RUNNER", "ray")
    monkeypatch.setitem(sys.modules, "prefect_ray", None)
    with pytest.raises(StorydeltaError, match="pip install prefect-ray"):
        choose_runner(read_settings(), 2)


def test_a_second_time_adds_nothing_where_nothing_is_new(house):
    story = house.story("harbour-blast")
    backfill(house, story, history(2))
    before = house.store.ledger(story.slug)
    assert backfill(house, story, history(2)) == Backfilled(runs=1, left_out=1)
    assert house.store.ledger(story.slug) == before


def test_a_history_from_before_what_is_known_is_refused(house):
    story = house.story("harbour-blast")
    backfill(house, story, history(20))
    with pytest.raises(StorydeltaError, match="run the history into a database of its own"):
        backfill(house, story, history(2))


def test_the_command_takes_a_file_or_what_the_sources_hold(house, home, write):
    file = home / "history.jsonl"
    write_lines(file, history(4))
    done = CliRunner().invoke(backfill_command, ["harbour-blast", str(file), "--workers", "1", "--json"])
    assert json.loads(done.stdout)["runs"] == 2
    write("late", "Thirty people were killed in the blast at the harbour.", published="2024-03-05T10:00:00Z")
    done = CliRunner().invoke(backfill_command, ["harbour-blast", "--workers", "1", "--json"])
    assert json.loads(done.stdout) == {"runs": 1, "documents": 1, "editions": 1, "left_out": 0}


def test_a_file_that_is_no_history_is_refused_with_its_line(house, home):
    file = home / "history.jsonl"
    file.write_text('{"url": "https://example.org/a", "text": "x"}\n')
    done = CliRunner().invoke(backfill_command, ["harbour-blast", str(file)])
    assert "line 1" in str(done.exception)
