"""Figures: how many people a sentence says were killed, injured, missing, detained, kidnapped, displaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims import figure_grammar, figure_single, figure_surface, figure_zero
from storydelta.claims.figure_people import is_narrower, is_people, is_perpetrator, population
from storydelta.claims.figure_scope import included, is_base, scope_of, shares, shares_of_same
from storydelta.claims.figure_surface import Mention
from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.speaker import find_speaker
from storydelta.context import Category, categories
from storydelta.model import Claim, Figure, Measure, Qualifier, Scope, Subject, Value
from storydelta.quantity import Count, find_counts

if TYPE_CHECKING:
    from spacy.tokens import Doc


_OF_PEOPLE = frozenset(
    ("counts_of_murder", "multiple", "counted_noun", "count_noun", "toll", "toll_to", "lives")
)
"""Rules whose words leave no doubt that people are counted."""


_NOUNS = frozenset(("count_noun", "counted_noun"))
"""Rules by which people are named, and nothing is said to happen to them."""


_NOT_SAID = frozenset((Category.UNREAL, Category.HYPOTHETICAL, Category.HISTORY))
_ONE_VICTIM = re.compile(
    r"\b(?:killed|killing of|murder(?:ed)? of|murdered|slain|assassinat|executed|shot dead|gunned down|shot and|stabbed"
    r"|fatally|beheaded|strangled|drowned|kidnapp?ed|abducted|death of|pronounced dead|shot to death)", re.IGNORECASE,
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
    seen: list[Mention] = []
    readings = _readings(plain, doc, counts)
    mentions = [m for m in _mentions(plain, counts, readings) if _counts_people(plain, m, counts, doc)]
    joined = {id(mention) for pair in shares(plain, mentions) for mention in pair}
    joined |= {id(share) for share in shares_of_same(plain, mentions, readings)}
    for mention in mentions:
        who = None if mention.rule in _OF_PEOPLE else population(plain, mention.count, doc)
        scope = scope_of(passage, mention, who, seen)
        seen.append(mention)
        if scope is not None:
            yield _figure(
                passage, mention, Scope.PART if id(mention) in joined and scope is Scope.TOTAL else scope, who
            )
    for mention in nought:
        if not categories(plain, mention.start, mention.end) & _NOT_SAID:
            yield _figure(passage, mention, Scope.TOTAL, None)
    if doc is not None:
        for mention, who in figure_single.find_mentions(doc, counts):
            scope = scope_of(passage, mention, who, seen)
            if scope is not None:
                yield _figure(passage, mention, Scope.PART if scope is Scope.TOTAL else scope, who)


def _counts_people(plain: str, mention: Mention, counts: Sequence[Count], doc: Doc | None) -> bool:
    if is_base(plain, mention.count, counts):
        return False
    return mention.rule in _OF_PEOPLE or is_people(plain, mention.count, doc)


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
    return found if doc is None else [*found, *figure_grammar.find_mentions(doc, counts)]


def _mentions(plain: str, counts: Sequence[Count], readings: Sequence[Mention]) -> list[Mention]:
    """One reading for each count and measure, the surest, and the counts of who is included."""
    best: dict[tuple[int, Measure], Mention] = {}
    for mention in readings:
        key = (mention.count.start, mention.measure)
        if key not in best or best[key].confidence < mention.confidence:
            best[key] = mention
    found = [m for _, m in sorted(best.items()) if not _has_nearer(m, best.values(), counts)]
    return sorted([*found, *included(plain, counts, found)], key=lambda mention: mention.count.start)


def _has_nearer(mention: Mention, others: Iterable[Mention], counts: Sequence[Count]) -> bool:
    """Whether a verb is told of a count over the head of another that is the count's own: "kills 12 and injures 30",
    "killed 12 people and 30 others were hurt". A noun for the people is no verb: "killed 12 and 30 hostages".
    """
    between = [c for c in counts if mention.start < c.start and c.end <= mention.count.start]
    if not between:
        return False
    return any(
        other.count is mention.count
        and other.measure is not mention.measure
        and other.rule not in _NOUNS
        and (other.start >= between[-1].end or other.end > other.count.end)
        for other in others
    )


def bears_upon(claim: Claim) -> Subject | None:
    """The measure's position, for a total; nothing for parts and other events."""
    if isinstance(claim, Figure) and claim.scope is Scope.TOTAL:
        return Subject(kind=Figure.kind, measure=claim.measure)
    return None


def value_of(claim: Claim) -> Value:
    """The range that a figure states."""
    assert isinstance(claim, Figure)
    return claim.count


def settle(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The figures of one document in each other's light.

    People who were shot may be dead: such a count is no count of injured where the document also tells of dead. A
    single victim is the whole toll where nobody else is counted and the act was violent. Of two totals, the one that
    stands first is the whole, and the other may be a part of it.
    """
    figures = [c for c in claims if isinstance(c, Figure)]
    told = {
        c.measure for c in figures if c.rule not in _SINGLES and c.rule != "figure.shot" and c.count.high != 0
    }
    dead = any(
        c.measure is Measure.KILLED and c.count.high != 0 and c.scope is not Scope.OTHER for c in figures
    )
    wholes = _wholes(figures)
    alone = {m: _distinct([c for c in figures if c.measure is m and c.rule in _SINGLES]) for m in Measure}
    settled: list[Claim] = []
    for claim in claims:
        if not isinstance(claim, Figure):
            settled.append(claim)
        elif _is_within(claim, wholes.get(claim.measure)) or (
            claim.rule == "figure.shot" and dead and claim.scope is Scope.TOTAL
        ):
            settled.append(replace(claim, scope=Scope.PART))
        elif claim.rule not in _SINGLES or claim.scope is not Scope.PART:
            settled.append(claim)
        elif claim in alone[claim.measure]:
            whole = claim.measure not in told and len(alone[claim.measure]) == 1 and _is_whole(claim)
            settled.append(replace(claim, scope=Scope.TOTAL) if whole else claim)
    return tuple(settled)


def _wholes(figures: Sequence[Figure]) -> dict[Measure, Figure]:
    """The first total of each measure: a title or an opening sentence gives the whole before its parts."""
    first: dict[Measure, Figure] = {}
    for claim in sorted(figures, key=lambda c: (c.evidence.field == "text", c.evidence.start)):
        if claim.scope is Scope.TOTAL:
            first.setdefault(claim.measure, claim)
    return first


def _is_within(claim: Figure, whole: Figure | None) -> bool:
    """Whether a total is but a part of a larger one that came before: of a narrower population, or small and exact.

    An earlier toll in a page that tells how the toll grew stays a total, for it speaks of the same people: it is
    called a toll, or is a bound ("at least 40"), or is no tenth of the whole.
    """
    if whole is None or claim.scope is not Scope.TOTAL or claim.count.high is None:
        return False
    if not 0 < claim.count.high < (whole.count.low or 0) or is_narrower(whole.population):
        return False
    if is_narrower(claim.population):
        return True
    if claim.speaker is not None and whole.speaker is not None and claim.speaker.id != whole.speaker.id:
        return False  # another voice may well count fewer
    small = claim.count.high * _SMALL <= (whole.count.low or 0)
    return small and claim.count.qualifier is Qualifier.EXACT and claim.rule not in _TOLLS


def _distinct(singles: Sequence[Figure]) -> list[Figure]:
    """Each single victim once: by last name, and nameless ones only where nobody is named."""
    named = [c for c in singles if c.rule == "figure.named"]
    kept: dict[str, Figure] = {}
    for claim in named or singles:
        kept.setdefault((claim.population or "").split()[-1].lower(), claim)
    return list(kept.values())


_SMALL = 10
"""How many times larger the whole must be for a count without a population to be a part of it."""


_TOLLS = frozenset(("figure.toll", "figure.toll_to", "figure.toll_now", "figure.label"))
_SINGLES = frozenset(("figure.named", "figure.single"))


def _is_whole(claim: Figure) -> bool:
    """Whether a single victim can be the toll: not an attacker, and not a death in bed."""
    if is_perpetrator(claim.population):
        return False
    if claim.measure is not Measure.KILLED:
        return True
    return bool(
        re.search(
            r"\b(?:kill|murdered|slain|assassinated|executed|shot|gunned|stabb|beaten|behead|strangl)",
            claim.evidence.text.lower(),
        )
    )


FIGURE = Kind(
    name=Figure.kind,
    claim=Figure,
    triggers=frozenset(lexicon.load("figures")["triggers"]["words"]),
    read=read,
    subject=bears_upon,
    value=value_of,
    settle=settle,
)
