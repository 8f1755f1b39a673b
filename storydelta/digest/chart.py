"""A toll over time as a step chart, in numbers that a template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import TypeAlias

from storydelta.digest.safety import shown
from storydelta.digest.statements import Teller
from storydelta.digest.view import Chart, Step
from storydelta.digest.words import capitalise, say
from storydelta.ledger import height, position_of, span
from storydelta.model import Ledger, Measure, Range

Past: TypeAlias = tuple[datetime, Measure, Range, str]
"""What stood from a time on: the time, the measure, its range and the voice that led."""

WIDTH, HEIGHT = 400, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 1, 1, 24, 24  # room for the labels around the steps
_REMEMBERED = 200  # statements on one measure that are looked back upon
_APART = 42  # so far apart two labels can both be read


def past_of(ledger: Ledger) -> list[Past]:
    """How the figures moved, as far as the ledger remembers: what would have been held after each statement.

    Late arrivals stand where they belong, so this is what is now known of the past, not what was known then.
    """
    past: list[Past] = []
    for key, position in ledger.positions.items():
        if position.subject.measure is None:
            continue
        said = sorted((*position.statements, *ledger.heard.get(key, ())), key=lambda s: s.said_at)[
            -_REMEMBERED:
        ]
        for known in range(1, len(said) + 1):
            then = position_of(position.subject, said[:known])
            if then and isinstance(then.value, Range):
                at = said[known - 1].said_at
                past.append((at, position.subject.measure, then.value, then.lead.voice.written))
    return past


def charts(history: Sequence[Past], teller: Teller) -> tuple[Chart, ...]:
    """A chart for each measure that took at least two values, in the order of `Measure`."""
    found = []
    for measure in Measure:
        past = _moves(sorted((p for p in history if p[1] is measure), key=lambda p: p[0]))
        if len(past) > 1 and past[-1][0] > past[0][0]:
            found.append(_chart(measure, past, teller))
    return tuple(found)


def _moves(past: Sequence[Past]) -> list[Past]:
    """Only those that differ from the one before; of several at one moment the last."""
    by_time = {at: (at, measure, value, voice) for at, measure, value, voice in past}
    kept: list[Past] = []
    for entry in by_time.values():
        if not kept or kept[-1][2] != entry[2]:
            kept.append(entry)
    return kept


def _chart(measure: Measure, past: Sequence[Past], teller: Teller) -> Chart:
    begin = past[0][0]
    end = max(teller.now, past[-1][0])
    top = max(max(height(value), _finite(value)) for _, _, value, _ in past) or 1

    def x(at: datetime) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * ((at - begin) / (end - begin)), 1)

    def y(count: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(count, top) / top, 1)

    ends = [*(at for at, *_ in past[1:]), end]
    steps = []
    for (at, _, value, voice), until in zip(past, ends, strict=True):
        low, high = span(value)
        steps.append(
            Step(
                x=x(at),
                until_x=x(until),
                y=y(height(value)),
                low_y=y(low),
                high_y=y(high),
                label=say(value, teller.phrases),
                voice=shown(voice),
                at=teller.moment(at),
                labelled=False,
                anchor="end" if x(at) > WIDTH - _APART else "start",
            )
        )
    return Chart(
        measure=measure,
        label=capitalise(teller.phrases.measures[measure]),
        summary="; ".join(f"{step.at.short}: {step.label} ({step.voice})" for step in steps),
        width=WIDTH,
        height=HEIGHT,
        steps=_labelled(steps),
        path=_path(steps),
        base_y=HEIGHT - _BOTTOM,
        begin=teller.moment(begin),
        end=teller.moment(end),
    )


def _finite(count: Range) -> int:
    return count.low if count.high is None else count.high


def _path(steps: Sequence[Step]) -> str:
    moves = [f"M{steps[0].x} {steps[0].y}H{steps[0].until_x}"]
    moves += [f"V{after.y}H{after.until_x}" for _, after in pairwise(steps)]
    return "".join(moves)


def _labelled(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps, with those marked whose labels have room; the last one always has."""
    kept: list[Step] = []
    for step in reversed(steps):
        room = not kept or all(abs(other.x - step.x) >= _APART for other in kept if other.labelled)
        kept.append(replace(step, labelled=room))
    return tuple(reversed(kept))
