"""A story to start from, with the documents that came to light run after run, so that everything runs offline."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

STORIES = Path(__file__).resolve().parent
"""The folder of the story files that ship."""

SEED_STORY = "moscow-concert-hall"
"""The slug of the seed story; also the name of the folder that its source reads, beside its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRun:
    """What comes to light before one run of the seed story. `now` is when the run takes place, `shows` what it is
    there to show, `moves` whether it changes the narrative.
    """

    name: str
    now: datetime
    shows: str
    moves: bool
    files: tuple[Path, ...]


def seed_story_file() -> Path:
    """The story file of the seed story."""
    return STORIES / f"{SEED_STORY}.toml"


def seed_runs() -> tuple[SeedRun, ...]:
    """The runs of the seed story in their order; the first brings the seed document alone."""
    folder = STORIES / SEED_STORY
    manifest = tomllib.loads((folder / "runs.toml").read_text(encoding="utf-8"))
    return tuple(
        SeedRun(
            name=run["folder"],
            now=run["now"],
            shows=run["shows"],
            moves=run["moves"],
            files=tuple(sorted((folder / run["folder"]).glob("*.txt"))),
        )
        for run in manifest["runs"]
    )


def release(run: SeedRun, folder: Path) -> None:
    """Put the run's documents into a folder that a source reads; one of the same name is replaced at once, as an
    edit in place would be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in run.files:
        unfinished = folder / f".{file.name}.unfinished"
        unfinished.write_bytes(file.read_bytes())
        unfinished.replace(folder / file.name)
