import random
import sqlite3
import subprocess
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import open_store
from storage.backup import back_up, tidy
from storage.check import check_store
from storage.engine import write_connection
from storage.retention import Retention, Trimmed, trim, trim_texts
from storage.transfer import export_story
from storage.transfer_in import import_story
from storydelta.errors import StoreError
from storydelta.model import DeliveryState
from tests.storage.samples import NOON, STORY, URL, at, delivery, edition, figure, publish, reading, revision

LONG_AFTER = NOON + timedelta(days=91)
FOUR, FIVE = "Rescuers counted 4 dead.", "Rescuers counted 5 dead."


def fitting(written, **kwargs):
    return reading(written, claims=(figure(text=written),), **kwargs)


def record(store, *readings, aside=()):
    with store.writing(STORY, NOON) as work:
        work.record(readings)
        work.set_aside([(other, "another bridge") for other in aside])


def change(store, statement, **values):
    with write_connection(store.engine) as connection:
        connection.execute(text(statement), values)


# Retention


def test_texts_that_were_replaced_go_first_and_everything_else_stays(store):
    record(store, fitting(FOUR), fitting(FIVE, id="r2"), aside=[revision("Elsewhere.", url=f"{URL}/b")])
    publish(store)
    assert trim_texts(store, Retention(), LONG_AFTER) == Trimmed(texts=2, characters=len(FOUR + "Elsewhere."))
    kept = [(s.revision.text, s.trimmed) for s in store.revisions(STORY)]
    assert kept == [("", True), (FIVE, False), ("", True)]
    assert [r.claims[0].evidence.text for r in store.readings(STORY)] == [FOUR, FIVE]
    assert store.latest_edition(STORY) == edition()
    assert check_store(store) == ()


def test_a_text_that_was_let_go_is_not_taken_for_new(store):
    record(store, fitting(FOUR))
    trim_texts(store, Retention(latest=timedelta(days=1)), LONG_AFTER)
    assert [s.trimmed for s in store.documents(STORY)] == [True]
    assert store.new_revisions(STORY, [revision(FOUR)]) == ()
    assert store.new_revisions(STORY, [revision(FIVE)]) != ()


def test_texts_younger_than_the_policy_says_and_all_of_those_kept_for_ever_stay(store):
    record(store, fitting(FOUR), fitting(FIVE, id="r2"))
    assert trim_texts(store, Retention(), NOON + timedelta(days=89)) == Trimmed()
    assert trim_texts(store, Retention(superseded=None, others=None), LONG_AFTER) == Trimmed()


def test_many_texts_go_in_pages_and_a_second_time_finds_nothing(store):
    record(store, *(reading(f"Text {n}.", id=f"r{n}", claims=()) for n in range(1_203)))
    assert trim_texts(store, Retention(), LONG_AFTER).texts == 1_202
    assert trim_texts(store, Retention(), LONG_AFTER) == Trimmed()


def send(store, key, state=DeliveryState.SENT):
    assert store.claim_delivery(key, "a", at(5), NOON)
    (sent,) = [d for d in store.deliveries(STORY) if d.key == key]
    assert store.record_delivery(replace(sent, state=state, attempts=1), "a", NOON)


def test_the_body_of_an_old_digest_goes_once_all_have_got_it_and_its_edition_stays(store):
    publish(store, deliveries=[delivery("k1"), delivery("k2", recipient="night@courier.example")])
    send(store, "k1")
    old, now = Retention(digests=timedelta(days=90)), LONG_AFTER
    assert trim(store, old, now).digests == 0
    send(store, "k2")
    assert trim(store, old, NOON + timedelta(days=90)).digests == 0
    assert trim(store, Retention(digests=None), now).digests == 0
    assert trim(store, old, now) == Trimmed(digests=1)
    assert trim(store, old, now) == Trimmed()
    assert store.message(STORY, 1) is None
    assert store.latest_edition(STORY) == edition()
    assert [(d.edition, d.subject) for d in store.digests(STORY)] == [(1, "4 dead")]
    assert [d.state for d in store.deliveries(STORY)] == [DeliveryState.SENT] * 2
    assert check_store(store) == ()


def test_the_body_of_a_digest_that_was_given_up_waits_for_a_person(store):
    publish(store, deliveries=[delivery()])
    send(store, "k1", DeliveryState.PARKED)
    assert trim(store, Retention(digests=timedelta(0)), LONG_AFTER).digests == 0
    assert store.message(STORY, 1) is not None


def test_what_was_let_go_stays_so_in_another_database(store, tmp_path):
    record(store, fitting(FOUR), fitting(FIVE, id="r2"))
    publish(store, deliveries=[delivery()])
    send(store, "k1")
    trim(store, Retention(digests=timedelta(0)), LONG_AFTER)
    exported = list(export_story(store, STORY))
    with open_store(f"sqlite:///{tmp_path}/other.sqlite3") as other:
        import_story(other, exported)
        assert other.message(STORY, 1) is None
        assert list(other.revisions(STORY)) == list(store.revisions(STORY))
        assert check_store(other) == ()


# Check


def test_a_store_that_is_whole_has_no_findings(store):
    record(store, fitting(FOUR), fitting(FIVE, id="r2"))
    publish(store, deliveries=[delivery()])
    publish(store, 2, killed=5)
    assert check_store(store) == ()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM editions WHERE number = 1", "editions 1 to 1 are missing"),
        ("UPDATE editions SET ledger = :junk WHERE number = 2", "the ledger of edition 2 cannot be read"),
        ("UPDATE editions SET verdicts = :junk WHERE number = 2", "the changes of edition 2 cannot be read"),
        ("UPDATE ledgers SET ledger = :junk", "the standing ledger cannot be read"),
        ("UPDATE revisions SET text = 'x' || text", "is not the one that was stored"),
        ("UPDATE revisions SET text = 'x' || text", "does not stand in the text"),
        ('UPDATE claims SET payload = \'{"kind": "weather"}\'', "claims of kind 'weather' are not known"),
        ("UPDATE documents SET number = 3", "should have 3 revisions and has 2"),
        ("DELETE FROM revisions WHERE number = 1", "should have 2 revisions and has 1"),
    ],
)
def test_what_does_not_fit_together_is_found_with_its_remedy(store, damage, said):
    record(store, fitting(FOUR), fitting(FIVE, id="r2"))
    publish(store)
    publish(store, 2, killed=5)
    change(store, damage, **({"junk": b"junk"} if ":junk" in damage else {}))
    found = check_store(store)
    assert [finding for finding in found if said in finding.problem]
    assert all(finding.remedy and finding.story == STORY for finding in found)


def test_at_most_so_many_findings_are_given(store):
    record(store, *(fitting(f"{n} dead.", url=f"{URL}/{n}") for n in range(5)))
    change(store, "UPDATE revisions SET text = ''")
    assert len(check_store(store, at_most=3)) == 3


def test_a_row_that_refers_to_nothing_is_found_on_sqlite(tmp_path):
    file = tmp_path / "s.sqlite3"
    with open_store(f"sqlite:///{file}") as store:
        publish(store)
        with sqlite3.connect(file) as plain:
            plain.execute("UPDATE editions SET story_id = 99")
        plain.close()
        (finding,) = check_store(store)
    assert "refers to a row of stories that is not there" in finding.problem


# Back-up


def test_a_copy_made_while_others_write_is_whole(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/s.sqlite3") as store:
        publish(store)
        ended = threading.Event()

        def write_on():
            for number in range(2, 200):
                if ended.is_set():
                    return
                publish(store, number)

        writer = threading.Thread(target=write_on)
        writer.start()
        copies = [back_up(store, tmp_path / "copies" / f"{n}.sqlite3") for n in range(3)]
        ended.set()
        writer.join()
    for copy in copies:
        with open_store(f"sqlite:///{copy}") as restored:
            assert check_store(restored) == ()
            assert restored.latest_edition(STORY) is not None
    assert sorted(p.name for p in (tmp_path / "copies").glob("*.unfinished")) == []


def test_a_copy_has_an_odd_name_and_takes_the_place_of_an_older_one(tmp_path):
    with open_store(f"sqlite:///{tmp_path}/what?%20#1.sqlite3") as store:
        publish(store)
        copy = back_up(store, tmp_path / "copy.sqlite3")
        publish(store, 2)
        assert back_up(store, copy) == copy
    with open_store(f"sqlite:///{copy}") as restored:
        assert len(list(restored.editions(STORY))) == 2


def test_the_database_is_not_copied_onto_itself_nor_to_where_it_cannot_be_written(tmp_path):
    file = tmp_path / "s.sqlite3"
    with open_store(f"sqlite:///{file}") as store:
        with pytest.raises(StoreError, match="is the database itself"):
            back_up(store, file)
        (tmp_path / "taken").write_text("a file")
        with pytest.raises(StoreError, match="could not be made"):
            back_up(store, tmp_path / "taken" / "copy.sqlite3")


def test_for_postgresql_its_own_tool_is_named(migrated_postgres, tmp_path):
    with open_store(migrated_postgres) as store, pytest.raises(StoreError, match="pg_dump --format=custom"):
        back_up(store, tmp_path / "copy.sqlite3")


def test_postgresql_is_copied_and_restored_as_the_guide_says(
    empty_postgres, postgres_server, admin, tmp_path
):
    with open_store(empty_postgres) as store:
        record(store, fitting(FOUR), fitting(FIVE, id="r2"))
        publish(store, deliveries=[delivery()])
        exported = list(export_story(store, STORY))

    def call(program, *arguments):
        subprocess.run([postgres_server.bin_path / program, *arguments], check=True, timeout=60)

    call("pg_dump", "--format=custom", f"--file={tmp_path}/storydelta.dump", empty_postgres)
    with open_store(empty_postgres) as store:
        change(store, "DELETE FROM stories")
    call("pg_restore", "--clean", "--if-exists", f"--dbname={empty_postgres}", f"{tmp_path}/storydelta.dump")
    with open_store(empty_postgres) as store:
        assert list(export_story(store, STORY)) == exported
        publish(store, 2, killed=5)
        assert check_store(store) == ()


def room(store):
    """The bytes that the store takes on the disk."""
    if store.engine.dialect.name == "sqlite":
        return sum(f.stat().st_size for f in Path(store.engine.url.database).parent.glob("*.sqlite3*"))
    with store.engine.connect() as connection:
        return connection.execute(text("SELECT pg_total_relation_size('revisions')")).scalar_one()


def test_a_compacted_store_is_smaller_and_holds_the_same(store):
    said = [random.Random(n).randbytes(5_000).hex() for n in range(50)]
    record(store, *(reading(said[n], id=f"r{n}", url=f"{URL}/{n}", claims=()) for n in range(50)))
    trim_texts(store, Retention(latest=timedelta(0)), LONG_AFTER)
    before = room(store)
    tidy(store)
    tidy(store, compact=True)
    assert room(store) < before / 3
    assert len(list(store.documents(STORY))) == 50
