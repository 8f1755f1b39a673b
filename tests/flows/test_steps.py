from datetime import UTC, datetime, timedelta

import pytest

from flows import steps
from storydelta.errors import RenderError
from storydelta.model import ChangeKind, Measure

NOON = datetime(2024, 3, 2, 12, tzinfo=UTC)


def test_a_first_figure_makes_an_edition_a_digest_and_a_delivery(run, write, house):
    write("a", "At least 12 people were killed in the blast at the harbour, police said.")
    outcome = run()
    assert [v.change.change for v in outcome.verdicts] == [ChangeKind.FIRST]
    assert outcome.edition.number == 1
    assert [d.recipient for d in house.store.due_deliveries(NOON)] == ["digests"]


def test_a_second_run_finds_nothing_new(run, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run()
    again = run(NOON + timedelta(hours=1))
    assert (again.ingested, again.edition, again.message) == ((), None, None)


def test_an_edit_in_place_raises_the_toll(run, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run()
    write("a", "Fourteen people were killed in the blast at the harbour.")
    outcome = run(NOON + timedelta(hours=1))
    assert [v.change.change for v in outcome.verdicts] == [ChangeKind.RAISED]
    assert outcome.ledger.positions["figure/killed"].value.low == 14


def test_a_document_without_a_date_is_a_problem_and_the_others_go_on(run, write, home):
    write("a", "Twelve people were killed in the blast at the harbour.")
    (home / "stories" / "documents" / "b.txt").write_text("Thirteen people were killed.")
    outcome = run()
    assert len(outcome.ingested) == 1
    assert [problem for problem in outcome.problems if "b.txt" in problem]


def test_a_source_that_is_gone_is_a_problem_and_is_remembered(run, house, home):
    (home / "stories" / "documents").rmdir()
    outcome = run()
    (state,) = house.store.source_states("harbour-blast").values()
    assert (state.failures, state.failed_at) == (1, NOON)
    assert "there is no such folder" in outcome.problems[0]


def test_a_source_is_reported_down_once_after_three_failures_and_once_when_it_is_back(home, fetch):
    folder = home / "stories" / "documents"
    states, told = {}, []

    def fetch_now(hour):
        harvest = fetch(NOON + timedelta(hours=hour), states)
        states.update({state.key: state for state in harvest.states})
        told.append((harvest.down, harvest.recovered))

    folder.rmdir()
    for hour in range(4):
        fetch_now(hour)
    folder.mkdir()
    fetch_now(4)
    fetch_now(5)
    name = "folder:documents"
    assert told == [((), ()), ((), ()), ((name,), ()), ((), ()), ((), (name,)), ((), ())]


def test_that_a_source_is_down_and_that_it_is_back_is_logged_once_each(home, fetch, caplog):
    folder = home / "stories" / "documents"
    states = {}
    folder.rmdir()
    for hour in range(7):
        if hour == 5:
            folder.mkdir()
        states |= {state.key: state for state in fetch(NOON + timedelta(hours=hour), states).states}
    assert [
        record.getMessage().partition(": there")[0].partition(" down")[0] for record in caplog.records
    ] == [
        "harbour-blast: the source folder:documents is",
        "harbour-blast: the source folder:documents is back",
    ]


def test_a_source_that_is_back_is_no_problem_any_more(run, house, home):
    folder = home / "stories" / "documents"
    folder.rmdir()
    run()
    folder.mkdir()
    outcome = run(NOON + timedelta(hours=1))
    (state,) = house.store.source_states("harbour-blast").values()
    assert (state.failures, state.problem, outcome.problems) == (0, None, ())


def test_a_run_that_dies_before_its_transaction_ends_leaves_nothing_and_the_next_finds_all(run, write, home):
    write("a", "Twelve people were killed in the blast at the harbour.")
    broken = home / "templates"
    broken.mkdir()
    (broken / "digest.html.j2").write_text("{{ digest.nothing_of_that_name }}")
    with pytest.raises(RenderError):
        run(templates=broken)
    outcome = run(NOON + timedelta(hours=1))
    assert (len(outcome.ingested), outcome.edition.number) == (1, 1)


def test_what_quiet_hours_held_back_goes_out_with_the_first_run_after_them(run, write, home):
    story = home / "stories" / "harbour-blast.toml"
    story.write_text(story.read_text() + '\n[alerts]\nquiet = { from = "11:00", to = "13:00" }\n')
    write("a", "Twelve people were killed in the blast at the harbour.")
    held = run()
    assert held.edition is not None
    assert held.message is None
    sent = run(NOON + timedelta(hours=1))
    assert sent.edition is None
    assert "12" in sent.message.subject


def test_the_digest_of_a_change_shows_its_evidence(run, write):
    write("a", "Twelve people were killed in the blast at the harbour.")
    message = run().message
    (marked,) = [line for line in message.text.splitlines() if "Twelve people" in line]
    assert "killed" in marked
    assert "https://example.org/a" in message.html


def test_the_key_of_a_delivery_depends_on_everything_that_makes_it_another():
    keys = {
        steps.delivery_key(*parts)
        for parts in [
            ("a", 1, "file", "x"), ("b", 1, "file", "x"), ("a", 2, "file", "x"), ("a", 1, "email", "x"),
            ("a", 1, "file", "y"),
        ]
    }  # fmt: skip
    assert len(keys) == 5


def test_a_ledger_holds_what_a_voice_said_last(run, write):
    write("a", "Twelve people were killed in the blast at the harbour.", published="2024-03-01T10:00:00Z")
    write("b", "Ten people were killed in the blast at the harbour.", published="2024-03-01T11:00:00Z")
    assert run().ledger.positions["figure/killed"].subject.measure is Measure.KILLED
    assert run().ledger.positions["figure/killed"].value.low == 10
