"""Which kinds of claim a sentence may hold, by its words: one look-up for a word, however many triggers there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_WORDS = re.compile(r"\w+")
_REMEMBERED, _LONGEST = 50_000, 40
"""Words whose kinds are kept, more than a year's news has; characters of those that are worth it."""


class Triggers:
    """The triggers of several kinds. "kill*" stands for every word that begins so; a trigger may be a phrase."""

    def __init__(self, kinds: Sequence[Iterable[str]]) -> None:
        self._words: dict[str, set[int]] = {}
        self._beginnings: dict[str, set[int]] = {}
        self._phrases: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        for kind, triggers in enumerate(kinds):
            for trigger in triggers:
                self._add(trigger, kind)
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        self._kept = lru_cache(_REMEMBERED)(self._look_up)

    def find(self, plain: str) -> set[int]:
        """The kinds, by their numbers, that a sentence may hold claims of."""
        found: set[int] = set()
        lower = plain.lower()
        for word in _WORDS.findall(lower):
            kinds, phrases = self._kept(word) if len(word) <= _LONGEST else self._look_up(word)
            if kinds:
                found |= kinds
            for kind, phrase in phrases:
                if kind not in found and phrase.search(lower):
                    found.add(kind)
        return found

    def _add(self, trigger: str, kind: int) -> None:
        stem = trigger.removesuffix("*")
        if not _WORDS.fullmatch(stem):
            ending = r"\w*" if stem != trigger else ""
            phrase = re.compile(rf"(?<!\w){re.escape(stem)}{ending}(?!\w)")
            self._phrases.setdefault(_WORDS.findall(stem)[0], []).append((kind, phrase))
        elif stem != trigger:
            self._beginnings.setdefault(stem, set()).add(kind)
        else:
            self._words.setdefault(trigger, set()).add(kind)

    def _look_up(self, word: str) -> tuple[set[int], Sequence[tuple[int, re.Pattern[str]]]]:
        kinds = set(self._words.get(word, ()))
        for length in self._lengths:
            kinds |= self._beginnings.get(word[:length], set())
        return kinds, self._phrases.get(word, ())
