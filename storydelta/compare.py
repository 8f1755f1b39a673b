"""What changed: the last ledger and the new readings give the next ledger and its changes. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storydelta import ledger as rules
from storydelta.model import (
    Change,
    ChangeKind,
    Claim,
    Figure,
    Ledger,
    Name,
    Position,
    Range,
    Reading,
    Revision,
    Scope,
    Stance,
    Statement,
    Subject,
    Value,
)
from storydelta.names import Names, slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from storydelta.claims.kind import Kind

FIRST_WORD = "first_word"
ACTOR_DISPUTED = "actor_disputed"
ACTOR_SETTLED = "actor_settled"

_AGAINST = frozenset({Stance.DENIES, Stance.DOUBTS})
_FOR = frozenset({Stance.ASSERTS, Stance.CLAIMS})


def compare(
    ledger: Ledger,
    readings: Sequence[Reading],
    now: datetime,
    *,
    kinds: Sequence[Kind],
    names: Names,
    ignore: tuple[str, ...] = (),
) -> tuple[Ledger, tuple[Change, ...]]:
    """The next ledger, and what differs from this one, in the order of the subjects' keys.

    `ignore`: speakers and publishers, as written or by id, whose claims move nothing. Costs what the new readings
    and the subjects that they touch cost, whatever was stored before.
    """
    unheard = frozenset(names.name(name).id for name in ignore)
    heard: dict[str, tuple[Subject, list[Statement]]] = {}
    for reading in readings:
        for subject, statement in _statements(reading, kinds, names, now):
            if statement.voice.id not in unheard and _publisher_id(reading.revision, names) not in unheard:
                heard.setdefault(subject.key, (subject, []))[1].append(statement)
    positions, memory = dict(ledger.positions), dict(ledger.heard)
    changes: list[Change] = []
    for key, (subject, fresh) in sorted(heard.items()):
        before = positions.get(key)
        known = [*(before.statements if before else ()), *memory.get(key, ())]
        kept = rules.remember(known, fresh)
        place = rules.figure_position if subject.kind == Figure.kind else rules.latest_word_position
        after = place(before.subject if before else subject, kept)
        positions[key] = after
        shown = set(after.statements)
        memory[key] = tuple(s for s in kept if s not in shown)
        changes += _differences(before, after, set(known), now)
    _settle_actors(ledger.positions, positions, changes, now)
    return Ledger(positions=positions, heard={k: v for k, v in memory.items() if v}), tuple(changes)


def _statements(
    reading: Reading, kinds: Sequence[Kind], names: Names, now: datetime
) -> Iterable[tuple[Subject, Statement]]:
    """One statement for each subject and voice of a revision: the firmest and highest figure, the first stance."""
    by_name = {kind.name: kind for kind in kinds}
    best: dict[tuple[str, str], tuple[Subject, Statement]] = {}
    for claim in reading.claims:
        kind = by_name.get(claim.kind)
        subject = kind.subject(claim) if kind else None
        if kind is None or subject is None or (isinstance(claim, Figure) and claim.scope is not Scope.TOTAL):
            continue
        statement = _statement(reading.revision, claim, kind.value(claim), names, now)
        key = (subject.key, statement.voice.id)
        if key not in best or _stronger(statement.value, best[key][1].value):
            best[key] = (subject, statement)
    return best.values()


def _stronger(one: Value, other: Value) -> bool:
    if isinstance(one, Range) and isinstance(other, Range):
        return _strength(one) > _strength(other)
    return False


def _strength(count: Range) -> tuple[bool, int]:
    return count.qualifier != "vague", rules.height(count)


def _statement(revision: Revision, claim: Claim, value: Value, names: Names, now: datetime) -> Statement:
    seen = min(revision.seen_at, now)
    return Statement(
        voice=claim.speaker or voice_of(revision, names),
        value=value,
        said_at=min(revision.published_at, seen),
        seen_at=seen,
        document=revision.document,
        revision=revision.id,
        title=revision.title,
        publisher=revision.publisher,
        evidence=claim.evidence,
        rule=claim.rule,
        confidence=claim.confidence,
    )


def voice_of(revision: Revision, names: Names) -> Name:
    """Who is answerable for what a revision says itself: its publisher, else its site, else nobody known."""
    if revision.publisher:
        return names.name(revision.publisher)
    host = urlsplit(revision.document).hostname
    if host:
        return Name(written=host, id=slug(host))
    return Name(written="an unnamed source", id="unnamed_" + slug(revision.document))


def _publisher_id(revision: Revision, names: Names) -> str:
    return voice_of(revision, names).id


def _differences(
    before: Position | None, after: Position, known: set[Statement], now: datetime
) -> Iterable[Change]:
    causes = tuple(s for s in after.statements if s not in known and s.value == after.value) or (after.lead,)
    change = Change(
        subject=after.subject, change=ChangeKind.FIRST, before=before.value if before else None,
        after=after.value, causes=causes, at=now, rule=after.rule,
    )  # fmt: skip
    if before is None:
        yield replace(change, rule=FIRST_WORD)
    elif before.value != after.value:
        yield replace(change, change=_direction(before.value, after.value))
    if after.disputed_by and not (before and before.disputed_by):
        against = {voice.id for voice in after.disputed_by}
        causes = (after.lead, *(s for s in after.statements if s.voice.id in against))
        yield replace(change, change=ChangeKind.DISPUTED, causes=causes, rule=rules.LOWER_VOICE_DISPUTES)
    elif before and before.disputed_by and not after.disputed_by and before.value == after.value:
        yield replace(change, change=ChangeKind.RESOLVED)


def _direction(before: Value, after: Value) -> ChangeKind:
    if not (isinstance(before, Range) and isinstance(after, Range)):
        return ChangeKind.STANCE_CHANGED
    was, is_now = rules.height(before), rules.height(after)
    if was == is_now:
        return ChangeKind.REQUALIFIED
    return ChangeKind.RAISED if is_now > was else ChangeKind.LOWERED


def _settle_actors(
    old: dict[str, Position], positions: dict[str, Position], changes: list[Change], now: datetime
) -> None:
    """Marks each position on an actor with the voices that contradict it, and reports where that begins or ends."""
    moved = {change.subject.actor.id for change in changes if change.subject.actor}
    for actor in sorted(moved):
        mine = {key: p for key, p in positions.items() if p.subject.actor and p.subject.actor.id == actor}
        accusers = [p for p in mine.values() if p.value in _FOR]
        doubters = [p for p in mine.values() if p.value in _AGAINST]
        for key, position in mine.items():
            others = doubters if position.value in _FOR else accusers if position.value in _AGAINST else []
            positions[key] = replace(position, disputed_by=tuple(p.lead.voice for p in others))
        was = any(p.disputed_by for p in old.values() if p.subject.actor and p.subject.actor.id == actor)
        disputed = bool(accusers and doubters)
        if was != disputed:
            cause = next(c for c in reversed(changes) if c.subject.actor and c.subject.actor.id == actor)
            kind = ChangeKind.DISPUTED if disputed else ChangeKind.RESOLVED
            both = tuple(p.lead for p in (*accusers, *doubters)) if disputed else cause.causes
            rule = ACTOR_DISPUTED if disputed else ACTOR_SETTLED
            changes.append(replace(cause, change=kind, before=cause.after, causes=both, at=now, rule=rule))
