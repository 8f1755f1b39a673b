"""What is worth a digest, by which rule, and when it may go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storydelta.ledger import height
from storydelta.model import Change, ChangeKind, Ledger, Range, Value, Verdict
from storydelta.names import fold, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from storydelta.story import AlertRules

MOVED = "moved"
MUTED = "muted"
BELOW_THRESHOLD = "below_threshold"
NOT_AMONG_ONLY = "not_among_only"
FLAPPING = "flapping"
STILL_FLAPPING = "still_flapping"

FLAP_WINDOW = timedelta(days=1)
_MOVES = (ChangeKind.RAISED, ChangeKind.LOWERED)


def judge(
    changes: Iterable[Change],
    rules: AlertRules,
    *,
    ledger: Ledger,  # noqa: ARG001 - rules that look at what stands need it
    now: datetime,
    last_digest_at: datetime | None,
    recent: Sequence[Verdict] = (),
    timezone: str = "UTC",
) -> tuple[Verdict, ...]:
    """A verdict for each change, in their order. `recent`: the story's verdicts of the last day, oldest first.

    An alert that may not be sent yet (shortest interval, quiet hours) stays an alert; its reason says until when
    it is held back.
    """
    until = may_send(rules, now, last_digest_at, timezone)
    past = list(recent)
    verdicts = []
    for change in changes:
        alert, rule, reason = _judge_one(change, rules, past, now)
        if alert and until > now:
            reason += f" Held back until {until:%Y-%m-%d %H:%M} UTC."
        verdict = Verdict(change=change, alert=alert, rule=rule, reason=reason)
        past.append(verdict)
        verdicts.append(verdict)
    return tuple(verdicts)


def may_send(rules: AlertRules, now: datetime, last_digest_at: datetime | None, timezone: str) -> datetime:
    """The moment from which a digest may be sent: `now` where nothing holds it back."""
    due = max(now, last_digest_at + rules.interval) if last_digest_at else now
    if rules.quiet is None:
        return due
    zone = ZoneInfo(timezone)
    local = due.astimezone(zone)
    start, end, clock = rules.quiet.start, rules.quiet.end, local.time()
    if start <= end:
        quiet, wraps = start <= clock < end, False
    else:
        quiet, wraps = clock >= start or clock < end, clock >= start
    if not quiet:
        return due
    day = local.date() + timedelta(days=1) if wraps else local.date()
    return datetime.combine(day, end, zone).astimezone(now.tzinfo)


def _judge_one(
    change: Change, rules: AlertRules, past: Sequence[Verdict], now: datetime
) -> tuple[bool, str, str]:
    if change.change in rules.mute:
        return False, MUTED, f"Changes of the kind '{change.change}' are muted."
    if rules.only and not _among(change, rules.only):
        return False, NOT_AMONG_ONLY, "None of those who said so is among the voices of 'only'."
    short = _below(change, rules, past)
    if short:
        return False, BELOW_THRESHOLD, short
    returns = _returns(change, past, now)
    if returns > rules.flaps:
        return False, STILL_FLAPPING, "The position goes back and forth, and that was reported already."
    if returns == rules.flaps:
        return True, FLAPPING, f"The position went back to an earlier value {returns} times within a day."
    return True, MOVED, f"The kind of change '{change.change}' is reported by default."


def _among(change: Change, only: tuple[str, ...]) -> bool:
    wanted = {fold(name) for name in only} | {slug(fold(name)) for name in only}
    said = {
        form
        for s in change.causes
        for form in (fold(s.voice.written), s.voice.id, fold(s.publisher) if s.publisher else "")
    }
    return bool(wanted & said)


def _below(change: Change, rules: AlertRules, past: Sequence[Verdict]) -> str:
    threshold = rules.thresholds.get(change.subject.measure) if change.subject.measure else None
    before, after = _last_reported(change, past), change.after
    if threshold is None or change.change not in _MOVES:
        return ""
    if not (isinstance(before, Range) and isinstance(after, Range)):
        return ""
    by = abs(height(after) - height(before))
    percent = 100 * by / max(1, height(before))
    if by >= threshold.by and percent >= threshold.percent:
        return ""
    return (
        f"Moved by {by} ({percent:.0f} %) since it was last reported; "
        f"the threshold is {threshold.by} and {threshold.percent:g} %."
    )


def _last_reported(change: Change, past: Sequence[Verdict]) -> Value | None:
    """The value that the last alert on the subject gave: small moves add up until they are reported."""
    mine = [v for v in past if v.change.subject.key == change.subject.key]
    for verdict in reversed(mine):
        if verdict.alert:
            return verdict.change.after
    return mine[0].change.before if mine else change.before


def _returns(change: Change, past: Sequence[Verdict], now: datetime) -> int:
    """How often within the window the subject went back to a value that it had left, this change included."""
    history = [
        c
        for c in [*(v.change for v in past), change]
        if c.subject.key == change.subject.key and now - c.at <= FLAP_WINDOW and c.before != c.after
    ]
    left: list[Value | None] = []
    returns, last = 0, False
    for c in history:
        left.append(c.before)
        last = c.after in left
        returns += last
    return returns if last else 0
