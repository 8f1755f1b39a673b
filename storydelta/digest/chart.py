"""A toll over time as a step chart, in numbers that a template draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeAlias

from storydelta.digest.safety import shown
from storydelta.digest.statements import Teller
from storydelta.digest.view import Chart, Dot, Step
from storydelta.digest.words import capitalise, say
from storydelta.ledger import height, position_of, span
from storydelta.model import Ledger, Measure, Qualifier, Range, Statement

Past: TypeAlias = tuple[datetime, Measure, Range, str]
"""What stood from a time on: the time, the measure, its range and the voice that led."""

WIDTH, HEIGHT = 400, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = (
    5,
    5,
    24,
    24,
)  # room for the labels around the steps, and for marks at either end
_IN_WORDS = 12  # steps that the words beside a chart tell
_REMEMBERED = 200  # statements on one measure that are looked back upon
_QUIET = 0.5  # of the time in which a toll moved, shown after it at most
_LEAST_QUIET = timedelta(hours=6)
_APART = 42  # so far apart two labels can both be read


def past_of(ledger: Ledger, before: Mapping[Measure, datetime] | None = None) -> list[Past]:
    """How the figures moved, as far as the ledger remembers: what would have been held after each statement. With
    `before`, only of its measures, each up to that time.

    Late arrivals stand where they belong, so this is what is now known of the past, not what was known then.
    """
    past: list[Past] = []
    for key, position in ledger.positions.items():
        measure = position.subject.measure
        if measure is None or (before is not None and measure not in before):
            continue
        said = sorted((*position.statements, *ledger.heard.get(key, ())), key=lambda s: s.said_at)
        if before is not None:
            said = [statement for statement in said if statement.said_at < before[measure]]
        said = said[-_REMEMBERED:]
        for known in range(1, len(said) + 1):
            then = position_of(position.subject, said[:known])
            if then and isinstance(then.value, Range):
                at = said[known - 1].said_at
                past.append((at, measure, then.value, then.lead.voice.written))
    return past


def charts(
    history: Sequence[Past],
    ledger: Ledger,
    teller: Teller,
    disputes: Sequence[tuple[Measure, Statement]] = (),
) -> tuple[Chart, ...]:
    """A chart for each measure that took at least two values, in the order of `Measure`. `disputes`: what once
    contradicted a figure, to be drawn beside what does so now.
    """
    found = []
    for measure in Measure:
        past = _moves(sorted((p for p in history if p[1] is measure), key=lambda p: p[0]))
        if len(past) > 1 and past[-1][0] > past[0][0]:
            found.append(_chart(measure, past, _voices(ledger, measure, disputes), teller))
    return tuple(found)


_Said: TypeAlias = tuple[Statement, Range, bool, bool]
"""A voice's word on a measure, its range, whether it contradicts a figure, and whether that is the standing one."""


def _voices(ledger: Ledger, measure: Measure, disputes: Sequence[tuple[Measure, Statement]]) -> list[_Said]:
    """Everybody's latest word but the leading one, those that contradict it last, so that they are drawn on top."""
    position = next((p for p in ledger.positions.values() if p.subject.measure is measure), None)
    if position is None:
        return []
    against = {voice.id for voice in position.disputed_by}
    once = {statement for about, statement in disputes if about is measure}
    latest = [s for s in position.statements if s != position.lead]
    said = [
        (s, s.value, s in once or s.voice.id in against, s.voice.id in against and s in position.statements)
        for s in dict.fromkeys([*latest, *(s for s in once if s != position.lead)])
        if isinstance(s.value, Range) and s.value.qualifier is not Qualifier.VAGUE
    ]
    return sorted(said, key=lambda one: (one[3], one[2], one[0].said_at))


def _moves(past: Sequence[Past]) -> list[Past]:
    """Only those that differ from the one before; of several at one moment the last."""
    by_time = {at: (at, measure, value, voice) for at, measure, value, voice in past}
    kept: list[Past] = []
    for entry in by_time.values():
        if not kept or kept[-1][2] != entry[2]:
            kept.append(entry)
    return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """Where times and counts lie in a chart."""

    begin: datetime
    end: datetime
    top: int

    def x(self, at: datetime) -> float:
        share = (min(max(at, self.begin), self.end) - self.begin) / (self.end - self.begin)
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * share, 1)

    def y(self, count: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(count, self.top) / self.top, 1)

    def anchor(self, at: datetime) -> str:
        return "end" if self.x(at) > WIDTH - _APART else "start"


def _chart(measure: Measure, past: Sequence[Past], said: Sequence[_Said], teller: Teller) -> Chart:
    ranges = [*(value for _, _, value, _ in past), *(value for _, value, *_ in said)]
    top = max(max(height(value), value.low if value.high is None else value.high) for value in ranges)
    box = _Box(begin=past[0][0], end=_end(past[0][0], past[-1][0], teller.now), top=top or 1)
    ends = [*(at for at, *_ in past[1:]), box.end]
    steps = [_step(entry, until, box, teller) for entry, until in zip(past, ends, strict=True)]
    return Chart(
        measure=measure,
        label=capitalise(teller.phrases.measures[measure]),
        summary=_summary(steps),
        width=WIDTH,
        height=HEIGHT,
        base_y=HEIGHT - _BOTTOM,
        steps=_labelled(steps),
        path=_path(steps),
        dots=tuple(_dot(*one, box, teller) for one in said if one[0].said_at >= box.begin or one[3]),
        begin=teller.moment(box.begin),
        end=teller.moment(box.end),
    )


def _end(first: datetime, last: datetime, now: datetime) -> datetime:
    """Where the axis ends: now, but not so late that a long quiet squeezes what moved before it."""
    return max(last, min(now, last + max((last - first) * _QUIET, _LEAST_QUIET)))


def _summary(steps: Sequence[Step]) -> str:
    """The steps in words; of many, where they began and the newest."""
    said = [f"{step.at.short}: {step.label} ({step.voice})" for step in steps]
    return "; ".join(said if len(said) <= _IN_WORDS else [said[0], "…", *said[-_IN_WORDS:]])


def _step(entry: Past, until: datetime, box: _Box, teller: Teller) -> Step:
    at, _, value, voice = entry
    low, high = span(value)
    return Step(
        x=box.x(at),
        until_x=box.x(until),
        y=box.y(height(value)),
        low_y=box.y(low),
        high_y=box.y(high),
        label=say(value, teller.phrases),
        voice=shown(voice),
        at=teller.moment(at),
        labelled=False,
        anchor=box.anchor(at),
    )


def _dot(
    statement: Statement, value: Range, contradicts: bool, standing: bool, box: _Box, teller: Teller
) -> Dot:
    return Dot(
        x=box.x(statement.said_at),
        y=box.y(height(value)),
        label=say(value, teller.phrases),
        voice=shown(statement.voice.written),
        at=teller.moment(statement.said_at),
        contradicts=contradicts,
        labelled=standing,
        anchor=box.anchor(statement.said_at),
    )


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
