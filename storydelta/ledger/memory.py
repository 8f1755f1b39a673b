"""What is remembered of all that was said: a bounded set of statements, the same in whatever order they came.

Kept are, of each voice, the first sayings of its newest values and its newest saying of all; of a subject the
newest voices; and of documents without a publisher the newest words. What is dropped can no longer lead: the newest
leads, and an older word only ever counts against it while it is among the last ones said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter, eq
from typing import TYPE_CHECKING

from storydelta.ledger.ranges import height, is_firm, is_vague, same_count, satisfies
from storydelta.model import Figure, Range

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from storydelta.model import Position, Statement, Subject, Value

VALUES_A_VOICE = 6
VOICES_A_SUBJECT = 32
UNNAMED_WORDS = 64
RETRACTIONS = 16
COPIED = 0.8
LONG, NEXT = 200, 6
"""A line of more characters is a page's menu rather than a sentence; of it so many words on either side count."""

_WORD = re.compile(r"\w+")
_said_at = attrgetter("said_at")


@dataclass(frozen=True, slots=True)
class Retraction:
    """Somebody took something back: `word` repeats it, and `whole` says that any value of theirs is meant."""

    word: Statement
    whole: bool

    def meets(self, statement: Statement) -> bool:
        """Whether it takes this statement back: the same voice or publisher, not said later, not in the same text."""
        word = self.word
        mine = statement.voice.id == word.voice.id or (
            word.publisher and statement.publisher == word.publisher
        )
        before = statement.said_at <= word.said_at and statement.revision != word.revision
        return bool(mine) and before and (self.whole or same_count(statement.value, word.value))


def taken_back(subject: Subject, known: Iterable[Statement], fresh: Iterable[Statement]) -> list[Retraction]:
    """The newest retractions on a subject, in order, each once. Of figures the one that is named is taken back, of
    stances whatever was said.
    """
    words = {(s.document, s.revision, s.voice.id, s.value): s for s in (*fresh, *known)}
    whole = subject.kind != Figure.kind
    return [Retraction(word, whole) for word in in_order(words.values())[-RETRACTIONS:]]


def settle(
    known: Sequence[Statement], fresh: Collection[Statement], retracted: Collection[Retraction] = ()
) -> tuple[Statement, ...]:
    """All that stands of both, in order: of each document its newest text, without what was taken back.

    `known` holds nothing twice. Saying it twice changes nothing, and neither does the order.
    """
    texts = {s.document for s in fresh}
    said: dict[object, Statement] = {}
    for s in (*(s for s in known if s.document in texts), *fresh):
        said.setdefault((s.document, s.revision, s.voice.id, s.value), s)
    stands = [*(s for s in known if s.document not in texts), *_settle_edits(said.values())]
    if retracted:
        stands = [s for s in stands if not any(r.meets(s) for r in retracted)]
    return tuple(in_order(stands))


def in_order(statements: Iterable[Statement]) -> list[Statement]:
    """As `said_order` has it. The order of one moment is looked for only where a moment has several."""
    ordered = sorted(statements, key=_said_at)
    moments = list(map(_said_at, ordered))
    end = 0
    for start in [place for place, same in enumerate(map(eq, moments, moments[1:])) if same]:
        if start < end:
            continue
        end = bisect_right(moments, moments[start])
        ordered[start:end] = sorted(ordered[start:end], key=said_order)
    return ordered


def is_vouched(statement: Statement) -> bool:
    """Whether a known publisher or site stands behind it."""
    return bool(statement.publisher) or statement.document.startswith(("http://", "https://"))


def said_order(statement: Statement) -> tuple[object, ...]:
    """By time. At one moment the vaguer and lower come first, so that the firmest and highest is the newest."""
    value = statement.value
    if isinstance(value, Range):
        rank = (is_firm(value), height(value), str(value.qualifier), value.high or 0)
    else:
        rank = (False, 0, value, 0)
    return (
        statement.said_at, rank, statement.voice.id, statement.document, statement.revision,
        statement.evidence.field, statement.evidence.start, statement.seen_at,
    )  # fmt: skip


def are_copies(one: Statement, other: Statement) -> bool:
    """Whether the two sentences are near-identical before or after what they say, as in syndicated copies and in
    headlines that run on in a page's menu.
    """
    if one.document == other.document:
        return True
    for mine, theirs in zip(_gists_of(one), _gists_of(other), strict=False):
        shared = len(mine & theirs)
        if shared >= COPIED * (len(mine) + len(theirs) - shared):
            return True
    return False


def prune(
    statements: Sequence[Statement], held: Position | None, fresh: Iterable[Statement]
) -> tuple[Statement, ...]:
    """What of the statements, which are in order, a ledger keeps: those within the bounds, and whatever the position
    that is held rests upon. Only the voices of the `fresh` ones can be out of bounds; the others were pruned before.
    """
    named: list[Statement] = []
    nameless: list[Statement] = []
    for statement in statements:
        (named if is_vouched(statement) else nameless).append(statement)
    needed = {held.lead.voice.id, *(voice.id for voice in held.disputed_by)} if held else set()
    spoke = {s.voice.id for s in fresh}
    nameless = _confirming(nameless, spoke)
    kept = nameless[-UNNAMED_WORDS:]
    if held:
        kept += [s for s in nameless[:-UNNAMED_WORDS] if s == held.lead]
    voices = by_voice(named)
    if len(voices) > VOICES_A_SUBJECT:
        last = {s.voice.id: place for place, s in enumerate(named)}
        newest = sorted(voices, key=lambda voice: (voice in needed, last[voice]))
        voices = {voice: voices[voice] for voice in newest[-VOICES_A_SUBJECT:]}
    for voice, spoken in voices.items():
        kept += _newest_values(spoken) if voice in spoke else spoken
    within = {id(s) for s in kept}
    return tuple(s for s in statements if id(s) in within)


def by_voice(ordered: Iterable[Statement]) -> dict[str, list[Statement]]:
    """The statements of each voice, in the order in which they are given."""
    spoken: dict[str, list[Statement]] = {}
    for statement in ordered:
        spoken.setdefault(statement.voice.id, []).append(statement)
    return spoken


def _newest_values(spoken: list[Statement]) -> Iterable[Statement]:
    """Of a voice's newest values the first saying of each, and the newest saying of all and of those that are no
    order of size.
    """
    firsts: dict[Value, Statement] = {}
    for statement in spoken:
        firsts.setdefault(statement.value, statement)
    latest = firsts.pop(spoken[-1].value)
    numbers = [s for s in spoken if not is_vague(s.value)][-1:]
    kept = [*list(firsts.values())[1 - VALUES_A_VOICE :], latest, spoken[-1], *numbers]
    return {id(s): s for s in kept}.values()


def _confirming(nameless: list[Statement], spoke: Collection[str]) -> list[Statement]:
    """The words without a publisher; of stances only those by which a voice's newest values are confirmed."""
    kept: set[int] = set()
    for voice, spoken in by_voice(nameless).items():
        is_within = voice not in spoke or isinstance(spoken[0].value, Range)
        kept.update(map(id, spoken if is_within else _confirming_each_value(spoken)))
    return [s for s in nameless if id(s) in kept]


def _confirming_each_value(spoken: list[Statement]) -> Iterator[Statement]:
    """Of each of a voice's newest values the first saying, the first that is no copy of it, and the newest."""
    sayings: dict[Value, list[Statement]] = {}
    for statement in reversed(spoken):
        sayings.setdefault(statement.value, []).append(statement)
    for same in list(sayings.values())[:VALUES_A_VOICE]:
        first = same[-1]
        yield from (same[0], first)
        yield from islice((s for s in reversed(same) if not are_copies(first, s)), 1)


def _settle_edits(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Of each document what its newest text says. What stands there unchanged was said when it first appeared."""
    ordered = sorted(statements, key=lambda s: (s.document, s.seen_at, s.said_at, s.revision))
    for _, group in groupby(ordered, key=lambda s: s.document):
        texts = list(group)
        now = [s for s in texts if s.revision == texts[-1].revision]
        before = [s for s in texts if s.revision != texts[-1].revision]
        for statement in now:
            same = [s for s in before if s.voice.id == statement.voice.id and _says_as_much(s, statement)]
            yield same[0] if same else _redated(statement, before)


def _says_as_much(before: Statement, now: Statement) -> bool:
    """Whether a page's older figure still stands in its new text: the same, or an order of size that it satisfies."""
    if isinstance(before.value, Range) and isinstance(now.value, Range) and is_vague(now.value):
        return satisfies(before.value, now.value)
    return before.value == now.value


def _redated(statement: Statement, before: list[Statement]) -> Statement:
    """A page that changes its figure and keeps its date, or sets it back, said so when that was seen."""
    if any(statement.said_at <= s.said_at for s in before):
        return replace(statement, said_at=max(statement.said_at, statement.seen_at))
    return statement


def _gists_of(statement: Statement) -> tuple[frozenset[str], ...]:
    evidence = statement.evidence
    start, end = evidence.focus
    return _gists(evidence.text, start - evidence.start, end - evidence.start)


@lru_cache(maxsize=16_384)
def _gists(sentence: str, start: int, end: int) -> tuple[frozenset[str], ...]:
    """The words of a sentence; of a long one the few up to the telling ones, and those with the few after them."""
    if len(sentence) <= LONG:
        return (frozenset(_WORD.findall(sentence.casefold())),)
    telling = _WORD.findall(sentence[start:end].casefold())
    before = _WORD.findall(sentence[max(0, start - 120) : start].casefold())[-NEXT:]
    after = _WORD.findall(sentence[end : end + 120].casefold())[:NEXT]
    return frozenset([*before, *telling]), frozenset([*telling, *after])
