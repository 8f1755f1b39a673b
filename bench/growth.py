"""Whether a run takes longer the more claims are stored: SQLite and PostgreSQL, with 1,000, 100,000 and 1,000,000 claims
of the story that runs.

    python -m bench.growth [--quick] [--rounds 25] [--databases sqlite postgresql]

Prints JSON. The stores of all sizes take turns run by run, so that whatever else the machine does meets all of them.
`nothing_new` is a run among twenty documents that are known, `one_new` one with a document that makes an edition and a
digest; beside them `reading_all`, what one look through all texts of the story takes. `flat` compares the medians of
the largest and the smallest store: at most a fifth more. The exit status is 1 where a run is not flat.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import func, select

from bench.filled import CLAIMS, fill
from bench.world import DATABASES, SLUG, START, database, item, lay_out, run
from flows.wiring import House, build_house
from storage.engine import reading
from storage.tables import RevisionRow

SIZES = (1_000, 100_000, 1_000_000)
QUICK = (1_000, 10_000, 100_000)
LIMIT = 1.2
"""How much longer a run may take with the most claims than with the fewest."""

OFFERED = 20
"""Documents that the source offers at each run."""

_A_DIGEST_EACH = 100  # documents


@dataclass(slots=True, kw_only=True)
class Grown:
    """A store with so many claims, and what its runs took, in milliseconds."""

    claims: int
    house: House
    released: int = OFFERED
    turn: int = 0
    took: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)

    def measure(self, name: str, call: Callable[[], object]) -> None:
        started, cpu = perf_counter(), process_time()
        call()
        self.cpu.setdefault(name, []).append(1000 * (process_time() - cpu))
        self.took.setdefault(name, []).append(1000 * (perf_counter() - started))

    def run(self) -> None:
        self.turn += 1
        offered = [item(n) for n in range(self.released - OFFERED, self.released)]
        assert run(self.house, offered, "bench", START + timedelta(days=60, hours=self.turn))

    def read_all(self) -> None:
        with reading(self.house.store.engine) as session:
            session.execute(select(func.sum(func.length(RevisionRow.text)))).scalar_one()


def grow(folder: Path, kind: str, claims: int, stack: ExitStack) -> Grown:
    """A story that has been run for a while, in a store with so many claims."""
    house = build_house(lay_out(folder, stack.enter_context(database(kind))))
    stack.enter_context(house.store)
    for number in range(1, OFFERED + 1):
        run(house, [item(n) for n in range(number)], "bench", START + timedelta(hours=number))
    documents = claims // CLAIMS
    fill(house.store, SLUG, documents, editions=documents // _A_DIGEST_EACH)
    return Grown(claims=claims, house=house)


def measure(kind: str, sizes: tuple[int, ...], rounds: int) -> dict[str, Any]:
    """What runs take on one kind of database, by the number of claims, and whether it is flat."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="storydelta-bench-")))
        started = perf_counter()
        stores = [grow(folder / str(size), kind, size, stack) for size in sizes]
        filled = perf_counter() - started
        for turn in range(rounds + 2):
            for grown in stores:
                if turn == 2:  # noqa: PLR2004 - what is only done once is done
                    grown.took.clear()
                    grown.cpu.clear()
                grown.measure("nothing_new", grown.run)
                grown.released += 1
                grown.measure("one_new", grown.run)
        for grown in stores:
            grown.measure("reading_all", grown.read_all)
    return {"seconds_to_fill": round(filled, 1), **_compared(stores)}


def _compared(stores: list[Grown]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in stores[0].took:
        figures = {
            f"{grown.claims:,}": {
                "ms": round(median(grown.took[name]), 1), "cpu_ms": round(median(grown.cpu[name]), 1)
            }
            for grown in stores
        }  # fmt: skip
        ratio = median(stores[-1].took[name]) / median(stores[0].took[name])
        found[name] = {**figures, "largest_to_smallest": round(ratio, 2)}
    ratios = [found[name]["largest_to_smallest"] for name in ("nothing_new", "one_new")]
    return {**found, "limit": LIMIT, "flat": max(ratios) <= LIMIT}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="at most 100,000 claims; about a minute")
    parser.add_argument("--rounds", type=int, default=25, help="runs of each sort on each store")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    given = parser.parse_args()
    sizes, rounds = (QUICK, min(given.rounds, 8)) if given.quick else (SIZES, given.rounds)
    found = {kind: measure(kind, sizes, rounds) for kind in given.databases}
    print(json.dumps({"claims": sizes, "rounds": rounds, **found}, indent=2))
    sys.exit(0 if all(each["flat"] for each in found.values()) else 1)


if __name__ == "__main__":
    main()
