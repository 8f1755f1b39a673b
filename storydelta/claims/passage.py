"""A sentence where it stands: what a rule may look at when it reads a claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar, cast

from storydelta.model import Evidence
from storydelta.names import Names, bodies_with_place
from storydelta.syntax import MAX_PARSED, Parser
from storydelta.text import Sentence

if TYPE_CHECKING:
    from datetime import datetime

    from spacy.tokens import Doc


Answer = TypeVar("Answer")

MOST_PARSED = 5_000
"""Sentences of a document, from its beginning, that are parsed: longer than any live page. Those behind them are read
by surface rules alone, so that a file of millions of short sentences does not take hours.
"""

OPENING = 60
"""Sentences of a document in which it has said whose "the health ministry" is."""


@dataclass(frozen=True)
class Article:
    """The document around a sentence."""

    sentences: Sequence[Sentence]
    publisher: str | None
    published_at: datetime | None
    names: Names
    parser: Parser | None

    @cached_property
    def quotes(self) -> list[int]:
        """How many quotation marks stand before each sentence."""
        return [0, *accumulate(sentence.plain.count('"') for sentence in self.sentences)]

    @cached_property
    def bodies(self) -> dict[str, frozenset[str]]:
        """Body -> the ids of those of its sort whose place the opening of the text tells: "Gaza's health ministry"."""
        opening = self.sentences[:OPENING]
        return bodies_with_place(self.names, "\n".join(s.plain for s in opening if s.field == "text"))


@dataclass(frozen=True)
class Passage:
    """One sentence of an article, parsed on demand."""

    sentence: Sentence
    article: Article

    @property
    def plain(self) -> str:
        return self.sentence.plain

    @cached_property
    def parsed(self) -> Doc | None:
        """The grammar of `plain`, or None where there is no parser, or the sentence is too long or too late for one."""
        if self.article.parser is None or len(self.plain) > MAX_PARSED or self.sentence.index >= MOST_PARSED:
            return None
        if self.plain.isupper():
            return self.article.parser(self.article.names.recase(self.plain))
        return self.article.parser(self.plain)

    def evidence(self, start: int, end: int) -> Evidence:
        """The sentence as evidence, with `plain[start:end]` as its telling words."""
        sentence = self.sentence
        return Evidence(
            field=sentence.field, start=sentence.start, end=sentence.end, text=sentence.raw,
            focus=sentence.raw_span(start, end),
        )  # fmt: skip


def once(work_out: Callable[[Passage], Answer]) -> Callable[[Passage], Answer]:
    """A question about a passage that several rules ask, worked out once."""

    @wraps(work_out)
    def kept(passage: Passage) -> Answer:
        answers = vars(passage)
        if work_out.__name__ not in answers:
            answers[work_out.__name__] = work_out(passage)
        return cast("Answer", answers[work_out.__name__])

    return kept
