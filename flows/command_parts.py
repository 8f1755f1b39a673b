"""What several commands share: how they take a time, open the house, and print for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from storydelta.errors import DocumentError, StorydeltaError

if TYPE_CHECKING:
    from flows.wiring import House
    from storydelta.model import Edition
    from storydelta.story import Story


class Time(click.ParamType[datetime]):
    """An ISO 8601 date or time; without a zone it is UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        from storydelta.sources.documents import parse_time

        try:
            return parse_time(str(value), "time")
        except DocumentError as problem:
            self.fail(str(problem), param, ctx)


class Since(click.ParamType[int | datetime]):
    """The number of an edition, or a time."""

    name = "edition|time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | datetime:
        return int(value) if str(value).isdecimal() else Time().convert(value, param, ctx)


as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
story_argument = click.argument("story")


@contextmanager
def open_house() -> Iterator[House]:
    """The house as the environment describes it, closed at the end."""
    from flows.wiring import build_house

    house = build_house()
    with house.store:
        yield house


def known_edition(house: House, story: Story, as_of: datetime | None, *, asked: str) -> Edition:
    """The standing edition, or that of a moment. Raises StorydeltaError where nothing was known, with what to do in
    the words in which the story was `asked` for.
    """
    store = house.store
    edition = store.edition_as_of(story.slug, as_of) if as_of else store.latest_edition(story.slug)
    if edition is None:
        when = f" by {as_of:%Y-%m-%d %H:%M} UTC" if as_of else ""
        raise StorydeltaError(f"{story.slug}: nothing was known{when}; `storydelta run {asked}` finds out")
    return edition


def print_json(value: object) -> None:
    """One line of JSON on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False))
