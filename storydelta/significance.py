"""What is worth a digest, by which rule, and when it may go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storydelta.ledger import height, same_count
from storydelta.ledger import rules as found_by
from storydelta.model import Change, ChangeKind, Ledger, Range, Value, Verdict
from storydelta.names import fold, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storydelta.story import AlertRules

MOVED = "moved"
MUTED = "muted"
NOT_AMONG_ONLY = "not_among_only"
UNCONFIRMED = "unconfirmed"
REPORTED_ALREADY = "reported_already"
BELOW_THRESHOLD = "below_threshold"
FLAPPING = "flapping"
STILL_FLAPPING = "still_flapping"

RULES = {
    MOVED: "The narrative changed: a first figure, a raise, a fall, a withdrawal, a dispute, a new actor, a changed "
    "stance.",
    MUTED: "The story file mutes this kind of change; by default a changed qualifier, which is the same number in "
    "other words.",
    NOT_AMONG_ONLY: "The story file trusts certain voices only, and none of them said so.",
    UNCONFIRMED: "A document without a publisher is weak alone: its figure is shown, and sent once it is confirmed, "
    "unless the story file asks for unconfirmed figures.",
    REPORTED_ALREADY: "The figure went back to what was reported last, before what it was meanwhile had been reported.",
    BELOW_THRESHOLD: "The figure moved by less than the story file asks for since it was last reported; small moves "
    "add up.",
    FLAPPING: "The position goes back and forth between the same values; this is said once.",
    STILL_FLAPPING: "That the position goes back and forth was said already; the next new value is reported again.",
}

FLAP_WINDOW = timedelta(days=1)
"""Within so long returns to an earlier value are counted: newsrooms correct themselves within the day."""

_MOVES = (ChangeKind.RAISED, ChangeKind.LOWERED)
_CONFIRMING = (found_by.CONFIRMED, found_by.STOOD_ALONE)
_NOT_REPORTED = (UNCONFIRMED, REPORTED_ALREADY)


def judge(
    changes: Iterable[Change],
    rules: AlertRules,
    *,
    ledger: Ledger,
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
        alert, rule, reason = _judge_one(change, rules, ledger, past, now)
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
    change: Change, rules: AlertRules, ledger: Ledger, past: Sequence[Verdict], now: datetime
) -> tuple[bool, str, str]:
    held_back = next(_held_back(change, rules, ledger, past, now), None)
    if held_back:
        return False, *held_back
    returns = _returns(change, past, now)
    if returns == rules.flaps:
        return True, FLAPPING, f"The position went back to an earlier value {returns} times within a day."
    kind = change.change.replace("_", " ")
    return True, MOVED, f"The kind of change is “{kind}”, which is reported unless it is muted."


def _held_back(
    change: Change, rules: AlertRules, ledger: Ledger, past: Sequence[Verdict], now: datetime
) -> Iterator[tuple[str, str]]:
    """The rules that hold a change back, each with its reason."""
    if change.change in rules.mute:
        yield MUTED, f"Changes of the kind “{change.change.replace('_', ' ')}” are muted."
    if rules.only and not _among(change, rules.only):
        yield NOT_AMONG_ONLY, f"Nobody of {', '.join(rules.only)} said so."
    if not rules.unconfirmed and _is_unconfirmed(change, ledger):
        remedy = "the story file names the publisher of its source or says unconfirmed = true in [alerts]"
        waits = "Few documents say so, and none has a publisher or a site: it is sent once it is confirmed"
        yield UNCONFIRMED, f"{waits}, or at once where {remedy}."
    short = _falls_short(change, rules, past)
    if short:
        yield BELOW_THRESHOLD, short
    if _returns(change, past, now) > rules.flaps:
        yield STILL_FLAPPING, "The position goes back and forth, and that was reported already."
    if _is_reported(change, past):
        yield REPORTED_ALREADY, "The figure is back at what was reported last."


def _among(change: Change, only: tuple[str, ...]) -> bool:
    wanted = {form for name in only for form in (fold(name), slug(fold(name)))}
    return any(
        wanted.intersection((fold(s.voice.written), s.voice.id, fold(s.publisher or "")))
        for s in change.causes
    )


def _gives_number(change: Change) -> bool:
    return change.change in (ChangeKind.FIRST, *_MOVES) or change.rule in _CONFIRMING


def _is_unconfirmed(change: Change, ledger: Ledger) -> bool:
    position = ledger.positions.get(change.subject.key)
    return _gives_number(change) and position is not None and not position.confirmed


def _is_reported(change: Change, past: Sequence[Verdict]) -> bool:
    """Whether a figure is back where the last alert left it, as far as the past goes."""
    if not _gives_number(change) or not isinstance(change.after, Range):
        return False
    alerts = [v.change for v in past if v.alert and v.change.subject.key == change.subject.key]
    return bool(alerts) and same_count(alerts[-1].after, change.after)


def _falls_short(change: Change, rules: AlertRules, past: Sequence[Verdict]) -> str:
    """Why a move is below its measure's threshold; nothing where it is not."""
    threshold = rules.thresholds.get(change.subject.measure) if change.subject.measure else None
    if threshold is None or not _gives_number(change):
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
    """The value that the last alert on the subject gave, else the first one known, None where none is."""
    mine = [verdict for verdict in past if verdict.change.subject.key == change.subject.key]
    for verdict in reversed(mine):
        if verdict.alert:
            return verdict.change.after
    if mine:
        return mine[0].change.before
    return None if change.rule in _CONFIRMING else change.before


def _returns(change: Change, past: Sequence[Verdict], now: datetime) -> int:
    """How often within the window the subject went back to a value that it had left, if this change does so again."""
    if change.before == change.after:
        return 0
    changes = [*(verdict.change for verdict in past if verdict.rule not in _NOT_REPORTED), change]
    history = [c for c in changes if c.subject.key == change.subject.key and c.before != c.after]
    left: list[Value | None] = []
    returns, again = 0, False
    for c in history:
        if now - c.at <= FLAP_WINDOW:
            left.append(c.before)
            again = c.after in left
            returns += again
    return returns if again else 0
