"""What changed: the last ledger and the new readings give the next ledger and its changes.

    hear    readings            -> statements by subject, and what was taken back   one a revision, voice and subject
    settle  known, heard        -> statements    edits replace, retractions remove
    place   statements          -> position      storydelta.ledger
    differ  before, after       -> changes       each with its rule and the statements that caused it

Pure: a replay, a test and a scheduled run share it. What it costs depends on the new readings and on the bounded
memory of the subjects that they touch, not on how much was ever stored: of no other subject anything is looked at.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from storydelta.ledger import (
    LONE_FOR,
    Heard,
    hear,
    height,
    position_of,
    prune,
    rules,
    same_count,
    settle,
    taken_back,
)
from storydelta.model import (
    Change,
    ChangeKind,
    Figure,
    Ledger,
    Measure,
    Position,
    Range,
    Responsibility,
    Stance,
    Statement,
    Subject,
)
from storydelta.relevance import keep

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
    from datetime import datetime

    from storydelta.claims.kind import Kind
    from storydelta.model import Name, Reading, Value
    from storydelta.names import Names
    from storydelta.story import Belonging

MOST_STANCES = 500
"""So many positions of speakers on actors are held; beyond it those go that were silent longest."""

T = TypeVar("T")

_HOLDS_RESPONSIBLE = frozenset({Stance.ASSERTS, Stance.CLAIMS})
_CONTRADICTS = frozenset({Stance.DENIES, Stance.DOUBTS})


def compare(
    ledger: Ledger,
    readings: Sequence[Reading],
    now: datetime,
    *,
    kinds: Sequence[Kind],
    names: Names,
    ignore: tuple[str, ...] = (),
    belonging: Belonging | None = None,
) -> tuple[Ledger, tuple[Change, ...]]:
    """The next ledger, and what differs from this one, by the subjects' keys, disputes about actors last.

    `ignore`: speakers and publishers, as written or by id, whose claims move nothing. `belonging`: claims that are
    not about the story move nothing either. Without anything new the ledger is the same, and there is no change.
    """
    if belonging is not None:
        readings = [keep(reading, belonging) for reading in readings]
    unheard = frozenset(names.name(name).id for name in ignore)
    news = hear(readings, kinds, names, now, unheard)
    lone = [position for position in _lone(ledger, now) if position.subject.key not in news]
    if not (news or lone):
        return ledger, ()
    positions, memory, retracted = copy(ledger.positions), copy(ledger.heard), copy(ledger.retracted)
    changes: list[Change] = []
    for key, heard in sorted(news.items()):
        before = positions.pop(key, None)
        known = [*(before.statements if before else ()), *memory.pop(key, ())]
        retractions = taken_back(heard.subject, retracted.pop(key, ()), heard.retracted)
        stands = settle(known, heard.said, retractions)
        after = position_of(before.subject if before else heard.subject, stands)
        if after:
            after = replace(after, disputed_by=before.disputed_by) if before and _is_stance(after) else after
            positions[key], beside = _remember(after, stands, heard.said)
        else:
            beside = prune(stands, None, heard.said)
        if beside:
            memory[key] = beside
        if retractions:
            retracted[key] = tuple(retraction.word for retraction in retractions)
        changes += _differences(before, after, heard, now)
    for position in lone:
        positions[position.subject.key] = replace(position, confirmed=True)
        changes.append(_stood_alone(position, now))
    changes += _settle_actors(positions, [heard.subject for heard in news.values()], changes, now)
    _forget_oldest(positions, memory, retracted)
    return Ledger(positions=_by_key(positions), heard=_by_key(memory), retracted=_by_key(retracted)), tuple(
        changes
    )


def _by_key(subjects: MutableMapping[str, T]) -> MutableMapping[str, T]:
    """The same in the order of the keys."""
    keys = list(subjects)
    return subjects if keys == sorted(keys) else dict(sorted(subjects.items()))


def _remember(
    position: Position, stands: Sequence[Statement], fresh: Sequence[Statement]
) -> tuple[Position, tuple[Statement, ...]]:
    """The position with the words of those alone who are remembered, and what is remembered beside it."""
    kept = prune(stands, position, fresh)
    remembered = {id(s) for s in kept}
    shown = tuple(s for s in position.statements if id(s) in remembered)
    beside = remembered.difference(id(s) for s in shown)
    return replace(position, statements=shown), tuple(s for s in kept if id(s) in beside)


def _differences(
    before: Position | None, after: Position | None, heard: Heard, now: datetime
) -> Iterator[Change]:
    if before is None and after is None:
        return
    was, is_now = before.value if before else None, after.value if after else None
    subject = (after or before or heard).subject
    change = Change(
        subject=subject, change=ChangeKind.FIRST, before=was, after=is_now, causes=(), at=now,
        rule=_rule(before, after, heard),
    )  # fmt: skip
    if after is None:
        gone = tuple(heard.retracted) or tuple(heard.said)
        yield replace(change, change=ChangeKind.WITHDRAWN, causes=gone)
        return
    if was != is_now:
        yield replace(change, change=_direction(was, is_now), causes=_supporting(after, heard))
    if _is_stance(after):
        return
    disputed = bool(before and before.disputed_by)
    against = _disputants(after, unlike=_disputants(before) if before else ())
    if against:
        both = (after.lead, *against)
        yield replace(
            change, change=ChangeKind.DISPUTED, before=is_now, causes=both, rule=rules.LOWER_VOICE_DISPUTES
        )
    elif disputed and not after.disputed_by and was == is_now:
        moved = tuple(heard.said) or (after.lead,)
        yield replace(change, change=ChangeKind.RESOLVED, causes=moved, rule=rules.DISPUTE_ENDED)
    elif before and not before.confirmed and after.confirmed and same_count(was, is_now):
        agreeing = _supporting(after, heard)
        yield replace(
            change, change=ChangeKind.RESOLVED, before=is_now, causes=agreeing, rule=rules.CONFIRMED
        )


def _disputants(position: Position, unlike: Sequence[Statement] = ()) -> list[Statement]:
    """The words that dispute a position, without those that give a number that others gave."""
    against, given = {voice.id for voice in position.disputed_by}, {s.value for s in unlike}
    return [s for s in position.statements if s.voice.id in against and s.value not in given]


def _rule(before: Position | None, after: Position | None, heard: Heard) -> str:
    """The most telling rule: how the word that now leads came to lead."""
    if before is None:
        return rules.FIRST_WORD
    if after is None:
        return rules.RETRACTED if heard.retracted else rules.EDITED_IN_PLACE
    if heard.retracted and before.lead not in after.statements and not heard.said:
        return rules.RETRACTED
    if after.lead.document == before.lead.document and after.lead.revision != before.lead.revision:
        return rules.EDITED_IN_PLACE
    if after.lead.voice.id == before.lead.voice.id and after.rule == rules.NEWEST_LEADS:
        return rules.VOICE_MOVED
    return after.rule


def _supporting(after: Position, heard: Heard) -> tuple[Statement, ...]:
    """The leading statement, and what else was newly said that agrees with it."""
    agreeing = [s for s in heard.said if s.value == after.value and s != after.lead]
    return after.lead, *agreeing


def _direction(before: Value | None, after: Value | None) -> ChangeKind:
    if before is None:
        return ChangeKind.FIRST
    if not (isinstance(before, Range) and isinstance(after, Range)):
        return ChangeKind.STANCE_CHANGED
    was, is_now = height(before), height(after)
    if was == is_now:
        return ChangeKind.REQUALIFIED
    return ChangeKind.RAISED if is_now > was else ChangeKind.LOWERED


def _lone(ledger: Ledger, now: datetime) -> Iterator[Position]:
    """The figures that wait to be confirmed and have stood for long as the only word on their subject."""
    for measure in Measure:
        key = Subject(kind=Figure.kind, measure=measure).key
        position = ledger.positions.get(key)
        if position is None or position.confirmed or now - position.lead.seen_at < LONE_FOR:
            continue
        if len(position.statements) + len(ledger.heard.get(key, ())) == 1:
            yield position


def _stood_alone(position: Position, now: datetime) -> Change:
    return Change(
        subject=position.subject, change=ChangeKind.RESOLVED, before=position.value, after=position.value,
        causes=(position.lead,), at=now, rule=rules.STOOD_ALONE,
    )  # fmt: skip


def _is_stance(position: Position) -> bool:
    return position.subject.actor is not None


def _settle_actors(
    positions: MutableMapping[str, Position],
    spoken_of: Iterable[Subject],
    changes: Sequence[Change],
    now: datetime,
) -> Iterator[Change]:
    """Marks the positions on each actor that was spoken of with the voices that contradict them, and reports where
    that begins or ends, once for an actor.
    """
    about = {subject.actor.id: subject for subject in spoken_of if subject.actor and _is_blame(subject)}
    causes = {c.subject.actor.id: c for c in changes if c.subject.actor and _is_blame(c.subject)}
    for actor, subject in sorted(about.items()):
        mine = {
            key: p
            for key in sorted(key for key in positions if key.endswith(f"/{actor}"))
            if (p := positions[key]).subject.actor and p.subject.actor.id == actor and _is_blame(p.subject)
        }
        against = _against(mine)
        was_disputed, is_disputed = any(p.disputed_by for p in mine.values()), any(against.values())
        for key, position in mine.items():
            if position.disputed_by != against[key]:
                positions[key] = replace(position, disputed_by=against[key])
        if is_disputed == was_disputed:
            continue
        both = _leads(mine.values()) if is_disputed else ()
        cause = causes.get(actor)
        value = cause.after if cause else None
        yield Change(
            subject=cause.subject if cause else subject,
            change=ChangeKind.DISPUTED if both else ChangeKind.RESOLVED,
            before=value,
            after=value,
            causes=both or (cause.causes if cause else ()),
            at=now,
            rule=rules.ACTOR_DISPUTED if both else rules.ACTOR_SETTLED,
        )


def _is_blame(subject: Subject) -> bool:
    """Of the kinds with an actor only responsibility can be disputed between voices."""
    return subject.kind == Responsibility.kind


def _against(positions: Mapping[str, Position]) -> dict[str, tuple[Name, ...]]:
    """By key, of the positions on one actor, the voices that contradict each."""
    blaming, clearing = _voices(positions, _HOLDS_RESPONSIBLE), _voices(positions, _CONTRADICTS)
    against = {}
    for key, position in positions.items():
        blames, clears = position.value in _HOLDS_RESPONSIBLE, position.value in _CONTRADICTS
        others = clearing if blames else blaming if clears else ()
        against[key] = tuple(voice for voice in others if voice.id != position.lead.voice.id)
    return against


def _voices(positions: Mapping[str, Position], stances: Collection[str]) -> tuple[Name, ...]:
    """Who leads those of the positions that hold one of the stances, each voice once."""
    voices = {p.lead.voice.id: p.lead.voice for p in positions.values() if p.value in stances}
    return tuple(voices.values())


def _leads(positions: Iterable[Position]) -> tuple[Statement, ...]:
    """What the positions on one actor that contradict each other rest upon."""
    positions = tuple(positions)
    leads = {}
    for one in positions:
        others = [p.lead for p in positions if _contradict(one, p)]
        leads.update({id(lead): lead for lead in (one.lead, *others) if others})
    return tuple(leads.values())


def _contradict(one: Position, other: Position) -> bool:
    blames, clears = one.value in _HOLDS_RESPONSIBLE, one.value in _CONTRADICTS
    are_opposed = other.value in (_CONTRADICTS if blames else _HOLDS_RESPONSIBLE if clears else ())
    return are_opposed and one.lead.voice.id != other.lead.voice.id


def _forget_oldest(
    positions: MutableMapping[str, Position],
    memory: MutableMapping[str, tuple[Statement, ...]],
    retracted: MutableMapping[str, tuple[Statement, ...]],
) -> None:
    """Bounds what is held, what is merely remembered, and what was taken back, of speakers on actors."""
    if max(len(positions), len(memory), len(retracted)) <= MOST_STANCES:
        return
    held = {
        key: position.statements[-1].said_at for key, position in positions.items() if _is_stance(position)
    }
    heard = {key: said[-1].said_at for key, said in memory.items() if said and key not in positions}
    gone = {key: said[-1].said_at for key, said in retracted.items() if said}
    for last_said in (held, heard):
        for key in _oldest(last_said):
            positions.pop(key, None)
            memory.pop(key, None)
    for key in _oldest(gone):
        del retracted[key]


def _oldest(last_said: Mapping[str, datetime]) -> list[str]:
    """The keys beyond the bound, those that were silent longest."""
    if len(last_said) <= MOST_STANCES:
        return []
    return sorted(last_said, key=lambda key: (last_said[key], key))[:-MOST_STANCES]
