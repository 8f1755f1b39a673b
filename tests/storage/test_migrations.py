"""From every version that the tables ever had, with a story in them, to this one."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, text

from storage import SourceState, open_store
from storage.check import check_store
from storage.engine import connect, write_connection
from storage.schema import configuration
from storage.tables import Base
from storage.transfer import export_story
from tests.storage.samples import (
    NOON,
    STORY,
    URL,
    at,
    delivery,
    figure,
    ledger,
    publish,
    reading,
    revision,
    verdict,
)

VERSIONS = [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()]


def told(written, **kwargs):
    return reading(written, claims=(figure(text=written),), **kwargs)


def fill(store):
    """Something in every table."""
    with store.writing(STORY, NOON) as work:
        work.record([told("Rescuers counted 4 dead."), told("Rescuers counted 5 dead.", id="r2")])
        work.set_aside([(revision("Elsewhere.", url=f"{URL}/b"), "another bridge")])
        work.save_source_state(SourceState(key="feed:a", succeeded_at=at(1), state={"etag": "x"}))
        work.schedule(at(15))
    publish(store, deliveries=[delivery("k1"), delivery("k2", recipient="night@courier.example")])
    publish(store, 2, killed=5, minutes=3)
    with store.writing(STORY, at(4)) as work:
        work.hold([verdict(5)])
        work.keep_ledger(ledger(6))


def rows_of(engine):
    """Every row of every table, by table, those that others refer to first."""
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in Base.metadata.sorted_tables
        }


def make_old(engine, version, rows):
    """Brings the database back to a version of the tables, with as much of the rows as they had columns for; gives
    that.
    """
    had = {}
    with write_connection(engine) as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        command.upgrade(configuration(connection), version)
        old = MetaData()
        old.reflect(connection)
        for name, values in rows.items():
            mine = {column.name for column in old.tables[name].columns}
            had[name] = [{column: row[column] for column in row if column in mine} for row in values]
            connection.execute(Base.metadata.tables[name].insert(), had[name])
        if connection.dialect.name == "postgresql":
            for name in ("stories", "documents", "revisions", "digests", "held_verdicts"):
                move = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
                connection.execute(text(move))
    return had


@pytest.mark.parametrize("version", VERSIONS)
def test_a_story_of_every_earlier_version_is_whole_in_this_one_and_goes_on(url, version):
    with open_store(url) as store:
        fill(store)
        rows = rows_of(store.engine)
    assert all(rows.values()), [name for name, values in rows.items() if not values]
    engine = connect(url, 10)
    had = make_old(engine, version, rows)
    with open_store(url) as store:
        found = rows_of(store.engine)
        for name, values in had.items():
            assert [{c: row[c] for c in values[0]} for row in found[name]] == values
        assert check_store(store) == ()
        publish(store, 3, killed=7, deliveries=[delivery("k3", 3)])
        with store.writing(STORY, NOON) as work:
            assert work.record([told("Rescuers counted 5 dead.", id="r9")]) == ()
            assert len(work.record([told("Rescuers counted 6 dead.", id="r9")])) == 1
        assert check_store(store) == ()
        assert list(export_story(store, STORY))
    with write_connection(engine) as connection:
        command.check(configuration(connection))
    assert "alembic_version" in inspect(engine).get_table_names()
    engine.dispose()


def test_migrations_are_one_line_forward_without_a_way_back():
    scripts = ScriptDirectory.from_config(configuration())
    assert len(scripts.get_heads()) == 1
    assert sorted(VERSIONS, reverse=True) == VERSIONS
    assert not [s.revision for s in scripts.walk_revisions() if hasattr(s.module, "downgrade")]
