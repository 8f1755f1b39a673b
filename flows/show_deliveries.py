"""Deliveries as a person sees them in a terminal, and as a program reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

from storydelta.digest.safety import clean
from storydelta.model import Delivery, DeliveryState


def show_deliveries(
    deliveries: Sequence[Delivery], counts: Mapping[DeliveryState, int], *, shown_key: int
) -> None:
    """A line for each delivery, with its problem below, and at the end how many there are in each state."""
    for delivery in deliveries:
        click.echo(f"{delivery.key[:shown_key]}  {delivery.state:<7}  {name(delivery)}{_when(delivery)}")
        if delivery.problem:
            click.echo(f"{'':{shown_key}}  {clean(delivery.problem)}")
    click.echo(", ".join(f"{counts.get(state, 0)} {state}" for state in DeliveryState))


def name(delivery: Delivery) -> str:
    """As in "harbour-blast, edition 3, email to desk@example.org"."""
    return f"{delivery.story}, edition {delivery.edition}, {delivery.channel} to {clean(delivery.recipient)}"


def _when(delivery: Delivery) -> str:
    """When a pending delivery is tried next, and how often it has been."""
    if delivery.state is not DeliveryState.PENDING:
        return ""
    tried = f", tried {delivery.attempts} times" if delivery.attempts else ""
    return f", due {delivery.due_at:%Y-%m-%d %H:%M} UTC{tried}"


def delivery_to_json(delivery: Delivery) -> dict[str, Any]:
    """A delivery for programs; times in ISO 8601."""
    return {
        "key": delivery.key,
        "story": delivery.story,
        "edition": delivery.edition,
        "channel": delivery.channel,
        "to": delivery.recipient,
        "state": str(delivery.state),
        "attempts": delivery.attempts,
        "due_at": delivery.due_at.isoformat(),
        "problem": delivery.problem,
    }
