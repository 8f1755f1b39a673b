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
NOT_AMONG_ONLY = "not_among_only"
BELOW_THRESHOLD = "below_threshold"
FLAPPING = "flapping"
STILL_FLAPPING = "still_flapping"

RULES = {
    MOVED: "The narrative changed: a first figure, a raise, a fall, a withdrawal, a dispute, a new actor, a changed "
    "stance.",
    MUTED: "The story file mutes this kind of change; by default a changed qualifier, which is the same number in "
    "other words.",
    NOT_AMONG_ONLY: "The story file trusts certain voices only, and none of them said so.",
    BELOW_THRESHOLD: "The figure moved by less than the story file asks for since it was last reported; small moves "
    "add up.",
    FLAPPING: "The position goes back and forth between the same values; this is said once.",
    STILL_FLAPPING: "That the position goes back and forth was said already; the next new value is reported again.",
}

FLAP_WINDOW = timedelta(days=1)
"""Within so long returns to an earlier value are counted: newsrooms correct themselves within the day."""

_MOVES = (ChangeKind.RAISED, ChangeKind.LOWERED)


def judge(
    changes: Iterable[Change],
    rules: AlertRules,
    *,
    ledger: Ledger,  # noqa: ARG001 - for rules that look at what stands beside the change
    now: datetime,
    last_digest_at: datetime | None,
    recent: Sequence[Verdict] = (),
    timezone: str = "UTC",
) -> tuple[Verdict, ...]:
    """A verdict for each change, in their order. `recent`: the story's verdicts of the last `FLAP_WINDOW` at least,
    oldest first; the more of them, the further back small moves add up against a threshold.

    An alert that may not be sent yet (shortest interval, quiet hours) stays an alert; its reason says until when
    it is held back.
    """
    until = may_send(rules, now, last_digest_at, timezone)
    wait = f" Held back until {until:%Y-%m-%d %H:%M} UTC." if until > now else ""
    past = list(recent)
    verdicts = []
    for change in changes:
        alert, rule, reason = _judge_one(change, rules, past, now)
        verdict = Verdict(change=change, alert=alert, rule=rule, reason=reason + wait if alert else reason)
        past.append(verdict)
        verdicts.append(verdict)
    return tuple(verdicts)


def may_send(rules: AlertRules, now: datetime, last_digest_at: datetime | None, timezone: str) -> datetime:
    """The moment from which a digest may be sent, in UTC: `now` where nothing holds it back.

    A last digest that lies in the future, because a clock was set back, counts as sent now.
    """
    due = max(now, min(last_digest_at, now) + rules.interval) if last_digest_at else now
    if rules.quiet is None:
        return due
    start, end = rules.quiet.start, rules.quiet.end
    zone = ZoneInfo(timezone)
    local = due.astimezone(zone)
    clock = local.time()
    past_midnight = start > end
    quiet = clock >= start or clock < end if past_midnight else start <= clock < end
    if not quiet:
        return due
    day = local.date() + timedelta(days=int(past_midnight and clock >= start))
    return datetime.combine(day, end, zone).astimezone(now.tzinfo)


def _judge_one(
    change: Change, rules: AlertRules, past: Sequence[Verdict], now: datetime
) -> tuple[bool, str, str]:
    kind = change.change.replace("_", " ")
    if change.change in rules.mute:
        return False, MUTED, f"Changes of the kind “{kind}” are muted."
    if rules.only and not _among(change, rules.only):
        return False, NOT_AMONG_ONLY, f"Nobody of {', '.join(rules.only)} said so."
    short = _falls_short(change, rules, past)
    if short:
        return False, BELOW_THRESHOLD, short
    returns = _returns(change, past, now)
    if returns > rules.flaps:
        return False, STILL_FLAPPING, "The position goes back and forth, and that was reported already."
    if returns == rules.flaps:
        return True, FLAPPING, f"The position went back to an earlier value {returns} times within a day."
    return True, MOVED, f"The kind of change is “{kind}”, which is reported unless it is muted."


def _among(change: Change, only: tuple[str, ...]) -> bool:
    wanted = {form for name in only for form in (fold(name), slug(fold(name)))}
    return any(
        wanted.intersection((fold(s.voice.written), s.voice.id, fold(s.publisher or "")))
        for s in change.causes
    )


def _falls_short(change: Change, rules: AlertRules, past: Sequence[Verdict]) -> str:
    """Why a move is below its measure's threshold; nothing where it is not."""
    threshold = rules.thresholds.get(change.subject.measure) if change.subject.measure else None
    if threshold is None or change.change not in _MOVES:
        return ""
    before, after = _last_reported(change, past), change.after
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
    """The value that the last alert on the subject gave, else the first one known."""
    mine = [verdict for verdict in past if verdict.change.subject.key == change.subject.key]
    for verdict in reversed(mine):
        if verdict.alert:
            return verdict.change.after
    return mine[0].change.before if mine else change.before


def _returns(change: Change, past: Sequence[Verdict], now: datetime) -> int:
    """How often within the window the subject went back to a value that it had left, if this change does so again."""
    changes = [*(verdict.change for verdict in past), change]
    history = [c for c in changes if c.subject.key == change.subject.key and c.before != c.after]
    left: list[Value | None] = []
    returns, again = 0, False
    for c in history:
        if now - c.at <= FLAP_WINDOW:
            left.append(c.before)
            again = c.after in left
            returns += again
    return returns if again else 0
