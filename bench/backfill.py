"""Documents a second of a backfill, by the number of processes that read; beside it, threads, which do not help.

    python -m bench.backfill [--quick] [--documents 1500]

Prints JSON. The documents are made up: some fifteen sentences each, a few of which count people or blame somebody. In
the history that `moves`, each of the runs makes an edition and a digest, which takes longer than reading; in the one that
`rests`, one run in fifty does. One process has its language model before the clock starts; two load theirs meanwhile, as
a user waits for it. The exit status is 1 where the ledger depends on the number of processes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.world import SLUG, START, item, lay_out
from flows.backfill_story import backfill, here, processes, read_texts
from flows.settings import Settings
from flows.wiring import build_house, build_reader
from storydelta.model import Item, Ledger
from storydelta.syntax import MODEL

RUN = 4
"""Documents of one moment, and so of one run."""

_AROUND = (
    "The mayor of the town, who had spoken to reporters at noon, said that schools would stay shut until Friday. "
    "Officials blamed a faulty crane for the blast, though the company that owns it denied responsibility. "
    "Ships waited outside the harbour all day. Insurers would not name a sum. "
)


def document(number: int) -> Item:
    """A document with something around its one figure; an hour after those before."""
    made = item(number)
    text = f"{_AROUND}{made.text} {_AROUND}"
    return replace(made, text=text, published_at=START + timedelta(hours=number // RUN))


def repeated(number: int) -> Item:
    """Like it, but it knows of no more dead than the two hundred before it."""
    said = item(number // (50 * RUN)).text
    return replace(document(number), text=f"{_AROUND}{said} {_AROUND} Dispatch {number}.")


def measure(documents: int) -> dict[str, Any]:
    """What is printed."""
    found: dict[str, Any] = {"documents": documents}
    read_texts(MODEL, {}, [("", "Two people were killed.", None, None)])
    for name, make in (("moves", document), ("rests", repeated)):
        items = [make(number) for number in range(documents)]
        by_one, alone = _timed(items, 1)
        by_two, together = _timed(items, 2)
        found[name] = {
            "processes_1_per_second": by_one, "processes_2_per_second": by_two, "same_ledger": alone == together
        }  # fmt: skip
    found["reading_only"] = {
        f"threads_{threads}_per_second": _read_by_threads(documents, document, threads) for threads in (1, 2)
    }
    return found


def _timed(items: list[Item], count: int) -> tuple[float, Ledger]:
    """Documents a second, and the ledger at the end."""
    with tempfile.TemporaryDirectory(prefix="storydelta-bench-") as folder:
        house = build_house(lay_out(Path(folder)).model_copy(update={"model": MODEL}))
        story = house.story(SLUG)
        started = perf_counter()
        with (
            house.store,
            nullcontext(here(house.settings, story))
            if count == 1
            else processes(house.settings, story, count) as readers,
        ):
            backfill(house, story, items, readers)
            return round(len(items) / (perf_counter() - started), 1), house.store.ledger(SLUG)


def _read_by_threads(documents: int, make: Callable[[int], Item], threads: int) -> float:
    reader = build_reader(Settings(model=MODEL))
    marked = [replace(made, text=f"{made.text} {threads}.") for made in map(make, range(documents))]
    started = perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda made: reader.read(title=made.title, text=made.text), marked))
    return round(documents / (perf_counter() - started), 1)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=1500)
    parser.add_argument("--quick", action="store_true", help="eighty documents")
    given = parser.parse_args()
    found = measure(80 if given.quick else given.documents)
    print(json.dumps(found, indent=2))
    sys.exit(0 if found["moves"]["same_ledger"] and found["rests"]["same_ledger"] else 1)


if __name__ == "__main__":
    main()
