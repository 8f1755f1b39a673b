"""The lease of a run on its story: taken, prolonged while the run is at work, and given back.

A run that dies lets go of its story within `LEASE_SECONDS`; one that lives keeps it however long it takes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from flows.wiring import Clock
from storage.store import Store
from storydelta.errors import StorydeltaError

LEASE_SECONDS = 300.0
PART = 1 / 3
"""Of the lease, after which it is prolonged: two attempts may fail."""

log = logging.getLogger(__name__)


@contextmanager
def held(
    store: Store, story: str, holder: str, clock: Clock, seconds: float = LEASE_SECONDS
) -> Iterator[bool]:
    """Whether the story is this run's alone, which it then is to the end of the block, whatever a scheduler does."""
    if not store.lease(story, holder, clock(), seconds):
        yield False
        return
    try:
        with prolonged(store, story, holder, clock, seconds):
            yield True
    finally:
        store.release(story, holder)


@contextmanager
def prolonged(store: Store, story: str, holder: str, clock: Clock, seconds: float) -> Iterator[None]:
    """Prolongs the holder's lease as long as the block lasts, from a thread: reading a text leaves no other time."""
    ended = Event()

    def prolong() -> None:
        while not ended.wait(seconds * PART):
            try:
                if not store.lease(story, holder, clock(), seconds):
                    log.warning("%s: the lease ran out, and another run has the story now", story)
            except StorydeltaError as problem:
                log.warning("%s: the lease could not be prolonged: %s", story, problem)

    thread = Thread(target=prolong, name=f"lease of {story}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
