"""Several processes that run several stories at once on one database, for a minute: what is lost, doubled or refused.

    python -m bench.rivals [--quick] [--seconds 60] [--processes 4] [--stories 10] [--databases sqlite postgresql]

Each process runs the stories in an order of its own, deliveries included, while documents come to light. Leases keep two
runs of one story apart; in one run of five the lease is lost as soon as it was taken, so that two do meet. At the end
each story is run once more, and everything is counted. Prints JSON: runs a second of all processes, beside those of one
process alone on the same database; every refusal in words (a lock, a deadlock); the account. The exit status is 1 where
anything was lost, doubled or refused.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.world import DATABASES, START, account, database, item, lay_out, run
from flows.settings import Settings
from flows.wiring import build_house
from storydelta.errors import StorydeltaError

WINDOW = 50
"""So many of the latest documents does a source offer."""

LOST_LEASES = 0.2
NEWS = 0.5
"""How often there is one more document when a run begins."""

FASTER = 60
"""The clock of the stories against that on the wall."""

_processes = multiprocessing.get_context("fork")


def compete(folder: Path, seconds: float, processes: int, stories: int, address: str = "") -> dict[str, Any]:
    """What came of it: figures, refusals, and the account of all stories."""
    slugs = [f"harbour-{n}" for n in range(stories)]
    settings = lay_out(folder, address, slugs)
    released = _processes.Array("i", stories)
    started = time.monotonic()
    alone, refused = _let_run(settings, slugs, released, started, seconds / 6, 1)
    together, more = _let_run(settings, slugs, released, started, seconds, processes)
    refused += more
    house = build_house(settings)
    sums: Counter[str] = Counter()
    findings: list[str] = []
    clean = not refused
    with house.store:
        for slug, documents in zip(slugs, list(released), strict=True):
            now = _moment(started) + timedelta(days=1)
            run(house, _offered(documents), "the last", now, slug)
            found = account(house, documents, slug)
            clean = clean and found.clean
            findings += found.findings
            sums.update({name: value for name, value in asdict(found).items() if isinstance(value, int)})
    return {
        "processes": processes, "stories": stories, "seconds": seconds,
        "runs": together["ended"], "runs_left_to_another": together["busy"],
        "runs_a_second": round(together["ended"] / seconds, 1),
        "runs_a_second_of_one_process": round(alone["ended"] / (seconds / 6), 1),
        "refused": refused, **sums, "findings": findings, "clean": clean,
    }  # fmt: skip


def _let_run(
    settings: Settings, slugs: list[str], released: Any, started: float, seconds: float, processes: int
) -> tuple[Counter[str], list[str]]:
    """How many runs ended or were left to another process, and what was refused."""
    told = _processes.SimpleQueue()
    until = time.monotonic() + seconds
    children = [
        _processes.Process(target=_run_on, args=(settings, slugs, released, started, until, number, told))
        for number in range(processes)
    ]
    for child in children:
        child.start()
    found = [told.get() for _ in children]
    for child in children:
        child.join()
    return sum((counts for counts, _ in found), Counter()), [word for _, words in found for word in words]


def _run_on(
    settings: Settings, slugs: list[str], released: Any, started: float, until: float, number: int, told: Any
) -> None:
    chance, counts, refused = random.Random(f"{number} {started}"), Counter[str](), []
    try:
        house = build_house(settings)
        with house.store:
            turn = 0
            while time.monotonic() < until:
                turn += 1
                story = chance.randrange(len(slugs))
                lease = 0 if chance.random() < LOST_LEASES else 900
                with released:
                    released[story] += chance.random() < NEWS
                    offered = _offered(released[story])
                try:
                    holder = f"process {number} run {turn}"
                    done = run(house, offered, holder, _moment(started), slugs[story], lease)
                    counts["ended" if done else "busy"] += 1
                except StorydeltaError as problem:
                    refused.append(str(problem))
    except BaseException as problem:
        refused.append(f"process {number} died of {problem!r}")
        raise
    finally:
        told.put((counts, refused))


def _offered(released: int) -> list[Any]:
    return [item(n) for n in range(max(0, released - WINDOW), released)]


def _moment(started: float) -> datetime:
    """The same for all processes, since they read the same clock."""
    return START + timedelta(days=1, seconds=FASTER * (time.monotonic() - started))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="ten seconds on each database")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--stories", type=int, default=10)
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    given = parser.parse_args()
    seconds = 10 if given.quick else given.seconds
    found = {}
    for kind in given.databases:
        with tempfile.TemporaryDirectory(prefix="storydelta-rivals-") as folder, database(kind) as address:
            found[kind] = compete(Path(folder), seconds, given.processes, given.stories, address)
    print(json.dumps(found, indent=2))
    sys.exit(0 if all(each["clean"] for each in found.values()) else 1)


if __name__ == "__main__":
    main()
