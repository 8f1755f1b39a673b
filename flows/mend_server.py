"""For Prefect's server: leases on concurrency slots that outlive it, and schedules that come true.

The server is told of it by PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE=flows.mend_server, which makes it load this
module. The storage is Prefect's own in files: in memory, a slot that was taken when the server ended stays taken for
ever. The other reason is that up to 3.8 the server hands SQLAlchemy a run's state where it writes the runs of a
schedule. SQLAlchemy 2.0 passes over what is no column; 2.1 refuses, and then no schedule ever makes a run. Prefect 3.9
keeps the state out of it, and nothing is mended there.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import prefect
from prefect.server.concurrency.lease_storage.filesystem import ConcurrencyLeaseStorage
from prefect.server.database.orm_models import FlowRun
from sqlalchemy import inspect

__all__ = ["ConcurrencyLeaseStorage"]

_MENDED_IN = (3, 9)


def mend_schedules() -> None:
    """Lets SQLAlchemy pass over the state in rows of runs, as it did before 2.1."""
    state: Any = inspect(FlowRun).all_orm_descriptors["state"]
    state.bulk_dml_setter = _pass_over


def _pass_over(_of: type[FlowRun], _row: MutableMapping[str, Any], _state: object) -> None:
    """The state is written by itself, right after the runs."""


if tuple(int(part) for part in prefect.__version__.split(".")[:2]) < _MENDED_IN:
    mend_schedules()
