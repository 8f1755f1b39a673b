"""When to come again after a failure: as the server says, else by its status, longer each time, never all at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

_LONGEST = timedelta(days=1)
_SHORTEST = timedelta(minutes=1)
_OTHERWISE = timedelta(minutes=5)
_MOST_DOUBLINGS = 12


def next_try(problem: Exception, failures: int, now: datetime, chance: Callable[[], float]) -> datetime:
    """When to try again after so many failures in a row: what the problem says (`UnavailableError.retry_at`), but a minute at least, else
    in five minutes, doubled with every failure but the first, at most a day, and up to a tenth later by chance (from
    0 to 1), so that what failed together does not come back together.
    """
    stated: datetime | None = getattr(problem, "retry_at", None)
    wait: timedelta = max(stated - now, _SHORTEST) if stated else _OTHERWISE
    doublings = min(max(failures - 1, 0), _MOST_DOUBLINGS)
    wait = min(wait * (1 << doublings), _LONGEST)
    return now + wait * (1 + chance() / 10)
