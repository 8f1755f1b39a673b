"""A backfill as a flow: the reading by Prefect's task runner, the progress in Prefect's interface.

read chunk, read chunk, … (on the runner) | revise, record, compare, publish (one run after another, here)
"""

from __future__ import annotations

import os
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.backfill_story import (
    Backfilled,
    Key,
    Names,
    Promise,
    Read,
    Readers,
    backfill,
    in_a_line,
    read_texts,
)
from flows.choose_runner import choose_runner
from flows.hold_story import held
from flows.show_progress import progress
from flows.wiring import build_house
from storydelta.errors import StoryBusyError
from storydelta.model import Item
from storydelta.sources import read_documents

CHUNK = 64
"""Documents a task: a task costs some tenths of a second by itself."""


@task(name="read", cache_policy=NO_CACHE, retries=1)
def read(model: str, names: Names, texts: list[Key]) -> Read:
    return read_texts(model, names, texts)


@flow(name="backfill-story", flow_run_name="{story} from {file}")
async def backfill_history(story: str, file: str, workers: int | None = None) -> Backfilled:
    """Runs the story over the dated documents in the file (JSON Lines), read on the runner that the settings name, by
    so many at once; one a core, unless given.

    Raises StorydeltaError: where the package of the runner is missing, where a run of the story is under way, and as
    `backfill` does.
    """
    house = build_house()
    count = workers or os.cpu_count() or 1
    with house.store, choose_runner(house.settings, count) as runner:
        watched = house.story(story)
        model, names = house.settings.model, dict(watched.names)

        def submit(texts: list[Key]) -> Promise:
            promise: Promise = runner.submit(read, {"model": model, "names": names, "texts": texts})
            return promise

        with held(house.store, watched.slug, flow_run.id or "backfill", house.clock) as alone:
            if not alone:
                raise StoryBusyError(f"{watched.slug}: another run is under way; try again when it has ended")
            items = _documents(file)
            get_run_logger().info("%d documents in %s, read on %s", len(items), file, type(runner).__name__)
            readers = Readers(submit=submit, count=count, chunk=CHUNK)
            done = backfill(house, watched, items, readers, told=progress(len(items), "backfilling"))
    return Completed(message=in_a_line(done), data=done)  # type: ignore[return-value]


def _documents(file: str) -> list[Item]:
    with Path(file).open("rb") as lines:
        return list(read_documents(lines, file, dated=True))
