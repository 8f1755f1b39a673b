"""Dates as feeds, pages and mail write them. What cannot be understood for certain is no date, rather than a wrong one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_ZONES = {
    "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "WEST": 1, "AEST": 10, "AEDT": 11, "NZST": 12,
}  # fmt: skip
_KNOWN_ZONES = frozenset({"UT", "UTC", "GMT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT"})


def read_date(written: str) -> datetime | None:
    """The moment in UTC of a date in the manner of RFC 822 or ISO 8601; None where it is neither. A date alone is
    midnight UTC.
    """
    written = written.strip()
    for reading in (_iso_date, _mail_date):
        try:
            moment = reading(written)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if moment is not None:
            return moment
    return None


def _iso_date(written: str) -> datetime | None:
    if not re.match(r"\d{4}-\d{2}", written):
        return None
    moment = datetime.fromisoformat(written)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _mail_date(written: str) -> datetime | None:
    words = written.split()
    zone = words[-1].upper() if words and words[-1].isalpha() else ""
    parts = parsedate_tz(written)
    if parts is None or (zone and zone not in _KNOWN_ZONES and zone not in _ZONES):
        return None
    seconds = _ZONES[zone] * 3600 if zone in _ZONES else parts[9] or 0
    return datetime(*parts[:6], tzinfo=timezone(timedelta(seconds=seconds))).astimezone(UTC)
