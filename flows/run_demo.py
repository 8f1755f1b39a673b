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

    @property
    def environment(self) -> dict[str, str]:
        """The settings under which everything happens in the demo's folder."""
        return {
            "STORYDELTA_HOME": str(self.folder),
            "STORYDELTA_STORIES": str(self.stories),
            "STORYDELTA_DATABASE": "",
        }


def set_up(folder: Path) -> Demo:
    """A demo in a folder of its own, with this process's settings, Prefect's among them, pointing there."""
    demo = Demo(folder=folder.absolute())
    lay_out(demo)
    os.environ.update(demo.environment)
    prepare_prefect(demo.folder / "prefect")
    return demo


def lay_out(demo: Demo) -> None:
    """Empties the demo's folder and puts the seed story into it, without its documents.

    Raises StorydeltaError where the folder holds anything that no demo made, or cannot be written.
    """
    mark = demo.folder / _MARK
    try:
        if demo.folder.exists() and not mark.exists() and any(demo.folder.iterdir()):
            raise StorydeltaError(
                f"{demo.folder}: not made by a demo, so it is left alone; name another folder"
            )
        shutil.rmtree(demo.folder, ignore_errors=True)
        (demo.stories / SEED_STORY).mkdir(parents=True)
        mark.touch()
        shutil.copy(seed_story_file(), demo.stories)
    except OSError as problem:
        raise StorydeltaError(
            f"{demo.folder}: cannot be written ({problem.strerror or problem})"
        ) from problem


async def run_all(demo: Demo) -> AsyncIterator[tuple[SeedRun, Outcome]]:
    """Each run of the seed story as it ends. Call `set_up` first."""
    from flows.watch_story import watch_story  # noqa: PLC0415 - Prefect reads its settings when it is imported

    for run in seed_runs():
        release(run, demo.stories / SEED_STORY)
        outcome = await watch_story(SEED_STORY, now=run.now)
        assert outcome is not None  # nobody else knows of the demo's story
        yield run, outcome
