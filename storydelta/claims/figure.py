"""Figures: how many people a sentence says were killed, injured, missing, detained, kidnapped, displaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims import (
    figure_grammar,
    figure_list,
    figure_ordinal,
    figure_own_hand,
    figure_single,
    figure_surface,
    figure_zero,
)
from storydelta.claims.figure_grammar import is_told_of_another
from storydelta.claims.figure_list import Listed
from storydelta.claims.figure_people import is_people, population
from storydelta.claims.figure_scope import (
    included,
    is_base,
    is_of_them,
    is_told_of_base,
    scope_of,
    shares,
    shares_of_same,
)
from storydelta.claims.figure_settle import settle
from storydelta.claims.figure_surface import Mention
from storydelta.claims.figure_turns import (
    as_condition,
    as_died,
    died_in_hospital,
    died_of_it,
    is_done,
    is_told_so,
    tells_of_condition,
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

_FAR = frozenset(("toll",))
"""Of these, those whose words may stand far from the count: "the toll of the collision of two trains"."""


_OF_SUBJECTS = frozenset(("passive", "state", "fate", "suffered", "to_hospital", "condition", "shot"))
"""Surface rules that read a subject in front of its verb, over what stands between them."""


_NOUNS = frozenset(("count_noun", "counted_noun"))
"""Rules by which people are named, and nothing is said to happen to them."""


_NOT_SAID = frozenset((Category.UNREAL, Category.HYPOTHETICAL, Category.HISTORY, Category.DATED))
_ONE_VICTIM = re.compile(
    r"\b(?:killed|killing of|murder(?:ed)? of|murdered|slain|assassinat|executed|shot dead|gunned down|shot and|stabbed"
    r"|arrested|(?:in|into) custody|charged with|booked|turned (?:him|her)self in|fatally|beheaded|strangled|drowned|kidnapp?ed|abducted|death of|pronounced dead|declared dead|shot to death|found\b[^.;]{1,50}\bdead)", re.IGNORECASE,
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
    readings = _readings(plain, doc, counts)
    mentions = [
        m for m in _mentions(plain, counts, readings) if _counts_people(plain, m, counts, doc, readings)
    ]
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
    own_hand = list(figure_own_hand.find_mentions(plain))
    if own_hand and (all_dead := _with_attacker(own_hand[0][0], mentions, [*lists, *singles], plain)):
        lists = [(m, listed) for m, listed in lists if m.measure is not Measure.KILLED]
        lists.append((all_dead, None))
    elif both := with_others(mentions, [m for m, _ in singles], plain):
        lists.append((both, None))
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


def _with_attacker(
    attacker: Mention,
    counted: Sequence[Mention],
    told: Sequence[tuple[Mention, Listed | str | None]],
    plain: str,
) -> Mention | None:
    """The dead of a sentence together with the attacker who died by the own hand, where it tells of victims."""
    numbers = [m for m in counted if m.measure is Measure.KILLED]
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
    if mention.rule in _OF_PEOPLE - _FAR:
        return True
    return is_people(plain, mention.count, None if mention.rule in (*_FAR, "suffered") else doc)


def _figure(passage: Passage, mention: Mention, scope: Scope, who: str | None) -> Figure:
    start, end = min(mention.start, mention.count.start), max(mention.end, mention.count.end)
    return Figure(
        evidence=passage.evidence(start, end), speaker=find_speaker(passage, start, end),
        rule=f"figure.{mention.rule}", confidence=mention.confidence,
        measure=mention.measure, count=mention.count.range, scope=scope, population=who,
    )  # fmt: skip


def _readings(plain: str, doc: Doc | None, counts: Sequence[Count]) -> list[Mention]:
    """What both kinds of rules read, often the same thing several times."""
    found = list(figure_surface.find_mentions(plain, counts))
    if doc is None:
        return found
    own = [m for m in found if m.rule not in _OF_SUBJECTS or not is_told_of_another(doc, m)]
    return [*own, *figure_grammar.find_mentions(doc, counts)]


def _mentions(plain: str, counts: Sequence[Count], readings: Sequence[Mention]) -> list[Mention]:
    """One reading for each count and measure, the surest, and the counts of who is included."""
    best: dict[tuple[int, Measure], Mention] = {}
    for mention in (
        as_died(m, plain) for m in readings if is_done(m, plain) and not died_in_hospital(m, plain)
    ):
        key = (mention.count.start, mention.measure)
        if key not in best or best[key].confidence < mention.confidence:
            best[key] = mention
    for key in {(m.count.start, m.measure) for m in readings if tells_of_condition(m, plain)} & best.keys():
        best[key] = as_condition(best[key])
    for start in [start for start, measure in best if measure is Measure.KILLED]:
        if died_of_it(best.get((start, Measure.INJURED)), best[start, Measure.KILLED], plain):
            del best[start, Measure.INJURED]
    found = [m for _, m in sorted(best.items()) if not _has_nearer(m, best.values(), counts)]
    return sorted([*found, *included(plain, counts, found)], key=lambda mention: mention.count.start)


def _has_nearer(mention: Mention, others: Iterable[Mention], counts: Sequence[Count]) -> bool:
    """Whether a verb is told of a count over the head of another that is the count's own: "kills 12 and injures 30",
    "killed 12 people and 30 others were hurt". A noun for the people is no verb: "killed 12 and 30 hostages". A toll
    yields to whatever else is told of the count: "a toll of many dead and at least 550 injured"; and so does a word
    behind a later count: "11 dead and 21 missing".
    """
    rivals = [o for o in others if o.count is mention.count and o.measure is not mention.measure]
    if mention.rule in _FAR:
        return bool(rivals)
    verbs = [o for o in rivals if o.rule not in _NOUNS]
    behind = [c for c in counts if mention.count.end <= c.start and c.end <= mention.end]
    if behind and any(o.end <= behind[0].start for o in verbs):
        return True
    between = [c for c in counts if mention.start < c.start and c.end <= mention.count.start]
    return bool(between) and any(o.start >= between[-1].end or o.end > o.count.end for o in verbs)


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
