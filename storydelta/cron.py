"""The five fields of a cron line, and the moments that they name in a time zone.

Read like Prefect reads them, so that a story has the same schedule with and without it; a test holds the two side by
side. Over a change of the clock: what falls into the hour that is left out comes an hour later by the clock; what
falls into the hour that comes twice is run once, except where every hour is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import product

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_NAMES = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_MONTH_NAMES = {name: number for number, name in enumerate(_MONTHS, 1)}
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FIELDS: tuple[tuple[str, int, int, dict[str, int]], ...] = (
    ("a minute", 0, 59, {}),
    ("an hour", 0, 23, {}),
    ("a day of the month", 1, 31, {}),
    ("a month", 1, 12, _MONTH_NAMES),
    ("a day of the week", 0, 7, _DAY_NAMES),
)
_PART = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?")
_ALL_HOURS, _ALL_DAYS, _ALL_WEEKDAYS = frozenset(range(24)), frozenset(range(1, 32)), frozenset(range(7))
_LARGEST_JUMP = timedelta(hours=3)
"""No clock is put on or back by more, but for whole days."""

_FURTHEST = 8 * 366
"""Days: 29 February is at most eight years away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """When: the values of each field. `weekdays` count from Sunday, 0. Where days of the month and of the week are
    both limited, either will do, as cron has it.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def next_after(self, moment: datetime, zone: tzinfo) -> datetime:
        """The first moment later than that, in UTC. `moment` is aware."""
        earliest = moment.astimezone(zone).replace(tzinfo=None) - _LARGEST_JUMP
        for day in map(earliest.date().__add__, map(timedelta, range(_FURTHEST))):
            hours = sorted(self.hours) if self._falls_on(day) else []
            for at, hour in enumerate(hours):
                if datetime.combine(day, time(hour, 59)) < earliest:
                    continue
                # with the next hour: what an hour that is left out holds falls between the minutes of that one
                later = [
                    m for each in hours[at : at + 2] for m in self._moments(day, each, zone) if m > moment
                ]
                if later:
                    return min(later)
        raise AssertionError("there is no such day, which reading a cron line refuses")

    def _falls_on(self, day: date) -> bool:
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        either = self.days < _ALL_DAYS and self.weekdays < _ALL_WEEKDAYS
        return day.month in self.months and (of_month or of_week if either else of_month and of_week)

    def _moments(self, day: date, hour: int, zone: tzinfo) -> Iterator[datetime]:
        for fold, minute in product((0, 1) if self.hours == _ALL_HOURS else (0,), self.minutes):
            yield datetime.combine(day, time(hour, minute, fold=fold), zone).astimezone(UTC)


def read_cron(line: str) -> Cron:
    """The fields of the line: '*/10 6-22 * * mon-fri'. Raises ValueError in words."""
    parts = line.lower().split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"{line!r} has {len(parts)} fields, and cron has five: minute, hour, day of the month, month, day of the"
            " week, like '*/10 6-22 * * mon-fri'"
        )
    minutes, hours, days, months, weekdays = (
        frozenset(value for part in given.split(",") for value in _values(part, *field))
        for given, field in zip(parts, _FIELDS, strict=True)
    )
    cron = Cron(minutes=minutes, hours=hours, days=days, months=months, weekdays=weekdays)
    if weekdays == _ALL_WEEKDAYS and min(days) > max(_LONGEST_MONTHS[month - 1] for month in months):
        raise ValueError(f"{line!r} names a day that no year has")
    return cron


def _values(part: str, name: str, lowest: int, highest: int, words: dict[str, int]) -> list[int]:
    """The values that '5', '*', '1-5', '*/10', 'mon-fri' or '22-3' stand for."""
    match = _PART.fullmatch(part)
    if not match:
        raise ValueError(f"{part!r} is not {name}: write *, 5, 1-5, 1,15 or */10")
    star, start, end, step = match.groups()

    def number(text: str) -> int:
        value = words.get(text, int(text) if text.isdecimal() else -1)
        if not lowest <= value <= highest:
            known = f"{lowest} to {highest}" + (f", {next(iter(words))} …" if words else "")
            raise ValueError(f"{text!r} is not {name} ({known})")
        return value

    if step and not int(step):
        raise ValueError(f"{part!r} has a step of nothing")
    first = lowest if star else number(start)
    last = highest if star or (step and not end) else number(end or start)
    around = 7 if words is _DAY_NAMES else highest - lowest + 1
    over = around if first > last else 0  # past the end and on from the beginning
    return [lowest + (at - lowest) % around for at in range(first, last + over + 1, int(step or 1))]
