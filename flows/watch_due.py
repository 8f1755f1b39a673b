"""The tick: runs every story whose time has come, one after another. One deployment carries hundreds of stories."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from prefect import flow
from prefect.runtime import flow_run

from flows.steps import Outcome
from flows.watch_story import watch_story
from flows.wiring import House, build_house
from storydelta.errors import StorydeltaError
from storydelta.stories import known_stories

AGAIN = timedelta(minutes=15)

log = logging.getLogger(__name__)


def _run_name() -> str:
    return f"tick at {flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"


@flow(name="watch-due", flow_run_name=_run_name)
async def watch_due(now: datetime | None = None) -> tuple[Outcome, ...]:
    """The outcomes of the stories that were due. One that cannot be run does not stop the others."""
    house = build_house()
    with house.store:
        due = due_stories(house, now or house.clock())
    outcomes = []
    for slug in due:
        try:
            outcome = await watch_story(slug, now=now)
        except StorydeltaError as problem:
            log.error("%s: %s", slug, problem)  # noqa: TRY400 - the message says what to do; a traceback would not
            put_off(slug, now)
        else:
            outcomes += [outcome] if outcome else []
    return tuple(outcomes)


def put_off(slug: str, now: datetime | None) -> None:
    """A story that cannot be run, its file being broken for one, is tried again later, and not with every tick."""
    house = build_house()
    with house.store as store:
        moment = now or house.clock()
        with store.writing(slug, moment) as work:
            work.schedule(moment + AGAIN)


def due_stories(house: House, now: datetime) -> tuple[str, ...]:
    """The slugs of the stories that have a file and are due: first those that never ran, then the longest due."""
    known = known_stories(house.settings.stories)
    scheduled = {state.slug for state in house.store.stories() if state.next_due_at is not None}
    due = [slug for slug in house.store.due_stories(now) if slug in known]
    return (*sorted(known.keys() - scheduled), *due)
