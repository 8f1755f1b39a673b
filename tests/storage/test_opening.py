import multiprocessing
import os
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect, text

from storage import open_store
from storage.engine import connect, write_connection
from storage.schema import configuration, migrate
from storydelta.errors import StoreError
from tests.storage.samples import NOON, STORY, edition, publish


@pytest.fixture
def engine(url):
    opened = connect(url, 10)
    yield opened
    opened.dispose()


def change(engine, *statements):
    with write_connection(engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_new_database_is_made_with_its_folder_and_what_it_holds_is_there_again(url):
    with open_store(url) as first:
        publish(first)
    with open_store(url) as second:
        assert second.latest_edition(STORY) == edition()


def test_migrations_and_tables_agree(engine):
    migrate(engine)
    with write_connection(engine) as connection:
        command.check(configuration(connection))


def test_migrating_a_current_database_changes_nothing(engine):
    migrate(engine)
    before = inspect(engine).get_table_names()
    migrate(engine)
    assert inspect(engine).get_table_names() == before


def test_a_database_from_before_authors_and_changes_of_sources_keeps_what_it_holds(url, engine):
    with write_connection(engine) as connection:
        command.upgrade(configuration(connection), "0002")
    change(
        engine,
        f"INSERT INTO stories (id, slug) VALUES (1, '{STORY}')",
        "INSERT INTO sources (story_id, key, succeeded_at, failures, reported, state)"
        " VALUES (1, 'feed:a', '2024-03-25 12:00:00', 2, true, '{\"etag\": \"x\"}')",
        "INSERT INTO documents (id, story_id, url, url_hash, number, fingerprint) VALUES (1, 1, 'u', 'h', 1, 'f')",
        "INSERT INTO revisions (id, story_id, document_id, number, label, fingerprint, title, text, publisher,"
        " published_at, seen_at, belongs, why) VALUES (1, 1, 1, 1, 'r1', 'f', 'Bridge falls', 'Four dead.', NULL,"
        " '2024-03-25 12:00:00', '2024-03-25 12:00:00', true, '')",
    )
    with open_store(url) as store:
        (stored,) = store.revisions(STORY)
        source = store.source_states(STORY)["feed:a"]
        assert (stored.revision.text, stored.revision.author, stored.revision.seen_at) == (
            "Four dead.",
            None,
            NOON,
        )
        assert (source.failures, source.changed_at, dict(source.state)) == (2, None, {"etag": "x"})
        publish(store)
        assert store.latest_edition(STORY) == edition()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(url, engine):
    migrate(engine)
    change(engine, "UPDATE alembic_version SET version_num = '9042'")
    with pytest.raises(StoreError, match=r"newer version.*9042.*update Storydelta"):
        open_store(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9042"


def test_a_database_of_something_else_is_refused_and_left_as_it_is(url, engine):
    change(engine, "CREATE TABLE revisions (wings INTEGER)")
    with pytest.raises(StoreError, match="holds tables of something else"):
        open_store(url)
    assert inspect(engine).get_table_names() == ["revisions"]


def open_and_publish(url, number):
    with open_store(url, patience=30) as store:
        publish(store, 1, story=f"story-{number}")


def test_several_processes_may_open_a_new_database_at_once(url):
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=open_and_publish, args=(url, n)) for n in range(5)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 5
    with open_store(url) as store:
        assert len(store.stories()) == 5


@pytest.mark.parametrize(
    "url",
    [
        "",
        "store.sqlite3",
        "mysql://localhost/news",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://desk:geheim@host:x/",
        "oracle://desk:geheim@host/news",
    ],
)
def test_an_address_that_is_no_database_is_refused_with_what_would_be_right(url):
    with pytest.raises(StoreError, match="write sqlite:///FILE") as caught:
        open_store(url)
    assert "geheim" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError, match="taken/store cannot be made"):
        open_store(f"sqlite:///{tmp_path}/taken/store/storydelta.sqlite3")


def test_a_folder_in_the_place_of_the_file_is_said_so(tmp_path):
    with pytest.raises(StoreError, match="cannot be written: check who owns"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be written: check who owns"):
        open_store(f"sqlite:///{tmp_path}/storydelta.sqlite3")


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("Shopping: bread, milk. " * 50)
    with pytest.raises(StoreError, match="no Storydelta database"):
        open_store(f"sqlite:///{file}")
    assert file.read_text().startswith("Shopping")


def test_a_server_that_is_not_there_is_said_so_without_the_password():
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store("postgresql://desk:geheim@127.0.0.1:1/news")
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_the_server_does_not_have_is_said_so(admin):
    with pytest.raises(StoreError, match="cannot be reached"):
        open_store(
            admin.url.set(drivername="postgresql", database="nowhere").render_as_string(hide_password=False)
        )


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    open_store("sqlite:///~/storydelta/store.sqlite3").close()
    assert Path(tmp_path, "storydelta", "store.sqlite3").is_file()


def test_sqlite_is_set_up_for_one_short_writer_and_many_readers(tmp_path):
    with (
        open_store(f"sqlite:///{tmp_path}/s.sqlite3", patience=7) as store,
        store.engine.connect() as connection,
    ):
        asked = {
            p: connection.exec_driver_sql(f"PRAGMA {p}").scalar()
            for p in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 7000}
