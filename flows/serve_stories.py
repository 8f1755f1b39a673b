"""One process that runs every story on its own schedule and empties the outbox, with no server to set up.

It calls the steps of `watch_story` bare: a run that finds nothing takes a fifteenth of the time that it takes
as a flow, which needs a server of 200 MB beside it (`bench.overhead`). Fetches go side by side; reading and
writing one after another.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from flows import fetch_sources, steps
from flows.find_due import due_stories, is_due
from flows.hold_story import LEASE_SECONDS, prolonged
from flows.send_deliveries import deliver_each
from flows.steps import Outcome
from flows.wiring import House
from storydelta.errors import StorydeltaError
from storydelta.model import DeliveryState
from storydelta.story import Story

Made = TypeVar("Made")

BUSY = timedelta(seconds=30)
"""After so long is looked again whether a story that another process holds is free."""

LONGEST_PAUSE = timedelta(hours=1)
"""After a run that failed as a whole, the pause doubles from a minute up to this."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to serve. `tick`: seconds between two looks at what is due; `at_once`: stories that fetch side by side;
    `grace`: seconds that runs under way have at the end; `lease`: those after which a process that died lets go of
    its stories. `adaptive`: stories with an `every` are paced around it.
    """

    adaptive: bool = False
    tick: float = 5
    at_once: int = 8
    grace: float = 30
    lease: float = LEASE_SECONDS


@dataclass(slots=True, kw_only=True)
class Run:
    """How a story's runs have gone since the start of the process; `problem` is that of the last one as a whole."""

    count: int = 0
    failed: int = 0
    failed_in_a_row: int = 0
    seconds: float = 0
    documents: int = 0
    editions: int = 0
    ended_at: datetime | None = None
    problem: str = ""
    not_before: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Log:
    """What the process knows of itself, for whoever looks. `problem`: the store cannot be used."""

    started_at: datetime
    ticked_at: datetime
    runs: dict[str, Run] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    problem: str = ""


class Service:
    """Serves a house's stories until `stop`. One instance serves once."""

    def __init__(self, house: House, plan: Plan) -> None:
        now = house.clock()
        self.house, self.plan = house, plan
        self.log = Log(started_at=now, ticked_at=now)
        self._holder = f"serve {socket.gethostname()} {os.getpid()} {uuid.uuid4().hex[:8]}"
        self._stopping = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="stories")
        self._postman = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    def stop(self) -> None:
        """No new run begins; `serve` returns when those under way have ended."""
        self._stopping.set()

    def hurry(self) -> None:
        """Stops, and breaks off the fetches under way: nothing of them was written, and the next run finds it."""
        self.stop()
        for task in self._running:
            task.cancel()

    async def serve(self) -> None:
        """Runs what is due and empties the outbox, look after look, until `stop`."""
        outbox = asyncio.create_task(self._serve_outbox())
        while not self._stopping.is_set():
            self._running = {task for task in self._running if not task.done()}
            self._running |= {asyncio.create_task(self._run(slug)) for slug in await self._due()}
            self.log.ticked_at = self.house.clock()
            await self._pause()
        if self._running:
            await asyncio.wait(self._running, timeout=self.plan.grace)
            self.hurry()
            await asyncio.gather(*self._running, return_exceptions=True)
        await outbox
        await self._deliver()  # what the last runs have put there
        self._worker.shutdown()
        self._postman.shutdown()

    async def _serve_outbox(self) -> None:
        """In a thread of its own, since a mail server may take its time."""
        while not self._stopping.is_set():
            await self._deliver()
            await self._pause()

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), self.plan.tick)

    async def _due(self) -> list[str]:
        """The slugs that are to begin now, as many as there is room for; they count as under way from here on."""
        now = self.house.clock()
        try:
            due = await self._in_turn(lambda: due_stories(self.house, now, adaptive=self.plan.adaptive))
        except StorydeltaError as problem:
            self._say(str(problem))
            return []
        except Exception as unknown:
            log.exception("this should not happen; it is tried again")
            self._say(f"{type(unknown).__name__}: {unknown}")
            return []
        self._say("")
        ready = [slug for slug in due if slug not in self.log.under_way and self._may_begin(slug, now)]
        chosen = ready[: max(0, self.plan.at_once - len(self._running))]
        self.log.under_way.update(chosen)
        return chosen

    def _may_begin(self, slug: str, now: datetime) -> bool:
        run = self.log.runs.get(slug)
        return run is None or run.not_before is None or run.not_before <= now

    def _say(self, problem: str) -> None:
        if problem and problem != self.log.problem:
            log.error("%s", problem)
        self.log.problem = problem

    async def _run(self, slug: str) -> None:
        run = self.log.runs.setdefault(slug, Run())
        started, outcome, problem = monotonic(), None, ""
        try:
            outcome = await self._held(slug, self.house.clock())
        except StorydeltaError as known:
            problem = str(known)
            log.error("%s: %s", slug, problem)  # noqa: TRY400 - it says what to do; a traceback would not
        except Exception as unknown:
            problem = f"{type(unknown).__name__}: {unknown}"
            log.exception("%s: this should not happen; the other stories go on", slug)
        finally:
            self.log.under_way.discard(slug)
        now = self.house.clock()
        if outcome or problem:
            _note(run, outcome, problem, now, monotonic() - started)
        else:
            run.not_before = now + BUSY
        if outcome:
            log.info("%s: %s", slug, _in_a_line(outcome))

    async def _held(self, slug: str, now: datetime) -> Outcome | None:
        """The outcome of a run under the story's lease; None where another process runs it."""
        story = await self._in_turn(lambda: self.house.story(slug))
        store, holder, seconds = self.house.store, self._holder, self.plan.lease
        if not await self._in_turn(lambda: store.lease(slug, holder, now, seconds)):
            return None
        hold = ExitStack()
        hold.callback(store.release, slug, holder)
        hold.enter_context(prolonged(store, slug, holder, self.house.clock, seconds))
        try:
            if not await self._in_turn(lambda: is_due(self.house, slug, now)):
                return None
            states = await self._in_turn(lambda: store.source_states(slug))
            async with self.house.context(story, now) as context:
                harvest = await fetch_sources.fetch(story, states, context)
            return await self._in_turn(lambda: self._publish(story, harvest, now))
        finally:
            await asyncio.shield(self._in_turn(hold.close))

    def _publish(self, story: Story, harvest: fetch_sources.Harvest, now: datetime) -> Outcome:
        house = self.house
        reader = house.reader(story)
        sifted = steps.revise(harvest.items, story, house.store, now)
        readings = steps.read(sifted.belonging, reader)
        return steps.publish(
            house.store, story, reader, readings, now,
            sifted=sifted, harvest=harvest, templates=house.templates, adaptive=self.plan.adaptive,
        )  # fmt: skip

    async def _deliver(self) -> None:
        """Sends what is due, until there is nothing or it is time to stop."""
        await asyncio.get_running_loop().run_in_executor(self._postman, self._send_all)

    def _send_all(self) -> None:
        now = self.house.clock()
        try:
            for sent in deliver_each(self.house, self.house.store.due_deliveries(now), self._holder, now):
                if sent.state is DeliveryState.PARKED:
                    log.error("%s to %s is parked: %s", sent.channel, sent.recipient, sent.problem)
        except StorydeltaError as problem:
            log.error("the outbox: %s", problem)  # noqa: TRY400 - it says what to do; a traceback would not
        except Exception:
            log.exception("the outbox: this should not happen; it is tried again")

    async def _in_turn(self, call: Callable[[], Made]) -> Made:
        """The call's value, made in the one thread that reads texts and writes to the store."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, call)


def _note(run: Run, outcome: Outcome | None, problem: str, ended: datetime, seconds: float) -> None:
    run.count, run.ended_at, run.problem = run.count + 1, ended, problem
    run.seconds += seconds
    run.failed_in_a_row = run.failed_in_a_row + 1 if problem else 0
    run.failed += bool(problem)
    pause = min(timedelta(minutes=1) * 2 ** min(run.failed_in_a_row - 1, 10), LONGEST_PAUSE)
    run.not_before = ended + pause if problem else None
    if outcome:
        run.documents += len(outcome.ingested)
        run.editions += outcome.edition is not None


def _in_a_line(outcome: Outcome) -> str:
    if not outcome.edition:
        return f"nothing changed; {len(outcome.ingested)} new documents, {len(outcome.problems)} problems"
    changes = len(outcome.verdicts)
    return f"edition {outcome.edition.number}, {changes} changes, {len(outcome.deliveries)} digests to send"


async def serve_until_told(service: Service) -> None:
    """Serves until SIGTERM or SIGINT; a second one does not wait for the fetches under way."""
    told = 0

    def end() -> None:
        nonlocal told
        told += 1
        (service.stop if told == 1 else service.hurry)()

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, end)
    await service.serve()
