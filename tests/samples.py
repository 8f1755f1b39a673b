"""What tests of several rooms say in a few words: counts, and the kinds of claims as comparison sees them."""

from storydelta.claims.kind import Kind
from storydelta.model import Figure, Qualifier, Range, Responsibility, Scope, Subject

FIGURE = Kind(
    name="figure",
    claim=Figure,
    triggers=frozenset(),
    read=lambda _: (),
    subject=lambda c: Subject(kind="figure", measure=c.measure) if c.scope is Scope.TOTAL else None,
    value=lambda c: c.count,
)
RESPONSIBILITY = Kind(
    name="responsibility",
    claim=Responsibility,
    triggers=frozenset(),
    read=lambda _: (),
    subject=lambda c: Subject(kind="responsibility", speaker=c.speaker, actor=c.actor),
    value=lambda c: c.stance,
)
KINDS = (FIGURE, RESPONSIBILITY)


def exactly(n: int) -> Range:
    return Range(low=n, high=n, qualifier=Qualifier.EXACT)


def at_least(n: int) -> Range:
    return Range(low=n, high=None, qualifier=Qualifier.AT_LEAST)


def up_to(n: int) -> Range:
    return Range(low=0, high=n, qualifier=Qualifier.UP_TO)


def about(n: int) -> Range:
    return Range(low=n, high=n, qualifier=Qualifier.ABOUT)


def dozens() -> Range:
    return Range(low=24, high=99, qualifier=Qualifier.VAGUE)
