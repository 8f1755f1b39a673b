"""A month of scheduled runs in some minutes, with faults injected: memory and file handles, lost and doubled.

    python -m bench.soak [--quick] [--runs 2200] [--seed 7]

`storydelta serve` runs one story on a clock that is put on by hand, a quarter of an hour and more at a time. Now and
then the source is gone, a document has no date, a template is broken, the digests' folder cannot be written, the
database is held by another writer, or the clock goes back. Prints JSON; the exit status is 1 where something was lost or
doubled, or an alarm has no cause, or memory or handles grew.
"""

# ruff: noqa: ASYNC110, ASYNC240 - it looks at the service from outside, as an operator would

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.world import SLUG, START, account, lay_out, put
from flows.serve_stories import Plan, Service
from flows.wiring import build_house
from storage.store import open_store
from storydelta.model import Range

STEP = timedelta(minutes=20)
NEWS = 0.12
"""How often a run has a new document to find: the story moves then."""

FAULTS = 0.12
"""How often something goes wrong around a run."""

GROWTH = 1.10
"""How much more memory the last quarter of the runs may take than the second."""


@dataclass(slots=True)
class Month:
    """What is known of the month so far."""

    now: datetime = START + timedelta(days=1)
    documents: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    memory: list[int] = field(default_factory=list)
    handles: list[int] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now


@contextmanager
def source_gone(folder: Path) -> Iterator[None]:
    documents = folder / "stories" / "documents"
    documents.rename(away := documents.with_name("away"))
    yield
    away.rename(documents)


@contextmanager
def document_without_date(folder: Path) -> Iterator[None]:
    odd = folder / "stories" / "documents" / "odd.txt"
    odd.write_text("url: https://example.org/odd\n\nNinety people were killed.\n")
    yield
    odd.unlink()


@contextmanager
def template_broken(folder: Path) -> Iterator[None]:
    broken = folder / "templates" / "digest.html.j2"
    broken.write_text("{{ digest.nothing_of_that_name }}")
    yield
    broken.unlink()


@contextmanager
def digests_cannot_be_written(folder: Path) -> Iterator[None]:
    digests = folder / "home" / "digests"
    if digests.exists():
        digests.rename(digests.with_name("away"))
    digests.write_text("in the way")
    yield
    digests.unlink()
    if digests.with_name("away").exists():
        digests.with_name("away").rename(digests)


@contextmanager
def another_writer(folder: Path) -> Iterator[None]:
    with closing(sqlite3.connect(folder / "home" / "storydelta.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


FAULT_KINDS = (
    source_gone,
    document_without_date,
    template_broken,
    digests_cannot_be_written,
    another_writer,
)


async def run_once(service: Service, month: Month) -> None:
    """Lets the service do one run and send what there is."""
    before = service.log.runs[SLUG].count if SLUG in service.log.runs else 0
    until = time.monotonic() + 30
    while (
        SLUG not in service.log.runs or service.log.runs[SLUG].count == before
    ) and time.monotonic() < until:
        await asyncio.sleep(0.002)
    await asyncio.sleep(0.01)  # for the outbox
    month.memory.append(_memory())
    month.handles.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))


async def live(service: Service, month: Month, folder: Path, runs: int, chance: random.Random) -> None:
    """The month: news, faults, and the time that passes."""
    serving = asyncio.create_task(service.serve())
    for number in range(runs):
        if chance.random() < NEWS:
            put(folder, month.documents)
            month.documents += 1
        fault: Callable[[Path], Any] | None = (
            chance.choice(FAULT_KINDS) if number < runs - 20 and chance.random() < FAULTS else None
        )
        if fault:
            month.faults[fault.__name__] += 1
            with fault(folder):
                await run_once(service, month)
        else:
            await run_once(service, month)
        month.now += STEP
        if chance.random() < 0.005:  # noqa: PLR2004 - about once in two days and a half
            month.now -= timedelta(minutes=30)
            month.faults["clock_back"] += 1
            month.now += timedelta(hours=1)
        if fault:
            month.now += timedelta(hours=2)  # what failed is tried again
    service.stop()
    await serving


def soak(folder: Path, runs: int, seed: int = 7) -> dict[str, Any]:
    """What came of so many runs."""
    month, chance = Month(), random.Random(seed)
    settings = lay_out(folder)
    (folder / "templates").mkdir()
    settings = settings.model_copy(update={"templates": folder / "templates"})
    house = build_house(settings)
    house.store.close()
    started = time.monotonic()
    with open_store(settings.database_url, patience=0.05) as store:
        house = replace(house, store=store, clock=month)
        service = Service(house, Plan(tick=0.002))
        asyncio.run(live(service, month, folder, runs, chance))
        found = account(house, month.documents)
        alarms = [v for v in store.changes_since(SLUG, 0) if v.alert]
    quarter = max(1, len(month.memory) // 4)
    second, last = median(month.memory[quarter : 2 * quarter]), median(month.memory[-quarter:])
    flat = (
        last <= second * GROWTH
        and max(month.handles[-quarter:]) <= max(month.handles[quarter : 2 * quarter]) + 2
    )
    explained = sum(
        bool(v.rule and v.reason and v.change.causes and isinstance(v.change.after, Range)) for v in alarms
    )
    log = service.log.runs[SLUG]
    return {
        "runs": log.count, "runs_failed": log.failed, "days": (month.now - START).days,
        "seconds": round(time.monotonic() - started, 1), "faults": dict(month.faults),
        "alarms": len(alarms), "alarms_explained": explained,
        "memory_mb": [round(second / 2**20, 1), round(last / 2**20, 1)],
        "handles": [max(month.handles[quarter : 2 * quarter]), max(month.handles[-quarter:])],
        **asdict(found), "clean": found.clean and flat and explained == len(alarms),
    }  # fmt: skip


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2_200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="three hundred runs; about a minute")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storydelta-soak-") as folder:
        found = soak(Path(folder), 300 if given.quick else given.runs, given.seed)
    print(json.dumps(found, indent=2))
    sys.exit(0 if found["clean"] else 1)


if __name__ == "__main__":
    main()
