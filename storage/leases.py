"""When a lease on a story or a delivery is free again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

LONGEST = timedelta(days=1)
"""No lease lasts longer. One that ends later than that was written by a clock that has since been put back."""


def is_free(until: InstrumentedAttribute[datetime | None], now: datetime) -> ColumnElement[bool]:
    return or_(until.is_(None), until <= now, until > now + LONGEST)


def end(now: datetime, until: datetime) -> datetime:
    """`until`, or as late as a lease may last."""
    return min(until, now + LONGEST)
