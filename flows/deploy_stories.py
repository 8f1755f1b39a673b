"""Deployments in Prefect: one a story, with its schedule, and two for what all stories share.

    plan      story       -> what its deployment is to be      pure
    deploy    plans       -> what was done for each            through Prefect's API; safe to repeat

A story's own deployment runs where the story is due, and not where another process has just run it: so it matters
neither that runs were late and come all at once, nor that the tick `watch-due` is deployed beside.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags
from prefect.client.schemas.objects import ConcurrencyLimitStrategy, ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.settings import PREFECT_API_URL
from prefect.utilities.callables import parameter_schema
from prefect.workers.utilities import get_default_base_job_template_for_infrastructure_type

from flows.deliver_pending import deliver_pending
from flows.maintain_store import maintain
from flows.watch_due import watch_due
from flows.watch_story import watch_story
from storydelta.cron import read_cron
from storydelta.errors import StorydeltaError
from storydelta.story import Story

ALL, ONE = "storydelta", "story"
"""Tags: of everything that is deployed here, and of the stories' own deployments."""

POOL = "storydelta"
_START = datetime(2024, 1, 1, tzinfo=UTC)
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a deployment is to be. `due_within`: seconds; a scheduled run does nothing where the story is due later."""

    flow: Flow[..., Any]
    name: str
    description: str
    tags: tuple[str, ...] = (ALL,)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    schedule: CronSchedule | IntervalSchedule
    due_within: float | None = None
    active: bool = True

    @property
    def entrypoint(self) -> str:
        return f"{self.flow.fn.__module__.replace('.', '/')}.py:{self.flow.fn.__name__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was done for a deployment, FLOW/NAME: 'made', 'changed', 'left as it was', 'stopped', 'removed'; and its
    schedule in words.
    """

    deployment: str
    done: str
    schedule: str = ""


HOUSEKEEPING = (
    Plan(
        flow=deliver_pending,
        name="outbox",
        description="Sends what is due in the outbox, retries included.",
        schedule=IntervalSchedule(
            interval=timedelta(minutes=2), anchor_date=_START + timedelta(seconds=30), timezone="UTC"
        ),
    ),
    Plan(
        flow=maintain,
        name="nightly",
        description="Lets old texts go, puts the database in order and looks it over.",
        schedule=CronSchedule(cron="40 3 * * *", timezone="UTC"),
    ),
)


def plan(story: Story) -> Plan:
    """The deployment of a story, with the schedule that its file states; without one where it is paused."""
    schedule, due_within = _schedule(story)
    return Plan(
        flow=watch_story, name=story.slug, description=f"Watches the story “{story.title}”.",
        tags=(ALL, ONE, *story.tags), parameters={"story": story.slug}, schedule=schedule,
        due_within=due_within, active=not story.paused,
    )  # fmt: skip


def _schedule(story: Story) -> tuple[CronSchedule | IntervalSchedule, float]:
    """A story that is paced is looked at as often as it may be run, and mostly found not to be due. Looks fall within
    half an interval of the moment at which it is due, so that no run that starts late pushes the next one out.
    """
    if story.cron:
        return CronSchedule(cron=story.cron, timezone=story.timezone), _half_apart(story.cron).total_seconds()
    every = story.adaptive.fastest if story.adaptive else story.every
    apart = timedelta(
        seconds=crc32(story.slug.encode()) % int(every.total_seconds())
    )  # not all at the same second
    return (
        IntervalSchedule(interval=every, anchor_date=_START + apart, timezone="UTC"),
        every.total_seconds() / 2,
    )


def _half_apart(line: str) -> timedelta:
    """Half of the shortest time between two of the next runs, at most two hours: within it, Prefect and we mean the
    same run, though a change of the clock is read differently.
    """
    cron, moments = read_cron(line), [_START]
    for _ in range(10):
        moments.append(cron.next_after(moments[-1], UTC))
    halves = ((later - earlier) / 2 for earlier, later in pairwise(moments[1:]))
    return min(timedelta(hours=2), *halves)


async def deploy(
    plans: Sequence[Plan],
    *,
    pool: str = POOL,
    kind: str = "process",
    known: Collection[str] | None = None,
    remove: bool = False,
) -> tuple[Done, ...]:
    """Makes each deployment what its plan says. What is so already is left alone, runs that are scheduled included;
    what was paused in Prefect stays paused. A pool that is not there is made, of that kind.

    `known` are the slugs of all stories that there are, None where that is not said: the schedule of any other story's
    deployment is stopped, or with `remove` the deployment goes. Raises StorydeltaError where Prefect cannot be
    reached, or refuses.
    """
    if not PREFECT_API_URL.value():
        raise StorydeltaError(
            "PREFECT_API_URL is not set, so there is nothing to deploy to: start a server (`prefect server start`) and"
            " set it to http://127.0.0.1:4200/api; without Prefect, `storydelta serve` runs all stories"
        )
    try:
        async with get_client() as client:
            done = await _make_pool(client, pool, kind)
            found = {(each.flow_id, each.name): each for each in await _deployed(client)}
            done += [await _deploy_one(client, each, pool, found) for each in plans]
            if known is not None:
                done += await _deal_with_others(client, known, found.values(), remove=remove)
            return (*done, *await _notice_tick(client))
    except (httpx.HTTPError, PrefectException) as problem:
        raise StorydeltaError(
            f"Prefect at {PREFECT_API_URL.value()}: {str(problem).splitlines()[0] if str(problem) else type(problem).__name__}"
            " (is `prefect server start` running? `storydelta doctor` looks)"
        ) from problem


async def _make_pool(client: PrefectClient, pool: str, kind: str) -> list[Done]:
    try:
        await client.read_work_pool(pool)
    except ObjectNotFound:
        template = await get_default_base_job_template_for_infrastructure_type(kind)
        if template is None:
            raise StorydeltaError(
                f"Prefect knows no kind of work pool {kind!r}; `prefect work-pool create` lists them"
            ) from None
        await client.create_work_pool(WorkPoolCreate(name=pool, type=kind, base_job_template=template))
        return [
            Done(deployment=f"work pool {pool}", done="made", schedule=f"prefect worker start --pool {pool}")
        ]
    return []


async def _deployed(client: PrefectClient) -> list[DeploymentResponse]:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[ALL]))
    found: list[DeploymentResponse] = []
    while True:
        page = await client.read_deployments(deployment_filter=ours, limit=_PAGE, offset=len(found))
        found += page
        if len(page) < _PAGE:
            return found


async def _deploy_one(
    client: PrefectClient, plan: Plan, pool: str, found: Mapping[tuple[Any, str], DeploymentResponse]
) -> Done:
    flow_id = await client.create_flow_from_name(plan.flow.name)
    before = found.get((flow_id, plan.name))
    schedule = DeploymentScheduleCreate(
        schedule=plan.schedule, active=plan.active,
        parameters={} if plan.due_within is None else {"due_within": plan.due_within},
    )  # fmt: skip
    wanted: dict[str, Any] = {
        "description": plan.description, "tags": [*plan.tags], "parameters": dict(plan.parameters),
        "entrypoint": plan.entrypoint, "work_pool_name": pool,
        "pull_steps": [{"prefect.deployments.steps.set_working_directory": {"directory": _root()}}],
    }  # fmt: skip
    name = f"{plan.flow.name}/{plan.name}"
    told = _in_words(schedule) + ("; paused in Prefect" if before and before.paused else "")
    if before and _is_as(before, wanted, schedule):
        return Done(deployment=name, done="left as it was", schedule=told)
    await client.create_deployment(
        flow_id=flow_id, name=plan.name, schedules=[schedule], concurrency_limit=1,
        # A run that finds another at work would find nothing new either; a queue of them would only grow
        concurrency_options=ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        parameter_openapi_schema=parameter_schema(plan.flow).model_dump_for_openapi(), enforce_parameter_schema=True,
        **wanted,
    )  # fmt: skip
    return Done(deployment=name, done="changed" if before else "made", schedule=told)


def _is_as(found: DeploymentResponse, wanted: Mapping[str, Any], schedule: DeploymentScheduleCreate) -> bool:
    scheduled = [(each.schedule, each.active, each.parameters) for each in found.schedules]
    limit = found.global_concurrency_limit.limit if found.global_concurrency_limit else None
    strategy = found.concurrency_options and found.concurrency_options.collision_strategy
    return (
        scheduled == [(schedule.schedule, schedule.active, schedule.parameters)]
        and (limit, strategy) == (1, ConcurrencyLimitStrategy.CANCEL_NEW)
        and all(getattr(found, key) == value for key, value in wanted.items())
    )


async def _deal_with_others(
    client: PrefectClient, known: Collection[str], found: Iterable[DeploymentResponse], *, remove: bool
) -> list[Done]:
    """Of stories whose files are gone."""
    done = []
    for each in found:
        if ONE not in each.tags or each.name in known:
            continue
        name = f"{watch_story.name}/{each.name}"
        if remove:
            await client.delete_deployment(each.id)
            done.append(Done(deployment=name, done="removed"))
            continue
        for schedule in each.schedules:
            await client.update_deployment_schedule(each.id, schedule.id, active=False)
        done.append(
            Done(
                deployment=name, done="stopped", schedule="there is no such story; --remove-others removes it"
            )
        )
    return done


async def _notice_tick(client: PrefectClient) -> list[Done]:
    """The tick runs all stories that are due, so that beside their own deployments it finds nothing to do."""
    return [
        Done(deployment=f"{watch_due.name}/{each.name}", done="still there", schedule="it runs what is due, too: pause it")
        for each in await _deployed(client)
        if each.entrypoint == f"flows/watch_due.py:{watch_due.fn.__name__}"
        and not each.paused
        and any(schedule.active for schedule in each.schedules)
    ]  # fmt: skip


def _root() -> str:
    """The folder from which workers load the flows: STORYDELTA_ROOT, or else where they lie here."""
    return os.environ.get("STORYDELTA_ROOT") or str(Path(__file__).resolve().parents[1])


def _in_words(wanted: DeploymentScheduleCreate) -> str:
    schedule = wanted.schedule
    if isinstance(schedule, CronSchedule):
        told = f"cron {schedule.cron} in {schedule.timezone}"
    elif isinstance(schedule, IntervalSchedule):
        told = f"every {schedule.interval}"
    else:
        told = str(schedule)
    return told if wanted.active else f"{told}, paused by its file"
