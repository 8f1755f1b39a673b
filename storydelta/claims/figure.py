"""Figures: how many people a sentence says were killed, injured, missing, detained, kidnapped, displaced."""

from __future__ import annotations

from collections.abc import Iterator

from storydelta import lexicon
from storydelta.claims import figure_grammar, figure_surface
from storydelta.claims.figure_surface import Mention
from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.model import Claim, Figure, Measure, Scope, Subject, Value
from storydelta.quantity import find_counts


def read(passage: Passage) -> Iterator[Figure]:
    """The figures of one sentence from left to right, each count once."""
    counts = find_counts(passage.plain)
    if not counts:
        return
    best: dict[tuple[int, Measure], Mention] = {}
    mentions = list(figure_surface.find_mentions(passage.plain, counts))
    if counts and passage.parsed is not None:
        mentions += figure_grammar.find_mentions(passage.parsed, counts)
    for mention in mentions:
        key = (mention.count.start, mention.measure)
        if key not in best or best[key].confidence < mention.confidence:
            best[key] = mention
    for _, mention in sorted(best.items()):
        yield Figure(
            evidence=passage.evidence(min(mention.start, mention.count.start), mention.end),
            speaker=None, rule=f"figure.{mention.rule}", confidence=mention.confidence,
            measure=mention.measure, count=mention.count.range, scope=Scope.TOTAL,
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
)
