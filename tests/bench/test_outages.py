"""The ground goes from under a run, really: a database that is stopped, a lock that does not end, a disk that is full, a
clock that jumps. The next run mends it, and nothing is lost or doubled.
"""

import multiprocessing
import os
import resource
import subprocess
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from sqlite3 import connect

import pytest

from bench.postgres import postgres_server
from bench.world import DATABASES, SLUG, START, account, database, item, lay_out, run
from flows.wiring import build_house
from storage.store import open_store
from storydelta.errors import StoreError

processes = multiprocessing.get_context("fork")


def now_at(hours):
    return START + timedelta(days=1, hours=hours)


def run_with(house, documents, hours):
    return run(house, [item(n) for n in range(documents)], f"run at {hours}", now_at(hours))


@pytest.fixture
def settings(tmp_path):
    return lay_out(tmp_path)


@pytest.fixture
def house(settings):
    """A house whose store waits a short time for others."""
    made = build_house(settings)
    made.store.close()
    with open_store(settings.database_url, patience=0.3) as store:
        yield replace(made, store=store)


# A database that goes away and comes back


@pytest.fixture
def server():
    """A PostgreSQL server of its own, which may be stopped and started."""
    with postgres_server() as started:
        yield started


def run_on(settings, documents, told):
    """Runs one after another, with one document more after each that ended; says how each went."""
    house = build_house(settings)
    with house.store:
        for turn in range(10_000):
            documents.value += 1
            try:
                run_with(house, documents.value, turn)
                told.put("")
            except StoreError as problem:
                told.put(str(problem))


def test_a_server_that_is_stopped_in_the_middle_of_runs_and_started_again_loses_nothing(server, tmp_path):
    settings = lay_out(tmp_path, server.get_uri())
    documents, told = processes.RawValue("i", 0), processes.SimpleQueue()
    child = processes.Process(target=run_on, args=(settings, documents, told))
    child.start()
    for _ in range(2):
        while told.get():
            pass  # until a run ends well
        server.stop()
        while not (said := told.get()):
            pass
        assert "cannot be reached" in said
        server.ensure_postgres_running()
    while told.get():
        pass
    child.kill()
    child.join()
    house = build_house(settings)
    with house.store:
        assert run_with(house, documents.value, 20_000)
        found = account(house, documents.value)
    assert found.clean, found


def test_a_lock_that_outlasts_the_patience_is_said_so_and_the_run_after_it_finds_everything(house, settings):
    run_with(house, 1, 0)
    file = settings.home / "storydelta.sqlite3"
    with closing(connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="busy with another writer"):
            run_with(house, 3, 1)
        other.execute("ROLLBACK")
    assert run_with(house, 3, 2)
    assert account(house, 3).clean


# A disk that is full


def run_in_little_room(settings, room, told):
    """A run in a process that may let no file grow beyond so many bytes more than the database has."""
    size = max(file.stat().st_size for file in settings.home.glob("storydelta.sqlite3*"))
    house = build_house(settings)
    with house.store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, resource.RLIM_INFINITY))
        try:
            run_with(house, 40, 1)
            told.put("")
        except StoreError as problem:
            told.put(str(problem))


@pytest.mark.parametrize("room", [0, 5_000, 30_000])
def test_a_file_that_may_not_grow_fails_the_run_with_a_word_and_the_next_one_finds_everything(settings, room):
    first = build_house(settings)
    with first.store:
        run_with(first, 1, 0)
    told = processes.SimpleQueue()
    child = processes.Process(target=run_in_little_room, args=(settings, room, told))
    child.start()
    said = told.get()
    child.join()
    assert "look at the disk" in said or "out of room" in said
    house = build_house(settings)
    with house.store:
        assert run_with(house, 40, 2)
        assert account(house, 40).clean


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for a small store and no more."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=700k", "none", str(disk)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill_up(disk):
    """A file that leaves no room for another page."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(b"0" * 4096):
            pass
    return filler


def test_a_disk_that_is_full_fails_the_run_with_a_word_and_room_mends_it(small_disk):
    house = build_house(lay_out(small_disk))
    with house.store:
        run_with(house, 1, 0)
        filler = fill_up(small_disk)
        with pytest.raises(StoreError, match="out of room: free some disk space"):
            run_with(house, 5, 1)
        assert account(house, 1).clean
        filler.unlink()
        assert run_with(house, 5, 2)
        assert account(house, 5).clean


# A clock that jumps


@pytest.mark.parametrize("kind", DATABASES)
def test_a_clock_that_jumps_ahead_and_back_loses_and_doubles_nothing(kind, tmp_path):
    with database(kind) as address:
        house = build_house(lay_out(tmp_path, address))
        with house.store as store:
            for documents, hours in enumerate([0, 1, 24 * 400, 24 * 400 + 1, 2, 1, 3, -10, 4], start=1):
                assert run_with(house, documents, hours), (documents, hours)
                assert store.latest_edition(SLUG).number == documents
            assert account(house, 9).clean


def test_a_lease_and_a_claim_of_a_later_day_hold_nobody_up_when_the_clock_is_put_back(house):
    run_with(house, 1, 0)
    assert house.store.lease(SLUG, "a run that died in another year", now_at(24 * 400), 900)
    assert run_with(house, 2, 1)
    assert account(house, 2).clean


def test_documents_seen_at_a_wrong_time_keep_the_order_in_which_they_were_published(house):
    run(house, [item(5)], "ahead", now_at(24 * 400))
    run(house, [item(n) for n in range(5)], "back", now_at(1))
    assert house.store.latest_edition(SLUG).number == 1
    (position,) = house.store.ledger(SLUG).positions.values()
    assert position.value.low == 15
