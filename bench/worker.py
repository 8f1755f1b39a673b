"""What a worker's run costs: a real Prefect server and a real process worker, beside an empty flow on the same ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from bench.world import SLUG, START

ROOT = Path(__file__).resolve().parents[1]
POOL = "bench"
PATIENCE = 180
"""Seconds for a server to start, and for a run to end."""

EMPTY = """
from prefect import flow

@flow
def empty(now=None):
    pass
"""
PLAN = """
name: bench
pull:
  - prefect.deployments.steps.set_working_directory:
      directory: "{folder}"
deployments:
  - name: bench
    entrypoint: {entrypoint}
    work_pool: {{name: bench}}
"""
_TICK = os.sysconf("SC_CLK_TCK")


def measure(folder: Path, environment: Mapping[str, str], runs: int) -> dict[str, Any]:
    """Milliseconds of a story's run with nothing new and of an empty flow's, by a worker that looks for work every
    second: `starting_ms` from the moment the worker takes it up until the flow begins, `running_ms` from there to its
    end, `cpu_ms` of the run's process. And the memory of server and worker, and the most of a run's process.
    """
    with prefect_started(folder, environment) as (api, server, worker):
        deploy(folder, api.environment, "flows/watch_story.py:watch_story", ROOT)
        (folder / "empty.py").write_text(EMPTY)
        deploy(folder, api.environment, "empty.py:empty", folder)
        parameters = {"story": SLUG}
        return {
            "story": _timed(api, worker, "watch-story", parameters, runs),
            "empty_flow": _timed(api, worker, "empty", {}, runs),
            "server_mb": memory_mb(server), "worker_mb": memory_mb(worker),
        }  # fmt: skip


class Api:
    """The server's interface, as little of it as is needed."""

    def __init__(self, url: str, environment: dict[str, str]) -> None:
        self.environment = environment
        self._client = httpx.Client(base_url=url, timeout=60)

    def is_up(self) -> bool:
        try:
            return self._client.get("/health").is_success
        except httpx.HTTPError:
            return False

    def ask(self, path: str) -> Any:
        return self._client.get(path).raise_for_status().json()

    def tell(self, path: str, content: dict[str, Any]) -> Any:
        return self._client.post(path, json=content).raise_for_status().json()


@contextmanager
def prefect_started(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[Api, int, int]]:
    """A server of its own and a worker; the ids of their processes. Both end with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {
        **environment, "PREFECT_HOME": str(folder / "prefect-server"), "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1", "PREFECT_CLI_PROMPT": "false", "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    }  # fmt: skip
    api = Api(given["PREFECT_API_URL"], given)
    with _running(["server", "start", "--host", "127.0.0.1", "--port", str(port)], given, folder) as server:
        _wait(api.is_up, "the server does not answer")
        _prefect(["work-pool", "create", POOL, "--type", "process"], given, folder)
        with _running(["worker", "start", "--pool", POOL], given, folder) as worker:
            yield api, server, worker


def deploy(folder: Path, environment: Mapping[str, str], entrypoint: str, root: Path) -> None:
    """Makes the deployment `bench` of the flow at the entry point, to be run in `root`."""
    plan = folder / f"{entrypoint.rpartition(':')[2]}.yaml"
    plan.write_text(PLAN.format(folder=root, entrypoint=entrypoint))
    _prefect(["deploy", "--all", "--prefect-file", str(plan)], environment, root)


def _timed(api: Api, worker: int, flow: str, parameters: dict[str, Any], runs: int) -> dict[str, Any]:
    deployment = api.ask(f"/deployments/name/{flow}/bench")["id"]
    started, most, cpu = [], 0, 0.0
    for number in range(runs + 1):
        if number == 1:  # what is only done once is done
            cpu = _children_seconds(worker)
        moment = START + timedelta(days=600, hours=number)
        asked = api.tell(
            f"/deployments/{deployment}/create_flow_run",
            {"parameters": parameters | {"now": moment.isoformat()}},
        )
        most = max(most, _wait_for_run(api, asked["id"], worker))
        started.append(_times(api, asked["id"]))
    _wait(lambda: not _children(worker), "a run's process does not end")
    return {
        "runs": runs,
        "starting_ms": round(median(begun for begun, _ in started[1:])),
        "running_ms": round(median(ran for _, ran in started[1:])),
        "cpu_ms": round(1000 * (_children_seconds(worker) - cpu) / runs),
        "process_mb": most,
    }


def _wait_for_run(api: Api, run: str, worker: int) -> int:
    """Returns when the run has ended: the most memory that its process had."""
    most, until = 0, time.monotonic() + PATIENCE
    while (state := api.ask(f"/flow_runs/{run}")["state_type"]) != "COMPLETED":
        if state in ("FAILED", "CRASHED", "CANCELLED") or time.monotonic() > until:
            raise RuntimeError(f"the run is {state}")
        most = max([most, *(memory_mb(child) for child in _children(worker))])
        time.sleep(0.1)
    return most


def _times(api: Api, run: str) -> tuple[float, float]:
    """Milliseconds from being taken up to running, and from there to the end."""
    moments = {
        state["type"]: datetime.fromisoformat(state["timestamp"])
        for state in api.ask(f"/flow_run_states/?flow_run_id={run}")
    }
    taken, begun, ended = (moments[name] for name in ("PENDING", "RUNNING", "COMPLETED"))
    return 1000 * (begun - taken).total_seconds(), 1000 * (ended - begun).total_seconds()


def memory_mb(pid: int | str = "self") -> int:
    """Resident memory of a process; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 // 2**20
    except OSError:
        return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _children_seconds(pid: int) -> float:
    """Seconds of the processor that the process's children took which have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / _TICK


@contextmanager
def _running(command: list[str], environment: Mapping[str, str], folder: Path) -> Iterator[int]:
    log = folder / f"{command[0]}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [_program(), *command], env=dict(environment), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _prefect(command: list[str], environment: Mapping[str, str], folder: Path) -> None:
    subprocess.run(
        [_program(), *command], env=dict(environment), cwd=folder, check=True, stdout=subprocess.DEVNULL
    )


def _program() -> str:
    return str(Path(sys.executable).with_name("prefect"))


def _wait(is_so: Any, otherwise: str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            raise RuntimeError(otherwise)
        time.sleep(0.2)
