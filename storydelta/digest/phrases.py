"""The language of reports as data: numbers, measures, changes and stances in words, from `templates/phrases`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from storydelta.model import ChangeKind, Measure, Stance

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
    changes: Mapping[ChangeKind, Marked]
    figure: Mapping[str, str]
    headlines: Mapping[str, str]
    stances: Mapping[Stance, StanceWords]
    sentences: Mapping[str, str]
    speakers: Speakers


@cache
def load_phrases(language: str = "en") -> Phrases:
    """The phrases of a language; FileNotFoundError where it has none."""
    content: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Phrases.model_validate(content)
