"""What Prefect's own interface shows of a run: artifacts with the ledger and the changes, and events for automations.

Called by the flows at the end of a run. What cannot be shown is logged, and fails no run. An event has the same id
however often it is told, so that an automation acts on it once.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from prefect.events import emit_event

from flows.fetch_sources import Harvest
from flows.steps import Outcome
from storydelta.claims.contract import verdict_to_json
from storydelta.digest import build_digest, describe
from storydelta.digest.safety import clean, link
from storydelta.model import Delivery, DeliveryState, Edition, Verdict
from storydelta.story import Story

CHANGED = "storydelta.narrative.changed"
DOWN = "storydelta.source.down"
RECOVERED = "storydelta.source.recovered"
PARKED = "storydelta.delivery.parked"

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+|<>~!&-])")

log = logging.getLogger(__name__)


async def announce_run(outcome: Outcome, story: Story, harvest: Harvest | None = None) -> None:
    """Shows a run: where the narrative changed, the artifacts `changes-STORY` and `ledger-STORY` and an event; an
    event for each source that went down or is back.
    """
    harvest = harvest or Harvest()
    for event, names in ((DOWN, harvest.down), (RECOVERED, harvest.recovered)):
        for name in names:
            _emit(event, story.slug, f"{name}|{outcome.at.isoformat()}", {"source": name})
    if outcome.edition is None:
        return
    payload = _change_payload(outcome, story)
    alert = {
        "storydelta.alert": str(payload["alert"]).lower()
    }  # automations go by the resource, not the payload
    _emit(CHANGED, story.slug, str(outcome.edition.number), payload, alert)
    await _shown(
        acreate_table_artifact(
            key=f"changes-{story.slug}",
            table=[_change_row(verdict, story) for verdict in outcome.verdicts],
            description=_changes_description(outcome, story),
        )
    )
    await _shown(
        acreate_markdown_artifact(
            key=f"ledger-{story.slug}",
            markdown=ledger_markdown(outcome.edition, story),
            description=f"The ledger of {story.slug}, edition {outcome.edition.number}",
        )
    )


def announce_deliveries(deliveries: Iterable[Delivery]) -> None:
    """An event for each delivery that is parked: it waits for a person."""
    for delivery in deliveries:
        if delivery.state is DeliveryState.PARKED:
            payload = {
                "key": delivery.key, "edition": delivery.edition, "channel": delivery.channel,
                "recipient": delivery.recipient, "attempts": delivery.attempts, "problem": delivery.problem or "",
            }  # fmt: skip
            _emit(PARKED, delivery.story, f"{delivery.key}|{delivery.due_at.isoformat()}", payload)


def in_a_line(outcome: Outcome) -> str:
    """A run in one line, for its final state: what changed, or that nothing did; and what went wrong beside."""
    told = [_counted(len(outcome.ingested), "new document")]
    if outcome.set_aside:
        told.append(f"{len(outcome.set_aside)} that do not belong")
    if outcome.problems:
        told.append(f"{_counted(len(outcome.problems), 'problem')}: {_cut(outcome.problems[0])}")
    if outcome.edition is None:
        return f"nothing changed ({', '.join(told)})"
    if outcome.deliveries:
        told.append(f"a digest for {_counted(len(outcome.deliveries), 'recipient')}")
    changes = "; ".join(describe(verdict.change) for verdict in outcome.verdicts)
    return f"edition {outcome.edition.number}: {clean(changes)} ({', '.join(told)})"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _cut(text: str, most: int = 160) -> str:
    flat = " ".join(clean(text).split())
    return flat if len(flat) <= most else f"{flat[:most]}…"


def ledger_markdown(edition: Edition, story: Story) -> str:
    """The positions of an edition as Markdown; nothing that a document says is taken for markup."""
    view = build_digest(story, edition=edition, verdicts=(), ledger=edition.ledger, now=edition.made_at)
    lines = [f"## {_plain(view.title)}, edition {view.edition}", "", _plain(view.known_at.plain), ""]
    if view.figures:
        lines += ["| | stands at | since | who says so |", "| --- | --- | --- | --- |"]
    for figure in view.figures:
        leading = ", ".join(_plain(word.voice) for word in figure.words if word.leads)
        cells = (_plain(figure.label), f"**{_plain(figure.value)}**", _plain(figure.since.short), leading)
        lines.append(f"| {' | '.join(cells)} |")
    for matrix in view.matrices:
        lines += [
            "",
            f"| who says | {' | '.join(map(_plain, matrix.actors))} |",
            "| --- " * (1 + len(matrix.actors)) + "|",
        ]
        for row in matrix.rows:
            said = " | ".join(_plain(cell.word) if cell else "" for cell in row.cells)
            lines.append(f"| {_plain(row.speaker)} | {said} |")
    lines += ["", *(f"- In dispute: {_plain(dispute.words)}" for dispute in view.disputes)]
    return "\n".join(lines).strip() + "\n"


def _change_row(verdict: Verdict, story: Story) -> dict[str, str]:
    cause = next(iter(verdict.change.causes), None)
    return {
        "change": clean(describe(verdict.change, zone=story.timezone)),
        "sent": "yes" if verdict.alert else "held back",
        "why": f"{verdict.rule}: {clean(verdict.reason)}",
        "evidence": f"“{clean(cause.evidence.text)}”" if cause else "",
        "document": (link(cause.document) or "") if cause else "",
    }


def _changes_description(outcome: Outcome, story: Story) -> str:
    files = ", ".join(
        f"`{delivery.recipient}/{story.slug}-{delivery.edition:05}.html`"
        for delivery in outcome.deliveries
        if delivery.channel == "file"
    )
    told = f"{_plain(story.title)}: {len(outcome.verdicts)} changes in edition {outcome.edition and outcome.edition.number}"
    return told + (f"; the digest is {files}" if files else "; no digest goes out now")


def _change_payload(outcome: Outcome, story: Story) -> dict[str, Any]:
    assert outcome.edition
    return {
        "title": story.title, "edition": outcome.edition.number, "at": outcome.at.isoformat(),
        "alert": any(verdict.alert for verdict in outcome.verdicts),
        "digest": outcome.message.subject if outcome.message else None,
        "words": [clean(describe(verdict.change, zone=story.timezone)) for verdict in outcome.verdicts],
        "changes": [verdict_to_json(verdict, {}) for verdict in outcome.verdicts],
    }  # fmt: skip


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(clean(text).split()))


def _emit(
    event: str, slug: str, identity: str, payload: dict[str, Any], labels: dict[str, str] | None = None
) -> None:
    resource = {
        "prefect.resource.id": f"storydelta.story.{slug}",
        "prefect.resource.name": slug,
        **(labels or {}),
    }
    try:
        emit_event(
            event, resource, payload={"story": slug, **payload},
            id=uuid5(NAMESPACE_URL, f"storydelta:{event}|{slug}|{identity}"),
        )  # fmt: skip
    except Exception:
        log.warning("the event %s of %s was not told", event, slug, exc_info=True)


async def _shown(artifact: Awaitable[object]) -> None:
    try:
        await artifact
    except Exception:
        log.warning("an artifact could not be made; the run goes on", exc_info=True)
