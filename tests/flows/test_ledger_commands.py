import json
from datetime import timedelta

import pytest

from tests.flows.conftest import NOON

BLAST = "The blast at the harbour of Port Ember killed {} people, police said. Divers searched the basin."


@pytest.fixture
def about(home):
    """The story says what it is about, so that not everything belongs."""
    file = home / "stories" / "harbour-blast.toml"
    file.write_text(
        file.read_text().replace(
            'blast"\n', 'blast"\n\n[belongs]\nabout = "Port Ember harbour explosion"\n', 1
        )
    )


@pytest.fixture
def told(call):
    """What `why` says of a document, as JSON."""

    def explain(document, *more):
        result = call("why", "harbour-blast", document, "--json", *more)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return explain


def test_a_document_that_moved_the_story_says_which_change_it_brought(write, run, told):
    write("a", BLAST.format(12))
    run()
    (version,) = told("https://example.org/a")["versions"]
    (claim,) = version["claims"]
    assert (claim["counts"], claim["rule"], claim["effect"]) == (True, "counted", "leads")
    (change,) = claim["changes"]
    assert (change["change"], change["after"]["low"], change["found_by"]) == ("first", 12, "first_word")
    assert version["outcome"] == "It brought or supported one change."


@pytest.mark.parametrize("name", ["https://example.org/a", "a", "https://EXAMPLE.org/a#top"])
def test_a_document_is_found_by_its_address_or_the_end_of_it(write, run, told, name):
    write("a", BLAST.format(12))
    run()
    assert told(name)["document"] == "https://example.org/a"


def test_versions_are_told_one_after_another(write, run, told):
    write("a", BLAST.format(12))
    run()
    write("a", BLAST.format(12) + " The quay is closed.")
    run(NOON + timedelta(hours=1))
    write("a", BLAST.format(15))
    run(NOON + timedelta(hours=2))
    effects = [[claim["effect"] for claim in version["claims"]] for version in told("a")["versions"]]
    assert effects == [["leads"], ["said_before"], ["leads"]]


@pytest.mark.parametrize(
    ("number", "effect", "words"),
    [
        ("12", "repeats", "It says what was held already."),
        ("at least 10", "satisfied", "what was held already says as much"),
        ("7", "disputes", "does not replace it"),
    ],
)
def test_a_document_that_moved_no_position_says_why(write, run, call, told, number, effect, words):
    text = "The blast at the harbour of Port Ember killed {} people. Divers searched the basin."
    write("a", text.format(12))
    run()
    write("b", text.format(number), publisher="The Herald", published="2024-03-01T11:00:00Z")
    run(NOON + timedelta(hours=1))
    (claim,) = told("b")["versions"][0]["claims"]
    assert (claim["effect"], claim["held"]["low"]) == (effect, 12)
    shown = call("why", "harbour-blast", "b").output
    assert words in " ".join(shown.split())


def test_parts_and_other_events_are_named_as_such(write, run, told):
    write("a", f"{BLAST.format(12)} Three of the dead were children. In 1987 a blast there killed 40 people.")
    run()
    rules = {
        claim["claim"]["low"]: (claim["counts"], claim["rule"])
        for claim in told("a")["versions"][0]["claims"]
    }
    assert rules[12] == (True, "counted")
    assert rules[3] == (False, "part")
    assert rules[40][0] is False


def test_a_document_that_was_set_aside_says_by_which_rule_and_what_it_holds(about, write, run, call, told):
    write("b", "An avalanche in the mountains of Norland killed 30 people. The village was cut off for days.")
    run()
    (version,) = told("b")["versions"]
    assert (version["belongs"], version["rule"]) == (False, "not_about")
    assert "avalanche" in version["why"]
    assert [(claim["claim"]["low"], claim["rule"]) for claim in version["claims"]] == [(30, "set_aside")]
    shown = " ".join(call("why", "harbour-blast", "b").output.split())
    assert "Does not belong by not_about" in shown
    assert "It moved nothing: it does not belong." in shown


def test_a_claim_about_another_event_in_a_document_that_belongs_says_what_stands_nearer(
    about, write, run, told
):
    write("a", f"{BLAST.format(12)}\n\nElsewhere an avalanche killed 30 people, rescuers said on Monday.")
    run()
    fates = {claim["claim"]["low"]: claim for claim in told("a")["versions"][0]["claims"]}
    assert fates[12]["rule"] == "counted"
    assert (fates[30]["counts"], fates[30]["rule"]) == (False, "not_about")
    assert "avalanche" in fates[30]["why"]


def test_where_the_story_file_changed_since_both_verdicts_are_shown(about, write, run, home, call, told):
    write("a", BLAST.format(12))
    run()
    file = home / "stories" / "harbour-blast.toml"
    file.write_text(file.read_text().replace("about =", 'never = ["Port Ember"]\nabout ='))
    (version,) = told("a")["versions"]
    assert (version["belongs"], version["belongs_now"], version["rule"]) == (True, False, "never_term")
    shown = " ".join(call("why", "harbour-blast", "a").output.split())
    assert "Taken when it came. As the story file now stands, it would not belong by never_term" in shown


def test_ignored_voices_are_named_as_such(write, run, home, told):
    file = home / "stories" / "harbour-blast.toml"
    file.write_text(f'{file.read_text()}\n[alerts]\nignore = ["The Examiner"]\n')
    write("a", BLAST.format(12))
    run()
    (version,) = told("a")["versions"]
    assert [claim["rule"] for claim in version["claims"]] == ["ignored"]
    assert version["outcome"] == "It moved nothing: none of its claims counts."


def test_a_document_that_the_story_does_not_have_is_read_now_and_not_stored(write, run, home, told, house):
    write("a", BLAST.format(12))
    run()
    file = home / "fresh.jsonl"
    file.write_text(
        json.dumps({"id": "new", "text": BLAST.format(7), "published_at": "2024-03-02T09:00:00Z"}) + "\n"
    )
    answer = told(file)
    assert answer["stored"] is False
    assert answer["versions"][0]["claims"][0]["effect"] == "waits"
    assert len(list(house.store.documents("harbour-blast"))) == 1


def test_a_document_that_is_nowhere_is_an_error_in_words(write, run, call):
    write("a", BLAST.format(12))
    run()
    result = call("why", "harbour-blast", "nothing-like-it")
    assert result.exit_code == 1
    assert "no document 'nothing-like-it'" in result.stderr


def test_where_several_documents_end_like_that_they_are_listed(write, run, home, call):
    write("a", BLAST.format(12))
    (home / "stories" / "documents" / "b.txt").write_text(
        f"url: https://other.example/x/a\npublished: 2024-03-01\npublisher: Else\n\n{BLAST.format(12)}\n"
    )
    run()
    result = call("why", "harbour-blast", "a")
    assert result.exit_code == 1
    assert "https://example.org/a, https://other.example/x/a" in result.stderr


def test_the_ledger_says_when_a_position_was_last_confirmed_and_what_is_stale(write, run, call, house):
    text = "The blast at the harbour of Port Ember killed 12 people. Divers searched the basin."
    write("a", text)
    run()
    write("b", text.replace("Divers", "Tugs"), publisher="The Herald", published="2024-03-01T15:00:00Z")
    run(NOON + timedelta(hours=1))
    (position,) = json.loads(call("ledger", "harbour-blast", "--json").stdout)["positions"]
    assert position["since"].startswith("2024-03-01T10:00")
    assert position["last_said"].startswith("2024-03-01T15:00")
    assert position["stale"] is True
    assert {s["voice"] for s in position["statements"]} == {"The Examiner", "The Herald"}
    (then,) = json.loads(call("ledger", "harbour-blast", "--as-of", "2024-03-02T12:30Z", "--json").stdout)[
        "positions"
    ]
    assert then["stale"] is False
    shown = " ".join(call("ledger", "harbour-blast").stdout.split())
    assert "Stale: killed, last said 1 Mar 2024 15:00" in shown


def test_the_ledger_shows_everybody_elses_latest_and_what_is_in_dispute(write, run, call):
    text = "The blast at the harbour of Port Ember killed {} people. Divers searched the basin."
    write("a", text.format(12))
    run()
    write("b", text.format(7), publisher="The Herald", published="2024-03-01T15:00:00Z")
    run(NOON + timedelta(hours=1))
    shown = " ".join(call("ledger", "harbour-blast").stdout.split())
    assert "≠ 7 (The" in shown
    assert "In dispute: Killed: 12" in shown


def test_the_ledger_shows_what_a_speaker_said_before(write, run, call):
    write("a", "Norland blamed Sudoria for the blast at the harbour of Port Ember.")
    run()
    write(
        "b",
        "Norland denied that Sudoria was behind the blast at the harbour.",
        published="2024-03-01T15:00:00Z",
    )
    run(NOON + timedelta(hours=1))
    positions = json.loads(call("ledger", "harbour-blast", "--json").stdout)["positions"]
    (norland,) = [p for p in positions if p.get("speaker") == "Norland"]
    assert norland["value"] == {"stance": "denies"}
    assert [earlier["value"] for earlier in norland["history"]] == [{"stance": "asserts"}]
    assert "before:" in call("ledger", "harbour-blast").stdout


def test_changes_for_programs_have_their_words_evidence_and_both_rules(write, run, call):
    write("a", BLAST.format(12))
    run()
    (change,) = map(json.loads, call("changes", "harbour-blast", "--json").stdout.splitlines())
    assert (change["rule"], change["found_by"]) == ("moved", "first_word")
    assert change["words"].startswith("Killed: 12")
    assert "Port Ember" in change["evidence"][0]["evidence"]["text"]
