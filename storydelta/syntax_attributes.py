"""What the model's attribute ruler writes to tokens (parts of speech, morphology), by looking it up.

The ruler matches all its patterns with every sentence, which takes a third of the time of a parse. Nearly all look at
one token, and at little of it: its tag, its relation, and whether it is one of some words. What they write is worked
out once for each such token. A sentence where a longer pattern may begin is left to the ruler.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from spacy.tokens._retokenize import set_token_attrs

if TYPE_CHECKING:
    from spacy.pipeline import AttributeRuler
    from spacy.tokens import Doc, Token

Condition: TypeAlias = tuple[str, Callable[[Any], object]]
"""What a pattern asks of a token: the name of what is looked at, and a test."""

_LOOK: dict[str, Callable[[Token], object]] = {
    "TAG": lambda token: token.tag_,
    "DEP": lambda token: token.dep_,
    "LOWER": lambda token: token.lower_,
    "IS_SPACE": lambda token: token.is_space,
}
_TESTS: dict[str, Callable[[Any], Callable[[Any], object]]] = {
    "IN": lambda wanted: frozenset(wanted).__contains__,
    "NOT_IN": lambda unwanted: lambda seen: seen not in unwanted,
    "REGEX": lambda pattern: re.compile(pattern).search,
}
_REMEMBERED = 50_000
"""Words of which is kept whether a pattern knows them."""


class Attributes:
    """Does to a parsed document what its ruler would do."""

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler = ruler
        self._single: list[tuple[list[Condition], Any]] = []
        self._openings: list[list[Condition]] = [_conditions({"IS_SPACE": True})]
        for patterns, attributes in zip(_patterns(ruler), ruler.attrs, strict=True):
            for pattern in patterns:
                if len(pattern) == 1:
                    self._single.append((_conditions(pattern[0]), attributes))
                else:
                    self._openings.append(_conditions(pattern[0]))
        asked = [
            tokens[0]["LOWER"] for pattern in _patterns(ruler) for tokens in pattern if "LOWER" in tokens[0]
        ]
        self._listed = frozenset(w for a in asked for w in ([a] if isinstance(a, str) else a.get("IN", ())))
        self._formed = [re.compile(a["REGEX"]) for a in asked if isinstance(a, dict) and "REGEX" in a]
        self._words: dict[int, int] = {}
        self._written: dict[tuple[int, int, int], dict[Any, Any] | None] = {}

    @staticmethod
    def can_stand_for(ruler: AttributeRuler) -> bool:
        """Whether the ruler's patterns ask for nothing that is not understood here."""
        asked = [
            asked
            for patterns in _patterns(ruler) for pattern in patterns for conditions in pattern
            for asked in conditions.items()
        ]  # fmt: skip
        return all(name in _LOOK and _is_understood(name, wanted) for name, wanted in asked)

    def __call__(self, doc: Doc) -> None:
        """Writes the attributes of all tokens."""
        tokens = list(doc)
        found = []
        for token in tokens:
            known = self._words.get(token.lower)
            key = (token.tag, token.dep, self._known(token) if known is None else known)
            if key not in self._written:
                self._written[key] = self._of(token)
            written = self._written[key]
            if written is None:
                self._ruler(doc)
                return
            found.append(written)
        for token, written in zip(tokens, found, strict=True):
            set_token_attrs(token, written)

    def _known(self, token: Token) -> int:
        """The word as a number where any pattern asks for it, else nought: all other words are alike."""
        if len(self._words) > _REMEMBERED:
            self._words.clear()
        written = token.lower_
        asked = token.is_space or written in self._listed or any(f.search(written) for f in self._formed)
        known = self._words[token.lower] = token.lower if asked else 0
        return known

    def _of(self, token: Token) -> dict[Any, Any] | None:
        """What the patterns write to such a token, the later over the earlier; None where a longer pattern may begin."""
        seen = {name: look(token) for name, look in _LOOK.items()}
        if any(_fits(seen, opening) for opening in self._openings):
            return None
        written: dict[Any, Any] = {}
        for conditions, attributes in self._single:
            if _fits(seen, conditions):
                written |= attributes
        return written


def _patterns(ruler: AttributeRuler) -> list[list[list[dict[str, Any]]]]:
    """The alternatives of each of the ruler's rules, each a sequence of tokens."""
    rules: list[Any] = ruler.patterns  # typed too loosely
    return [rule["patterns"] for rule in rules]


def _is_understood(name: str, wanted: object) -> bool:
    """A word that must not be one of some would make every other word count."""
    return not isinstance(wanted, dict) or wanted.keys() <= _TESTS.keys() - (
        {"NOT_IN"} if name == "LOWER" else set()
    )


def _conditions(token: dict[str, Any]) -> list[Condition]:
    return [
        (name, _TESTS[predicate](value))
        for name, wanted in token.items()
        for predicate, value in (wanted if isinstance(wanted, dict) else {"IN": [wanted]}).items()
    ]


def _fits(seen: dict[str, object], conditions: list[Condition]) -> bool:
    return all(test(seen[name]) for name, test in conditions)
