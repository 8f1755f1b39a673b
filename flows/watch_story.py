"""One run of one story, from its sources to its recipients.

    fetch each source | revise | read | record, compare, publish | deliver | announce

Each step is a plain function of `flows.steps`; here Prefect makes a task of those worth retrying.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run
from prefect.states import Completed

from flows import fetch_sources, steps
from flows.announce import announce_deliveries, announce_run, in_a_line
from flows.deliver_pending import deliver_all
from flows.fetch_sources import Harvest
from flows.find_due import is_due
from flows.hold_story import held
from flows.show_progress import shown
from flows.steps import Outcome, Sifted
from flows.wiring import House, build_house
from storydelta.claims.reader import Reader
from storydelta.digest import describe
from storydelta.model import Reading, Revision
from storydelta.story import Story


def _run_name() -> str:
    given = flow_run.parameters
    when = given.get("now") or flow_run.scheduled_start_time
    return f"{given['story']} at {when:%Y-%m-%d %H:%M}"


@flow(name="watch-story", flow_run_name=_run_name)
async def watch_story(
    story: str, now: datetime | None = None, due_within: float | None = None
) -> Outcome | None:
    """Run the story of that slug or story file. `now` stands in for the clock in rehearsals. With `due_within` it is
    run only where it is due by then, in seconds: 0 is now.

    None where there was nothing to do: another run of the story is under way, or it is not due. Raises
    StorydeltaError. What Prefect shows as the run's state says what it came to; who calls the flow gets the outcome
    in it.
    """
    house = build_house()
    with house.store:
        watched, moment = house.story(story), now or house.clock()
        with held(house.store, watched.slug, flow_run.id or "by hand", house.clock) as alone:
            if not alone:
                return _nothing("Busy", "another run of the story is under way; it does the work")
            if due_within is not None and not is_due(
                house, watched.slug, moment, timedelta(seconds=due_within)
            ):
                return _nothing("NotDue", "the story is not due yet")
            reader = house.reader(watched)
            harvest = await fetch(house, watched, moment)
            sifted = steps.revise(harvest.items, watched, house.store, moment)
            readings = read(sifted.belonging, reader)
            outcome = publish(house, watched, reader, readings, sifted, harvest, moment)
        delivered = deliver_all(house, house.store.due_deliveries(moment), moment)
    await announce_run(outcome, watched, harvest)
    announce_deliveries(delivered)
    return Completed(message=in_a_line(outcome), data=outcome)  # type: ignore[return-value]


def _nothing(name: str, message: str) -> Outcome | None:
    return Completed(name=name, message=message, data=None)  # type: ignore[return-value]


@task(name="fetch", retries=2, retry_delay_seconds=5, cache_policy=NO_CACHE)
async def fetch(house: House, story: Story, now: datetime) -> Harvest:
    states = house.store.source_states(story.slug)
    async with house.context(story, now) as context:
        harvest = await fetch_sources.fetch(story, states, context)
    say, failed = get_run_logger(), sum(state.failures > 0 for state in harvest.states)
    say.info("%d of %d sources answered, with %d documents", len(story.sources) - failed, len(story.sources), len(harvest.items))  # fmt: skip
    for problem in harvest.problems:
        say.warning("%s", problem)
    return harvest


@task(name="read", cache_policy=NO_CACHE)
def read(revisions: Sequence[Revision], reader: Reader) -> tuple[Reading, ...]:
    readings = steps.read(shown(revisions, "reading"), reader)
    claims = sum(len(reading.claims) for reading in readings)
    get_run_logger().info("%d new documents belong to the story, and make %d claims", len(readings), claims)
    return readings


@task(name="publish", retries=2, retry_delay_seconds=1, cache_policy=NO_CACHE)
def publish(
    house: House, story: Story, reader: Reader, readings: Sequence[Reading],
    sifted: Sifted, harvest: Harvest, now: datetime,
) -> Outcome:  # fmt: skip
    outcome = steps.publish(
        house.store, story, reader, readings, now,
        sifted=sifted, harvest=harvest, templates=house.templates,
    )  # fmt: skip
    for verdict in outcome.verdicts:
        get_run_logger().info("%s; %s", describe(verdict.change, zone=story.timezone), verdict.reason)
    return outcome
