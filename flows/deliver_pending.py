"""Empties the outbox of all stories: the flow around `flows.send_deliveries`."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.announce import announce_deliveries
from flows.send_deliveries import deliver
from flows.wiring import House, build_house
from storydelta.model import Delivery


@flow(name="deliver-pending", validate_parameters=False)
async def deliver_pending(now: datetime | None = None) -> tuple[Delivery, ...]:
    """Sends whatever is due, of all stories."""
    house = build_house()
    with house.store:
        moment = now or house.clock()
        delivered = deliver_all(house, house.store.due_deliveries(moment), moment)
    announce_deliveries(delivered)
    return delivered


@task(name="deliver", cache_policy=NO_CACHE)
def deliver_all(house: House, deliveries: Iterable[Delivery], now: datetime) -> tuple[Delivery, ...]:
    """The deliveries as they stand after an attempt at each; one that fails does not stop the others."""
    holder = uuid.uuid4().hex
    return tuple(deliver(house, delivery, holder, now) for delivery in deliveries)
