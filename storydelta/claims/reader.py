"""Reads the claims of a text: a trigger map finds the sentences that can hold one, the kinds read only those."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Article, Passage
from storydelta.model import Claim
from storydelta.names import Names
from storydelta.syntax import Parser
from storydelta.text import sentences


@dataclass(frozen=True)
class Reader:
    """The claim engine. The same text always gives the same claims; nothing is fetched.

    `names` normalises names; `parser` None leaves the surface rules alone at work.
    """

    kinds: tuple[Kind, ...]
    names: Names
    parser: Parser | None

    def read(
        self,
        *,
        title: str = "",
        text: str = "",
        publisher: str | None = None,
        published_at: datetime | None = None,
    ) -> tuple[Claim, ...]:
        """The claims of one document in the order of their evidence, title first."""
        spoken = sentences(title, "title")
        spoken += sentences(text, "text", first_index=len(spoken))
        article = Article(spoken, publisher, published_at, self.names, self.parser)
        read: list[list[Claim]] = [[] for _ in self.kinds]
        for sentence in spoken:
            passage = Passage(sentence, article)
            for found, (kind, trigger) in zip(read, self._triggers, strict=True):
                if trigger.search(sentence.plain):
                    found.extend(kind.read(passage))
        settled = [
            claim for claims, kind in zip(read, self.kinds, strict=True) for claim in kind.settle(claims)
        ]
        return tuple(sorted(settled, key=_place))

    @cached_property
    def _triggers(self) -> list[tuple[Kind, re.Pattern[str]]]:
        return [(kind, _pattern(kind.triggers)) for kind in self.kinds]


def _place(claim: Claim) -> tuple[bool, int]:
    return claim.evidence.field == "text", claim.evidence.start


def _pattern(triggers: Iterable[str]) -> re.Pattern[str]:
    words = "|".join(
        re.escape(t.removesuffix("*")) + (r"\w*" if t.endswith("*") else "") for t in sorted(triggers)
    )
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
