"""A story with all that the store knows of it, into a file and out of one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from flows.wiring import House
from storage.transfer import export_story, lines_of
from storage.transfer_in import Imported, import_story
from storydelta.errors import StorydeltaError


def write_export(house: House, slug: str, out: BinaryIO) -> int:
    """Writes the story to a stream; gives the number of lines."""
    lines = 0
    for line in export_story(house.store, slug):
        out.write(line.encode())
        lines += 1
    return lines


def save_export(house: House, slug: str, file: Path) -> int:
    """Writes the story to a file, which is there whole or not at all; gives the number of lines."""
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                lines = write_export(house, slug, out)
            unfinished.replace(file)
        finally:
            with suppress(FileNotFoundError):
                unfinished.unlink()
    except OSError as problem:
        raise StorydeltaError(f"{file}: cannot be written ({problem.strerror or problem})") from problem
    return lines


def read_import(house: House, stream: Iterable[bytes]) -> Imported:
    """Stores the story that a stream holds. StoreError where it is not whole, or the store has it already."""
    return import_story(house.store, lines_of(stream))
