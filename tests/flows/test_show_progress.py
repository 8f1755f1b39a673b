import asyncio

import pytest

pytestmark = pytest.mark.prefect


def shown_in_a_run(number):
    """The progress artifact that a run over so many things leaves, and the things."""
    from prefect import flow
    from prefect.client.orchestration import get_client

    from flows.show_progress import shown

    @flow(name=f"reads-{number}")
    async def read():
        return list(shown(range(number), f"reading {number}:"))

    async def artifacts():
        async with get_client() as client:
            answer = await client._client.post(
                "/artifacts/filter", json={"artifacts": {"type": {"any_": ["progress"]}}}
            )
            return {each["description"]: each["data"] for each in answer.json()}

    things = asyncio.run(read())
    return things, asyncio.run(artifacts()).get(f"reading {number}: {number} documents")


def test_long_work_is_shown_to_its_end(prefect_server):
    things, share = shown_in_a_run(60)
    assert things == list(range(60))
    assert share == 100


def test_short_work_shows_nothing(prefect_server):
    assert shown_in_a_run(49) == (list(range(49)), None)


def test_outside_a_run_nothing_is_shown_and_nothing_fails():
    from flows.show_progress import shown

    assert list(shown(range(60), "reading")) == list(range(60))
