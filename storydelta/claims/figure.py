"""Figures: how many people a sentence says were killed, injured, missing, detained, kidnapped, displaced."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims import figure_grammar, figure_surface
from storydelta.claims.figure_people import is_people, population
from storydelta.claims.figure_scope import included, is_base, scope_of
from storydelta.claims.figure_surface import Mention
from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.speaker import find_speaker
from storydelta.model import Claim, Figure, Measure, Scope, Subject, Value
from storydelta.quantity import Count, find_counts

if TYPE_CHECKING:
    from spacy.tokens import Doc


_OF_PEOPLE = frozenset(("counts_of_murder", "multiple", "counted_noun", "count_noun", "toll", "toll_to", "lives"))
"""Rules whose words leave no doubt that people are counted."""


def read(passage: Passage) -> Iterator[Figure]:
    """The figures of one sentence from left to right, each count once for a measure."""
    counts = find_counts(passage.plain)
    if counts:
        yield from _counted(passage, counts)


def _counted(passage: Passage, counts: Sequence[Count]) -> Iterator[Figure]:
    plain, doc = passage.plain, passage.parsed
    read: list[Mention] = []
    for mention in _mentions(plain, doc, counts):
        if is_base(plain, mention.count, counts) or not (
            mention.rule in _OF_PEOPLE or is_people(plain, mention.count, doc)
        ):
            continue
        who = population(plain, mention.count, doc)
        scope = scope_of(passage, mention, who, read)
        read.append(mention)
        if scope is None:
            continue
        start, end = min(mention.start, mention.count.start), max(mention.end, mention.count.end)
        yield Figure(
            evidence=passage.evidence(start, end), speaker=find_speaker(passage, start, end),
            rule=f"figure.{mention.rule}", confidence=mention.confidence,
            measure=mention.measure, count=mention.count.range, scope=scope, population=who,
        )  # fmt: skip


def _mentions(plain: str, doc: Doc | None, counts: Sequence[Count]) -> list[Mention]:
    """The readings of both kinds of rules, one for each count and measure, the surest first."""
    found = list(figure_surface.find_mentions(plain, counts))
    if doc is not None:
        found += figure_grammar.find_mentions(doc, counts)
    best: dict[tuple[int, Measure], Mention] = {}
    for mention in found:
        key = (mention.count.start, mention.measure)
        if key not in best or best[key].confidence < mention.confidence:
            best[key] = mention
    found = [mention for _, mention in sorted(best.items())]
    return sorted([*found, *included(plain, counts, found)], key=lambda mention: mention.count.start)


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
)
