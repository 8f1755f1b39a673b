"""The ways in which digests go out. To add one: a module here, and a line in `CHANNELS`."""

from __future__ import annotations

from storydelta.delivery.apprise import APPRISE
from storydelta.delivery.channel import Channel
from storydelta.delivery.email import EMAIL
from storydelta.delivery.file import FILE
from storydelta.delivery.webhook import WEBHOOK
from storydelta.errors import DeliveryError

CHANNELS: tuple[Channel, ...] = (FILE, EMAIL, WEBHOOK, APPRISE)


def find_channel(name: str) -> Channel:
    """The channel of that name; a permanent DeliveryError that lists the known ones where there is none."""
    for channel in CHANNELS:
        if channel.name == name:
            return channel
    known = ", ".join(sorted(channel.name for channel in CHANNELS))
    raise DeliveryError(f"There is no channel {name!r}; there are: {known}.", permanent=True)
