"""Reads the claims of texts: a trigger map finds the sentences that can hold one, the kinds read only those.

    sentences that hold a trigger -> read by their kinds as far as grammar is at hand; those that lack it wait
    sentences that wait           -> parsed together, read again

So a kind asks for the grammar of a sentence wherever it needs it, and knows nothing of batches.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Article, Passage
from storydelta.claims.trigger import Triggers
from storydelta.model import Claim
from storydelta.names import Names
from storydelta.syntax import BatchParser, Unparsed
from storydelta.text import sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc

MOST_WAITING = 192
"""Passages that wait for their grammar before they are parsed: four of the parser's batches."""

MOST_HELD = 64
"""Documents that are held back until the passages of the first of them are parsed."""

_ROUNDS = 2
"""How often a passage may come back for another sentence's grammar before it gets that at once."""


class Document(Protocol):
    """What can be read: an item, a revision."""

    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def publisher(self) -> str | None: ...
    @property
    def published_at(self) -> datetime | None: ...


AnyDocument = TypeVar("AnyDocument", bound=Document)


@dataclass(frozen=True)
class Reader:
    """The claim engine. The same text always gives the same claims; nothing is fetched.

    `names` normalises names; `parser` None leaves the surface rules alone at work.
    """

    kinds: tuple[Kind, ...]
    names: Names
    parser: BatchParser | None

    def read(
        self,
        *,
        title: str = "",
        text: str = "",
        publisher: str | None = None,
        published_at: datetime | None = None,
    ) -> tuple[Claim, ...]:
        """The claims of one document in the order of their evidence, title first."""
        ((_, claims),) = self.read_all([_Text(title, text, publisher, published_at)])
        return claims

    def read_all(self, documents: Iterable[AnyDocument]) -> Iterator[tuple[AnyDocument, tuple[Claim, ...]]]:
        """Each document with its claims, in order; a few are taken from `documents` before the first comes out.

        The claims are those that `read` gives; short documents are read in half the time.
        """
        desk = _Desk(self.parser)
        held: deque[tuple[AnyDocument, _Draft]] = deque()
        for document in documents:
            draft = _Draft(found=[{} for _ in self.kinds])
            held.append((document, draft))
            for passage in self._passages(document, desk):
                for number in sorted(self._triggers.find(passage.plain)):
                    desk.read(_Task(self.kinds[number], passage, draft, draft.found[number]))
            if len(held) >= MOST_HELD:
                desk.clear()
            while held and not held[0][1].waiting:
                yield self._finished(*held.popleft())
        desk.clear()
        yield from (self._finished(*one) for one in held)

    def _passages(self, document: Document, desk: _Desk) -> Iterator[Passage]:
        spoken = sentences(document.title, "title")
        spoken += sentences(document.text, "text", first_index=len(spoken))
        parser = desk.grammar if self.parser else None
        article = Article(spoken, document.publisher, document.published_at, self.names, parser)
        return (Passage(sentence, article) for sentence in spoken)

    def _finished(self, document: AnyDocument, draft: _Draft) -> tuple[AnyDocument, tuple[Claim, ...]]:
        settled: list[Claim] = []
        for kind, found in zip(self.kinds, draft.found, strict=True):
            settled += kind.settle([claim for _, claims in sorted(found.items()) for claim in claims])
        return document, tuple(sorted(settled, key=_place))

    @cached_property
    def _triggers(self) -> Triggers:
        return Triggers([kind.triggers for kind in self.kinds])


@dataclass(frozen=True)
class _Text:
    title: str
    text: str
    publisher: str | None
    published_at: datetime | None


@dataclass(slots=True)
class _Draft:
    """A document that is being read: for each kind the claims by their sentence, and how many readings wait."""

    found: list[dict[int, Sequence[Claim]]]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class _Task:
    """One kind's reading of one passage."""

    kind: Kind
    passage: Passage
    draft: _Draft
    found: dict[int, Sequence[Claim]]


@dataclass(slots=True)
class _Desk:
    """Where readings wait for grammar until it is worth parsing."""

    parser: BatchParser | None
    waiting: list[tuple[str, _Task]] = field(default_factory=list)
    at_once: bool = False

    def grammar(self, plain: str) -> Doc:
        """The grammar of a sentence. Raises Unparsed where it is better parsed with others."""
        assert self.parser is not None
        return self.parser(plain) if self.at_once else self.parser.kept(plain)

    def read(self, task: _Task) -> None:
        """Reads what can be read now; the rest waits, until there is enough of it."""
        if self._put_off(task) and len(self.waiting) >= MOST_WAITING:
            self.clear()

    def clear(self) -> None:
        """Reads everything that waits."""
        for remaining in reversed(range(_ROUNDS)):
            if not self.waiting:
                return
            assert self.parser is not None
            waiting, self.waiting = self.waiting, []
            self.parser.prepare(plain for plain, _ in waiting)
            self.at_once = not remaining
            for _, task in waiting:
                task.draft.waiting -= 1
                self._put_off(task)
        self.at_once = False

    def _put_off(self, task: _Task) -> bool:
        try:
            claims = list(task.kind.read(task.passage))
        except Unparsed as missing:
            self.waiting.append((missing.text, task))
            task.draft.waiting += 1
            return True
        if claims:
            task.found[task.passage.sentence.index] = claims
        return False


def _place(claim: Claim) -> tuple[bool, int]:
    return claim.evidence.field == "text", claim.evidence.start
