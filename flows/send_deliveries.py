"""Sending what is due in the outbox: each delivery is claimed, sent, and written down as sent, as due later, or as
parked. A crash between the sending and the writing down repeats that one delivery, under the same key.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from flows.wiring import House
from storydelta.delivery import find_channel
from storydelta.errors import DeliveryError, StoryError
from storydelta.model import Delivery, DeliveryState
from storydelta.story import ChannelEntry

ATTEMPTS = 8
"""So many are made before a delivery is parked: with the pauses between them, about an hour and a half."""

FIRST_PAUSE = timedelta(seconds=30)
CLAIM = timedelta(minutes=5)
"""How long a delivery belongs to who is sending it; after a crash, another takes it up then."""

log = logging.getLogger(__name__)


def deliver_each(house: House, due: Iterable[Delivery], holder: str, now: datetime) -> Iterator[Delivery]:
    """The deliveries as they stand after an attempt at each; one that fails does not stop the others.

    `now` is when the first is sent; the claim on each later one begins when its turn comes.
    """
    begun = monotonic()
    for delivery in due:
        yield deliver(house, delivery, holder, now + timedelta(seconds=monotonic() - begun))


def deliver(house: House, delivery: Delivery, holder: str, now: datetime) -> Delivery:
    """One delivery as it stands after an attempt; as it was where somebody else is sending it."""
    if not house.store.claim_delivery(delivery.key, holder, now + CLAIM, now):
        return delivery
    try:
        _send(house, delivery, now)
    except DeliveryError as problem:
        settled = postpone(delivery, str(problem), now, permanent=problem.permanent)
        log.warning("%s to %s: %s", delivery.channel, delivery.recipient, problem)
    else:
        settled = replace(
            delivery, state=DeliveryState.SENT, attempts=delivery.attempts + 1, due_at=now, problem=None
        )
    house.store.record_delivery(settled, holder, now)
    return settled


def postpone(delivery: Delivery, problem: str, now: datetime, *, permanent: bool) -> Delivery:
    """The delivery after a failed attempt: due again after a pause that doubles, or parked for a person to see."""
    attempts = delivery.attempts + 1
    parked = permanent or attempts >= ATTEMPTS
    return replace(
        delivery, attempts=attempts, problem=problem, due_at=now + FIRST_PAUSE * 2 ** (attempts - 1),
        state=DeliveryState.PARKED if parked else DeliveryState.PENDING,
    )  # fmt: skip


def _send(house: House, delivery: Delivery, now: datetime) -> None:
    channel = find_channel(delivery.channel)
    entry = _entry(house, delivery)
    message = house.store.message(delivery.story, delivery.edition)
    if message is None:
        raise DeliveryError(f"the digest of edition {delivery.edition} is gone", permanent=True)
    channel.send(
        message, delivery, options=channel.options.model_validate(entry.options),
        settings=house.channel_settings(channel), now=now,
    )  # fmt: skip


def _entry(house: House, delivery: Delivery) -> ChannelEntry:
    """The entry of the story file that asked for the delivery."""
    try:
        story = house.story(delivery.story)
    except StoryError as problem:
        raise DeliveryError(str(problem)) from problem
    for entry in story.channels:
        if entry.kind == delivery.channel and delivery.recipient in entry.to:
            return entry
    raise DeliveryError("the story file no longer names this recipient", permanent=True)
