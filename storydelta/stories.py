"""Story files: found, read and validated, together with the options of their sources and channels.

Whatever is wrong is said in a `StoryError` that names the file, the line where it can be known, the key, what was
found, and what would be right.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from storydelta.errors import StoryError
from storydelta.sources import SOURCES
from storydelta.story import Story
from storydelta.story_problem import Complaint, explain, line_of, read_complaint

_SUFFIX = ".toml"
_MAX_BYTES = 1_000_000
_NOT_IN_FILES = ("slug", "folder")


def find_story(name: str, folders: Sequence[Path]) -> Story:
    """The story of that name in the first folder that has it, or of that path. Raises `StoryError`, which lists
    the stories that there are, where there is none.
    """
    return load_story(find_story_file(name, folders))


def find_story_file(name: str, folders: Sequence[Path]) -> Path:
    """The file of the story of that name or path; raises `StoryError` like `find_story`."""
    if name.endswith(_SUFFIX) or "/" in name:
        path = Path(name).expanduser()
        if path.is_file():
            return path
        raise StoryError(f"{name}: there is no such story file")
    known = known_stories(folders)
    if name in known:
        return known[name]
    places = " or ".join(str(folder) for folder in folders) or "no folder"
    if not known:
        raise StoryError(f"no story {name!r}: there are no story files in {places}")
    close = get_close_matches(name, known, n=1)
    raise StoryError(
        f"no story {name!r} in {places}"
        + (f"; did you mean {close[0]!r}?" if close else "")
        + f"\nKnown: {', '.join(sorted(known))}"
    )


def known_stories(folders: Sequence[Path]) -> dict[str, Path]:
    """The story files of the folders by slug; of two with one slug, the one in the earlier folder."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob(f"*{_SUFFIX}")) if folder.is_dir() else []:
            found.setdefault(path.stem, path)
    return found


def load_story(path: Path) -> Story:
    """The story that a file states; its slug is the file's name. Raises `StoryError`."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            raise StoryError(f"{path}: larger than {_MAX_BYTES:,} bytes; that is no story file")
        text = content.decode("utf-8-sig")
    except OSError as problem:
        raise StoryError(f"{path}: cannot be read ({problem.strerror or problem})") from problem
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise StoryError(f"{path}, line {line}: not UTF-8; save the file in UTF-8") from problem
    return parse_story(text, path.stem, str(path), path.parent)


def parse_story(text: str, slug: str, name_of_file: str, folder: Path = Path()) -> Story:
    """The story that a text states. `folder` is where relative paths in it start. Raises `StoryError`."""
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise StoryError(
            f"{name_of_file}: not TOML: {problem}; text, times and dates stand in quotes"
        ) from None
    complaints = sorted(_complaints(table, slug, folder), key=lambda complaint: not complaint.choices)
    if complaints:  # a misspelt key also leaves the right one missing: it is said first
        first, *others = complaints
        line = line_of(text, first.where)
        more = f" (and {len(others)} more)" if others else ""
        raise StoryError(f"{name_of_file}{f', line {line}' if line else ''}: {explain(first)}{more}")
    return Story.model_validate({**table, "slug": slug, "folder": folder})


def _complaints(table: Mapping[str, Any], slug: str, folder: Path) -> Iterator[Complaint]:
    """Everything that is wrong with a story's table, the options of its sources and channels included."""
    for key in _NOT_IN_FILES:
        if key in table:
            yield Complaint((key,), "is not written in the file: it follows from where the file lies")
            return
    yield from _of(Story, {**table, "slug": slug, "folder": folder}, ())
    for section, options in (("sources", _options_of(SOURCES)), ("channels", _options_of(_channels()))):
        entries = table.get(section, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and isinstance(entry.get("kind"), str):
                yield from _of_entry(entry, section, number, options)


def _options_of(kinds: Iterable[Any]) -> dict[str, type[BaseModel]]:
    return {kind.name: kind.options for kind in kinds}


def _channels() -> tuple[Any, ...]:
    return tuple(getattr(importlib.import_module("storydelta.delivery"), "CHANNELS", ()))


def _of_entry(
    entry: Mapping[str, Any], section: str, number: int, kinds: Mapping[str, type[BaseModel]]
) -> Iterator[Complaint]:
    kind, where = entry["kind"], (section, number)
    if not kinds:
        return
    if kind not in kinds:
        yield Complaint(
            (*where, "kind"), f"{kind!r} is not a kind of {section.removesuffix('s')}", tuple(kinds), kind
        )
        return
    own = {"kind", "name"} if section == "sources" else {"kind", "to"}
    options = {key: value for key, value in entry.items() if key not in own}
    yield from _of(kinds[kind], options, where, also=tuple(sorted(own)))


def _of(
    model: type[BaseModel],
    values: Mapping[str, Any],
    where: tuple[str | int, ...],
    also: tuple[str, ...] = (),
) -> Iterator[Complaint]:
    try:
        model.model_validate(values)
    except ValidationError as problem:
        for error in problem.errors(include_url=False):
            yield read_complaint(error, model, where, also)
