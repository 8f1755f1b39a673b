"""Runs that are killed at every step between the comparison and the record of a delivery, with mail among them.

    python -m bench.outbox [--quick] [--kills 1000]

A step is the call of a function, or its end, in the store, in the flows, in the delivery of mail or in the library
that speaks SMTP. A child process takes up what the one before it left, then runs the story with one document more,
sends what is due to two recipients by a real mail server, and kills itself at a step; another child does so at
another step, until all were tried. A last run is let end. Then the mails that the server took are counted, each by its
Message-ID, which is the delivery's own.

A mail may come twice where the process died after the server took it and before that was written down: nobody can
know then whether it went. Prints JSON; the exit status is 1 where a mail was lost, or came twice outside that window.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from bench.world import SLUG, START, item, lay_out
from flows import steps
from flows.send_deliveries import deliver
from flows.settings import Settings
from flows.wiring import House, build_house
from storage.engine import connect
from storage.store import Store
from storydelta.delivery.email import message_id
from storydelta.model import DeliveryState

STORY = """
title = "Harbour blast"

[[sources]]
kind = "folder"
path = "documents"

[[channels]]
kind = "email"
to = ["desk@example.org", "night@example.org"]
"""

DOMAIN = "example.org"
BETWEEN = timedelta(minutes=10)
"""From one run to the next: longer than a claim on a delivery, so that what a dead run held is free."""

OFTEN = 12
"""So many calls of one function count as steps: what is done for each thing that is remembered grows with a story."""

_WATCHED = ("/storage/", "/flows/", "/storydelta/delivery/", "/smtplib.py")
_processes = multiprocessing.get_context("fork")  # a child begins at once, without importing anything


class Mailbox:
    """A mail server's handler that writes down the Message-ID of each mail before it says that it has it."""

    def __init__(self, taken: Path) -> None:
        self.taken = taken

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd calls it so)
        found = message_from_bytes(envelope.content)["Message-ID"]
        with self.taken.open("a") as file:
            file.write(f"{found}\n")
        return "250 taken"

    def mails(self) -> Counter[str]:
        """How often each mail was taken."""
        return Counter(self.taken.read_text().split()) if self.taken.exists() else Counter()


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[Mailbox, int]]:
    """A server in a process of its own, and the port that it listens on."""
    box, port = Mailbox(folder / "taken"), _processes.Queue()
    process = _processes.Process(target=_serve, args=(box, port), daemon=True)
    process.start()
    try:
        yield box, port.get(timeout=30)
    finally:
        process.kill()
        process.join()


def _serve(box: Mailbox, port: Any) -> None:
    from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - only installed for development

    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(
            lambda: SMTP(box, hostname="mail.example.org"), "127.0.0.1", 0
        )
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def _run(house: House, number: int, *, later: timedelta = timedelta(), last: int | None = None) -> int:
    """A run with the documents up to that number and its deliveries; it ends the process at the step `last`. The
    number of steps from the comparison on.
    """
    now, holder = START + timedelta(days=1) + number * BETWEEN + later, f"{number} {later}"
    story = house.story(SLUG)
    house.store.lease(SLUG, holder, now, 60)
    reader = house.reader(story)
    sifted = steps.revise([item(n) for n in range(max(0, number - 20), number + 1)], story, house.store, now)
    readings = steps.read(sifted.belonging, reader)
    with _counted(last) as taken:
        steps.publish(house.store, story, reader, readings, now, sifted=sifted)
        for due in house.store.due_deliveries(now):
            deliver(house, due, holder, now)
    house.store.release(SLUG, holder)
    return taken[0]


@contextmanager
def _counted(last: int | None) -> Iterator[list[int]]:
    """Counts the steps that are taken in the block, and kills the process at `last`; 0: at none, and none are counted."""
    taken, calls = [0], Counter[tuple[CodeType, str]]()

    def step(frame: FrameType, event: str, _: object) -> None:
        if event in ("call", "return") and _is_watched(frame.f_code.co_filename):
            calls[frame.f_code, event] += 1
            taken[0] += calls[frame.f_code, event] <= OFTEN
            if taken[0] == last:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(None if last == 0 else step)
    try:
        yield taken
    finally:
        sys.setprofile(None)


@cache
def _is_watched(file: str) -> bool:
    return any(part in file for part in _WATCHED)


def _child(settings: Settings, number: int, last: int) -> None:
    house = _reopened(settings)
    with house.store:
        _run(house, number - 1, later=BETWEEN / 2, last=0)  # what the one before it left
        _run(house, number, last=last)


def kill_at_each_step(folder: Path, kills: int, seed: int = 7) -> dict[str, Any]:
    """What came of so many kills, spread evenly over the steps of a run, in an order that is drawn by lot."""
    with mail_server(folder) as (box, port):
        settings = lay_out(folder).model_copy(
            update={
                "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none",
                "mail_from": f"Storydelta <digest@{DOMAIN}>",
            }
        )  # fmt: skip
        (folder / "stories" / f"{SLUG}.toml").write_text(STORY)
        house = build_house(settings)
        with house.store:
            in_a_run = [_run(house, number) for number in range(3)][-1]  # the first imports what it needs
        lasts = [1 + kill * in_a_run // kills for kill in range(kills)]
        random.Random(seed).shuffle(lasts)
        outside, died, between, started = 0, 0, 0, time.monotonic()
        (recorded, open_), before = _standing(settings), box.mails()
        for number, last in enumerate(lasts, 3):
            if number % 100 == 0:
                print(f"{number} of {kills} …", file=sys.stderr)
            process = _processes.Process(target=_child, args=(settings, number, last))
            process.start()
            process.join()
            died += process.exitcode == -signal.SIGKILL
            process.close()
            after = box.mails()
            outside += sum(after[mail] - before[mail] for mail in recorded)
            (recorded, open_), before = _standing(settings), after
            between += sum(after[mail] > 0 for mail in open_)
        seconds = time.monotonic() - started
        house = build_house(settings)
        with house.store:
            _run(house, 2 + kills, later=BETWEEN / 2)
            wanted, unsent = _mails(house), house.store.due_deliveries(START + timedelta(days=9999))
            editions = sum(1 for _ in house.store.editions(SLUG))
        taken = box.mails()
    found = verdict(wanted, taken, outside=outside, due=len(unsent), documents=3 + kills, editions=editions)
    return {
        "kills": kills, "died": died, "steps_in_a_run": in_a_run, "seconds": round(seconds, 1),
        "died_between_the_servers_ok_and_the_record": between, **found,
    }  # fmt: skip


def verdict(
    wanted: set[str], taken: Counter[str], *, outside: int, due: int, documents: int, editions: int
) -> dict[str, Any]:
    """What became of the mails that should have come, from those that the server took. `outside`: so many came again
    though they were recorded; `due`: so many were not tried. Each document makes an edition and two mails.
    """
    lost = sum(not taken[mail] for mail in wanted) + due + 2 * documents - len(wanted)
    of_nobody = len(taken.keys() - wanted)
    return {
        "documents": documents, "editions": editions, "deliveries": len(wanted), "mails_taken": taken.total(), "lost": lost, "of_nobody": of_nobody,
        "twice_outside_the_window": outside,
        "twice_inside_the_window": sum(count - 1 for count in taken.values() if count) - outside,
        "clean": not (lost or outside or of_nobody or editions != documents),
    }  # fmt: skip


def _reopened(settings: Settings) -> House:
    """The house with the store that is there; that its tables are up to date is known."""
    return House(settings=settings, store=Store(connect(settings.database_url, 30)))


def _standing(settings: Settings) -> tuple[set[str], set[str]]:
    """The mails that the store knows to be sent, and those that it has yet to send."""
    house = _reopened(settings)
    with house.store:
        return _mails(house, DeliveryState.SENT), _mails(house, DeliveryState.PENDING)


def _mails(house: House, state: DeliveryState | None = None) -> set[str]:
    """The Message-IDs of the story's deliveries."""
    return {message_id(delivery, DOMAIN) for delivery in house.store.deliveries(SLUG, state=state)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--quick", action="store_true", help="sixty kills; about a minute")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storydelta-outbox-") as folder:
        found = kill_at_each_step(Path(folder), 60 if given.quick else given.kills)
    print(json.dumps(found, indent=2))
    sys.exit(0 if found["clean"] else 1)


if __name__ == "__main__":
    main()
