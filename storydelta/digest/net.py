"""What several changes of one position come to: held back overnight, 93, 115 and 133 are one raise from 93 to 133."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from storydelta.ledger import height
from storydelta.model import ChangeKind, Range, Value, Verdict

_MOVES = frozenset(
    {
        ChangeKind.FIRST,
        ChangeKind.RAISED,
        ChangeKind.LOWERED,
        ChangeKind.REQUALIFIED,
        ChangeKind.STANCE_CHANGED,
    }
)


def net(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts with the moves of each position made one, and of its disputes and settlements only the last.

    The verdict is the last one that alerts; who said so on the way stays among the causes.
    """
    groups: dict[object, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda verdict: verdict.change.at):
        moves = verdict.change.change in _MOVES
        groups.setdefault((verdict.change.subject.key, moves), []).append(verdict)
    return [_as_one(group) if group[0].change.change in _MOVES else group[-1] for group in groups.values()]


def _as_one(moves: Sequence[Verdict]) -> Verdict:
    first, last = moves[0].change, moves[-1].change
    if len(moves) == 1 or first.before == last.after:
        return moves[-1]
    speaking = next((v for v in reversed(moves) if v.alert), moves[-1])
    causes = tuple(dict.fromkeys(cause for v in reversed(moves) for cause in v.change.causes))
    change = replace(last, change=_kind(first.before, last.after), before=first.before, causes=causes)
    return replace(speaking, change=change)


def _kind(before: Value | None, after: Value | None) -> ChangeKind:
    if before is None:
        return ChangeKind.FIRST
    if not (isinstance(before, Range) and isinstance(after, Range)):
        return ChangeKind.STANCE_CHANGED
    if height(before) == height(after):
        return ChangeKind.REQUALIFIED
    return ChangeKind.RAISED if height(after) > height(before) else ChangeKind.LOWERED
