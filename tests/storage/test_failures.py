"""Every method against a database that is busy, broken, or came back."""

import inspect
import zlib
from dataclasses import replace

import pytest
from sqlalchemy import event, text

from storage import SourceState, Store, Work, open_store
from storage.engine import write_connection
from storage.tables import Base
from storydelta.errors import StoreError
from tests.storage.samples import (
    NOON,
    STORY,
    delivery,
    edition,
    ledger,
    message,
    publish,
    reading,
    revision,
    verdict,
)

READING = {
    "stories": lambda s: s.stories(),
    "story": lambda s: s.story(STORY),
    "due_stories": lambda s: s.due_stories(NOON),
    "source_states": lambda s: s.source_states(STORY),
    "new_revisions": lambda s: s.new_revisions(STORY, [revision()]),
    "documents": lambda s: list(s.documents(STORY)),
    "revisions": lambda s: list(s.revisions(STORY)),
    "readings": lambda s: list(s.readings(STORY)),
    "claims_of": lambda s: s.claims_of(STORY, revision()),
    "ledger": lambda s: s.ledger(STORY),
    "latest_edition": lambda s: s.latest_edition(STORY),
    "edition": lambda s: s.edition(STORY, 1),
    "edition_as_of": lambda s: s.edition_as_of(STORY, NOON),
    "editions": lambda s: list(s.editions(STORY)),
    "changes_since": lambda s: s.changes_since(STORY, 0),
    "held": lambda s: s.held(STORY),
    "digests": lambda s: s.digests(STORY),
    "message": lambda s: s.message(STORY, 1),
    "deliveries": lambda s: s.deliveries(),
    "delivery_counts": lambda s: s.delivery_counts(),
    "due_deliveries": lambda s: s.due_deliveries(NOON),
}


def write(store):
    with store.writing(STORY, NOON) as work:
        work.publish(edition())


WRITING = {
    "writing": write,
    "lease": lambda s: s.lease(STORY, "a", NOON, 60),
    "release": lambda s: s.release(STORY, "a"),
    "claim_delivery": lambda s: s.claim_delivery("k1", "a", NOON, NOON),
    "record_delivery": lambda s: s.record_delivery(delivery(), "a", NOON),
    "retry_delivery": lambda s: s.retry_delivery("k1", NOON),
    "cancel_delivery": lambda s: s.cancel_delivery("k1", NOON),
}
WORKING = {
    "new_revisions": lambda w: w.new_revisions([revision()]),
    "record": lambda w: w.record([reading()]),
    "set_aside": lambda w: w.set_aside([(revision(), "why")]),
    "ledger": lambda w: w.ledger(),
    "keep_ledger": lambda w: w.keep_ledger(ledger()),
    "latest_edition": lambda w: w.latest_edition(),
    "changes_since": lambda w: w.changes_since(NOON),
    "publish": lambda w: w.publish(edition()),
    "hold": lambda w: w.hold([verdict()]),
    "held": lambda w: w.held(),
    "last_digest": lambda w: w.last_digest(),
    "enqueue": lambda w: w.enqueue(message(), [delivery()]),
    "source_states": lambda w: w.source_states(),
    "save_source_state": lambda w: w.save_source_state(SourceState(key="k")),
    "schedule": lambda w: w.schedule(NOON),
}


def methods(of):
    return {name for name, _ in inspect.getmembers(of, inspect.isfunction) if not name.startswith("_")}


def test_every_method_is_tried_below():
    assert {*READING, *WRITING, "close"} == methods(Store)
    assert set(WORKING) == methods(Work)


@pytest.fixture
def busy(url):
    """A store in which somebody else has been writing for longer than its patience."""
    with open_store(url, patience=0.05) as store, open_store(url) as other:
        publish(store, deliveries=[delivery()])
        with write_connection(other.engine) as connection:
            if connection.dialect.name == "postgresql":
                tables = ", ".join(Base.metadata.tables)
                connection.execute(text(f"LOCK TABLE {tables} IN EXCLUSIVE MODE"))
            yield store


@pytest.mark.parametrize("name", WRITING)
def test_what_writes_says_that_the_database_is_busy(busy, name):
    with pytest.raises(StoreError, match="busy with another writer: try again"):
        WRITING[name](busy)


def test_what_reads_does_not_wait_for_who_writes(busy):
    for call in READING.values():
        call(busy)
    assert busy.latest_edition(STORY) == edition()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def broken(request, tmp_path_factory):
    """A store whose tables are gone."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('broken')}/s.sqlite3"
    else:
        engine = request.getfixturevalue("admin")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE broken"))
        url = engine.url.set(database="broken").render_as_string(hide_password=False)
    with open_store(url) as store:
        with write_connection(store.engine) as connection:
            Base.metadata.drop_all(connection)
        yield store


@pytest.mark.parametrize("name", [*READING, *WRITING])
def test_what_fails_is_said_in_one_line_that_says_what_to_do(broken, name):
    with pytest.raises(StoreError, match="restore it from a copy") as caught:
        (READING | WRITING)[name](broken)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", WORKING)
def test_work_that_fails_ends_with_a_word_and_leaves_nothing(store, name):
    def run_on_missing_tables():
        with store.writing(STORY, NOON) as work:
            Base.metadata.drop_all(work._session.connection())
            WORKING[name](work)

    with pytest.raises(StoreError, match="restore it from a copy"):
        run_on_missing_tables()
    assert store.stories() == ()


@pytest.mark.parametrize(
    "packed",
    [b"", b"garbage", zlib.compress(b"not JSON"), zlib.compress(b'{"positions": {"figure/killed": {}}}')],
)
def test_a_value_that_this_version_cannot_read_is_said_so(store, packed):
    publish(store)
    with write_connection(store.engine) as connection:
        connection.execute(Base.metadata.tables["editions"].update().values(ledger=packed))
    with pytest.raises(StoreError, match=r"this version cannot read: update Storydelta"):
        store.latest_edition(STORY)


def hang_up(admin):
    """Ends every connection to the server but this one."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname <> ''"
    with admin.connect() as connection:
        connection.execute(text(others))


@pytest.fixture
def postgres_store(empty_postgres):
    with open_store(empty_postgres) as opened:
        yield opened


def test_a_server_that_went_away_and_came_back_costs_no_run(postgres_store, admin):
    publish(postgres_store)
    hang_up(admin)
    publish(postgres_store, 2, killed=5)
    assert postgres_store.latest_edition(STORY) == edition(2, killed=5)


def test_a_connection_lost_in_the_middle_of_work_is_said_so_and_leaves_nothing(postgres_store, admin):
    def lose_it():
        with postgres_store.writing(STORY, NOON) as work:
            work.publish(edition())
            hang_up(admin)
            work.publish(replace(edition(), number=2))

    with pytest.raises(StoreError, match="cannot be reached"):
        lose_it()
    assert postgres_store.latest_edition(STORY) is None


def test_a_full_disk_is_said_so_and_the_next_run_finds_everything(tmp_path):
    url = f"sqlite:///{tmp_path}/s.sqlite3"
    with open_store(url) as store:
        publish(store)

        @event.listens_for(store.engine, "begin")
        def _no_more_room(connection):
            connection.exec_driver_sql("PRAGMA max_page_count = 1")

        def write_much():
            with store.writing(STORY, NOON) as work:
                work.publish(edition(2, killed=5))
                work.record([reading("Rescuers counted 5 dead. " * 10_000)])

        with pytest.raises(StoreError, match="out of room: free some disk space"):
            write_much()
    with open_store(url) as store:
        assert store.latest_edition(STORY) == edition()
        assert list(store.documents(STORY)) == []
        publish(store, 2, killed=5)
        assert store.latest_edition(STORY) == edition(2, killed=5)
