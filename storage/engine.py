"""The connection to either database: an engine set up for one short writer, and its errors in words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionInTimeError
from sqlalchemy.orm import Session

from storydelta.errors import StoreError

_ADDRESSES = "sqlite:///FILE or postgresql://USER@HOST/NAME"
_WRITER = {"storydelta_writer": True}


def connect(url: str, patience: float) -> Engine:
    """An engine for a `sqlite:///FILE` or `postgresql://…` address. `patience`: seconds to wait for another writer.

    The folder of an SQLite file is made. Raises StoreError where the address cannot be used.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the address of the database cannot be read: write {_ADDRESSES}") from None
    kind = address.get_backend_name()
    if kind == "sqlite":
        if not address.database or address.database == ":memory:":
            raise StoreError("the address of the database names no file: write sqlite:///FILE")
        _make_folder(Path(address.database).expanduser())
        address = address.set(drivername="sqlite", database=str(Path(address.database).expanduser()))
        engine = create_engine(address, connect_args={"timeout": patience, "check_same_thread": False})
        _set_up_sqlite(engine, patience)
        return engine
    if kind in ("postgresql", "postgres"):
        # In UTC, since in a zone west of it the driver cannot make the first hours of year 1.
        limit = f"-c lock_timeout={round(patience * 1000)} -c timezone=UTC"
        return create_engine(
            address.set(drivername="postgresql+psycopg"),
            connect_args={"options": limit, "connect_timeout": 10},
            pool_pre_ping=True,  # a database that went away and came back costs no run
        )
    raise StoreError(f"Storydelta keeps nothing in {kind!r} databases: write {_ADDRESSES}")


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreError(
            f"the database folder {file.parent} cannot be made ({problem.strerror}): name another, or change its owner"
        ) from problem


def _set_up_sqlite(engine: Engine, patience: float) -> None:
    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin too late, and never IMMEDIATE
        for pragma in (f"busy_timeout={round(patience * 1000)}", "foreign_keys=ON", "journal_mode=WAL"):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("storydelta_writer")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that reads one moment of the database, whatever is written meanwhile."""
    one_moment = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with (
        in_words(engine),
        engine.connect().execution_options(**one_moment) as connection,
        connection.begin(),
        Session(connection) as session,
    ):
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session whose work is kept whole at the end, or not at all. SQLite lets in one of them at a time."""
    with in_words(engine), write_connection(engine) as connection, Session(connection) as session:
        yield session
        session.flush()


@contextmanager
def write_connection(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that may write from its first statement on."""
    with engine.connect().execution_options(**_WRITER) as connection, connection.begin():
        yield connection


@contextmanager
def in_words(engine: Engine) -> Iterator[None]:
    """Turns what the database says into a StoreError that says what to do."""
    try:
        yield
    except SQLAlchemyError as problem:
        name = engine.url.render_as_string(hide_password=True)
        raise StoreError(f"the database {name} {_words(problem)}") from problem


def _words(problem: SQLAlchemyError) -> str:
    if isinstance(problem, NoConnectionInTimeError):
        return "gave no connection in time: fewer threads at once, or a larger pool"
    said = str(problem.orig if isinstance(problem, StatementError) else problem).strip()
    first = said.splitlines()[0] if said else type(problem).__name__
    if isinstance(problem, StatementError) and isinstance(problem.orig, ValueError):
        return f"was not given what it takes: {first}"
    code = getattr(problem.orig, "sqlstate", None) if isinstance(problem, DBAPIError) else None
    for advice, codes, phrases in _ADVICE:
        if code in codes or any(phrase in said for phrase in phrases):
            return f"{advice} ({first})"
    return f"could not do what was asked: {first}"


_ADVICE: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        "is busy with another writer: try again in a minute, or end the run that holds it",
        ("55P03", "40P01", "40001"),
        ("database is locked", "database table is locked"),
    ),
    (
        "cannot be written: check who owns it (file, folder or tables)",
        ("25006", "42501"),
        ("readonly database", "unable to open database file"),
    ),
    (
        "could not be read or written: look at the disk (full, failing, or a limit on files), then run again",
        (),
        ("disk I/O error",),
    ),
    ("is out of room: free some disk space, then run again", ("53100",), ("database or disk is full",)),
    ("holds tables of something else: name another database", ("42P07",), ("already exists",)),
    (
        "is damaged, or is no Storydelta database: restore it from a copy, or name another",
        ("42P01", "42703", "XX001", "XX002"),
        ("not a database", "malformed", "no such table", "no such column"),
    ),
    (
        "cannot be reached: check that it runs and that the address is right",
        ("57P01", "57P03", "08006", "08001", "3D000", "28P01", "28000", "53300"),
        (
            "connection failed",
            "connection timeout",
            "server closed the connection",
            "connection is lost",
            "refused",
        ),
    ),
)
