"""When what is held was last confirmed, and whether that is long ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from storydelta.ledger.ranges import same_count

if TYPE_CHECKING:
    from storydelta.model import Ledger, Position

STALE_AFTER = timedelta(days=2)
"""While a story runs, its tolls and accusations are repeated daily; what nobody repeats for two days is old news."""


def last_said(position: Position, ledger: Ledger) -> datetime:
    """When somebody last said what is held, as far as the ledger remembers: the newest saying of each voice."""
    known = (*position.statements, *ledger.heard.get(position.subject.key, ()))
    return max(s.said_at for s in (position.lead, *known) if same_count(s.value, position.value))


def is_stale(position: Position, ledger: Ledger, now: datetime) -> bool:
    """Whether nobody has confirmed it for long."""
    return now - last_said(position, ledger) > STALE_AFTER
