"""Documents a second of a backfill, by the number of processes that read; beside it, threads, which do not help.

    python -m bench.backfill [--quick] [--documents 300]

Prints JSON. The documents are made up: eight sentences each, one of which counts people.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.world import SLUG, START, item, lay_out
from flows.backfill_story import backfill, processes
from flows.wiring import build_house
from storydelta.model import Item
from storydelta.syntax import MODEL

_AROUND = (
    "The mayor of the town, who had spoken to reporters at noon, said that schools would stay shut until Friday. "
    "Officials blamed a faulty crane for the blast, though the company that owns it denied responsibility. "
    "Ships waited outside the harbour all day. Insurers would not name a sum. "
)


def document(number: int) -> Item:
    """A document with something around its one figure; an hour after the one before."""
    made = item(number)
    text = f"{_AROUND}{made.text} {_AROUND}"
    return replace(made, text=text, published_at=START + timedelta(hours=number // 4))


def measure(documents: int) -> dict[str, Any]:
    items = [document(number) for number in range(documents)]
    found: dict[str, Any] = {"documents": documents}
    ledgers = []
    for workers in (1, 2):
        with tempfile.TemporaryDirectory(prefix="storydelta-bench-") as folder:
            house = build_house(lay_out(Path(folder)).model_copy(update={"model": MODEL}))
            with house.store:
                started, story = perf_counter(), house.story(SLUG)
                with (
                    nullcontext(None)
                    if workers == 1
                    else processes(house.settings, story, workers) as readers
                ):
                    backfill(house, story, items, readers)
                found[f"processes_{workers}_per_second"] = round(documents / (perf_counter() - started), 1)
                ledgers.append(house.store.ledger(SLUG))
                reader = house.reader()
    for threads in (1, 2):
        started = perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda made: reader.read(title=made.title, text=made.text + " ."), items))
        found[f"threads_{threads}_reading_only_per_second"] = round(documents / (perf_counter() - started), 1)
    found["same_ledger"] = ledgers[0] == ledgers[1]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="eighty documents")
    given = parser.parse_args()
    print(json.dumps(measure(80 if given.quick else given.documents), indent=2))


if __name__ == "__main__":
    main()
