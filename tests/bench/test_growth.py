"""That a run's time does not grow with what is stored, told by how the databases answer and not by a clock; and that the
benches run.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from bench import scale, size
from bench.filled import fill
from bench.world import DATABASES, SLUG, START, database, item, lay_out, run
from flows.wiring import build_house

DOCUMENTS = 300


@contextmanager
def asked_of(engine):
    """The questions that are asked meanwhile, each once, with their values."""
    found = {}

    def note(_connection, _cursor, statement, values, _context, many):
        if not many and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            found[statement] = values

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def plan_of(connection, statement, values):
    """How the database would answer, one step a line; PostgreSQL by a whole table only where there is no other way."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [row[3] for row in rows]
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    return [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]


def is_whole(step):
    """Whether a step reads a whole table. The index of what is pending is as long as that, and no longer."""
    return (step.startswith("SCAN ") and "ix_deliveries_pending" not in step) or "Seq Scan" in step


@pytest.mark.parametrize("kind", DATABASES)
def test_no_question_of_a_run_reads_a_whole_table(kind, tmp_path):
    with database(kind) as address:
        house = build_house(lay_out(tmp_path, address))
        with house.store as store:
            for number in range(3):
                run(house, [item(number)], "a", START + timedelta(hours=number))
            fill(store, SLUG, DOCUMENTS, editions=1_000)
            with asked_of(store.engine) as asked:
                assert run(house, [item(n) for n in range(4)], "a", START + timedelta(days=30))
                assert run(house, [item(n) for n in range(4)], "a", START + timedelta(days=31))
                store.source_states(SLUG)
            assert len(asked) > 20
            with store.engine.connect() as connection:
                for statement, values in asked.items():
                    plan = plan_of(connection, statement, values)
                    whole = [step for step in plan if is_whole(step)]
                    assert not whole, (statement, plan)


def test_a_filled_store_is_whole_and_retention_makes_it_smaller():
    found = size.measure("sqlite", DOCUMENTS)
    parts = (
        "bytes_a_document",
        "bytes_a_document_without_texts",
        "bytes_a_document_without_texts_and_digests",
    )
    assert [found[name] for name in parts] == sorted((found[name] for name in parts), reverse=True)
    assert next(iter(found["by_table"])) == "revisions"


def test_stories_with_feeds_of_their_own_are_served_in_one_process_and_each_change_is_told(tmp_path):
    found = scale.measure(tmp_path, stories=3, rounds=1, model="none", tick=0.02)
    assert found["clean"], found
    assert found["documents"] == 3 * scale.FEEDS * scale.ENTRIES + 1
