"""Short versions of `python -m bench.chaos` and `python -m bench.soak`. Slow: real processes, and real runs."""

import sqlite3
from datetime import timedelta

import pytest

from bench.chaos import kill_at_random
from bench.soak import soak
from bench.world import DATABASES, START, account, database, item, lay_out, run
from flows.wiring import build_house


@pytest.mark.parametrize("kind", DATABASES)
def test_runs_killed_at_random_instants_lose_and_double_nothing(kind, tmp_path):
    with database(kind) as address:
        found = kill_at_random(tmp_path, 10, address=address)
    assert found["runs_begun"] >= 5
    assert found["clean"], found


def test_a_short_month_with_faults_loses_and_doubles_nothing_and_explains_every_alarm(tmp_path):
    found = soak(tmp_path, 40)
    faults = {name: found[name] for name in found if name.endswith(("_lost", "_doubled"))}
    assert set(faults.values()) == {0}, found
    assert found["findings"] == ()
    assert found["alarms_explained"] == found["alarms"] > 0
    assert found["faults"]


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("DELETE FROM documents WHERE id = 2", "documents_lost"),
        ("DELETE FROM claims WHERE revision_id = 2", "claims_lost"),
        ('INSERT INTO claims SELECT revision_id, 9, kind, field, start, "end", payload FROM claims', "claims_doubled"),
        ("DELETE FROM editions WHERE number = 2", "editions_lost"),
        ("UPDATE editions SET verdicts = (SELECT verdicts FROM editions WHERE number = 2) WHERE number = 3", "editions_doubled"),
        ("UPDATE deliveries SET state = 'pending'", "deliveries_lost"),
        ("UPDATE digests SET since = 0", "deliveries_doubled"),
    ],
)  # fmt: skip
def test_what_is_lost_or_doubled_is_counted(tmp_path, damage, found):
    house = build_house(lay_out(tmp_path))
    with house.store:
        for number in range(3):
            run(house, [item(number)], "a", START + timedelta(days=1 + number))
        assert account(house, 3).clean
        with sqlite3.connect(house.settings.home / "storydelta.sqlite3") as plain:
            plain.execute(damage)
        plain.close()
        assert getattr(account(house, 3), found) > 0
