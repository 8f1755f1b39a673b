"""How the sources of a story fare, for a person and for a program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from storage.records import SourceState
from storydelta.digest.safety import clean
from storydelta.sources import source_key, source_name
from storydelta.story import Story


def show_sources(story: Story, states: Mapping[str, SourceState]) -> None:
    """A line for each source of the story file. Times are UTC."""
    table = Table("source", "state", "last success", "failures", "next visit", "problem")
    for entry in story.sources:
        state = states.get(source_key(entry))
        if state is None:
            table.add_row(clean(source_name(entry)), "never visited", "–", "–", "with the next run", "")
            continue
        table.add_row(
            clean(source_name(entry)), "down" if state.problem else "ok", _time(state.succeeded_at),
            str(state.failures), _time(state.next_due_at) if state.next_due_at else "with the next run",
            clean(state.problem or ""),
        )  # fmt: skip
    Console(highlight=False).print(table)


def sources_to_json(story: Story, states: Mapping[str, SourceState]) -> list[dict[str, Any]]:
    """The same as JSON values; times in ISO 8601, null where there is none."""
    keys = [source_key(entry) for entry in story.sources]
    found = zip(story.sources, (states.get(key) or SourceState(key=key) for key in keys), strict=True)
    return [
        {
            "name": source_name(entry),
            "kind": entry.kind,
            "succeeded_at": _iso(state.succeeded_at),
            "failed_at": _iso(state.failed_at),
            "failures": state.failures,
            "problem": state.problem,
            "next_due_at": _iso(state.next_due_at),
        }
        for entry, state in found
    ]


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
