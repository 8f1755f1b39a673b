import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = {
    "id": "a", "text": "At least 12 people were killed in the blast at the harbour, police said.",
    "published_at": "2024-03-01T10:00:00Z", "url": "https://example.org/a",
}  # fmt: skip


def lines(*documents):
    return "".join(json.dumps(document) + "\n" for document in documents)


def test_extract_prints_one_object_a_document_in_their_order(call):
    result = call("extract", "-", stdin=lines(DOCUMENT, {"id": "b", "text": "Nothing happened."}))
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a", "b"]


def test_extract_gives_claims_with_exact_evidence(call):
    result = call("extract", "-", stdin=lines(DOCUMENT))
    (claim,) = json.loads(result.stdout)["claims"]
    evidence = claim["evidence"]
    assert (claim["measure"], claim["low"], claim["high"], claim["qualifier"]) == (
        "killed",
        12,
        None,
        "at_least",
    )
    assert DOCUMENT["text"][evidence["start"] : evidence["end"]] == evidence["text"]


def test_a_text_in_another_language_has_no_claims_and_says_so(call):
    german = "Bei dem Anschlag auf die Konzerthalle starben mindestens 137 Menschen, 182 wurden verletzt."
    (found,) = map(
        json.loads, call("extract", "-", stdin=lines({"id": "a", "text": german})).stdout.splitlines()
    )
    assert found == {"id": "a", "language": "German", "claims": []}


def test_extract_says_which_line_is_broken_goes_on_and_fails_at_the_end(call):
    result = call("extract", "-", stdin="{not json\n" + lines(DOCUMENT))
    assert result.exit_code == 1
    assert "line 1" in result.stderr
    assert json.loads(result.stdout)["id"] == "a"


def test_extract_reads_a_folder(call, write, home):
    write("a", "Twelve people were killed in the blast at the harbour.")
    result = call("extract", home / "stories" / "documents")
    assert json.loads(result.stdout)["claims"][0]["low"] == 12


def test_extract_reads_one_text(call, write, home):
    write("a", "Twelve people were killed in the blast at the harbour.")
    write("b", "Thirteen people were killed in the blast at the harbour.")
    result = call("extract", home / "stories" / "documents" / "b.txt")
    assert json.loads(result.stdout)["claims"][0]["low"] == 13


def test_a_source_that_is_found_is_added_to_the_story_file_with_its_comments_kept(call, home):
    file = home / "stories" / "harbour-blast.toml"
    file.write_text("# Ours since March.\n" + file.read_text())
    (home / "stories" / "more").mkdir()
    result = call("source", "add", "harbour-blast", "more")
    assert result.exit_code == 0, result.stderr
    assert file.read_text().startswith("# Ours since March.")
    shown = json.loads(call("sources", "harbour-blast", "--json").stdout)
    assert [source["name"] for source in shown] == ["folder:documents", "folder:more"]


def test_a_source_that_would_break_the_story_file_is_not_added(call, home):
    file = home / "stories" / "harbour-blast.toml"
    before = file.read_text()
    result = call("source", "add", "harbour-blast", "documents")
    assert result.exit_code == 1
    assert file.read_text() == before


def test_how_a_source_fares_is_shown_after_a_run(call, run, home):
    (home / "stories" / "documents").rmdir()
    run()
    (shown,) = json.loads(call("sources", "harbour-blast", "--json").stdout)
    assert (shown["failures"], shown["failed_at"]) == (1, NOON.isoformat())
    assert "there is no such folder" in shown["problem"]


def test_two_sets_of_alert_rules_are_compared_over_one_history(call, home):
    other = home / "stories" / "calm.toml"
    rules = "[alerts]\nthresholds.killed = { by = 10 }\n"
    other.write_text((home / "stories" / "harbour-blast.toml").read_text() + rules)
    later = {
        **DOCUMENT,
        "id": "b",
        "text": "14 people were killed in the blast.",
        "published_at": "2024-03-02",
    }
    arguments = ("replay", "-", "--story", "harbour-blast", "--compare", "calm")
    shown = call(*arguments, stdin=lines(DOCUMENT, later)).stdout
    assert "harbour-blast: 2 alerts; calm: 1 alerts." in shown


def test_replay_prints_a_change_a_line(call):
    later = {
        **DOCUMENT,
        "id": "b",
        "text": "14 people were killed in the blast.",
        "published_at": "2024-03-02",
    }
    result = call("replay", "-", stdin=lines(later, DOCUMENT))
    changes = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(c["change"], c["documents"], c["alert"]) for c in changes] == [
        ("first", ["a"], True),
        ("raised", ["b"], True),
    ]


def test_replay_leaves_out_what_is_not_about_the_story(call):
    other = {**DOCUMENT, "id": "b", "text": "40 people were killed in a bus crash in the mountains."}
    result = call("replay", "-", "--about", "harbour blast", stdin=lines(DOCUMENT, other))
    assert {d for line in result.stdout.splitlines() for d in json.loads(line)["documents"]} == {"a"}


def test_the_ledger_shows_what_is_held_and_who_says_so(call, run, write):
    write("a", "At least 12 people were killed in the blast at the harbour, the mayor said.")
    run()
    shown = call("ledger", "harbour-blast").stdout
    assert "at least 12" in shown
    assert "mayor" in shown


def test_the_ledger_as_of_a_moment_is_the_one_that_stood_then(call, run, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run()
    write("a", "Fourteen people were killed in the blast at the harbour.")
    run(NOON + timedelta(hours=2))
    held = [
        json.loads(call("ledger", "harbour-blast", "--json", *more).stdout)["positions"][0]["value"]["low"]
        for more in ([], ["--as-of", "2024-03-02T13:00Z"])
    ]
    assert held == [14, 12]


def test_changes_show_their_evidence_and_their_rule(call, run, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run()
    shown = call("changes", "harbour-blast").stdout
    assert "Twelve people were killed in the blast at the harbour." in shown
    assert "alert by moved" in shown


def test_changes_since_an_edition_leave_out_those_before(call, run, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run()
    write("a", "Fourteen people were killed in the blast at the harbour.")
    run(NOON + timedelta(hours=2))
    lines_printed = call("changes", "harbour-blast", "--json", "--since", "1").stdout.splitlines()
    assert [json.loads(line)["change"] for line in lines_printed] == ["raised"]


def test_nothing_from_a_page_reaches_the_terminal_as_a_command(call, run, write):
    write("a", "Twelve people were killed in the \x1b[31mblast\x1b[0m at the harbour, a \u202emayor said.")
    run()
    assert not {"\x1b", "\u202e"} & set(call("changes", "harbour-blast").stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ledger", "harbor-blast"), "did you mean 'harbour-blast'?"),
        (("changes", "nowhere.toml"), "there is no such story file"),
        (("ledger", "harbour-blast"), "nothing was known"),
        (("run", "harbor-blast"), "did you mean 'harbour-blast'?"),
        (("changes", "harbour-blast", "--since", "yesterday"), "'yesterday' is not a date"),
        (("ledger", "harbour-blast", "--as-of", "noon"), "'noon' is not a date"),
        (("extract", "no-such-file.jsonl"), "No such file"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_or_two_with_a_failing_status(call, arguments, words):
    result = call(*arguments)
    assert result.exit_code != 0
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_broken_story_file_is_named_with_its_key_and_what_would_be_right(call, home):
    (home / "stories" / "harbour-blast.toml").write_text(
        'titel = "Harbour blast"\n[[sources]]\nkind="folder"\n'
    )
    result = call("run", "harbour-blast")
    assert result.exit_code == 1
    assert "harbour-blast.toml" in result.stderr
    assert "titel" in result.stderr
    assert "title" in result.stderr


def test_a_setting_that_is_wrong_is_named(call, monkeypatch):
    monkeypatch.setenv("STORYDELTA_SMTP_PORT", "post")
    result = call("ledger", "harbour-blast")
    assert result.exit_code == 1
    assert "STORYDELTA_SMTP_PORT" in result.stderr


def test_a_home_that_cannot_be_written_is_said(call, home, monkeypatch):
    (home / "blocked").write_text("a file where a folder should be")
    monkeypatch.setenv("STORYDELTA_HOME", str(home / "blocked"))
    result = call("ledger", "harbour-blast")
    assert result.exit_code == 1
    assert "blocked" in result.stderr
    assert "Traceback" not in result.output


def test_a_demo_leaves_a_folder_alone_that_no_demo_made(call, home):
    (home / "precious").mkdir()
    (home / "precious" / "thesis.txt").write_text("years of work")
    result = call("demo", "--folder", home / "precious")
    assert result.exit_code == 1
    assert (home / "precious" / "thesis.txt").exists()


def test_the_command_starts_without_the_parser_the_database_or_prefect():
    code = (
        "import sys; from click.testing import CliRunner; from flows.command_line import main; "
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0; "
        "print([m for m in ('prefect', 'spacy', 'sqlalchemy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_feeds_move_from_one_story_to_another_as_a_list(call, home):
    stories = home / "stories"
    feed = '\n[[sources]]\nkind = "feed"\nurl = "https://news.example/feed.xml"\nname = "News"\n'
    other = stories / "other.toml"
    other.write_text((stories / "harbour-blast.toml").read_text() + feed)
    (home / "feeds.opml").write_text(call("source", "export", "other").stdout)
    said = [call("source", "import", "harbour-blast", home / "feeds.opml").stdout for _ in range(2)]
    assert ["added 1 feeds" in said[0], "added 0 feeds" in said[1]] == [True, True]
    shown = json.loads(call("sources", "harbour-blast", "--json").stdout)
    assert [source["name"] for source in shown] == ["folder:documents", "News"]
