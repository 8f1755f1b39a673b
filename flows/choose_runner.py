"""What a fan-out within a flow runs on: threads, or a Dask or Ray cluster where a package for it is installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.settings import Settings
from storydelta.errors import StorydeltaError

Runner = TaskRunner[Any]


def choose_runner(settings: Settings, count: int) -> Runner:
    """The task runner that the settings name, for so many tasks at once; a cluster at an address has its own number.

    Raises StorydeltaError where its package is not installed.
    """
    make = {"": _threads, "threads": _threads, "dask": _dask, "ray": _ray}[settings.runner]
    try:
        return make(settings.runner_address, count)
    except ImportError as problem:
        package = f"prefect-{settings.runner}"
        raise StorydeltaError(
            f"STORYDELTA_RUNNER is {settings.runner!r}, and {package} is not installed: `pip install {package}`,"
            " on the cluster as well, or unset STORYDELTA_RUNNER"
        ) from problem


def _threads(_address: str, count: int) -> Runner:
    return ThreadPoolTaskRunner(max_workers=count)


def _dask(address: str, count: int) -> Runner:
    from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - an extra that need not be installed

    if address:
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(
        cluster_kwargs={"n_workers": count, "threads_per_worker": 1, "dashboard_address": None}
    )


def _ray(address: str, count: int) -> Runner:
    ray = import_module("prefect_ray").RayTaskRunner
    runner: Runner = ray(address=address) if address else ray(init_kwargs={"num_cpus": count})
    return runner
