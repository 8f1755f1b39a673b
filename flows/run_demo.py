"""The seed story from its first document to its last digest: the flow `watch_story`, run after run, offline."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from flows.start_prefect import prepare_prefect
from flows.steps import Outcome
from seeds import SEED_STORY, SeedRun, release, seed_runs, seed_story_file
from storydelta.errors import StorydeltaError

_MARK = ".made-by-storydelta-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Where a demo lies: everything that it makes is below `folder`."""

    folder: Path

    @property
    def stories(self) -> Path:
        return self.folder / "stories"

    @property
    def digests(self) -> Path:
        return self.folder / "digests"


def set_up(folder: Path) -> Demo:
    """An empty folder with the seed story in it, and an environment that points there.

    Raises StorydeltaError where the folder holds anything that no demo made, or cannot be written.
    """
    mark = folder / _MARK
    try:
        if folder.exists() and not mark.exists() and any(folder.iterdir()):
            raise StorydeltaError(f"{folder}: not made by a demo, so it is left alone; name another folder")
        shutil.rmtree(folder, ignore_errors=True)
        demo = Demo(folder=folder.absolute())
        (demo.stories / SEED_STORY).mkdir(parents=True)
        mark.touch()
        shutil.copy(seed_story_file(), demo.stories)
    except OSError as problem:
        raise StorydeltaError(f"{folder}: cannot be written ({problem.strerror or problem})") from problem
    os.environ["STORYDELTA_HOME"] = str(demo.folder)
    os.environ["STORYDELTA_STORIES"] = f'["{demo.stories}"]'
    os.environ.pop("STORYDELTA_DATABASE", None)
    prepare_prefect(demo.folder / "prefect")
    return demo


async def run_all(demo: Demo) -> AsyncIterator[tuple[SeedRun, Outcome]]:
    """Each run of the seed story as it ends. Call `set_up` first."""
    from flows.watch_story import watch_story  # noqa: PLC0415 - Prefect reads its settings when it is imported

    for run in seed_runs():
        release(run, demo.stories / SEED_STORY)
        yield run, await watch_story(SEED_STORY, now=run.now)
