"""A message that shows whether a channel works: a digest of nothing, sent past the outbox."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from flows.wiring import House
from storydelta.delivery import find_channel
from storydelta.digest import build_digest
from storydelta.errors import StorydeltaError
from storydelta.model import Delivery, Edition, Ledger, Message
from storydelta.render import render
from storydelta.story import SourceEntry, Story

_STORY = Story(slug="test", title="Storydelta", sources=(SourceEntry(kind="folder"),))


def send_test_message(house: House, channel_name: str, to: str, story: Story | None = None) -> None:
    """Sends it once, with the options that `story` gives the channel. StorydeltaError where it did not go out."""
    channel = find_channel(channel_name)
    try:
        channel.check(to)
    except ValueError as problem:
        raise StorydeltaError(str(problem)) from problem
    now = house.clock()
    entries = [entry for entry in (story.channels if story else ()) if entry.kind == channel.name]
    options = next(
        (entry.options for entry in entries if to in entry.to), entries[0].options if entries else {}
    )
    channel.send(
        _message(house, now), _delivery(channel.name, to, now), options=channel.options.model_validate(options),
        settings=house.channel_settings(channel), now=now,
    )  # fmt: skip


def _message(house: House, now: datetime) -> Message:
    edition = Edition(story=_STORY.slug, number=0, made_at=now, ledger=Ledger(), verdicts=())
    digest = build_digest(
        _STORY, edition=edition, verdicts=(), ledger=Ledger(), now=now, templates=house.templates
    )
    labels = digest.labels
    told = replace(digest, headline=labels["test"], deck=labels["test_deck"])
    return render(told, house.templates)


def _delivery(channel: str, to: str, now: datetime) -> Delivery:
    """A key of its own for each test, so that no receiver takes a second one for a repeat."""
    key = hashlib.sha256(f"test|{channel}|{to}|{now.isoformat()}".encode()).hexdigest()
    return Delivery(key=key, story=_STORY.slug, edition=0, channel=channel, recipient=to, due_at=now)
