"""Two hundred stories with two thousand sources in one `storydelta serve`: how long a round takes, and what it needs.

    python -m bench.scale [--quick] [--stories 200] [--model none] [--tick 0.05]

Each story has ten feeds, each on a host of its own for it, on a server in a process beside. A round is one run of every
story. First every story reads its feeds for the first time (five documents each), then come rounds in which nothing is
new, and rounds in which one story in ten has a document that raises its toll: an edition, a digest, and a file.

Prints JSON: seconds of the clock and of the processor a round, memory, threads and handles; beside them the time that
there is for a round (`every`, a quarter of an hour), and what plain httpx takes to ask the same feeds the same
question. `serve` begins at most `at_once` stories at each look at the clock; here it looks twenty times a second, so that the work
is measured and not the waiting; `waiting_seconds` is what its own pace would add up to. The exit status is 1 where a
round takes longer than there is time, memory grows from round to round, or a digest is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import httpx

from bench.filled import prose_of
from bench.world import START
from flows.serve_stories import Plan, Service
from flows.settings import Settings
from flows.wiring import build_house
from storage.store import open_store
from storydelta.model import Edition, Ledger
from storydelta.syntax import MODEL

FEEDS = 10
"""Of each story."""

ENTRIES = 5
"""Documents in each feed when it is first read."""

EVERY = timedelta(minutes=15)
GROWTH = 1.05
"""How much more memory the last round may leave than the second."""

_processes = multiprocessing.get_context("fork")


@dataclass(slots=True)
class Rounds:
    """The clock, and what is known of the rounds so far."""

    now: datetime = START + timedelta(days=1)
    idle: list[dict[str, float]] = field(default_factory=list)
    news: list[dict[str, float]] = field(default_factory=list)
    peak: dict[str, int] = field(default_factory=dict)

    def __call__(self) -> datetime:
        return self.now

    def look(self) -> None:
        for name, value in _used().items():
            self.peak[name] = max(self.peak.get(name, 0), value)


# The feeds


def news_of(story: int, source: int, rounds: int) -> list[int]:
    """The rounds with news, of so many, in which the feed had a document more than before."""
    return [n for n in range(rounds) if n % 10 == story % 10 and n // 10 % FEEDS == source]


def feed(story: int, source: int, rounds: int) -> str:
    """The feed as RSS with whole texts."""
    tolls = [*range(10, 10 + ENTRIES), *(100 + number for number in news_of(story, source, rounds))]
    told = "".join(_entry(story, source, number, dead) for number, dead in enumerate(tolls))
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Paper {source}</title><link>http://paper-{source}.example/</link><description>News</description>"
        f"{told}</channel></rss>"
    )


def _entry(story: int, source: int, number: int, dead: int) -> str:
    moment = START + timedelta(minutes=number)
    address = f"http://paper-{source}.example/{story}/{number}"
    text = f"At least {dead} people were killed in the blast at harbour {story}, police said. {prose_of(number + source)}"
    return (
        f"<item><title>Harbour {story}, report {number}</title><link>{address}</link><guid>{address}</guid>"
        f"<pubDate>{format_datetime(moment)}</pubDate><content:encoded>{text}</content:encoded></item>"
    )


def address_of(story: int, source: int, port: int) -> str:
    """A host of its own for each story's each feed: manners towards a host hold up nobody else."""
    number = story * FEEDS + source
    return f"http://127.1.{number // 250}.{1 + number % 250}:{port}/{story}/{source}"


def _answer_all(rounds: Any, ready: Any) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                story, source = map(int, head.split()[1].strip("/").split("/"))
                version = f'"{len(news_of(story, source, rounds.value))}"'
                if f"if-none-match: {version}" in head.lower():
                    writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {version}\r\n\r\n".encode())
                else:
                    body = feed(story, source, rounds.value).encode()
                    writer.write(
                        f"HTTP/1.1 200 OK\r\nETag: {version}\r\nContent-Type: application/rss+xml; charset=utf-8\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n".encode()
                        + body
                    )
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(answer, "0.0.0.0", 0, backlog=2_000)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


@contextmanager
def feeds_served() -> Iterator[tuple[int, Any]]:
    """The port of the server, and the number of rounds with news so far, which may be raised."""
    rounds = _processes.RawValue("i", 0)
    here, there = _processes.Pipe()
    server = _processes.Process(target=_answer_all, args=(rounds, there), daemon=True)
    server.start()
    try:
        yield here.recv(), rounds
    finally:
        server.kill()
        server.join()


def lay_out(folder: Path, stories: int, port: int, model: str) -> Settings:
    """Story files with ten feeds each."""
    (folder / "stories").mkdir()
    for story in range(stories):
        sources = "".join(
            f'[[sources]]\nkind = "feed"\nurl = "{address_of(story, n, port)}"\npublisher = "Paper {n}"\n'
            for n in range(FEEDS)
        )
        (folder / "stories" / f"harbour-{story}.toml").write_text(
            f'title = "Harbour {story}"\nevery = "15 min"\n{sources}\n[[channels]]\nkind = "file"\nto = ["digests"]\n'
        )
    return Settings(home=folder / "home", stories=(folder / "stories",), model=model, allow_private=True)


# The rounds


async def round_of(service: Service, clock: Rounds, stories: int, number: int) -> dict[str, float]:
    """One run of every story: seconds of the clock and of the processor."""
    clock.now += EVERY + timedelta(seconds=1)
    started, cpu = perf_counter(), process_time()
    while sum(run.count >= number for run in service.log.runs.values()) < stories:
        clock.look()
        await asyncio.sleep(0.02)
    return {"seconds": perf_counter() - started, "cpu_seconds": process_time() - cpu}


async def plain(addresses: list[str]) -> dict[str, float]:
    """What httpx takes to ask every feed whether it changed, fifty at a time."""
    at_once = asyncio.Semaphore(50)
    async with httpx.AsyncClient(timeout=60) as client:

        async def ask(url: str, tag: str) -> None:
            async with at_once:
                assert (
                    await client.get(url, headers={"If-None-Match": tag})
                ).status_code == HTTPStatus.NOT_MODIFIED

        tags = {url: (await client.get(url)).headers["ETag"] for url in addresses}
        started, cpu = perf_counter(), process_time()
        await asyncio.gather(*(ask(url, tag) for url, tag in tags.items()))
        return {"seconds": perf_counter() - started, "cpu_seconds": process_time() - cpu}


async def live(service: Service, clock: Rounds, stories: int, news: Any, rounds: int) -> dict[str, float]:
    """All rounds; what the first one took."""
    serving = asyncio.create_task(service.serve())
    first = await round_of(service, clock, stories, 1)
    for number in range(rounds):
        clock.idle.append(await round_of(service, clock, stories, 2 + 2 * number) | {"mb": _used()["mb"]})
        news.value += 1
        clock.news.append(await round_of(service, clock, stories, 3 + 2 * number) | {"mb": _used()["mb"]})
    service.stop()
    await serving
    return first


def measure(folder: Path, stories: int, rounds: int, model: str, tick: float) -> dict[str, Any]:
    """What is printed."""
    plan = Plan(tick=tick)
    with feeds_served() as (port, news):
        settings = lay_out(folder, stories, port, model)
        clock = Rounds()
        house = build_house(settings, clock=clock)
        house.reader()
        with house.store:
            before = _used()
            service = Service(house, plan)
            first = asyncio.run(live(service, clock, stories, news, rounds))
            documents = sum(run.documents for run in service.log.runs.values())
            failed = sum(run.failed for run in service.log.runs.values())
            digests = len(list((settings.home / "digests").glob("harbour-*.html")))
        asked = asyncio.run(plain([address_of(s, n, port) for s in range(stories) for n in range(FEEDS)]))
        size = sum(file.stat().st_size for file in settings.home.glob("storydelta.sqlite3*"))
    expected = stories + sum((n % 10 == story % 10) for n in range(rounds) for story in range(stories))
    limit = EVERY.total_seconds()
    longest = max(each["seconds"] for each in (*clock.idle, *clock.news))
    flat = clock.news[-1]["mb"] <= GROWTH * clock.news[min(1, rounds - 1)]["mb"]
    return {
        "stories": stories, "sources": stories * FEEDS, "model": model, "documents": documents,
        "first_round": _rounded(first),
        "nothing_new": _middle(clock.idle), "news_in_one_of_ten": _middle(clock.news),
        "plain_httpx_nothing_new": _rounded(asked),
        "limit_seconds": limit, "share_of_the_limit": round(longest / limit, 3),
        "waiting_seconds": round(stories / plan.at_once * Plan().tick),
        "before": before, "most": clock.peak, "mb_after_each_round": [each["mb"] for each in clock.news],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "store_mb": round(size / 2**20, 1), "runs_failed": failed, "digests": digests, "digests_expected": expected,
        "clean": longest <= limit and flat and digests == expected and not failed,
    }  # fmt: skip


def look_ms(folder: Path, stories: int = 1_000) -> float:
    """Milliseconds that the states of so many stories take to read: each run asks for them."""
    with open_store(f"sqlite:///{folder}/states.sqlite3") as store:
        for number in range(stories):
            with store.writing(f"story-{number}", START) as work:
                work.schedule(START)
                work.publish(
                    Edition(story=f"story-{number}", number=1, made_at=START, ledger=Ledger(), verdicts=())
                )
        started = process_time()
        for _ in range(20):
            assert len(store.stories()) == stories
        return 1000 * (process_time() - started) / 20


def _middle(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(median(each[name] for each in rounds), 1) for name in ("seconds", "cpu_seconds")}


def _rounded(took: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 1) for name, value in took.items()}


def _used() -> dict[str, int]:
    """Resident memory, threads and open files of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "mb": pages * 4096 // 2**20, "threads": threading.active_count(),
        "handles": sum(1 for _ in Path("/proc/self/fd").iterdir()),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="forty stories; about a minute")
    parser.add_argument("--stories", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=4, help="of each sort")
    parser.add_argument("--model", default=MODEL, help="'none' reads by surface rules alone")
    parser.add_argument("--tick", type=float, default=0.05, help="seconds between two looks at what is due")
    given = parser.parse_args()
    stories, rounds = (40, 2) if given.quick else (given.stories, given.rounds)
    with tempfile.TemporaryDirectory(prefix="storydelta-bench-") as folder:
        found = measure(Path(folder), stories, rounds, given.model, given.tick)
        found["states_of_1000_stories_cpu_ms"] = round(look_ms(Path(folder)), 1)
    print(json.dumps(found, indent=2))
    sys.exit(0 if found["clean"] else 1)


if __name__ == "__main__":
    main()
