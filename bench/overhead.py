"""What a scheduled run costs that finds nothing new: by `storydelta serve`, as a flow beside Prefect's server, and as a
worker's run on a server, beside an empty flow there.

    python -m bench.overhead [--quick] [--runs 20] [--worker-runs 8] [--no-flows] [--no-worker]

Prints JSON: milliseconds a run (median) and memory in MB, of this process, of the server beside it, of the worker, and of
the process that the worker starts for each run.
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

from bench import worker
from bench.worker import memory_mb
from bench.world import SLUG, START, lay_out, put
from flows.start_prefect import prepare_prefect


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


def measure(folder: Path, runs: int, worker_runs: int, *, with_flows: bool) -> dict[str, Any]:
    """What is printed. Without runs of a worker no server is started for it."""
    plain = dict(os.environ)
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
    found: dict[str, Any] = {
        "runs": runs, "serve_ms": round(median(bare), 1),
        "serve_cpu_ms": round(1000 * (process_time() - started) / runs, 1), "serve_mb": memory_mb(),
    }  # fmt: skip
    if with_flows:
        flows = asyncio.run(as_flows(runs))
        found |= {"flow_ms": round(median(flows), 1), "flow_mb": memory_mb(), "server_mb": children_mb()}
    if worker_runs:
        given = plain | {name: os.environ[name] for name in os.environ if name.startswith("STORYDELTA_")}
        found["worker"] = worker.measure(folder, given, worker_runs)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--worker-runs", type=int, default=8)
    parser.add_argument(
        "--no-flows", dest="flows", action="store_false", help="without flows in this process"
    )
    parser.add_argument("--no-worker", dest="worker", action="store_false", help="without server and worker")
    parser.add_argument("--quick", action="store_true", help="few runs; about a minute")
    given = parser.parse_args()
    runs, by_worker = (8, 2) if given.quick else (given.runs, given.worker_runs)
    with tempfile.TemporaryDirectory(prefix="storydelta-bench-") as folder:
        found = measure(Path(folder), runs, by_worker if given.worker else 0, with_flows=given.flows)
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
