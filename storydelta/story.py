"""What is watched: the story as its TOML file states it, validated.

A source's and a channel's own options are validated by the kind that the entry names; here they are carried as
they stand in `options`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from storydelta.cron import read_cron
from storydelta.model import ChangeKind, Measure


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write one like 'Europe/Moscow' or 'UTC'") from None
    return name


Zone = Annotated[str, AfterValidator(_known_zone)]


def _aware(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _text(*examples: str) -> WithJsonSchema:
    """For editors: text, without a format, since more is understood than the standard formats allow."""
    return WithJsonSchema({"type": "string", "examples": list(examples)})


Moment = Annotated[datetime, AfterValidator(_aware), _text("2024-03-22", "2024-03-22T09:30:00Z")]
"""A date or time as a story file gives it; a date alone is midnight, and UTC where no offset is given."""

_UNITS = {"s": "seconds", "m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _spelled_out(value: object) -> object:
    """'30 min', '2h', '1 day' as the durations that they are; everything else as it is."""
    match = re.fullmatch(r"(\d{1,6}) ?([a-z]+)", value.strip().lower()) if isinstance(value, str) else None
    unit = match and (
        _UNITS.get(match[2]) or next((u for u in _UNITS.values() if match[2] in (u, u[:-1])), None)
    )
    return timedelta(**{unit: int(match[1])}) if match and unit else value


Duration = Annotated[
    timedelta, BeforeValidator(_spelled_out), Field(ge=timedelta(0)), _text("30 min", "2 h", "PT30M")
]
"""A length of time: '30 min', '2 h', '1 day', or ISO 8601: 'PT30M'."""

SOONEST = timedelta(seconds=10)
"""No story is run more often: a look at what is due takes place every five seconds."""


def _not_too_often(pause: timedelta) -> timedelta:
    if pause < SOONEST:
        raise ValueError(f"no story is run more often than every {SOONEST.seconds} seconds")
    return pause


Pause = Annotated[Duration, AfterValidator(_not_too_often)]
"""A length of time between two runs."""


def _readable_cron(line: str) -> str:
    read_cron(line)
    return line


CronLine = Annotated[str, AfterValidator(_readable_cron), _text("*/10 6-22 * * mon-fri")]
"""A line as cron has it, with five fields."""


class Belonging(_Frozen):
    """Which documents belong to the story. Without any rule, every document of its sources does."""

    about: str = Field("", description="What the story is about, in a few words: '2012 Aurora shooting'.")
    must: tuple[str, ...] = Field((), description="Terms of which at least one must appear.")
    never: tuple[str, ...] = Field((), description="Terms that must not appear.")
    places: tuple[str, ...] = Field((), description="Names of the places where it happened.")
    since: Moment | None = Field(None, description="Documents published earlier do not belong.")
    until: Moment | None = Field(None, description="Documents published later do not belong.")


class Threshold(_Frozen):
    """By how much a figure has to move for a digest; both conditions have to hold."""

    by: int = Field(1, ge=1, description="At least this many people.")
    percent: float = Field(0, ge=0, description="At least this share of the figure before, in per cent.")


TimeOfDay = Annotated[time, _text("22:00")]


class QuietHours(_Frozen):
    """Hours in which no digest is sent; what was held back comes with the first one after them."""

    start: TimeOfDay = Field(alias="from", description="'22:00', in the story's time zone.")
    end: TimeOfDay = Field(alias="to", description="'06:30', in the story's time zone; may be past midnight.")


class AlertRules(_Frozen):
    """Which changes are worth a digest, and when it may be sent."""

    mute: tuple[ChangeKind, ...] = Field(
        (ChangeKind.REQUALIFIED,), description="Kinds of change that send nothing by themselves."
    )
    thresholds: dict[Measure, Threshold] = Field(default_factory=dict, description="By measure.")
    ignore: tuple[str, ...] = Field((), description="Speakers and publishers whose claims move nothing.")
    only: tuple[str, ...] = Field(
        (), description="If given: only these speakers' and publishers' changes are sent."
    )
    interval: Duration = Field(
        timedelta(0),
        description="Shortest time between two digests: '30 min', '2 h', or as ISO 8601 'PT30M'.",
    )
    quiet: QuietHours | None = Field(None, description="Hours in which no digest is sent.")
    flaps: int = Field(3, ge=2, description="So many returns to an earlier value within a day are flapping.")
    unconfirmed: bool = Field(
        default=False,
        description="Whether to send figures that only few documents without a publisher or site gave.",
    )


class Adaptive(_Frozen):
    """Often while the story moves, seldom while it rests: a quarter of the time in which nothing changed, within
    these bounds.
    """

    fastest: Pause = Field(description="The shortest time between two runs.")
    slowest: Pause = Field(description="The longest time between two runs.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.fastest > self.slowest:
            raise ValueError("the fastest pace is slower than the slowest")
        return self


class SourceEntry(_Frozen):
    """One place where documents come from. `kind` names the sort of source; the rest are its options."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str = Field(description="The sort of source.")
    name: str = Field("", description="How digests and errors call it; made of its options if left out.")

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class ChannelEntry(_Frozen):
    """One way in which digests go out. `kind` names the sort of channel; the rest are its options."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str = Field(description="The sort of channel.")
    to: tuple[str, ...] = Field(
        min_length=1, description="Recipients: folders, addresses, whatever the kind takes."
    )

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


NOT_IN_FILES = ("slug", "folder")
"""What a story's file does not state, since it follows from where the file lies."""


class Story(_Frozen):
    """A story to watch. `slug`, the file's name without its ending, identifies it everywhere."""

    slug: str = Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=64)
    title: str = Field(min_length=1, description="How digests call the story.")
    timezone: Zone = Field("UTC", description="Reports give their times in this zone, with UTC beside.")
    language: Literal["en"] = Field("en", description="The language of reports.")
    every: Pause = Field(timedelta(minutes=15), description="How often the story is to be run.")
    cron: CronLine | None = Field(
        None, description="In the place of `every`: when to run it, by the clock of the story's time zone."
    )
    adaptive: Adaptive | None = Field(
        None,
        description="Run it often while it moves and seldom while it rests; `every` counts until it first moves.",
    )
    paused: bool = Field(
        False, description="While true it is not run by a schedule; all else stays as it is."
    )
    tags: tuple[str, ...] = Field((), description="Words by which its runs are found in Prefect.")
    down_after: int = Field(
        3, ge=1, description="So many failures in a row, and a source is reported as down."
    )
    belongs: Belonging = Field(Belonging(), description="Which documents belong to the story.")
    sources: tuple[SourceEntry, ...] = Field(min_length=1, description="Where its documents come from.")
    channels: tuple[ChannelEntry, ...] = Field((), description="How its digests go out.")
    alerts: AlertRules = Field(AlertRules(), description="Which changes are worth a digest, and when.")
    names: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="More aliases: id -> written forms, added to those that ship."
    )
    folder: Path = Field(Path(), description="Where the story file lies: relative paths in it start here.")

    @model_validator(mode="after")
    def _one_schedule(self) -> Self:
        others = [key for key in ("every", "adaptive") if key in self.model_fields_set]
        if self.cron and others:
            raise ValueError(f"cron and {others[0]} are both given: leave one of them out")
        return self

    @model_validator(mode="after")
    def _window_is_not_empty(self) -> Self:
        since, until = self.belongs.since, self.belongs.until
        if since and until and since >= until:
            raise ValueError("belongs.since is not before belongs.until: no document could belong")
        return self
