"""What becomes of real feeds: whether all of them parse, and whether histories that are served snapshot after snapshot
give the ledger of their documents read directly.

    python -m bench.feeds FOLDER

Every file below FOLDER that is a feed is parsed. Folders whose files are called NNN_UNIXTIME.xml are histories: a local
server hands out one snapshot after the other, each at its time, to the steps of a run; beside it the same entries, read
by the standard library's XML parser, go into a store directly. Prints JSON; exits with 1 where a feed does not parse or
two ledgers differ.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from flows import fetch_sources, steps
from flows.wiring import build_reader
from storage.store import Store, open_store
from storydelta.claims.reader import Reader
from storydelta.errors import SourceError
from storydelta.model import Item, Ledger
from storydelta.sources import Context, Manners, build_client
from storydelta.sources.web.feeds import parse_feed
from storydelta.story import Story

MANNERS = Manners(allow_private=True, spacing=0)
_SNAPSHOT = re.compile(r"\d+_(\d+)\.xml")


def parse_all(folder: Path) -> dict[str, Any]:
    """How many feeds there are, what does not parse, and what is said of the others."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told: dict[str, Any] = {"feeds": len(files), "entries": 0, "undated": 0, "refused": {}, "problems": {}}
    for path in files:
        try:
            feed = parse_feed(path.read_bytes(), None, f"https://feeds.example/{path.name}")
        except SourceError as problem:
            told["refused"][path.name] = str(problem)
            continue
        told["entries"] += len(feed.entries)
        told["undated"] += sum(entry.moment is None for entry in feed.entries)
        if feed.problem:
            told["problems"][path.name] = feed.problem
    return told


def replay(folder: Path, reader: Reader) -> dict[str, Any]:
    """Whether the history, served and read directly, comes to one ledger."""
    snapshots = sorted(path for path in folder.iterdir() if _SNAPSHOT.fullmatch(path.name))
    with tempfile.TemporaryDirectory() as home:
        served, direct = (open_store(f"sqlite:///{home}/{name}.sqlite3") for name in ("served", "direct"))
        with served, direct:
            editions, alerts = _serve(snapshots, served, reader)
            for path in snapshots:
                story, now = _story(""), _moment(path)
                sifted = steps.revise(_entries(path), story, direct, now)
                steps.publish(direct, story, reader, steps.read(sifted.belonging, reader), now, sifted=sifted)
            ledgers = served.ledger("replay"), direct.ledger("replay")
            documents = sum(1 for _ in served.documents("replay")), sum(1 for _ in direct.documents("replay"))
    return {
        "snapshots": len(snapshots), "documents": documents, "editions": editions, "alerts": alerts,
        "positions": len(ledgers[0].positions), "same ledger": _essence(ledgers[0]) == _essence(ledgers[1]),
    }  # fmt: skip


def _serve(snapshots: list[Path], store: Store, reader: Reader) -> tuple[int, int]:
    """Runs the story over each snapshot at its time; the editions and alerts that came of it."""
    content = b""

    async def answer(request: asyncio.StreamReader, response: asyncio.StreamWriter) -> None:
        await request.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        response.write(head.encode() + content)
        await response.drain()
        response.close()

    async def run() -> tuple[int, int]:
        nonlocal content
        editions = alerts = 0
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        story = _story(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/feed.xml")
        for path in snapshots:
            content, now = path.read_bytes(), _moment(path)
            async with build_client(MANNERS) as client:
                context = Context(base=path.parent, now=now, client=client)
                harvest = await fetch_sources.fetch(story, store.source_states(story.slug), context)
            sifted = steps.revise(harvest.items, story, store, now)
            readings = steps.read(sifted.belonging, reader)
            outcome = steps.publish(store, story, reader, readings, now, sifted=sifted, harvest=harvest)
            editions += outcome.edition is not None
            alerts += sum(verdict.alert for verdict in outcome.verdicts)
        server.close()
        return editions, alerts

    return asyncio.run(run())


def _story(url: str) -> Story:
    source = {"kind": "feed", "url": url or "https://feeds.example/", "full_text": False}
    return Story.model_validate({"slug": "replay", "title": "Replay", "sources": [source]})


def _entries(path: Path) -> list[Item]:
    channel = ET.parse(path).getroot().find("channel")
    assert channel is not None
    publisher = channel.findtext("title")
    return [
        Item(
            url=each.findtext("link") or "", title=each.findtext("title") or "", text=each.findtext("description") or "",
            publisher=publisher, published_at=parsedate_to_datetime(each.findtext("pubDate") or "").astimezone(UTC),
        )
        for each in reversed(channel.findall("item"))
    ]  # fmt: skip


def _moment(path: Path) -> datetime:
    found = _SNAPSHOT.fullmatch(path.name)
    assert found
    return datetime.fromtimestamp(int(found[1]), UTC)


def _essence(ledger: Ledger) -> dict[str, Any]:
    """What is held: values, who disputes them, and the words of each voice."""
    return {
        key: (
            position.value, position.disputed_by,
            [(word.voice, word.value, word.said_at, word.document) for word in position.statements],
        )
        for key, position in ledger.positions.items()
    }  # fmt: skip


def main() -> None:
    folder = Path(sys.argv[1])
    told: dict[str, Any] = parse_all(folder)
    reader = build_reader()
    histories = sorted({path.parent for path in folder.rglob("*.xml") if _SNAPSHOT.fullmatch(path.name)})
    told["replays"] = {path.name: replay(path, reader) for path in histories}
    print(json.dumps(told, indent=2))
    sys.exit(bool(told["refused"]) or not all(each["same ledger"] for each in told["replays"].values()))


if __name__ == "__main__":
    main()
