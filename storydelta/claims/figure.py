"""Figures: how many people a sentence says were killed, injured, missing, detained, kidnapped, displaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims import (
    figure_list,
    figure_ordinal,
    figure_own_hand,
    figure_single,
    figure_zero,
)
from storydelta.claims.figure_list import Listed
from storydelta.claims.figure_people import is_people, is_perpetrator, population
from storydelta.claims.figure_readings import FAR, all_readings, surest
from storydelta.claims.figure_scope import (
    is_of_them,
    scope_of,
    shares,
)
from storydelta.claims.figure_settle import settle
from storydelta.claims.figure_share import is_base, is_told_of_base, shares_of_same
from storydelta.claims.figure_surface import Mention
from storydelta.claims.figure_turns import (
    as_died,
    is_done,
    is_told_so,
    with_others,
)
from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.speaker import find_speaker
from storydelta.context import Category, categories
from storydelta.model import Claim, Figure, Measure, Scope, Subject, Value
from storydelta.quantity import Count, find_counts

if TYPE_CHECKING:
    from spacy.tokens import Doc


_OF_PEOPLE = frozenset(
    (
        "counts_of_murder",
        "murder_charges",
        "multiple",
        "counted_noun",
        "count_noun",
        "toll",
        "toll_to",
        "lives",
    )
)
"""Rules whose words leave no doubt that people are counted."""

_NOT_SAID = frozenset((Category.UNREAL, Category.HYPOTHETICAL, Category.HISTORY, Category.DATED))
_ONE_VICTIM = re.compile(
    r"\b(?:killed|kill(?:s|ing) (?:of\b|an?\b|his\b|her\b|the\b|their\b|wife|husband|son|daughter|girlfriend|boyfriend|mother|father)|murder(?:ed)? of|murdered|slain|assassinat|executed|shot dead|gunned down|shot and|stabbed"
    r"|arrested|(?:in|into) custody|charged with|booked|turned (?:him|her)self in|sh[o]+ts? (?:him|her)self|fatally|beheaded|strangled|drowned|kidnapp?ed|abducted|death of|pronounced dead|declared dead|shot to death|found\b[^.;]{1,50}\bdead)", re.IGNORECASE,
)  # fmt: skip


def may_tell_of_one(plain: str) -> bool:
    """Whether a sentence without a number may still tell of a single victim, and so is worth a parse."""
    return bool(_ONE_VICTIM.search(plain))


def read(passage: Passage) -> Iterator[Figure]:
    """The figures of one sentence from left to right, each count once for a measure; single victims behind them."""
    plain = passage.plain
    counts = find_counts(plain)
    nought = list(figure_zero.find_mentions(plain))
    doc = passage.parsed if counts or nought or may_tell_of_one(plain) else None
    told_one_by_one = list(figure_list.find_mentions(plain, counts))
    if doc is None and told_one_by_one:
        doc = passage.parsed
    seen: list[Mention] = []
    readings = all_readings(plain, doc, counts)
    mentions = [m for m in surest(plain, counts, readings) if _counts_people(plain, m, counts, doc, readings)]
    lists = [
        (as_died(m, plain), listed) for m, listed in _lists(told_one_by_one, plain, doc) if is_done(m, plain)
    ]
    joined = {id(mention) for pair in shares(plain, mentions) for mention in pair}
    joined |= {id(share) for share in shares_of_same(plain, mentions, readings)}
    joined |= {id(m) for m in mentions for _, listed in lists if listed and m.count in listed.inside}
    for mention, stated, who in _scoped(passage, mentions, doc, seen):
        yield _figure(
            passage, mention, Scope.PART if id(mention) in joined and stated is Scope.TOTAL else stated, who
        )
    singles = (
        [(as_died(m, plain), who) for m, who in figure_single.find_mentions(doc, counts) if is_done(m, plain)]
        if doc is not None
        else []
    )
    known = {(m.count.end, m.measure) for m, _ in singles}
    singles += [
        (m, who)
        for m, who in figure_single.find_in_headline(plain)
        if (m.count.end, m.measure) not in known and is_done(m, plain)
    ]
    own_hand = list(figure_own_hand.find_mentions(plain))
    if own_hand and (all_dead := _with_attacker(own_hand[0][0], mentions, [*lists, *singles], plain)):
        lists = [(m, listed) for m, listed in lists if m.measure is not Measure.KILLED]
        lists.append((all_dead, None))
    elif both := with_others(mentions, [m for m, _ in singles], plain):
        lists.append((both, None))
    elif all_dead := figure_own_hand.with_slain(_victims(passage, mentions, lists, doc), singles, plain):
        lists.append((all_dead, None))
    for mention in (*(m for m, _ in lists), *figure_ordinal.find_mentions(plain)):
        scope = scope_of(passage, mention, None, [m for m in seen if m.count.end <= mention.count.start])
        if scope is not None:
            yield _figure(passage, mention, scope, None)
    for mention in nought:
        if not categories(plain, mention.start, mention.end) & _NOT_SAID:
            yield _figure(passage, mention, Scope.TOTAL, None)
    yield from _singles(passage, [*singles, *own_hand], seen)


def _scoped(
    passage: Passage, mentions: Sequence[Mention], doc: Doc | None, seen: list[Mention]
) -> Iterator[tuple[Mention, Scope, str | None]]:
    """The mentions that a sentence states, with scope and population; each is added to `seen`."""
    other = False
    for mention in mentions:
        who = None if mention.rule in _OF_PEOPLE else population(passage.plain, mention.count, doc)
        scope = scope_of(passage, mention, who, seen)
        if scope is not None and other and is_of_them(passage.plain, mention.count):
            scope = Scope.OTHER  # "In 2014 they took 276 girls; about 90 of them are missing"
        seen.append(mention)
        other = scope is Scope.OTHER
        if scope is not None:
            yield mention, scope, who


def _victims(
    passage: Passage,
    counted: Sequence[Mention],
    lists: Sequence[tuple[Mention, Listed | None]],
    doc: Doc | None,
) -> list[tuple[Mention, bool]]:
    """The numbers and lists of dead of a sentence, and whether each counts attackers."""
    inside = {id(c) for _, found in lists if found for c in found.inside}
    numbers = [
        (m, is_perpetrator(population(passage.plain, m.count, doc)))
        for m in counted
        if id(m.count) not in inside
    ]
    return [
        (m, attackers)
        for m, attackers in [*numbers, *((m, False) for m, _ in lists)]
        if m.measure is Measure.KILLED
    ]


def _with_attacker(
    attacker: Mention,
    counted: Sequence[Mention],
    told: Sequence[tuple[Mention, Listed | str | None]],
    plain: str,
) -> Mention | None:
    """The dead of a sentence together with the attacker who died by the own hand, where it tells of victims. A number
    within a list of victims is none of its own: "killed her husband and three sons".
    """
    listed = {
        id(c)
        for m, found in told
        if isinstance(found, Listed) and m.measure is Measure.KILLED
        for c in found.inside
    }
    numbers = [m for m in counted if m.measure is Measure.KILLED and id(m.count) not in listed]
    if numbers:
        return figure_own_hand.with_number(attacker, numbers, plain)
    killed = [m for m, _ in told if m.measure is Measure.KILLED]
    victims = [m for m in killed if figure_own_hand.is_victim(m, attacker, plain)]
    return figure_own_hand.with_victims(attacker, victims) if victims else None


def _singles(
    passage: Passage, found: Iterable[tuple[Mention, str]], seen: Sequence[Mention]
) -> Iterator[Figure]:
    """Single victims, parts until the whole text is known."""
    for mention, who in found:
        scope = scope_of(passage, mention, who, seen)
        if scope is not None:
            yield _figure(passage, mention, Scope.PART if scope is Scope.TOTAL else scope, who)


def _lists(
    found: Sequence[tuple[Mention, Listed]], plain: str, doc: Doc | None
) -> Iterator[tuple[Mention, Listed | None]]:
    """Lists of people with what happened to them, each once for a measure."""
    seen: set[tuple[int, Measure]] = set()
    for mention, listed in found:
        key = (mention.count.start, mention.measure)
        if key not in seen and figure_list.are_people(mention, listed, plain, doc):
            seen.add(key)
            yield mention, listed


def _counts_people(
    plain: str, mention: Mention, counts: Sequence[Count], doc: Doc | None, readings: Sequence[Mention]
) -> bool:
    multiple = plain[slice(*mention.count.number)].lower() in lexicon.load("quantity")["multiples"]["words"]
    if multiple and mention.measure is not Measure.KILLED:
        return False  # "a triple homicide suspect was held" is one
    if is_base(plain, mention.count, counts) and not is_told_of_base(plain, mention, counts, readings):
        return False
    if not is_told_so(mention, plain):
        return False
    if mention.rule in _OF_PEOPLE - FAR:
        return True
    return is_people(plain, mention.count, None if mention.rule in (*FAR, "suffered") else doc)


def _figure(passage: Passage, mention: Mention, scope: Scope, who: str | None) -> Figure:
    start, end = min(mention.start, mention.count.start), max(mention.end, mention.count.end)
    return Figure(
        evidence=passage.evidence(start, end), speaker=find_speaker(passage, start, end),
        rule=f"figure.{mention.rule}", confidence=mention.confidence,
        measure=mention.measure, count=mention.count.range, scope=scope, population=who,
    )  # fmt: skip


def bears_upon(claim: Claim) -> Subject | None:
    """The measure's position, for a total; nothing for parts and other events."""
    if isinstance(claim, Figure) and claim.scope is Scope.TOTAL:
        return Subject(kind=Figure.kind, measure=claim.measure)
    return None


def value_of(claim: Claim) -> Value:
    """The range that a figure states."""
    assert isinstance(claim, Figure)
    return claim.count


FIGURE = Kind(
    name=Figure.kind,
    claim=Figure,
    triggers=frozenset(lexicon.load("figures")["triggers"]["words"]),
    read=read,
    subject=bears_upon,
    value=value_of,
    settle=settle,
)
