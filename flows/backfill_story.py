"""A history through the same steps as scheduled runs, into the store: one run for each moment of publication.

    read (side by side, ahead) | revise, record, compare, publish (one run after another)

Only the reading is spread over processes: it takes the time, and it depends on nothing but the text. So the ledger
and the editions are those that runs one after another would have made. Nothing is delivered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from multiprocessing import get_context
from typing import TypeAlias

from flows import steps
from flows.settings import Settings
from flows.wiring import House, build_reader
from storydelta.claims.reader import Reader
from storydelta.errors import StorydeltaError
from storydelta.model import Claim, Item, Revision
from storydelta.relevance import belongs
from storydelta.story import Story

BATCH = 256
"""Documents that are read ahead of the runs; whole moments, so it may be more."""

CHUNK = 8
"""Documents that go to a process at a time."""

Key: TypeAlias = tuple[str, str, str | None, datetime | None]
Told: TypeAlias = Callable[[int], None]


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
    *,
    workers: int = 1,
    batch: int = BATCH,
    told: Told | None = None,
) -> Backfilled:
    """Runs the story over the documents in the order of their publication, reading in so many processes. `told` is
    called with the number of documents that each run is done with.

    Raises StorydeltaError where the story has an edition of a later time than the first document: what was known
    when cannot be changed afterwards.
    """
    given = list(items)
    dated = sorted((item for item in given if item.published_at), key=_moment)
    _check(house, story, dated)
    quiet = story.model_copy(update={"channels": ()})
    runs = documents = editions = 0
    for members, claims in _read_ahead(_batches(dated, batch), quiet, house.settings, workers):
        reader = _read_before(house.reader(quiet), claims)
        for now, group in groupby(members, key=_moment):
            together = list(group)
            sifted = steps.revise(together, quiet, house.store, now)
            readings = steps.read(sifted.belonging, reader)
            outcome = steps.publish(
                house.store, quiet, reader, readings, now, sifted=sifted, templates=house.templates
            )
            runs, documents = runs + 1, documents + len(outcome.ingested)
            editions += outcome.edition is not None
            if told:
                told(len(together))
    return Backfilled(runs=runs, documents=documents, editions=editions, left_out=len(given) - len(dated))


def _check(house: House, story: Story, items: Sequence[Item]) -> None:
    latest = house.store.latest_edition(story.slug)
    if latest and items and latest.made_at > _moment(items[0]):
        raise StorydeltaError(
            f"{story.slug}: its edition {latest.number} was made on {latest.made_at:%Y-%m-%d %H:%M} UTC, after the first of"
            f" these documents ({_moment(items[0]):%Y-%m-%d %H:%M} UTC): run the history into a database of its own"
            " (STORYDELTA_DATABASE), or before the first run"
        )


@dataclass(frozen=True)
class _ReadBefore(Reader):
    """A reader that knows the claims of some texts already, and reads the others."""

    known: dict[Key, tuple[Claim, ...]] = field(default_factory=dict)

    def read(
        self, *, title: str = "", text: str = "", publisher: str | None = None,
        published_at: datetime | None = None,
    ) -> tuple[Claim, ...]:  # fmt: skip
        found = self.known.get((title, text, publisher, published_at))
        if found is not None:
            return found
        return super().read(title=title, text=text, publisher=publisher, published_at=published_at)


def _read_before(reader: Reader, known: dict[Key, tuple[Claim, ...]]) -> Reader:
    return _ReadBefore(kinds=reader.kinds, names=reader.names, parser=reader.parser, known=known)


def _read_ahead(
    batches: Iterator[list[Item]], story: Story, settings: Settings, workers: int
) -> Iterator[tuple[list[Item], dict[Key, tuple[Claim, ...]]]]:
    """Batches with the claims that were read in them; while one is worked on, the next is being read."""
    if workers <= 1:
        yield from ((batch, {}) for batch in batches)
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start, initargs=(settings, story)
    ) as pool:
        ahead = [(batch, _submit(pool, batch, story)) for batch in islice(batches, 2)]
        while ahead:
            batch, futures = ahead.pop(0)
            claims = {key: read for future in futures for key, read in future.result()}
            ahead += [(following, _submit(pool, following, story)) for following in islice(batches, 1)]
            yield batch, claims


def _submit(
    pool: Executor, batch: Sequence[Item], story: Story
) -> list[Future[list[tuple[Key, tuple[Claim, ...]]]]]:
    keys = list(dict.fromkeys(_key(item) for item in batch if _belongs(item, story)))
    return [pool.submit(_read_chunk, keys[start : start + CHUNK]) for start in range(0, len(keys), CHUNK)]


def _batches(items: Sequence[Item], size: int) -> Iterator[list[Item]]:
    """Consecutive items, about so many at a time; those of one moment stay together."""
    batch: list[Item] = []
    for _, group in groupby(items, key=_moment):
        batch += group
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _key(item: Item) -> Key:
    return item.title, item.text, item.publisher, item.published_at


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


# In the processes that read

_readers: list[Reader] = []  # of this process, made once: the language model takes seconds to load


def _start(settings: Settings, story: Story) -> None:
    _readers.append(build_reader(settings, story))


def _read_chunk(keys: Sequence[Key]) -> list[tuple[Key, tuple[Claim, ...]]]:
    reader = _readers[0]
    return [
        (key, reader.read(title=key[0], text=key[1], publisher=key[2], published_at=key[3])) for key in keys
    ]
