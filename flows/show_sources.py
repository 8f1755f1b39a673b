"""How the sources of a story fare, and what a document says of itself, for a person and for a program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.source_standing import standing
from storage.records import SourceState
from storydelta.digest.safety import clean
from storydelta.model import Item
from storydelta.sources import source_key, source_name
from storydelta.story import Story


def show_sources(story: Story, states: Mapping[str, SourceState], now: datetime) -> None:
    """A line for each source of the story file. Times are UTC."""
    table = Table("source", "state", "last success", "last change", "next visit", "errors")
    for entry in story.sources:
        state = states.get(source_key(entry)) or SourceState(key=source_key(entry))
        errors = f"{state.failures}: {state.problem}" if state.problem else ""
        table.add_row(
            clean(source_name(entry)), standing(state, story, now), _time(state.succeeded_at, now),
            _time(state.changed_at, now), _time(state.next_due_at, now) or "with the next run", clean(errors),
        )  # fmt: skip
    Console(highlight=False).print(table)


def sources_to_json(story: Story, states: Mapping[str, SourceState], now: datetime) -> list[dict[str, Any]]:
    """The same as JSON values; times in ISO 8601, null where there is none."""
    keys = [source_key(entry) for entry in story.sources]
    found = zip(story.sources, (states.get(key) or SourceState(key=key) for key in keys), strict=True)
    return [
        {
            "name": source_name(entry),
            "kind": entry.kind,
            "state": standing(state, story, now),
            "succeeded_at": _iso(state.succeeded_at),
            "changed_at": _iso(state.changed_at),
            "failed_at": _iso(state.failed_at),
            "failures": state.failures,
            "problem": state.problem,
            "next_due_at": _iso(state.next_due_at),
        }
        for entry, state in found
    ]


def show_facts(item: Item) -> None:
    """What is known of a document beside its words, a line each."""
    facts = {
        "address": item.url, "publisher": item.publisher, "author": item.author,
        "published": item.published_at and f"{item.published_at:%Y-%m-%d %H:%M} UTC",
    }  # fmt: skip
    console = Console(highlight=False)
    for name, fact in facts.items():
        console.print(f"{name}: {clean(fact)}" if fact else f"{name}: not stated", markup=False)


def _time(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    return f"{moment:%Y-%m-%d %H:%M}" + (f" ({_length(now - moment)} ago)" if moment <= now else "")


def _length(time: timedelta) -> str:
    minutes = int(time.total_seconds() // 60)
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
