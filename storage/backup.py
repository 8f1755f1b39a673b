"""A copy of the database while it is in use, and putting its house in order."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from storage.engine import in_words
from storage.store import Store
from storage.tables import Base
from storydelta.errors import StoreError


def back_up(store: Store, file: Path) -> Path:
    """A whole and checked copy of the SQLite database at one moment, in the place of `file`; nobody who reads or
    writes has to wait. To restore it: stop everything, and put it in the place of the database.

    StoreError where it cannot be written, or on PostgreSQL, which has a better way of its own.
    """
    if store.engine.dialect.name != "sqlite":
        raise StoreError(
            "PostgreSQL is backed up with its own tools, also while it is in use:"
            f" pg_dump --format=custom --file={file.with_suffix('.dump')} DATABASE;"
            " to restore it: pg_restore --clean --if-exists --dbname=DATABASE FILE"
        )
    source = Path(str(store.engine.url.database))
    if file.exists() and file.samefile(source):
        raise StoreError(f"{file} is the database itself: name another file for the copy")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        _copy(source, unfinished)
        unfinished.replace(file)
    except (OSError, sqlite3.Error) as problem:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise StoreError(
            f"the copy {file} could not be made ({problem}): look for room and rights there"
        ) from problem
    return file


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{_quoted(source)}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.backup(there)
        there.execute("PRAGMA journal_mode=DELETE").close()  # one file, complete by itself
        (verdict,) = there.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(f"the database is damaged: {verdict}")


def _quoted(path: Path) -> str:
    return str(path.absolute()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def tidy(store: Store, *, compact: bool = False) -> None:
    """Renews the figures that questions are planned by, and on SQLite empties the journal. `compact` gives the room
    of what was deleted back to the disk; it writes the tables anew, and everybody else waits meanwhile.
    """
    statements = ["PRAGMA optimize", "PRAGMA wal_checkpoint(TRUNCATE)"]
    if store.engine.dialect.name != "sqlite":
        mine = ", ".join(Base.metadata.tables)
        statements = [f"VACUUM (FULL, ANALYZE) {mine}" if compact else f"ANALYZE {mine}"]
    elif compact:
        statements = ["VACUUM", *statements]
    with in_words(store.engine), store.engine.connect() as connection:
        plain = connection.connection.driver_connection
        assert plain is not None
        if hasattr(plain, "set_autocommit"):
            plain.set_autocommit(True)
        try:
            for statement in statements:
                plain.execute(statement).close()
        except Exception as problem:
            raise StoreError(f"the database could not be put in order: {problem}") from problem
        finally:
            if hasattr(plain, "set_autocommit"):
                plain.set_autocommit(False)
