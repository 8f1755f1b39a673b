"""Prefect's settings for a command that brings its own server: quiet, offline, and with time to start.

To be called before anything imports Prefect. What the operator has set stays.
"""

from __future__ import annotations

import os
from pathlib import Path

_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # what goes wrong is said by the command, without a traceback
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
}


def prepare_prefect(home: Path | None = None) -> None:
    """Sets what the environment leaves open. With `home`, Prefect keeps to that folder and to a server of its own,
    whatever else is set up on the machine.
    """
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if home is not None:
        os.environ["PREFECT_HOME"] = str(home.absolute())
        os.environ["PREFECT_SERVER_EPHEMERAL_ENABLED"] = "true"
        for name in ("PREFECT_API_URL", "PREFECT_API_KEY", "PREFECT_PROFILE"):
            os.environ.pop(name, None)
