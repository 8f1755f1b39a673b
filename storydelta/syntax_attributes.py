"""What the model's attribute ruler writes to tokens (parts of speech, morphology), by looking it up.

The ruler matches all its patterns with every sentence, which takes a third of the time of a parse. Nearly all look at
one token, and at little of it: its tag, its relation, and whether it is one of some words. What they write is worked
out once for each such token. A sentence where a longer pattern may begin is left to the ruler.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from spacy.tokens._retokenize import set_token_attrs

if TYPE_CHECKING:
    from spacy.pipeline import AttributeRuler
    from spacy.tokens import Doc, Token

Conditions: TypeAlias = Mapping[str, Any]
"""What a pattern asks of a token: `{"TAG": "IN", "LOWER": {"IN": ["that", "if"]}}`."""

_LOOK: dict[str, Callable[[Token], object]] = {
    "TAG": lambda token: token.tag_,
    "DEP": lambda token: token.dep_,
    "LOWER": lambda token: token.lower_,
    "IS_SPACE": lambda token: token.is_space,
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "IN": lambda seen, wanted: seen in wanted,
    "NOT_IN": lambda seen, wanted: seen not in wanted,
    "REGEX": lambda seen, wanted: bool(re.search(wanted, seen)),
}
_REMEMBERED = 50_000
"""Words of which is kept whether a pattern knows them."""


class Attributes:
    """Does to a parsed document what its ruler would do."""

    def __init__(self, ruler: AttributeRuler) -> None:
        self._ruler = ruler
        self._single: list[tuple[Conditions, Any]] = []
        self._openings: list[Conditions] = [{"IS_SPACE": True}]
        for patterns, attributes in zip(_patterns(ruler), ruler.attrs, strict=True):
            for pattern in patterns:
                if len(pattern) == 1:
                    self._single.append((pattern[0], attributes))
                else:
                    self._openings.append(pattern[0])
        self._asked = [c["LOWER"] for c in (*(c for c, _ in self._single), *self._openings) if "LOWER" in c]
        self._words: dict[int, int] = {}
        self._written: dict[tuple[int, int, int], Sequence[Any] | None] = {}

    @staticmethod
    def can_stand_for(ruler: AttributeRuler) -> bool:
        """Whether the ruler's patterns ask for nothing that is not understood here."""
        asked = [
            asked
            for patterns in _patterns(ruler) for pattern in patterns for conditions in pattern
            for asked in conditions.items()
        ]  # fmt: skip
        return all(
            name in _LOOK and (not isinstance(wanted, Mapping) or wanted.keys() <= _HOLDS.keys())
            for name, wanted in asked
        )

    def __call__(self, doc: Doc) -> None:
        """Writes the attributes of all tokens."""
        found = []
        for token in doc:
            key = (token.tag, token.dep, self._known(token))
            if key not in self._written:
                self._written[key] = self._of(token)
            written = self._written[key]
            if written is None:
                self._ruler(doc)
                return
            found.append(written)
        for token, written in zip(doc, found, strict=True):
            for attributes in written:
                set_token_attrs(token, attributes)

    def _known(self, token: Token) -> int:
        """The word as a number where any pattern asks for it, else nought: all other words are alike."""
        word = token.lower
        known = self._words.get(word)
        if known is None:
            if len(self._words) > _REMEMBERED:
                self._words.clear()
            asked = token.is_space or any(_holds(token.lower_, wanted) for wanted in self._asked)
            known = self._words[word] = word if asked else 0
        return known

    def _of(self, token: Token) -> Sequence[Any] | None:
        """What the patterns write to such a token, in their order; None where a longer pattern may begin."""
        if any(_fits(token, opening) for opening in self._openings):
            return None
        return [attributes for conditions, attributes in self._single if _fits(token, conditions)]


def _patterns(ruler: AttributeRuler) -> list[Sequence[Sequence[Conditions]]]:
    """The alternatives of each of the ruler's rules, each a sequence of conditions, token by token."""
    rules: list[Any] = ruler.patterns  # typed too loosely
    return [rule["patterns"] for rule in rules]


def _fits(token: Token, conditions: Conditions) -> bool:
    return all(_holds(_LOOK[name](token), wanted) for name, wanted in conditions.items())


def _holds(seen: object, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return all(_HOLDS[predicate](seen, value) for predicate, value in wanted.items())
    return bool(seen == wanted)
