"""A history through the same steps as scheduled runs, into the store: one run for each moment of publication.

    read (side by side, ahead) | revise, record, compare, publish (one run after another)

Only the reading is spread out: it takes the time, and it depends on nothing but the text. So the ledger and the
editions are those that runs one after another would have made. Nothing is delivered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby, islice
from multiprocessing import get_context
from typing import Protocol, TypeAlias

from flows import steps
from flows.settings import Settings
from flows.wiring import House, build_reader
from storydelta.claims.reader import Reader
from storydelta.errors import StorydeltaError
from storydelta.model import Claim, Item, Reading, Revision
from storydelta.relevance import belongs
from storydelta.story import Story

CHUNK = 32
"""Documents that are read together: so many that their sentences are parsed in full batches."""

MANY = 2000
"""Documents from which on processes pay for their start: until then publishing takes longer than reading."""

AHEAD = 3
"""Chunks for each of those who read, so that none waits while a run is published."""

Key: TypeAlias = tuple[str, str, str | None, datetime | None]
Names: TypeAlias = Mapping[str, tuple[str, ...]]
Read: TypeAlias = list[tuple[Claim, ...]]
Told: TypeAlias = Callable[[int], None]


class Promise(Protocol):
    """What will have been read. Futures are."""

    def result(self) -> Read: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who reads: `submit` takes a chunk of texts and promises their claims; `count` of them are at work at once."""

    submit: Callable[[list[Key]], Promise]
    count: int = 1
    chunk: int = CHUNK


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """What came of it. `left_out` are documents that say nowhere when they were published."""

    runs: int = 0
    documents: int = 0
    editions: int = 0
    left_out: int = 0


def backfill(
    house: House,
    story: Story,
    items: Iterable[Item],
    readers: Readers | None = None,
    *,
    told: Told | None = None,
) -> Backfilled:
    """Runs the story over the documents in the order of their publication. `told` is called with the number of
    documents that each run is done with.

    Raises StorydeltaError where the story has an edition of a later time than the first document: what was known
    when cannot be changed afterwards.
    """
    given = list(items)
    dated = sorted((item for item in given if item.published_at), key=_moment)
    _check(house, story, dated)
    quiet = story.model_copy(update={"channels": ()})
    readers = readers or here(house.settings, story)
    names = build_reader(house.settings.model_copy(update={"model": "none"}), story)
    runs = documents = editions = 0
    for together, claims in _read_ahead(dated, quiet, readers):
        now = _moment(together[0])
        sifted = steps.revise(together, quiet, house.store, now)
        readings = _readings(sifted.belonging, claims, readers)
        outcome = steps.publish(
            house.store, quiet, names, readings, now, sifted=sifted, templates=house.templates
        )
        runs, documents = runs + 1, documents + len(outcome.ingested)
        editions += outcome.edition is not None
        if told:
            told(len(together))
    return Backfilled(runs=runs, documents=documents, editions=editions, left_out=len(given) - len(dated))


def in_a_line(done: Backfilled) -> str:
    """What came of it, for people."""
    left_out = f"; {done.left_out} without a date left out" if done.left_out else ""
    return f"{done.documents} documents in {done.runs} runs, {done.editions} editions{left_out}"


def here(settings: Settings, story: Story) -> Readers:
    """One reader, in this process, that reads a chunk when it is asked for it."""
    return Readers(submit=partial(_Later, settings.model, dict(story.names)))


@contextmanager
def processes(settings: Settings, story: Story, count: int) -> Iterator[Readers]:
    """So many processes that read, as long as the block lasts. Each loads the language model: 3 s, 200 MB."""
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        model, names = settings.model, dict(story.names)
        yield Readers(submit=lambda texts: pool.submit(read_texts, model, names, texts), count=count)


def read_texts(model: str, names: Names, texts: Sequence[Key]) -> Read:
    """The claims of each text, read in this process. What it is given can go to another process or machine, and
    holds no secret.
    """
    reader = _reader(model, tuple(sorted((name, tuple(forms)) for name, forms in names.items())))
    documents = [_Text(*text) for text in texts]
    return [claims for _, claims in reader.read_all(documents)]


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    text: str
    publisher: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Later:
    model: str
    names: Names
    texts: list[Key]

    def result(self) -> Read:
        return read_texts(self.model, self.names, self.texts)


@cache
def _reader(model: str, names: tuple[tuple[str, tuple[str, ...]], ...]) -> Reader:
    """Made once for a process: the language model takes seconds to load."""
    return build_reader(Settings(model=model), names=dict(names))


def _check(house: House, story: Story, items: Sequence[Item]) -> None:
    latest = house.store.latest_edition(story.slug)
    if latest and items and latest.made_at > _moment(items[0]):
        raise StorydeltaError(
            f"{story.slug}: its edition {latest.number} was made on {latest.made_at:%Y-%m-%d %H:%M} UTC, after the first of"
            f" these documents ({_moment(items[0]):%Y-%m-%d %H:%M} UTC): run the history into a database of its own"
            " (STORYDELTA_DATABASE), or before the first run"
        )


def _read_ahead(
    items: Sequence[Item], story: Story, readers: Readers
) -> Iterator[tuple[list[Item], dict[Key, tuple[Claim, ...]]]]:
    """The documents of each moment with the claims that were read in them, while what follows is being read."""
    chunks = _chunks(items, story, readers)
    ahead = deque(islice(chunks, readers.count * AHEAD))
    known: dict[Key, tuple[Claim, ...]] = {}
    reached = needed = 0
    for _, group in groupby(items, key=_moment):
        together = list(group)
        needed += len(together)
        while reached < needed:
            size, keys, promise = ahead.popleft()
            ahead.extend(islice(chunks, 1))
            known.update(zip(keys, promise.result() if promise else [], strict=True))
            reached += size
        yield together, {key: known.pop(key) for key in dict.fromkeys(map(_key, together)) if key in known}


def _chunks(
    items: Sequence[Item], story: Story, readers: Readers
) -> Iterator[tuple[int, list[Key], Promise | None]]:
    """How many documents, which texts of them belong, and the promise of their claims."""
    for start in range(0, len(items), readers.chunk):
        members = items[start : start + readers.chunk]
        keys = list(dict.fromkeys(_key(item) for item in members if _belongs(item, story)))
        yield len(members), keys, readers.submit(keys) if keys else None


def _readings(
    revisions: Iterable[Revision], claims: Mapping[Key, tuple[Claim, ...]], readers: Readers
) -> tuple[Reading, ...]:
    """The readings of the revisions; what is stored a little otherwise than it was given is read now."""
    revisions = list(revisions)
    others = [key for key in map(_key, revisions) if key not in claims]
    read = {**claims, **dict(zip(others, readers.submit(others).result() if others else [], strict=True))}
    return tuple(Reading(revision=revision, claims=read[_key(revision)]) for revision in revisions)


def _key(document: Item | Revision) -> Key:
    return document.title, document.text, document.publisher, document.published_at


def _belongs(item: Item, story: Story) -> bool:
    moment = _moment(item)
    revision = Revision(
        id="", document=item.url, title=item.title, text=item.text, publisher=item.publisher,
        published_at=moment, seen_at=moment,
    )  # fmt: skip
    return bool(belongs(revision, story.belongs))


def _moment(item: Item) -> datetime:
    assert item.published_at is not None
    return item.published_at
