"""Brings a database to the tables of this version, forward only."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from storage.engine import in_words, reading, write_connection
from storydelta.errors import StoreError

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_LOCK = 7_302_511_604


def migrate(engine: Engine) -> None:
    """Brings an empty or older database to this version in one transaction; several at once wait for each other.

    Raises StoreError where the database is of a newer version, unreachable, or cannot be written.
    """
    scripts = ScriptDirectory.from_config(configuration())
    with reading(engine) as session:
        if _is_current(session.connection(), scripts, engine):
            return
    with in_words(engine), write_connection(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not _is_current(connection, scripts, engine):
            command.upgrade(configuration(connection), "head")


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file. `connection` is what its commands work on."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _is_current(connection: Connection, scripts: ScriptDirectory, engine: Engine) -> bool:
    """Whether there is nothing to do; StoreError where the database is ahead of this version."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(
            f"the database {engine.url.render_as_string(hide_password=True)} is of a newer version of Storydelta"
            f" (tables {current}, this version knows up to {scripts.get_current_head()}): update Storydelta,"
            " or name another database"
        )
    return current == scripts.get_current_head()


def tables_of(engine: Engine) -> tuple[str | None, str | None]:
    """The version of the tables in the database (None: there are none) and that of this program. Changes nothing."""
    scripts = ScriptDirectory.from_config(configuration())
    with reading(engine) as session:
        current = MigrationContext.configure(session.connection()).get_current_revision()
    return current, scripts.get_current_head()
