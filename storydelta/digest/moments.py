"""Times as a reader wants them: in the story's zone, with UTC beside."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from storydelta.digest.phrases import Phrases
from storydelta.digest.view import Moment


def moment(at: datetime, zone: str, phrases: Phrases, *, now: datetime | None = None) -> Moment:
    """`at` in words. A year is left out of the short form where it is the year of `now` or `now` is not given.

    Midnight UTC to the second is how a day without a time is given, and is shown as that day.
    """
    local, times = at.astimezone(ZoneInfo(zone)), phrases.times
    day_only = at.astimezone(UTC).time() == time(0)
    if day_only:
        day = at.astimezone(UTC)
        full, plain = _form(day, times.full_day, phrases), _form(day, times.plain_day, phrases)
    else:
        name = zone_name(local)
        full, plain = (
            f"{_form(local, times.full, phrases)} {name}",
            f"{_form(local, times.plain, phrases)} {name}",
        )
    return Moment(
        at=at,
        iso=at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        full=full,
        plain=plain,
        short=short(at, zone, phrases, now=now),
        utc="" if day_only else utc(local, phrases),
    )


def short(at: datetime, zone: str, phrases: Phrases, *, now: datetime | None = None) -> str:
    """As in "24 Mar 11:10"; the day alone where only the day is known."""
    old = now is not None and at.year != now.year
    if at.astimezone(UTC).time() == time(0):
        return _form(at.astimezone(UTC), phrases.times.plain_day if old else phrases.times.short_day, phrases)
    return _form(at.astimezone(ZoneInfo(zone)), phrases.times.old if old else phrases.times.short, phrases)


def utc(local: datetime, phrases: Phrases) -> str:
    """As in "08:10 UTC", with the day where it is another one; empty where the local time is UTC already."""
    if local.utcoffset() == timedelta(0):
        return ""
    there = local.astimezone(UTC)
    pattern = phrases.times.clock if there.date() == local.date() else phrases.times.short
    return f"{_form(there, pattern, phrases)} UTC"


def zone_name(local: datetime) -> str:
    """As in "MSK" where the zone has letters of its own, otherwise "UTC+03:00"."""
    name = local.tzname() or ""
    if name.isalpha():
        return name
    offset = f"{local:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def _form(at: datetime, pattern: str, phrases: Phrases) -> str:
    return _on_the_clock(at.replace(tzinfo=None), pattern, phrases.locale)


@lru_cache(maxsize=16_384)
def _on_the_clock(local: datetime, pattern: str, locale: str) -> str:
    """A local time in words. Without its zone, since two times at one instant are the same key in any zone."""
    return format_datetime(local, pattern, locale=locale)
