"""What a channel declares about itself. Everything else reads this and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from storydelta.model import Delivery, Message


class ChannelModel(BaseModel):
    """The base of a channel's options and settings: immutable, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Check(Protocol):
    def __call__(self, to: str, /) -> None: ...


class Send(Protocol):
    def __call__(
        self, message: Message, delivery: Delivery, *, options: BaseModel, settings: BaseModel, now: datetime
    ) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way in which digests go out.

    `options`: what a story file may set. `settings`: what the environment gives, secrets among them; never from a
    story file. `check`: ValueError with what would be right where a recipient cannot be one. `send`: hands one
    message to one recipient, again if asked again with the same delivery key; DeliveryError where it did not go
    out, `permanent` where trying again cannot help.
    """

    name: str
    help: str
    options: type[BaseModel]
    settings: type[BaseModel]
    check: Check
    send: Send
