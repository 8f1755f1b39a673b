"""Story files: found, read and validated, together with the options of their sources and channels.

Whatever is wrong is said in a `StoryError` that names the file, the line where it can be known, the key, what was
found, and what would be right.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from storydelta.delivery import CHANNELS, find_channel
from storydelta.errors import StoryError
from storydelta.sources import SOURCES, source_key
from storydelta.story import NOT_IN_FILES, SourceEntry, Story
from storydelta.story_problem import Complaint, explain, line_of, read_complaint

_SUFFIX = ".toml"
_MAX_BYTES = 1_000_000


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
        hint = "; text, times and dates stand in quotes" if "Invalid value" in str(problem) else ""
        raise StoryError(f"{name_of_file}: not TOML: {problem}{hint}") from None
    complaints = find_complaints(table, slug, folder)
    if complaints:
        first, *others = complaints
        line = line_of(text, first.where)
        more = f" (and {len(others)} more)" if others else ""
        raise StoryError(f"{name_of_file}{f', line {line}' if line else ''}: {explain(first)}{more}")
    return Story.model_validate({**table, "slug": slug, "folder": folder})


def find_complaints(table: Mapping[str, Any], slug: str, folder: Path) -> list[Complaint]:
    """Everything that is wrong with a story's table, the options of its sources and channels included. What has
    a close match comes first: a misspelt key also leaves the right one missing.
    """
    return sorted(_complaints(table, slug, folder), key=lambda complaint: not complaint.choices)


def _complaints(table: Mapping[str, Any], slug: str, folder: Path) -> Iterator[Complaint]:
    for key in NOT_IN_FILES:
        if key in table:
            yield Complaint((key,), "is not written in the file: it follows from where the file lies")
            return
    yield from _of(Story, {**table, "slug": slug, "folder": folder}, ())
    taken: dict[tuple[str, str], str] = {}
    for section, number, entry in _entries(table):
        kinds = SOURCES if section == "sources" else CHANNELS
        kind = next((kind for kind in kinds if kind.name == entry["kind"]), None)
        if kind is None:
            text = f"{entry['kind']!r} is not a kind of {section[:-1]}"
            known = tuple(each.name for each in kinds)
            yield Complaint((section, number, "kind"), text, known, entry["kind"])
            continue
        own = ("kind", "name") if section == "sources" else ("kind", "to")
        options = {key: value for key, value in entry.items() if key not in own}
        complaints = list(_of(kind.options, options, (section, number), also=own))
        yield from complaints
        if not complaints:
            yield from _of_identities(section, number, entry, taken)


def _entries(table: Mapping[str, Any]) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """The sources and channels that name a kind, as they stand in the file."""
    for section in ("sources", "channels"):
        entries = table.get(section, [])
        for number, entry in enumerate(entries if isinstance(entries, list) else []):
            if isinstance(entry, dict) and isinstance(entry.get("kind"), str):
                yield section, number, entry


def _of_identities(
    section: str, number: int, entry: Mapping[str, Any], taken: dict[tuple[str, str], str]
) -> Iterator[Complaint]:
    """Recipients that cannot be any, and sources and recipients that stand there twice: what is stored about them
    is stored under their identity.
    """
    place = f"{section}[{number + 1}]"
    names: dict[tuple[str | int, ...], str]
    if section == "sources":
        names = {(section, number): source_key(SourceEntry.model_validate(entry))}
    else:
        recipients = entry["to"] if isinstance(entry.get("to"), list) else []
        names = {(section, number, "to", at): to for at, to in enumerate(recipients) if isinstance(to, str)}
    for where, name in names.items():
        try:
            if section == "channels":
                find_channel(entry["kind"]).check(name)
        except ValueError as problem:
            yield Complaint(where, str(problem))
        identity = (entry["kind"], name)
        if (before := taken.setdefault(identity, place)) != place:
            yield Complaint(where, f"the same {entry['kind']} {name!r} as {before}; leave one of them out")


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
