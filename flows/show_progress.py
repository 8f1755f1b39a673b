"""Long work, shown in Prefect's interface as it goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import get_run_context
from prefect.exceptions import MissingContextError

Thing = TypeVar("Thing")

LONG = 50
"""Fewer things are done before anybody looks."""

STEPS = 20
"""So often it is told how far the work is: each time costs a question to the server."""

log = logging.getLogger(__name__)


def shown(things: Sequence[Thing], doing: str) -> Iterator[Thing]:
    """The things, one after another; where they are many, with their progress in the run that is under way."""
    tell = progress(len(things), doing) if len(things) >= LONG else None
    for thing in things:
        yield thing
        if tell:
            tell(1)


def progress(total: int, doing: str) -> Callable[[int], None]:
    """To be called with the number of things that were done; it shows the share. What cannot be shown is logged once,
    and outside a run nothing is shown.
    """
    artifact = _begun(f"{doing} {total} documents")
    done, told = 0, 0

    def tell(more: int) -> None:
        nonlocal artifact, done, told
        done += more
        if artifact and (done * STEPS // max(total, 1) > told or done == total):
            told = done * STEPS // max(total, 1)
            artifact = artifact if _moved(artifact, 100 * done / max(total, 1)) else None

    return tell


def _begun(description: str) -> UUID | None:
    try:
        get_run_context()
        made: UUID = create_progress_artifact(0.0, description=description, _sync=True)  # type: ignore[call-arg, assignment]
    except MissingContextError:
        return None
    except Exception:
        log.warning("the progress cannot be shown; the run goes on", exc_info=True)
        return None
    return made


def _moved(artifact: UUID, share: float) -> bool:
    try:
        update_progress_artifact(artifact, progress=min(share, 100.0), _sync=True)  # type: ignore[call-arg]
    except Exception:
        log.warning("the progress cannot be shown any longer; the run goes on", exc_info=True)
        return False
    return True
