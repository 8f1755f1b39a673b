"""What changed: the last ledger and the new readings give the next ledger and its changes.

    hear    readings            -> statements by subject, and what was taken back   one a revision, voice and subject
    settle  known, heard        -> statements    edits replace, retractions remove
    place   statements          -> position      storydelta.ledger
    differ  before, after       -> changes       each with its rule and the statements that caused it

Pure: a replay, a test and a scheduled run share it. What it costs depends on the new readings and on the bounded
memory of the subjects that they touch, not on how much was ever stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from storydelta import lexicon
from storydelta.ledger import Retraction, height, position_of, prune, rules, settle
from storydelta.model import (
    Change,
    ChangeKind,
    Figure,
    Ledger,
    Name,
    Position,
    Qualifier,
    Range,
    Scope,
    Stance,
    Statement,
    Subject,
)
from storydelta.names import fold, slug
from storydelta.relevance import keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from storydelta.claims.kind import Kind
    from storydelta.model import Claim, Reading, Revision, Value
    from storydelta.names import Names
    from storydelta.story import Belonging

UNKNOWN_BEFORE = 1971
"""A document dated earlier has no date: clocks that were never set say 1970."""
MOST_STANCES = 500
"""So many positions of speakers on actors are held; beyond it those go that were silent longest."""

_HOLDS_RESPONSIBLE = frozenset({Stance.ASSERTS, Stance.CLAIMS})
_CONTRADICTS = frozenset({Stance.DENIES, Stance.DOUBTS})
_TAKEN_BACK = re.compile(
    r"(?:earlier|previous) (?:version|edition) of this|(?:in)?correct(?:ed|ion)\b.{0,30}\b(?:from|said|stated)"
    r"|(?:incorrectly|wrongly|mistakenly|erroneously) (?:said|stated|reported|gave)"
    r"|\b(?:with(?:drew|drawn|draws)|retract(?:s|ed)|t(?:ook|akes) back)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Heard:
    """What the new readings say on one subject."""

    subject: Subject
    said: list[Statement] = field(default_factory=list)
    retracted: list[Retraction] = field(default_factory=list)


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
    positions, memory = dict(ledger.positions), dict(ledger.heard)
    changes: list[Change] = []
    news = _hear(readings, kinds, names, now, unheard)
    for key, heard in sorted(news.items()):
        before = positions.pop(key, None)
        known = [*(before.statements if before else ()), *memory.pop(key, ())]
        stands = settle(known, heard.said, heard.retracted)
        after = position_of(before.subject if before else heard.subject, stands)
        if after:
            after = replace(after, disputed_by=before.disputed_by) if before and _is_stance(after) else after
            positions[key], memory[key] = _remember(after, stands)
        changes += _differences(before, after, heard, now)
    changes += _settle_actors(positions, [heard.subject for heard in news.values()], changes, now)
    _forget_oldest(positions, memory)
    return Ledger(
        positions=dict(sorted(positions.items())),
        heard={k: said for k, said in sorted(memory.items()) if said},
    ), tuple(changes)


def _remember(position: Position, stands: Sequence[Statement]) -> tuple[Position, tuple[Statement, ...]]:
    """The position with the words of those alone who are remembered, and what is remembered beside it."""
    kept = dict.fromkeys(prune(stands, position))
    shown = {s: None for s in position.statements if s in kept}
    return replace(position, statements=tuple(shown)), tuple(s for s in kept if s not in shown)


def _hear(
    readings: Iterable[Reading], kinds: Sequence[Kind], names: Names, now: datetime, unheard: frozenset[str]
) -> dict[str, _Heard]:
    """Of each revision, subject and voice one statement: the firmest and highest figure, the first stance."""
    by_name = {kind.name: kind for kind in kinds}
    heard: dict[str, _Heard] = {}
    for reading in readings:
        publisher = voice_of(reading.revision, names)
        best: dict[tuple[str, str], Statement] = {}
        for claim in reading.claims:
            kind = by_name.get(claim.kind)
            voice = _voice(claim, publisher)
            if kind is None or not unheard.isdisjoint((voice.id, publisher.id)):
                continue
            taken_back = _is_taken_back(claim, reading.claims)
            subject = _subject(claim, kind, taken_back=taken_back)
            if subject is None:
                continue
            on_it = heard.setdefault(subject.key, _Heard(subject))
            statement = _statement(reading.revision, claim, voice, kind.value(claim), now)
            if taken_back:
                on_it.retracted.append(Retraction(statement, whole=claim.kind != Figure.kind))
            elif _is_stronger(statement, best.get((subject.key, voice.id))):
                best[subject.key, voice.id] = statement
        for (key, _), statement in best.items():
            heard[key].said.append(statement)
    return heard


def voice_of(revision: Revision, names: Names) -> Name:
    """Who is answerable for what a revision says itself: its publisher, else its site, else nobody known."""
    if revision.publisher:
        return names.name(revision.publisher)
    parts = urlsplit(revision.document)
    if parts.scheme in ("http", "https") and parts.hostname:
        return Name(written=parts.hostname, id=slug(parts.hostname))
    return Name(written="an unnamed source", id="unnamed_" + slug(revision.document))


def _voice(claim: Claim, publisher: Name) -> Name:
    """Who answers for a claim: its speaker, and its publisher for one who is nobody in particular."""
    if claim.speaker is None:
        return publisher
    if is_nobody_in_particular(claim.speaker.written):
        return Name(written=claim.speaker.written, id=publisher.id)
    return claim.speaker


def is_nobody_in_particular(speaker: str) -> bool:
    """Whether a speaker could be anybody: "officials", "unconfirmed reports"."""
    words = lexicon.load("voices")
    folded = fold(speaker)
    while folded not in words["speakers"]:
        first, _, rest = folded.partition(" ")
        if first not in words["qualifiers"] or not rest:
            return False
        folded = rest
    return True


def _subject(claim: Claim, kind: Kind, *, taken_back: bool) -> Subject | None:
    """What a claim bears upon. Only totals move a measure; what is taken back may be called by any scope."""
    if isinstance(claim, Figure):
        moves = taken_back or claim.scope is Scope.TOTAL
        return Subject(kind=Figure.kind, measure=claim.measure) if moves else None
    return kind.subject(claim)


def _is_taken_back(claim: Claim, others: Iterable[Claim]) -> bool:
    """Whether the sentence takes the claim back: of figures the first one after the words that do."""
    evidence = claim.evidence
    cue = _TAKEN_BACK.search(evidence.text)
    if cue is None or not isinstance(claim, Figure):
        return cue is not None
    after = [
        other.evidence.focus
        for other in others
        if isinstance(other, Figure)
        and (other.evidence.text, other.evidence.start) == (evidence.text, evidence.start)
        and other.evidence.focus[1] > evidence.start + cue.end()
    ]
    return bool(after) and evidence.focus == min(after)


def _statement(revision: Revision, claim: Claim, voice: Name, value: Value, now: datetime) -> Statement:
    seen = min(revision.seen_at, now)
    dated = revision.published_at.year >= UNKNOWN_BEFORE and revision.published_at <= seen
    return Statement(
        voice=voice, value=value, said_at=revision.published_at if dated else seen, seen_at=seen,
        document=revision.document, revision=revision.id, title=revision.title, publisher=revision.publisher,
        evidence=claim.evidence, rule=claim.rule, confidence=claim.confidence,
    )  # fmt: skip


def _is_stronger(statement: Statement, best: Statement | None) -> bool:
    if best is None:
        return True
    one, other = statement.value, best.value
    return isinstance(one, Range) and isinstance(other, Range) and _strength(one) > _strength(other)


def _strength(count: Range) -> tuple[bool, int]:
    return count.qualifier is not Qualifier.VAGUE, height(count)


def _differences(
    before: Position | None, after: Position | None, heard: _Heard, now: datetime
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
        taken_back = tuple(retraction.word for retraction in heard.retracted)
        yield replace(change, change=ChangeKind.WITHDRAWN, causes=taken_back)
        return
    if was != is_now:
        yield replace(change, change=_direction(was, is_now), causes=_supporting(after, heard))
    if _is_stance(after):
        return
    disputed = bool(before and before.disputed_by)
    if after.disputed_by and not disputed:
        against = {voice.id for voice in after.disputed_by}
        both = (after.lead, *(s for s in after.statements if s.voice.id in against))
        yield replace(
            change, change=ChangeKind.DISPUTED, before=is_now, causes=both, rule=rules.LOWER_VOICE_DISPUTES
        )
    elif disputed and not after.disputed_by and was == is_now:
        moved = tuple(heard.said) or (after.lead,)
        yield replace(change, change=ChangeKind.RESOLVED, causes=moved, rule=rules.DISPUTE_ENDED)


def _rule(before: Position | None, after: Position | None, heard: _Heard) -> str:
    """The most telling rule: how the word that now leads came to lead."""
    if before is None:
        return rules.FIRST_WORD
    if after is None or (heard.retracted and before.lead not in after.statements and not heard.said):
        return rules.RETRACTED
    if after.lead.document == before.lead.document and after.lead.revision != before.lead.revision:
        return rules.EDITED_IN_PLACE
    if after.lead.voice.id == before.lead.voice.id and after.rule == rules.NEWEST_LEADS:
        return rules.VOICE_MOVED
    return after.rule


def _supporting(after: Position, heard: _Heard) -> tuple[Statement, ...]:
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


def _is_stance(position: Position) -> bool:
    return position.subject.actor is not None


def _settle_actors(
    positions: dict[str, Position], spoken_of: Iterable[Subject], changes: Sequence[Change], now: datetime
) -> Iterator[Change]:
    """Marks the positions on each actor that was spoken of with the voices that contradict them, and reports where
    that begins or ends, once for an actor.
    """
    about = {subject.actor.id: subject for subject in spoken_of if subject.actor}
    causes = {change.subject.actor.id: change for change in changes if change.subject.actor}
    for actor, subject in sorted(about.items()):
        mine = {
            key: p for key, p in sorted(positions.items()) if p.subject.actor and p.subject.actor.id == actor
        }
        against = {key: [o for o in mine.values() if _contradict(p, o)] for key, p in mine.items()}
        both = tuple({p.lead: None for key in mine if against[key] for p in (mine[key], *against[key])})
        was_disputed = any(p.disputed_by for p in mine.values())
        for key, position in mine.items():
            voices = {p.lead.voice.id: p.lead.voice for p in against[key]}
            positions[key] = replace(position, disputed_by=tuple(voices.values()))
        if bool(both) == was_disputed:
            continue
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


def _contradict(one: Position, other: Position) -> bool:
    if one.lead.voice.id == other.lead.voice.id:
        return False
    values = (one.value, other.value)
    return any(v in _HOLDS_RESPONSIBLE for v in values) and any(v in _CONTRADICTS for v in values)


def _forget_oldest(positions: dict[str, Position], memory: dict[str, tuple[Statement, ...]]) -> None:
    stances = [key for key, position in positions.items() if _is_stance(position)]
    if len(stances) > MOST_STANCES:
        stances.sort(key=lambda key: (positions[key].statements[-1].said_at, key))
        for key in stances[:-MOST_STANCES]:
            positions.pop(key)
            memory.pop(key, None)
