"""What it costs to look after sources: unchanged feeds, pages that change in everything but their text at each
request, and a thousand sources on fifty hosts with one in ten failing.

    python bench/sources.py [--feeds 100] [--sources 1000] [--rounds 5] [--only unchanged] [--reader PYTHON]

The servers run on loopback in a process of their own, the fetches in this one, as in a run. Prints JSON: seconds,
requests and bytes as the servers counted them, and the memory that this process took on top of what it held before.
With `--reader`, an interpreter that has the feed library `reader`, that reads the same unchanged feeds from the same
servers in the same run, one after another and with ten threads.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from storydelta.errors import SourceError
from storydelta.sources import Context, Limits, Manners, build_client, fetch_source
from storydelta.story import SourceEntry

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
ENTRIES = 30
MANNERS = Manners(allow_private=True, spacing=0)


def feed(number: int) -> bytes:
    """A feed of thirty entries of about a thousand characters."""
    items = "".join(
        f"<item><title>Report {entry} of {number}</title><link>https://news.example/{number}/{entry}</link>"
        f"<pubDate>Mon, 05 Jan 2026 09:{entry:02}:00 GMT</pubDate>"
        f"<description>{'Searching went on at the harbour on Monday. ' * 25}</description></item>"
        for entry in range(ENTRIES)
    )
    return f"<rss><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


def page(number: int, noise: int) -> bytes:
    """An article of thirty paragraphs among as much that is none, with advertisements and counters."""
    article = "".join(
        f"<p>{number}.{each} {'Searching went on at the harbour. ' * 9}</p>" for each in range(30)
    )
    links = "".join(
        f'<li><a href="/page/{each}?ad={noise}">Teaser {noise} of {each}</a></li>' for each in range(150)
    )
    return (
        f"<html><head><title>Ferry {number}</title><meta property='article:published_time' content='2026-01-05T09:00:00Z'>"
        f"</head><body><nav><ul>{links}</ul></nav><article><h1>Ferry {number}</h1>{article}</article>"
        f"<aside>{noise} readers</aside><footer>Rendered in 0.{noise} s</footer></body></html>"
    ).encode()


class Servers:
    """Feeds at /N on as many hosts (127.0.1.x) as are asked for, with validators; failures as the path says."""

    def __init__(self, hosts: int) -> None:
        self.hosts = [f"127.0.1.{number}" for number in range(1, hosts + 1)]
        self.port = 0
        self.counts: Counter[str] = Counter()
        self.open: Counter[str] = Counter()

    async def run(self, pipe: Connection) -> None:
        for host in self.hosts:
            server = await asyncio.start_server(self.answer, host, self.port, backlog=1000)
            self.port = server.sockets[0].getsockname()[1]
        pipe.send(self.port)
        while True:
            await asyncio.to_thread(pipe.poll, None)
            pipe.recv()
            pipe.send(dict(self.counts))
            self.counts.clear()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                self.open[host] += 1
                self.counts["most at one host"] = max(self.counts["most at one host"], self.open[host])
                reply = self.reply(head.split()[1], "if-none-match" in head)
                await asyncio.sleep(0.02 if "/slow" in head else 0)
                self.open[host] -= 1
                self.counts["requests"] += 1
                self.counts["bytes"] += len(reply) + len(head)
                writer.write(reply)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    def reply(self, path: str, known: bool) -> bytes:
        if path.startswith("/fails"):
            return b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
        if path == "/robots.txt":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        if path.startswith("/page"):
            body = page(int(path.rpartition("/")[2]), self.counts["requests"])
            return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        if known:
            return b"HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n"
        body = feed(int(path.rpartition("/")[2]))
        return f'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: {len(body)}\r\n\r\n'.encode() + body


def serve(hosts: int, pipe: Connection) -> None:
    asyncio.run(Servers(hosts).run(pipe))


async def fetch_all(entries: list[SourceEntry], states: list[Any], manners: Manners) -> Counter[str]:
    """Fetches every source once, all side by side as a run does; the states are replaced."""
    outcome: Counter[str] = Counter()

    async def one(number: int, context: Context) -> None:
        try:
            found = await fetch_source(entries[number], states[number], context)
        except SourceError:
            outcome["failed"] += 1
        else:
            states[number] = dict(found.state)
            outcome["items"] += len(found.items)

    async with build_client(manners) as client:
        context = Context(base=Path(), now=NOW, client=client, limits=Limits(), chance=Random(7).random)
        await asyncio.gather(*(one(number, context) for number in range(len(entries))))
    return outcome


READER = """
import json, pathlib, statistics, sys, time
from reader import make_reader
urls, rounds = json.loads(sys.argv[1]), int(sys.argv[2])
reader = make_reader(":memory:", feed_root=None)
def held():
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
before = held()
for url in urls:
    reader.add_feed(url)
reader.update_feeds(scheduled=False)
told = {}
for workers in (1, 10):
    seconds, cpu = [], []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        reader.update_feeds(scheduled=False, workers=workers)
        seconds.append(time.perf_counter() - began)
        cpu.append(time.process_time() - used)
    told[f"unchanged, workers {workers}"] = {
        "seconds": round(statistics.median(seconds), 3), "cpu seconds": round(statistics.median(cpu), 3),
    }
told["megabytes on top"] = round((held() - before) / 1024, 1)
print(json.dumps(told))
"""


def measure_reader(python: str, entries: list[SourceEntry], rounds: int) -> Any:
    """The same feeds, read by reader in an interpreter that has it."""
    urls = json.dumps([entry.options["url"] for entry in entries])
    done = subprocess.run(
        [python, "-c", READER, urls, str(rounds)], capture_output=True, text=True, check=False
    )
    return json.loads(done.stdout) if done.returncode == 0 else done.stderr.splitlines()[-1:]


def memory() -> float:
    """The most that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(entries: list[SourceEntry], pipe: Connection, rounds: int, manners: Manners) -> dict[str, Any]:
    """The first fetch, and the median of the later ones, when nothing has changed."""
    states: list[Any] = [{} for _ in entries]
    held = memory()
    result: dict[str, Any] = {"sources": len(entries)}
    for name, times in (("first", 1), ("unchanged", rounds)):
        seconds, cpu = [], []
        for _ in range(times):
            began, used = time.perf_counter(), time.process_time()
            outcome = asyncio.run(fetch_all(entries, states, manners))
            seconds.append(time.perf_counter() - began)
            cpu.append(time.process_time() - used)
        pipe.send("counts")
        counts = pipe.recv()
        result[name] = {
            "seconds": round(median(seconds), 3),
            "cpu seconds": round(median(cpu), 3),
            "requests": counts["requests"] // times,
            "bytes": counts["bytes"] // times,
            "most at one host": counts["most at one host"],
            **outcome,
        }
    result["megabytes on top"] = round(memory() - held, 1)
    result["state, bytes a source"] = len(json.dumps(states)) // len(entries)
    return result


def pages(count: int, port: int) -> list[SourceEntry]:
    urls = (f"http://127.0.1.{number + 1}:{port}/page/{number}" for number in range(count))
    return [SourceEntry.model_validate({"kind": "page", "url": url}) for url in urls]


def sources(count: int, hosts: int, port: int, failing: int = 0) -> list[SourceEntry]:
    return [
        SourceEntry.model_validate(
            {
                "kind": "feed",
                "url": f"http://127.0.1.{number % hosts + 1}:{port}/"
                f"{'fails' if failing and number % failing == 0 else 'slow' if failing else 'feed'}/{number}",
                "full_text": False,
            }
        )
        for number in range(count)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("unchanged", "noisy pages", "many"))
    parser.add_argument("--reader", default="", help="a Python that has reader")
    asked = parser.parse_args()
    results: dict[str, Any] = {}
    for name, hosts, count, failing in (
        ("unchanged", 100, asked.feeds, 0), ("noisy pages", 100, asked.feeds, 0), ("many", 50, asked.sources, 10),
    ):  # fmt: skip
        if asked.only not in (None, name):
            continue
        ours, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process(
            target=serve, args=(hosts, theirs), daemon=True
        )
        process.start()
        port = ours.recv()
        entries = pages(count, port) if "pages" in name else sources(count, hosts, port, failing)
        results[name] = measure(entries, ours, asked.rounds, MANNERS)
        if asked.reader and name == "unchanged":
            results["reader, unchanged"] = measure_reader(asked.reader, entries, asked.rounds)
        process.terminate()
        process.join()
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
