"""What a kind of source declares about itself, what it is given, and what it hands over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import random
from typing import Any, Generic, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict

from storydelta.model import Item


class SourceOptions(BaseModel):
    """What a story file may say of a source besides `kind` and `name`. Each kind derives its own from it."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken in at most: bytes of one document (decompressed) and of one source, documents of one
    source, articles that one fetch of a source follows, redirects of one visit, and seconds that a visit may take in
    all.
    """

    document_bytes: int = 10_000_000
    source_bytes: int = 500_000_000
    documents: int = 100_000
    followed: int = 30
    redirects: int = 5
    seconds: float = 60


def _always(_: Item) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a fetch may use besides its options. `base` is where relative paths start: the story file's folder.
    `client` is None where only local kinds are fetched. `chance` gives numbers from 0 to 1, for jitter.
    `is_worth` says of an article, known so far by what a feed says of it, whether it is worth a visit.
    """

    base: Path
    now: datetime
    client: httpx.AsyncClient | None = None
    limits: Limits = field(default_factory=Limits)
    chance: Callable[[], float] = random
    is_worth: Callable[[Item], bool] = _always


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One document that could not be ingested. `document` is the same as long as the problem is, so that it can
    be reported once, and once more when it is gone. `str()` is fit for a user.
    """

    document: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a source handed over: its documents in order, what was wrong with others, and the state that its next
    fetch is to be given (JSON), to be kept if and when the items are. `next_at`: before then the source says that
    there will be nothing new.
    """

    items: tuple[Item, ...]
    problems: tuple[Problem, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    next_at: datetime | None = None


Options = TypeVar("Options", bound=SourceOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind(Generic[Options]):
    """One kind of source.

    `key`: what identifies a source of this kind within a story, for its stored state and as its name when the
    story file gives none. `fetch`: options, the state that the fetch before left, the context; raises
    `SourceError` where the whole source gave nothing.
    """

    name: str
    help: str
    options: type[Options]
    key: Callable[[Options], str]
    fetch: Callable[[Options, Mapping[str, Any], Context], Awaitable[Fetched]]
