"""Word lists, aliases and cues as TOML data beside this module; each file opens with its format."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The content of the lexicon `name`.toml; read once, so treat it as frozen. FileNotFoundError if there is none."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


def alternatives(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first: of "army chief" and "army" the whole is read."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
