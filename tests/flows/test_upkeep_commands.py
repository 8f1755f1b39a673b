import json
import sqlite3
from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner

from flows.compose_digest import compose_digest
from flows.maintain_store import Chores, copy_database, keep_house
from flows.send_deliveries import deliver
from flows.upkeep_commands import COMMANDS
from storage import open_store
from storage.retention import Retention, Trimmed
from storydelta.errors import StorydeltaError
from storydelta.render import render

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_model(monkeypatch):
    monkeypatch.setenv("STORYDELTA_MODEL", "none")


@pytest.fixture
def moved(run, write, home):
    """A store with one story in it, whose only document was edited."""
    write("a", "Twelve people were killed in the blast at the harbour.")
    run(NOON)
    write("a", "Fourteen people were killed in the blast at the harbour.")
    run(NOON + timedelta(hours=1))
    return home


def call(*arguments, stdin=None):
    group = click.Group(commands={command.name: command for command in COMMANDS})
    return CliRunner().invoke(group, [str(a) for a in arguments], input=stdin)


def test_a_story_goes_out_and_comes_in_elsewhere_and_leaves_with_the_same_bytes(moved, monkeypatch):
    file = moved / "story.jsonl"
    assert call("export", "harbour-blast", "-o", file).exit_code == 0
    monkeypatch.setenv("STORYDELTA_DATABASE", f"sqlite:///{moved}/other.sqlite3")
    imported = call("import", file, "--json")
    assert json.loads(imported.output)["counts"]["edition"] == 2
    assert call("export", "harbour-blast").output == file.read_text(encoding="utf-8")
    assert "has the story" in str(call("import", "-", stdin=file.read_bytes()).exception)


def test_an_export_that_fails_leaves_no_file(moved):
    assert isinstance(call("export", "nowhere", "-o", moved / "x.jsonl").exception, StorydeltaError)
    assert isinstance(
        call("export", "harbour-blast", "-o", moved / "no" / "x.jsonl").exception, StorydeltaError
    )
    assert list(moved.glob("*x.jsonl*")) == []


def test_housekeeping_copies_first_then_lets_go_and_finds_all_in_order(moved, house):
    chores = Chores(copies=moved / "copies", retention=Retention(superseded=timedelta(days=1)))
    kept = keep_house(house, chores, NOON + timedelta(days=9))
    assert (kept.trimmed.texts, kept.findings) == (1, ())
    with open_store(f"sqlite:///{kept.copy}") as copy:
        assert [bool(s.revision.text) for s in copy.revisions("harbour-blast")] == [True, True]
    assert [bool(s.revision.text) for s in house.store.revisions("harbour-blast")] == [False, True]


def test_a_digest_whose_body_was_let_go_is_rendered_again_from_its_edition(moved, house):
    later = NOON + timedelta(hours=1)
    sent = house.store.message("harbour-blast", 1)
    for due in house.store.due_deliveries(later):
        deliver(house, due, "a", later)
    kept = keep_house(house, Chores(retention=Retention(digests=timedelta(0))), later + timedelta(days=1))
    assert (kept.trimmed.digests, house.store.message("harbour-blast", 1)) == (2, None)
    story, edition = house.story("harbour-blast"), house.store.edition("harbour-blast", 1)
    again = render(compose_digest(house.store, story, edition, now=NOON))
    assert again.subject == sent.subject
    told, told_again = (message.text.partition("== Sources ==")[0] for message in (sent, again))
    assert told_again == told  # of the sources, how they are today


def test_as_many_copies_stay_as_are_asked_for_and_other_files_are_left_alone(moved, house):
    copies = moved / "copies"
    copies.mkdir()
    (copies / "storydelta-mine.sqlite3").write_text("mine")
    for day in range(4):
        copy_database(house, Chores(copies=copies, keep=2), NOON + timedelta(days=day))
    assert sorted(file.name for file in copies.iterdir()) == [
        "storydelta-20240304T120000Z.sqlite3", "storydelta-20240305T120000Z.sqlite3", "storydelta-mine.sqlite3",
    ]  # fmt: skip


def test_the_command_says_what_it_did_and_exits_with_one_where_the_store_is_not_in_order(moved):
    done = call("maintain", "--superseded", "0", "--backup", moved / "copies", "--compact")
    assert (done.exit_code, "1 texts let go" in done.output) == (0, True)
    with sqlite3.connect(moved / "home" / "storydelta.sqlite3") as plain:
        plain.execute("DELETE FROM editions WHERE number = 1")
    plain.close()
    again = call("maintain", "--json")
    assert again.exit_code == 1
    told = json.loads(again.output)
    assert "editions 1 to 1 are missing" in {finding["problem"] for finding in told["findings"]}
    assert told["trimmed"] == {"texts": Trimmed().texts, "characters": 0, "digests": 0}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_command_says_what_it_is_for(command):
    shown = call(command.name, "--help")
    assert shown.exit_code == 0
    assert command.help
    assert [p.name for p in command.params if isinstance(p, click.Option) and not p.help] == []


def test_an_address_to_listen_on_that_is_none_is_refused(home):
    assert "is not HOST:PORT" in call("serve", "--listen", "nowhere").output
