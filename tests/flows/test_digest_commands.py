from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click
import pytest
from click.testing import CliRunner

from flows import steps
from flows.digest_commands import COMMANDS
from storydelta.errors import StorydeltaError
from storydelta.model import DeliveryState, Item

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def call(home):
    """Runs one of these commands as the command line does: what Storydelta says is wrong is exit status 1."""

    class Group(click.Group):
        def invoke(self, ctx):
            try:
                return super().invoke(ctx)
            except StorydeltaError as problem:
                raise click.ClickException(str(problem)) from problem

    group = Group(commands={command.name: command for command in COMMANDS})
    return lambda *arguments: CliRunner().invoke(group, [str(a) for a in arguments])


@pytest.fixture(autouse=True)
def without_parser(monkeypatch):
    """Surface rules read these sentences well enough, and need no second to load."""
    monkeypatch.setenv("STORYDELTA_MODEL", "none")


@pytest.fixture
def publish(house):
    """Runs the story with one more document: `publish("Ten people died.", hours=1)`."""
    reader = house.reader()

    def run(text, hours=0):
        now, story = NOON + timedelta(hours=hours), house.story("harbour-blast")
        item = Item(url=f"https://example.org/{hours}", text=text, publisher="The Examiner", published_at=now)
        sifted = steps.revise([item], story, house.store, now)
        return steps.publish(
            house.store, story, reader, steps.read(sifted.belonging, reader), now, sifted=sifted
        )

    return run


@pytest.fixture
def three_editions(publish):
    publish("Twelve people were killed in the blast at the harbour.")
    publish("Fourteen people were killed in the blast at the harbour.", hours=2)
    publish("Nineteen people were killed in the blast at the harbour.", hours=4)


def test_a_digest_tells_what_changed_since_the_one_before(call, three_editions):
    result = call("digest", "harbour-blast")
    assert result.exit_code == 0
    assert "19 killed, up from 14" in result.stdout
    assert "12" not in result.stdout.partition("Where the story stands")[0]


def test_a_digest_since_an_edition_or_a_time_tells_what_all_since_then_comes_to(call, three_editions):
    for since in ("1", (NOON + timedelta(hours=1)).isoformat()):
        assert "19 killed, up from 12" in call("digest", "harbour-blast", "--since", since).stdout


def test_a_digest_as_of_a_time_knows_nothing_later(call, three_editions):
    result = call("digest", "harbour-blast", "--as-of", (NOON + timedelta(hours=3)).isoformat())
    assert "14 killed, up from 12" in result.stdout
    assert "19" not in result.stdout.replace("2019", "")


def test_a_digest_of_nothing_is_refused_unless_the_standing_ledger_is_wanted(call, three_editions):
    refused = call("digest", "harbour-blast", "--since", "3")
    assert (refused.exit_code, "--force" in refused.stderr) == (1, True)
    forced = call("digest", "harbour-blast", "--since", "3", "--force")
    assert forced.exit_code == 0
    assert "Killed: 19" in forced.stdout


def test_a_digest_of_a_story_that_knows_nothing_yet_says_what_to_do(call):
    result = call("digest", "harbour-blast")
    assert (result.exit_code, "storydelta run harbour-blast" in result.stderr) == (1, True)


def test_a_digest_is_written_as_a_page_or_as_text_by_the_files_ending(call, three_editions, tmp_path):
    for name, beginning in (("d.html", "<!doctype html>"), ("d.txt", "Harbour blast")):
        result = call("digest", "harbour-blast", "-o", tmp_path / name)
        assert (result.exit_code, result.stdout) == (0, "")
        assert (tmp_path / name).read_text().lower().startswith(beginning.lower())


def test_a_file_that_cannot_be_written_is_said(call, three_editions, tmp_path):
    result = call("digest", "harbour-blast", "-o", tmp_path / "absent" / "d.html")
    assert (result.exit_code, "cannot be written" in result.stderr) == (1, True)


def test_wrong_times_are_said(call):
    for option in ("--since", "--as-of"):
        result = call("digest", "harbour-blast", option, "noonish")
        assert (result.exit_code, "'noonish' is not a date" in result.stderr) == (2, True)


def test_deliveries_are_listed_and_counted(call, three_editions):
    result = call("deliveries")
    assert "3 pending, 0 sent, 0 parked" in result.stdout
    listed = [json.loads(line) for line in call("deliveries", "list", "--json").stdout.splitlines()]
    assert [(d["edition"], d["channel"], d["to"], d["state"]) for d in listed] == [
        (3, "file", "digests", "pending"),
        (2, "file", "digests", "pending"),
        (1, "file", "digests", "pending"),
    ]
    assert call("deliveries", "list", "harbour-blast", "--state", "sent", "--json").stdout == ""


def test_a_delivery_is_cancelled_and_tried_again_by_the_beginning_of_its_key(call, three_editions, house):
    key = house.store.deliveries()[0].key
    assert "is cancelled" in call("deliveries", "cancel", key[:10]).stdout
    assert house.store.delivery_counts()[DeliveryState.PARKED] == 1
    assert "not parked" in call("deliveries", "retry", house.store.deliveries()[1].key).stdout
    assert "is due again" in call("deliveries", "retry", key[:10]).stdout
    assert house.store.delivery_counts()[DeliveryState.PENDING] == 3


def test_every_parked_delivery_is_tried_again_at_once(call, three_editions, house):
    for delivery in house.store.deliveries():
        house.store.cancel_delivery(delivery.key, NOON)
    assert call("deliveries", "retry", "--all").stdout.count("is due again") == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cancel", "nothing-like-it"), "no delivery has a key that begins with"),
        (("cancel", ""), "3 deliveries have a key"),
        (("retry",), "--all"),
        (("list", "--state", "lost"), "lost"),
    ],
)
def test_a_delivery_that_is_not_there_is_said(call, three_editions, arguments, words):
    result = call("deliveries", *arguments)
    assert (result.exit_code != 0, words in result.stderr) == (True, True)


def test_recipients_and_problems_cannot_command_the_terminal(call, publish, house):
    publish("Twelve people were killed in the blast at the harbour.")
    (pending,) = house.store.deliveries()
    assert house.store.claim_delivery(pending.key, "me", NOON + timedelta(minutes=5), NOON)
    parked = replace(pending, state=DeliveryState.PARKED, problem="\x1b[2Jgone \x07[red]x")
    house.store.record_delivery(parked, "me", NOON)
    shown = call("deliveries").stdout
    assert "\x1b" not in shown
    assert "[2Jgone [red]x" in shown


def test_a_test_message_goes_out_past_the_outbox(call, home):
    result = call("send-test", "file", "digests")
    assert (result.exit_code, "went out by file to digests" in result.stdout) == (0, True)
    (page,) = (home / "home" / "digests").glob("test-*.html")
    assert "This is a test" in page.read_text()
    assert "Nothing changed" not in page.read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pigeon", "home"), "there are: "),
        (("email", "nobody"), "is not an e-mail address"),
        (("email", "desk@example.org"), "No mail server is set"),
    ],
)
def test_a_test_message_that_does_not_go_out_is_said_why(call, arguments, words):
    result = call("send-test", *arguments)
    assert (result.exit_code, words in result.stderr) == (1, True)


def test_the_site_is_written_where_it_is_wanted_and_only_once(call, three_editions, tmp_path):
    folder = tmp_path / "site"
    written = call("site", "-o", folder)
    assert "files written, 0 as they were" in written.stdout
    assert "--address" in written.stderr
    assert call("site", "-o", folder, "--address", "https://news.example").stderr == ""
    call("site", "-o", folder)
    assert "19 killed, up from 14" in (folder / "harbour-blast" / "index.html").read_text()
    assert "0 files written" in call("site", "harbour-blast", "-o", folder).stdout


def test_a_site_lies_in_the_home_folder_unless_said_otherwise(call, three_editions, home):
    assert call("site").exit_code == 0
    assert (home / "home" / "site" / "index.html").exists()


def test_a_site_that_cannot_be_written_and_a_story_that_is_not_known_are_said(call, three_editions, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "harbour-blast").write_text("a file where a folder should be")
    for arguments, words in (("-o", tmp_path / "site"), "cannot be written"), (("nowhere",), "no story"):
        result = call("site", *arguments)
        assert (result.exit_code, words in result.stderr) == (1, True)


def test_a_digest_says_which_source_fails_since_when_and_when_it_last_gave_something_new(
    call, run, write, home
):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run(NOON)
    told = call("digest", "harbour-blast", "--force").stdout
    assert "folder:documents: in order, last new 2 Mar 2024 12:00" in told or "stale" in told
    documents = home / "stories" / "documents"
    documents.rename(documents.with_name("away"))
    for hour in (1, 2, 3):
        run(NOON + timedelta(hours=hour))
        told = " ".join(call("digest", "harbour-blast", "--force").stdout.split())
        assert ("down" if hour == 3 else "not reached this time") + ", last reached 2 Mar 2024 12:00" in told
    assert "there is no such folder" in told
