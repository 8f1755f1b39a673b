"""Every figure over time as tables: CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from storydelta.digest.safety import clean, link
from storydelta.digest.words import telling
from storydelta.model import Range, Verdict

COLUMNS = ("at", "measure", "change", "low", "high", "qualifier", "voice", "publisher", "document", "alert")


def series(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """A row for each change of a figure, in order: the range that stands from then on (null where it was
    withdrawn, `high` null where it is open), who said so and where, and whether it alerted.
    """
    return [_row(verdict) for verdict in verdicts if verdict.change.subject.measure]


def _row(verdict: Verdict) -> dict[str, Any]:
    change, cause = verdict.change, telling(verdict.change)
    held = change.after if isinstance(change.after, Range) else None
    return {
        "at": iso(change.at),
        "measure": str(change.subject.measure),
        "change": str(change.change),
        "low": held.low if held else None,
        "high": held.high if held else None,
        "qualifier": str(held.qualifier) if held else None,
        "voice": clean(cause.voice.written) if cause else None,
        "publisher": clean(cause.publisher) if cause and cause.publisher else None,
        "document": link(cause.document) if cause else None,
        "alert": verdict.alert,
    }


def iso(at: datetime) -> str:
    """As in "2024-03-24T08:10:00Z"."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def to_csv(rows: Sequence[dict[str, Any]]) -> bytes:
    """The rows as RFC 4180 has it. A name that a spreadsheet would take for a formula gets a quote before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


def to_json(rows: Sequence[dict[str, Any]]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
