"""Empties the outbox of all stories: the flow around `flows.send_deliveries`."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from prefect import flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run
from prefect.states import Completed

from flows.announce import announce_deliveries
from flows.send_deliveries import deliver_each
from flows.wiring import House, build_house
from storydelta.model import Delivery


def _run_name() -> str:
    return f"outbox at {flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"


@flow(name="deliver-pending", flow_run_name=_run_name, validate_parameters=False)
async def deliver_pending(now: datetime | None = None) -> tuple[Delivery, ...]:
    """Sends whatever is due, of all stories."""
    house = build_house()
    with house.store:
        moment = now or house.clock()
        delivered = deliver_all(house, house.store.due_deliveries(moment), moment)
    announce_deliveries(delivered)
    return Completed(message=_in_a_line(delivered), data=delivered)  # type: ignore[return-value]


def _in_a_line(deliveries: tuple[Delivery, ...]) -> str:
    states = Counter(str(delivery.state) for delivery in deliveries)
    return ", ".join(f"{number} {state}" for state, number in states.items()) or "nothing was due"


@task(name="deliver", cache_policy=NO_CACHE)
def deliver_all(house: House, deliveries: Iterable[Delivery], now: datetime) -> tuple[Delivery, ...]:
    """The deliveries as they stand after an attempt at each; one that fails does not stop the others."""
    holder = uuid.uuid4().hex
    delivered = tuple(deliver_each(house, deliveries, holder, now))
    say = get_run_logger()
    for each in delivered:
        told = f"{each.story}, edition {each.edition}: {each.channel} to {each.recipient} is {each.state}"
        if each.problem:
            say.warning("%s, after %d attempts: %s", told, each.attempts, each.problem)
        else:
            say.info("%s", told)
    return delivered
