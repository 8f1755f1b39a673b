import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.check_health import State, check_health
from storydelta.model import DeliveryState

NOW = datetime(2024, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_model(monkeypatch):
    """Loading it takes seconds; one test does."""
    monkeypatch.setenv("STORYDELTA_MODEL", "none")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)


def found(state, now=NOW, **kwargs):
    return {check.subject: check for check in check_health(now, **kwargs) if check.state is state}


def test_a_machine_on_which_all_is_well_has_nothing_wrong_and_nothing_is_made(home):
    assert found(State.WRONG) == {}
    assert set(found(State.OK)) == {"home", "disk", "time zones", "story files", "channel file"}
    assert not (home / "home").exists()


def test_every_finding_that_is_wrong_comes_with_its_remedy(home, monkeypatch):
    monkeypatch.setenv("STORYDELTA_DATABASE", "mysql://localhost/news")
    monkeypatch.setenv("STORYDELTA_MODEL", "no_such_model")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    (home / "home").write_text("a file")
    (home / "stories" / "broken.toml").write_text("title = 1\n")
    wrong = found(State.WRONG)
    assert set(wrong) == {"home", "language model", "prefect", "database", "story broken"}
    assert all(check.remedy and check.said for check in wrong.values())


def test_a_setting_that_is_wrong_is_all_that_is_said(home, monkeypatch):
    monkeypatch.setenv("STORYDELTA_SMTP_PORT", "many")
    assert list(found(State.WRONG)) == ["settings"]


def test_the_language_model_is_tried(home, monkeypatch):
    monkeypatch.delenv("STORYDELTA_MODEL")
    assert found(State.OK)["language model"].said.endswith("reads")


def test_tables_of_a_newer_version_are_wrong(house, home):
    with sqlite3.connect(home / "home" / "storydelta.sqlite3") as plain:
        plain.execute("UPDATE alembic_version SET version_num = '9042'")
    plain.close()
    assert "newer version" in found(State.WRONG)["database"].said


def test_a_story_that_nobody_runs_is_found(house):
    with house.store.writing("harbour-blast", NOW) as work:
        work.schedule(NOW + timedelta(minutes=15))
    assert "schedule" in found(State.OK)
    late = found(State.WRONG, NOW + timedelta(hours=2))["schedule"]
    assert "harbour-blast" in late.said
    assert "storydelta serve" in late.remedy


def test_parked_deliveries_and_a_clock_that_was_put_back_are_found(run, write, house):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run(NOW)
    (delivery,) = house.store.due_deliveries(NOW)
    house.store.claim_delivery(delivery.key, "a", NOW, NOW)
    house.store.record_delivery(replace(delivery, state=DeliveryState.PARKED), "a", NOW)
    wrong = found(State.WRONG, NOW - timedelta(days=1))
    assert set(wrong) == {"deliveries", "clock"}


def test_a_source_that_is_down_is_worth_a_note(run, home):
    (home / "stories" / "documents").rmdir()
    run(NOW)
    assert "there is no such folder" in found(State.NOTE)["sources"].said


def test_a_story_that_is_paused_is_not_missed(house, home):
    with house.store.writing("harbour-blast", NOW) as work:
        work.schedule(NOW)
    story = home / "stories" / "harbour-blast.toml"
    story.write_text("paused = true\n" + story.read_text())
    assert "1 paused" in found(State.OK, NOW + timedelta(days=2))["schedule"].said


def test_tables_of_an_older_version_are_worth_a_note(home):
    from alembic import command

    from storage.engine import connect, write_connection
    from storage.schema import configuration

    (home / "home").mkdir()
    engine = connect(f"sqlite:///{home}/home/storydelta.sqlite3", 5)
    with write_connection(engine) as connection:
        command.upgrade(configuration(connection), "0001")
    engine.dispose()
    older = found(State.NOTE)["database"]
    assert "has the tables 0001; the next run brings them to" in older.said
    assert "maintain --backup" in older.remedy


def test_a_disk_that_is_nearly_full_is_wrong(home, monkeypatch):
    import shutil
    from types import SimpleNamespace

    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: SimpleNamespace(free=10**6)
    )  # the machine's, not ours
    assert "storydelta maintain --compact" in found(State.WRONG)["disk"].remedy


def test_mail_without_a_server_and_a_server_that_does_not_answer_are_wrong(home, monkeypatch):
    story = home / "stories" / "harbour-blast.toml"
    story.write_text(story.read_text() + '\n[[channels]]\nkind = "email"\nto = ["desk@example.org"]\n')
    assert "STORYDELTA_SMTP_HOST" in found(State.WRONG)["channel email"].remedy
    monkeypatch.setenv("STORYDELTA_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("STORYDELTA_SMTP_PORT", "1")
    monkeypatch.setenv("STORYDELTA_MAIL_FROM", "desk@example.org")
    assert "127.0.0.1:1 does not answer" in found(State.WRONG)["channel email"].said


def test_a_deep_look_reads_the_store_through(run, write, house, home):
    write("a", "Twelve people were killed in the blast at the harbour.")
    run(NOW)
    assert "store" in found(State.OK, deep=True)
    with sqlite3.connect(home / "home" / "storydelta.sqlite3") as plain:
        plain.execute("UPDATE revisions SET text = 'x'")
    plain.close()
    assert "store harbour-blast" in found(State.WRONG, deep=True)


def test_the_command_says_it_for_people_and_for_programs_and_exits_with_one_where_something_is_wrong(
    home, monkeypatch
):
    from click.testing import CliRunner

    from flows.upkeep_commands import doctor

    well = CliRunner().invoke(doctor, ["--json"])
    assert (well.exit_code, {check["state"] for check in json.loads(well.output)}) == (0, {"ok", "note"})
    monkeypatch.setenv("STORYDELTA_DATABASE", "mysql://localhost/news")
    ill = CliRunner().invoke(doctor)
    assert ill.exit_code == 1
    assert "database" in ill.output
    assert "correct STORYDELTA_DATABASE" in ill.output.replace("\n", " ")


@pytest.mark.prefect
def test_deployments_without_a_worker_and_schedules_that_make_no_runs_are_found(
    prefect_server, home, monkeypatch
):
    """Prefect's test server has no scheduler, as the real one has none where it fails."""
    import asyncio

    from prefect.settings import PREFECT_API_URL

    from flows.deploy_stories import deploy, plan
    from flows.wiring import build_house, utc_now

    monkeypatch.setenv("PREFECT_API_URL", PREFECT_API_URL.value())
    assert "storydelta deploy" in found(State.NOTE)["deployments"].remedy
    house = build_house()
    with house.store:
        asyncio.run(deploy([plan(house.story("harbour-blast"))]))
    assert "prefect worker start" in found(State.WRONG, utc_now())["deployments"].remedy
    later = found(State.WRONG, utc_now() + timedelta(minutes=6))["deployments"]
    assert "makes no runs" in later.said
    assert "flows.mend_server" in later.remedy
    assert asyncio.run(deploy([], known=()))[0].done == "stopped"
    assert "no deployment has a schedule" in found(State.NOTE)["deployments"].said
