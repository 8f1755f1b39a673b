"""Libraries kept from logging addresses, in whose paths there may be tokens."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

_TALKATIVE = ("httpx", "httpcore", "requests", "urllib3")


@contextmanager
def unlogged() -> Iterator[None]:
    """While it lasts, HTTP libraries write nothing into any log, however much is asked for."""
    loggers = [logging.getLogger(name) for name in _TALKATIVE]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
