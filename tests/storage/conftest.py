import pytest
from sqlalchemy import create_engine, make_url, text

from bench.postgres import postgres_server as running_server
from storage import open_store
from storage.engine import write_connection


@pytest.fixture(scope="session")
def postgres_server():
    """A running PostgreSQL server."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgres(postgres_server):
    """The address of that server."""
    return postgres_server.get_uri()


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
    return address(admin.url)


@pytest.fixture(scope="session")
def migrated_postgres(admin):
    """The address of a second database there, with the tables in it: migrating it for each test takes long."""
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE migrated"))
    url = address(admin.url.set(database="migrated"))
    open_store(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """Which database the test runs on."""
    return request.param


@pytest.fixture
def url(database, request, tmp_path):
    """The address of an empty database."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path}/store/storydelta.sqlite3"
    return request.getfixturevalue("empty_postgres")


@pytest.fixture
def store(database, request, tmp_path):
    """A store with nothing in it."""
    if database == "sqlite":
        url = f"sqlite:///{tmp_path}/storydelta.sqlite3"
    else:
        url = request.getfixturevalue("migrated_postgres")
    with open_store(url, patience=10) as opened:
        yield opened
        with write_connection(opened.engine) as connection:
            connection.execute(text("DELETE FROM stories"))  # and with them everything


def address(url):
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
