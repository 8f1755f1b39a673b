"""A short text through Apprise, which knows Slack, Telegram, Matrix, ntfy and a hundred others."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from pydantic import BaseModel, Field, SecretStr

from storydelta.delivery.channel import Channel, ChannelModel
from storydelta.delivery.quiet import unlogged
from storydelta.errors import DeliveryError
from storydelta.model import Delivery, Message

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TELLING_PART = 6  # characters from which on a part of an address may be a secret
_LONGEST_REASON = 200


class AppriseOptions(ChannelModel):
    """What a story file may set on an Apprise channel."""

    length: int = Field(
        default=1000, ge=100, le=30000, description="At most so many characters of the digest's text."
    )
    link: str = Field(default="", description="Where the digests can be read: the address of your site.")


class AppriseSettings(ChannelModel):
    """The services, each by the name that story files use."""

    addresses: Mapping[str, SecretStr] = Field(
        default_factory=dict, description="Apprise URLs by name; secrets, since tokens stand in them."
    )


def check(to: str, /) -> None:
    """ValueError where `to` is not the name of a service in the settings; addresses hold tokens."""
    if not _NAME.fullmatch(to):
        raise ValueError(
            "an Apprise recipient is the name of a service in the settings, like 'desk'; its address holds "
            "tokens and does not belong in a story file"
        )


def send(
    message: Message,
    delivery: Delivery,
    *,
    options: BaseModel,
    settings: BaseModel,
    now: datetime,  # noqa: ARG001 - services put their own time on what they get
) -> None:
    """Hands the digest's headline and the beginning of its text to the service.

    Apprise does not say whether a refusal is for good, so none is taken to be.
    """
    assert isinstance(options, AppriseOptions)
    assert isinstance(settings, AppriseSettings)
    known = settings.addresses.get(delivery.recipient)
    if known is None:
        raise DeliveryError(f"The settings name no Apprise service {delivery.recipient!r}.")
    import apprise  # noqa: PLC0415 - it takes a second, which only who uses it should wait

    address = known.get_secret_value()
    with unlogged(), _listening() as heard:
        service = apprise.Apprise.instantiate(address, suppress_exceptions=True)
        if service is None:
            raise DeliveryError(
                f"Apprise does not understand the address of {delivery.recipient!r} in the settings."
            )
        notice = apprise.Apprise()
        notice.add(service)
        sent = notice.notify(
            title=message.subject, body=shortened(message.text, options), body_format=apprise.NotifyFormat.TEXT
        )  # fmt: skip
    if not sent:
        reason = without_secrets("; ".join(heard), address) or "it does not say why"
        raise DeliveryError(f"{delivery.recipient} did not take the digest: {reason}"[:_LONGEST_REASON])


def shortened(text: str, options: AppriseOptions) -> str:
    """The text's beginning, cut between lines, with the link to the rest."""
    kept: list[str] = []
    room = options.length - len(options.link) - 2
    for line in text.strip().split("\n"):
        room -= len(line) + 1
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join([*kept, *([options.link] if options.link else [])])


def without_secrets(said: str, address: str) -> str:
    """What a service says of a failure, with every part of its address that may be a token left out."""
    for part in sorted(re.split(r"[/:@?&=]+", address.partition("://")[2]), key=len, reverse=True):
        if len(part) >= _TELLING_PART:
            said = said.replace(part, "…")
    return said


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Apprise's warnings, kept for the error and out of every log: there may be tokens in them."""
    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(" ".join(record.getMessage().split()))

    logger, ear = logging.getLogger("apprise"), Ear(logging.WARNING)
    before = logger.propagate, logger.level
    logger.addHandler(ear)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield heard
    finally:
        logger.removeHandler(ear)
        logger.propagate, logger.level = before


APPRISE = Channel(
    name="apprise",
    help="Sends a short text to Slack, Telegram, Matrix, ntfy or whatever else Apprise knows.",
    options=AppriseOptions,
    settings=AppriseSettings,
    check=check,
    send=send,
)
