"""A toll over time as a step chart, in numbers that a template draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from storydelta.digest.statements import Teller
from storydelta.digest.view import Chart
from storydelta.model import Measure, Range

Past: TypeAlias = tuple[datetime, Measure, Range, str]
"""What stood from a time on: the time, the measure, its range and the voice that led."""


def charts(history: Sequence[Past], teller: Teller) -> tuple[Chart, ...]:  # noqa: ARG001
    return ()
