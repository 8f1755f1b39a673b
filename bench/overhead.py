"""What a scheduled run costs that finds nothing new: by `storydelta serve`, and as a flow beside Prefect's server.

    python -m bench.overhead [--runs 20] [--no-flows]

Prints JSON: milliseconds a run (median) and memory in MB, of this process and of the server beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from bench.world import SLUG, START, lay_out, put
from flows.start_prefect import prepare_prefect


def memory_mb(pid: int | str = "self") -> int:
    """Resident memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 // 2**20


def children_mb() -> int:
    """Resident memory of the processes that this one has started."""
    own = os.getpid()
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == own:
                found += memory_mb(stat.parent.name)
        except OSError:
            continue
    return found


async def served(runs: int, day: int) -> list[float]:
    """Milliseconds of each run of a service, from due to done; one an hour from that day on."""
    from dataclasses import replace  # noqa: PLC0415 - Prefect reads its settings when it is imported

    from flows.serve_stories import Plan, Service  # noqa: PLC0415 - likewise
    from flows.wiring import build_house  # noqa: PLC0415 - likewise

    moment = START + timedelta(days=day)

    def clock() -> datetime:
        return moment

    house = replace(build_house(), clock=clock)
    took = []
    with house.store:
        service = Service(house, Plan(tick=0.0005))
        serving = asyncio.create_task(service.serve())
        for number in range(runs + 1):
            while SLUG not in service.log.runs or service.log.runs[SLUG].count <= number:  # noqa: ASYNC110 - from outside
                await asyncio.sleep(0.0005)
            took.append(1000 * service.log.runs[SLUG].seconds)
            moment += timedelta(hours=1)
        service.stop()
        await serving
    return [later - earlier for earlier, later in pairwise(took)]


async def as_flows(runs: int) -> list[float]:
    """Milliseconds of each run of the flow."""
    from flows.watch_story import watch_story  # noqa: PLC0415 - Prefect reads its settings when it is imported

    took = []
    for number in range(runs + 2):
        started = perf_counter()
        await watch_story(SLUG, now=START + timedelta(days=300, hours=number))
        took.append(1000 * (perf_counter() - started))
    return took[2:]


def measure(folder: Path, runs: int, *, with_flows: bool) -> dict[str, Any]:
    """What is printed."""
    lay_out(folder)
    for number in range(5):
        put(folder, number)
    os.environ.update(
        STORYDELTA_HOME=str(folder / "home"),
        STORYDELTA_STORIES=str(folder / "stories"),
        STORYDELTA_MODEL="none",
    )
    prepare_prefect(folder / "prefect")
    asyncio.run(served(1, 1))  # what is only done once
    started = process_time()
    bare = asyncio.run(served(runs, 2))
    found = {
        "runs": runs, "serve_ms": round(median(bare), 1),
        "serve_cpu_ms": round(1000 * (process_time() - started) / runs, 1), "serve_mb": memory_mb(),
    }  # fmt: skip
    if with_flows:
        flows = asyncio.run(as_flows(runs))
        found |= {"flow_ms": round(median(flows), 1), "flow_mb": memory_mb(), "server_mb": children_mb()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--no-flows", dest="flows", action="store_false", help="leave Prefect out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storydelta-bench-") as folder:
        print(json.dumps(measure(Path(folder), given.runs, with_flows=given.flows), indent=2))


if __name__ == "__main__":
    main()
