import asyncio

import pytest

from storydelta.sources import Limits
from storydelta.sources.web.visit import visit
from tests.sources.web.local_server import LOCAL, NOW, Server, serving


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def visited(server):
    """Visits paths one after the other, each with the memory that the one before left; gives what each came to."""

    def run(*paths, now=NOW, limits=None, manners=LOCAL, memory=None):
        async def all_of_them():
            found, kept = [], memory or {}
            async with serving(server, manners) as client:
                for path in paths:
                    url = path if "://" in path else server.url + path
                    try:
                        found.append(await visit(url, kept, client, limits or Limits(), now))
                        kept = found[-1].memory
                    except Exception as problem:  # noqa: BLE001 (it is what the visit came to)
                        found.append(problem)
            return found[0] if len(found) == 1 else found

        return asyncio.run(all_of_them())

    return run
