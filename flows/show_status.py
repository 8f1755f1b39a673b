"""How a service stands: as JSON for programs, as metrics for Prometheus, as a page for people."""

from __future__ import annotations

import html
import resource
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from flows.serve_stories import Run, Service
from storage.records import StoryState
from storydelta.errors import StorydeltaError
from storydelta.stories import known_stories

STUCK = timedelta(minutes=2)
"""A service that has not looked for so long what is due is stuck."""

LATE = timedelta(minutes=10)
_LATEST = 10  # digests on the page


def describe(service: Service) -> dict[str, Any]:
    """Everything that is shown of a service, as JSON. `status` is ok, degraded (something needs a person) or failing
    (nothing runs).
    """
    now, log = service.house.clock(), service.log
    told: dict[str, Any] = {
        "status": "ok", "version": version("storydelta"), "at": now.isoformat(),
        "started_at": log.started_at.isoformat(), "problem": log.problem, "stories": [], "deliveries": {},
        "digests": [],
    }  # fmt: skip
    try:
        states = {state.slug: state for state in service.house.store.stories()}
        known = sorted(known_stories(service.house.settings.stories))
        told["stories"] = [_story(service, states.get(slug, StoryState(slug=slug)), now) for slug in known]
        told["deliveries"] = {str(state): n for state, n in service.house.store.delivery_counts().items()}
        told["digests"] = _digests(service, [story["slug"] for story in told["stories"]])
    except StorydeltaError as problem:
        told["problem"] = str(problem)
    if told["problem"] or now - log.ticked_at > STUCK:
        told["status"] = "failing"
    elif told["deliveries"].get("parked") or any(_needs_care(story) for story in told["stories"]):
        told["status"] = "degraded"
    return told


def _story(service: Service, state: StoryState, now: datetime) -> dict[str, Any]:
    slug, due = state.slug, state.next_due_at
    run = service.log.runs.get(slug, Run())
    return {
        "slug": slug, "running": slug in service.log.under_way, "problem": run.problem,
        "edition": state.edition, "changed_at": _iso(state.changed_at),
        "ran_at": _iso(run.ended_at), "due_at": _iso(due),
        "late_seconds": max(0.0, (now - due).total_seconds()) if due else 0.0, "runs": run.count,
        "failed_runs": run.failed, "run_seconds": round(run.seconds, 3), "documents": run.documents,
        "editions": run.editions,
        "sources": {
            key: {
                "failures": source.failures, "problem": source.problem or "",
                "succeeded_at": _iso(source.succeeded_at), "changed_at": _iso(source.changed_at),
                "silent_seconds": _since(source.succeeded_at, now), "unchanged_seconds": _since(source.changed_at, now),
            }
            for key, source in service.house.store.source_states(slug).items()
        },
    }  # fmt: skip


def _since(moment: datetime | None, now: datetime) -> float | None:
    return max(0.0, (now - moment).total_seconds()) if moment else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _needs_care(story: dict[str, Any]) -> bool:
    down = any(source["failures"] for source in story["sources"].values())
    return bool(story["problem"]) or down or story["late_seconds"] > LATE.total_seconds()


def _digests(service: Service, slugs: list[str]) -> list[dict[str, Any]]:
    """The newest digests of all stories, newest first."""
    found = [(d, slug) for slug in slugs for d in service.house.store.digests(slug)[:_LATEST]]
    found.sort(key=lambda pair: pair[0].made_at, reverse=True)
    folder = service.house.settings.home / "digests"
    return [
        {"story": slug, "edition": d.edition, "made_at": d.made_at.isoformat(), "subject": d.subject, "page": _page(folder, slug, d.edition)}
        for d, slug in found[:_LATEST]
    ]  # fmt: skip


def _page(folder: Path, slug: str, edition: int) -> str | None:
    name = f"{slug}-{edition:05}.html"
    return f"/digests/{name}" if (folder / name).is_file() else None


def to_metrics(told: dict[str, Any]) -> str:
    """The same as Prometheus reads it."""
    return "".join(_metrics(told))


def _metrics(told: dict[str, Any]) -> Iterator[str]:
    def gauge(
        name: str, meaning: str, kind: str, values: list[tuple[dict[str, str], float]]
    ) -> Iterator[str]:
        yield f"# HELP storydelta_{name} {meaning}\n# TYPE storydelta_{name} {kind}\n"
        for labels, value in values:
            inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"storydelta_{name}{f'{{{inner}}}' if inner else ''} {value:g}\n"

    stories = told["stories"]

    def each(field: str) -> list[tuple[dict[str, str], float]]:
        return [({"story": story["slug"]}, float(story[field])) for story in stories]

    status = told["status"]
    yield from gauge("up", "1 unless nothing runs.", "gauge", [({}, float(status != "failing"))])
    yield from gauge("runs_total", "Runs since the start.", "counter", each("runs"))
    yield from gauge("runs_failed_total", "Runs that failed as a whole.", "counter", each("failed_runs"))
    yield from gauge("run_seconds_total", "Seconds spent in runs.", "counter", each("run_seconds"))
    yield from gauge("documents_total", "New documents and edits.", "counter", each("documents"))
    yield from gauge("editions_total", "Editions made since the start.", "counter", each("editions"))
    yield from gauge("edition", "Number of the standing edition.", "gauge", each("edition"))
    yield from gauge("late_seconds", "How long the story is overdue.", "gauge", each("late_seconds"))
    failures = [
        ({"story": story["slug"], "source": key}, float(source["failures"]))
        for story in stories
        for key, source in story["sources"].items()
    ]
    yield from gauge("source_failures", "Failures since the last success.", "gauge", failures)
    for field, meaning in (
        ("silent", "Since a source was last visited with success."),
        ("unchanged", "Since a source last gave something new."),
    ):
        seconds = [
            ({"story": story["slug"], "source": key}, float(source[f"{field}_seconds"]))
            for story in stories
            for key, source in story["sources"].items()
            if source[f"{field}_seconds"] is not None
        ]
        yield from gauge(f"source_{field}_seconds", meaning, "gauge", seconds)
    counts = [({"state": state}, float(n)) for state, n in told["deliveries"].items()]
    yield from gauge("deliveries", "Deliveries by state.", "gauge", counts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    yield from gauge("peak_memory_bytes", "The most memory that was in use.", "gauge", [({}, float(peak))])
    handles = Path("/proc/self/fd")
    if handles.is_dir():
        yield from gauge(
            "open_files", "Files and sockets.", "gauge", [({}, float(sum(1 for _ in handles.iterdir())))]
        )


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:#1d2129;"
    "background:#fff}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;"
    "border-bottom:1px solid #d9dde3;vertical-align:top}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}"
    ".ok{color:#17663a}.degraded{color:#8a5300}.failing,.bad{color:#a4161a}"
    "@media(prefers-color-scheme:dark){body{background:#14171c;color:#e6e8eb}th,td{border-color:#333a44}"
    "a{color:#8ab4f8}.ok{color:#6fd08c}.degraded{color:#f0b35b}.failing,.bad{color:#ff8a80}}"
)


def to_page(told: dict[str, Any]) -> str:
    """The same as a page."""
    rows = "".join(_row(story) for story in told["stories"])
    digests = "".join(f"<li>{_digest(digest)}</li>" for digest in told["digests"]) or "<li>none yet</li>"
    counts = ", ".join(f"{number} {state}" for state, number in told["deliveries"].items())
    problem = f'<p class="bad">{html.escape(told["problem"])}</p>' if told["problem"] else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Storydelta</title>'
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style></head><body><main>"
        f'<h1>Storydelta: <span class="{told["status"]}">{told["status"]}</span></h1>{problem}'
        f"<p>{_time(told['at'])} UTC; serving since {_time(told['started_at'])}. Deliveries: {counts or 'none'}. <a href='/'>Look again</a></p>"
        '<div style="overflow-x: auto" role="region" aria-label="Stories" tabindex="0">'
        "<table><thead><tr><th>Story</th><th>Edition</th><th>Changed</th><th>Ran</th><th>Due</th>"
        f"<th>Needs care</th></tr></thead><tbody>{rows}</tbody></table></div>"
        f'<h2>Latest digests</h2><ul>{digests}</ul><p><a href="/digests/">All digests</a>, '
        '<a href="/health">health</a>, <a href="/metrics">metrics</a></p></main></body></html>\n'
    )


def _row(story: dict[str, Any]) -> str:
    care = [story["problem"]] if story["problem"] else []
    care += [source["problem"] or key for key, source in story["sources"].items() if source["failures"]]
    due = "now" if story["running"] else _time(story["due_at"])
    cells = (
        story["slug"],
        str(story["edition"] or ""),
        _time(story["changed_at"]),
        _time(story["ran_at"]),
        due,
    )
    shown = "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
    return f'<tr>{shown}<td class="bad">{"<br>".join(html.escape(c) for c in care)}</td></tr>'


def _digest(digest: dict[str, Any]) -> str:
    text = html.escape(digest["subject"])
    linked = f'<a href="{html.escape(digest["page"])}">{text}</a>' if digest["page"] else text
    return f"{_time(digest['made_at'])} {linked}"


def _time(iso: str | None) -> str:
    return f"{datetime.fromisoformat(iso):%d %b %H:%M}" if iso else ""
