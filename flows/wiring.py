"""The composition root: the only place that reads settings and builds the store, the reader and the channels.

Everything else takes what it needs as arguments.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from flows.settings import Settings, read_settings
from storydelta.claims import KINDS
from storydelta.claims.reader import Reader
from storydelta.model import Item
from storydelta.names import load_names
from storydelta.relevance import belongs
from storydelta.story import Story
from storydelta.syntax import load_parser

if TYPE_CHECKING:  # a second to import, and not every command needs a store, channels and the web
    from storage.store import Store
    from storydelta.delivery.channel import Channel
    from storydelta.sources import Context

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that a run needs, built once. Close it with the store: `with house.store: …`."""

    settings: Settings
    store: Store
    clock: Clock = utc_now

    def story(self, name: str) -> Story:
        """The story of that slug or path. Raises StoryError."""
        from storydelta.stories import find_story  # noqa: PLC0415 - imports every channel

        return find_story(name, self.settings.stories)

    def reader(self, story: Story | None = None) -> Reader:
        """The claim engine with the story's own aliases."""
        return build_reader(self.settings, story)

    def context(self, story: Story, now: datetime) -> AbstractAsyncContextManager[Context]:
        """What a fetch of the story's sources may use, with a client for the web that is closed at the end. Articles
        whose headline does not belong to the story are not visited.
        """
        return open_context(
            story.folder, now, self.settings, is_worth=lambda item: bool(belongs(item, story.belongs))
        )

    @property
    def templates(self) -> Path | None:
        return self.settings.templates

    def channel_settings(self, channel: Channel) -> BaseModel:
        """What the environment says of a channel, secrets among it, in the channel's own type."""
        return channel_settings(self.settings, channel)


def channel_settings(settings: Settings, channel: Channel) -> BaseModel:
    """What the environment says of a channel, in the channel's own type. Raises ValueError where it is wrong."""
    return channel.settings.model_validate(_channel_settings(settings).get(channel.name, {}))


def build_house(settings: Settings | None = None, *, clock: Clock = utc_now) -> House:
    """The house as the environment describes it. Raises StorydeltaError where a part of it cannot be had."""
    from storage.store import open_store  # noqa: PLC0415 - see above

    settings = settings or read_settings()
    return House(settings=settings, store=open_store(settings.database_url), clock=clock)


@asynccontextmanager
async def open_context(
    base: Path,
    now: datetime,
    settings: Settings | None = None,
    *,
    is_worth: Callable[[Item], bool] = lambda _: True,
) -> AsyncIterator[Context]:
    """What a fetch may use whose relative paths start at `base`. Needs no store."""
    from storydelta.sources import Context, Manners, build_client, shared_turns  # noqa: PLC0415 - see above

    settings = settings or read_settings()
    manners = Manners(
        contact=settings.contact, allow_private=settings.allow_private,
        proxy=settings.proxy.get_secret_value(), headers=settings.headers,
    )  # fmt: skip
    home = settings.home
    turns = shared_turns(home / "turns" if home.is_dir() else None)
    async with build_client(manners, turns=turns) as client:
        yield Context(base=base, now=now, client=client, is_worth=is_worth)


def build_reader(
    settings: Settings | None = None,
    story: Story | None = None,
    *,
    names: Mapping[str, tuple[str, ...]] | None = None,
) -> Reader:
    """The claim engine with the model that the settings name, and a story's own aliases, or those `names`. Needs no
    store.
    """
    settings = settings or read_settings()
    parser = None if settings.model == "none" else load_parser(settings.model)
    aliases = names or (story.names if story else {})
    return Reader(kinds=KINDS, names=load_names(aliases), parser=parser)


def _channel_settings(settings: Settings) -> dict[str, dict[str, object]]:
    return {
        "file": {"folder": settings.home, "templates": settings.templates},
        "webhook": {
            "secret": settings.webhook_secret,
            "addresses": settings.webhook_addresses,
            "allow_private": settings.allow_private,
        },
        "apprise": {"addresses": settings.apprise_addresses},
        "email": {
            "host": settings.smtp_host,
            "port": settings.smtp_port,
            "security": settings.smtp_security,
            "user": settings.smtp_user,
            "password": settings.smtp_password,
            "sender": settings.mail_from,
        },
    }
