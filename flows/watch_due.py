"""The tick: runs every story whose time has come, one after another. One deployment carries hundreds of stories."""

from __future__ import annotations

import logging
from datetime import datetime

from prefect import flow
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.find_due import due_stories, put_off
from flows.steps import Outcome
from flows.watch_story import watch_story
from flows.wiring import build_house
from storydelta.errors import StorydeltaError

log = logging.getLogger(__name__)


def _run_name() -> str:
    return f"tick at {flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"


@flow(name="watch-due", flow_run_name=_run_name)
async def watch_due(now: datetime | None = None) -> tuple[Outcome, ...]:
    """The outcomes of the stories that were due. One that cannot be run does not stop the others."""
    house = build_house()
    outcomes: list[Outcome] = []
    failed: list[str] = []
    with house.store:
        due = due_stories(house, now or house.clock())
        for slug in due:
            try:
                outcome = await watch_story(slug, now=now, due_within=0)
            except StorydeltaError as problem:
                log.error("%s: %s", slug, problem)  # noqa: TRY400 - the message says what to do; a traceback would not
                put_off(house, slug, now or house.clock())
                failed.append(slug)
            else:
                outcomes += [outcome] if outcome else []
    return Completed(message=_in_a_line(due, outcomes, failed), data=tuple(outcomes))  # type: ignore[return-value]


def _in_a_line(due: tuple[str, ...], outcomes: list[Outcome], failed: list[str]) -> str:
    if not due:
        return "no story was due"
    changed = [outcome.story for outcome in outcomes if outcome.edition]
    told = [f"{len(outcomes)} of {len(due)} due stories run", f"changed: {', '.join(changed) or 'none'}"]
    return "; ".join([*told, *([f"could not be run: {', '.join(failed)}"] if failed else [])])
