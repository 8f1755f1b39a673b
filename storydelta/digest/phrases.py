"""The language of reports as data: numbers, measures, changes and stances in words, from `templates/phrases`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from storydelta.errors import RenderError
from storydelta.model import Measure

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "phrases"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Times(_Frozen):
    """Babel date patterns."""

    full: str
    full_day: str
    plain: str
    plain_day: str
    short: str
    short_day: str
    clock: str
    old: str


class Vague(_Frozen):
    """A count without a number, and the range it stands for."""

    range: tuple[int, int]
    word: str


class Marked(_Frozen):
    """A word and the sign that goes with it."""

    sign: str
    word: str


class StanceWords(Marked):
    """A stance as a verb (one speaker, several speakers), with what is said of another actor and of oneself."""

    one: str
    many: str
    object: str
    own: str


class Speakers(_Frozen):
    """How speakers are named; `plural` are last words of names that take a verb in the plural, `the` names that
    take an `article`.
    """

    somebody: str
    plural: frozenset[str]
    article: str
    the: frozenset[str]


class Phrases(_Frozen):
    """All words of one language; the comments of its file say what each table is for."""

    locale: str
    times: Times
    labels: Mapping[str, str]
    measures: Mapping[Measure, str]
    numbers: Mapping[str, str]
    vague: tuple[Vague, ...]
    changes: Mapping[str, Marked]
    figure: Mapping[str, str]
    headlines: Mapping[str, str]
    stances: Mapping[str, StanceWords]
    sentences: Mapping[str, str]
    speakers: Speakers


@cache
def load_phrases(language: str = "en", folder: Path | None = None) -> Phrases:
    """The phrases of a language; FileNotFoundError where it has none.

    `folder`: the user's own templates. A `phrases/LANGUAGE.toml` in it need only hold what it says otherwise.
    RenderError where it cannot be used.
    """
    content = _read(FOLDER / f"{language}.toml")
    own = folder / "phrases" / f"{language}.toml" if folder else None
    if own is None or not own.exists():
        return Phrases.model_validate(content)
    try:
        return Phrases.model_validate(_overlaid(content, _read(own)))
    except (OSError, ValueError) as problem:
        said = problem.errors()[0] if isinstance(problem, ValidationError) else None
        where = ".".join(map(str, said["loc"])) if said else ""
        raise RenderError(
            f"{own}: {where + ': ' if where else ''}{said['msg'] if said else problem}"
        ) from problem


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _overlaid(ours: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Our words with the user's in their place, table by table."""
    both = ours | own
    tables = [key for key in own if isinstance(ours.get(key), dict) and isinstance(own[key], dict)]
    return both | {key: _overlaid(ours[key], own[key]) for key in tables}
