"""Runs of a story that are killed at random instants, and the count of what was lost or doubled by it.

    python -m bench.chaos [--quick] [--kills 500] [--database sqlite|postgresql|postgresql://…] [--seed 7]

A child process runs the story again and again, deliveries included, while documents come to light; it is killed by
SIGKILL after a random time, from the opening of the store to the sending. At the end one run is let end, and
everything is counted. Prints JSON; the exit status is 1 where anything was lost or doubled.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from contextlib import nullcontext
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.world import DATABASES, START, account, database, item, lay_out, run
from flows.settings import Settings
from flows.wiring import build_house
from storydelta.model import Item

WINDOW = 200
"""So many of the latest documents does the source offer."""

RUNS = 5
"""A child is killed after the time of so many runs at the latest."""

_REFUSED = 3
_processes = multiprocessing.get_context("fork")  # a child begins at once, without importing anything


def _run_on(settings: Settings, released: Any, ended: Any, child: int) -> None:
    house = build_house(settings)
    turn = 0
    with house.store:
        while True:
            now = START + timedelta(days=1 + child, seconds=turn)
            released.value += 1
            if not run(house, _offered(released.value), f"child {child}", now):
                sys.exit(_REFUSED)
            turn, ended.value = turn + 1, ended.value + 1


def _offered(released: int) -> list[Item]:
    return [item(n) for n in range(max(0, released - WINDOW), released)]


def _seconds_of_a_run() -> float:
    """How long a run takes here. It also warms this process up, and with it the children that are forked from it."""
    with tempfile.TemporaryDirectory(prefix="storydelta-chaos-") as folder:
        house = build_house(lay_out(Path(folder)))
        with house.store:
            run(house, _offered(1), "warm", START)
            started = time.monotonic()
            run(house, _offered(2), "warm", START + timedelta(days=1))
            return time.monotonic() - started


def kill_at_random(folder: Path, kills: int, *, address: str = "", seed: int = 7) -> dict[str, Any]:
    """What came of so many kills: figures, and the account of what was lost or doubled."""
    chance = random.Random(seed)
    settings = lay_out(folder, address)
    # Without locks: a child that is killed with one in its hand would keep it.
    released, ended = _processes.RawValue("i", 0), _processes.RawValue("i", 0)
    longest = RUNS * _seconds_of_a_run()
    started, refused = time.monotonic(), 0
    for child in range(kills):
        process = _processes.Process(target=_run_on, args=(settings, released, ended, child))
        process.start()
        process.join(chance.random() * longest)
        process.kill()
        process.join()
        refused += process.exitcode == _REFUSED
        process.close()
    seconds = time.monotonic() - started
    house = build_house(settings)
    with house.store:
        now = START + timedelta(days=2 + kills)
        documents = released.value
        run(house, _offered(documents), "the last", now)
        found = account(house, documents)
    return {
        "kills": kills, "database": "postgresql" if address else "sqlite", "runs_begun": released.value, "runs_ended": ended.value,
        "runs_refused": refused, "seconds": round(seconds, 1), **asdict(found), "clean": found.clean and not refused,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument(
        "--database",
        default="sqlite",
        help="sqlite, postgresql (a server is started for it), or the address of an empty PostgreSQL database",
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="sixty kills; about a minute")
    given = parser.parse_args()
    kills = 60 if given.quick else given.kills
    own = database(given.database) if given.database in DATABASES else nullcontext(given.database)
    with tempfile.TemporaryDirectory(prefix="storydelta-chaos-") as folder, own as address:
        found = kill_at_random(Path(folder), kills, address=address, seed=given.seed)
    print(json.dumps(found, indent=2))
    sys.exit(0 if found["clean"] else 1)


if __name__ == "__main__":
    main()
