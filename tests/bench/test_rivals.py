"""A short version of `python -m bench.rivals`: real processes, several stories, one database."""

import pytest

from bench.rivals import compete
from bench.world import DATABASES, database


@pytest.mark.parametrize("kind", DATABASES)
def test_processes_that_run_several_stories_at_once_lose_double_and_refuse_nothing(kind, tmp_path):
    with database(kind) as address:
        found = compete(tmp_path, 3, processes=4, stories=3, address=address)
    assert found["refused"] == []
    assert found["runs"] >= 5
    assert found["clean"], found
