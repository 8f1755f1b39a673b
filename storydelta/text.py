"""Raw text to sentences that can be matched, with offsets that point back into the raw text.

`flatten` evens out typography (quotes, dashes, white space, invisible characters); `sentences` splits. Whatever is
found in the plain form of a sentence is placed in the raw text by `Sentence.raw_span`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import sentencex

MAX_SENTENCE = 4_000
"""Characters beyond which a sentence is cut between words, so that reading takes time in proportion to the text."""

_PARAGRAPH = re.compile(r"\s*\n[^\S\n]*\n\s*")
_EVEN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flat:
    """Plain text, and for each of its characters the offset of the raw character that it came from."""

    text: str
    origin: tuple[int, ...] | range


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `raw` is exactly `field[start:end]`, `plain` its evened form for matching.

    `index` counts sentences through the document, title first; `paragraph` counts paragraphs within the field.
    """

    field: Literal["title", "text"]
    start: int
    end: int
    raw: str
    plain: str
    origin: tuple[int, ...] | range
    index: int
    paragraph: int

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the field that `plain[start:end]` stands for."""
        return self.start + self.origin[start], self.start + self.origin[end - 1] + 1


def flatten(raw: str) -> Flat:
    """Curly quotes and dashes made plain, white space collapsed to one blank, invisible characters dropped."""
    evened = raw.translate(_EVEN)
    if evened.isascii() and evened.isprintable() and "  " not in evened:
        return Flat(evened, range(len(evened)))
    characters: list[str] = []
    origin: list[int] = []
    for offset, character in enumerate(evened):
        if character in "—―":
            spaced = " - " if not characters or characters[-1] != " " else "- "
            characters += spaced
            origin += [offset] * len(spaced)
            continue
        if character.isspace():
            if characters and characters[-1] == " ":
                continue
            characters.append(" ")
        elif unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co"):
            continue
        else:
            characters.append(character)
        origin.append(offset)
    return Flat("".join(characters), tuple(origin))


def sentences(raw: str, field: Literal["title", "text"] = "text", first_index: int = 0) -> list[Sentence]:
    """The sentences of one field in order. Blank lines end a sentence; a single line break does not."""
    found: list[Sentence] = []
    for paragraph, (start, end) in enumerate(_paragraphs(raw)):
        flat = flatten(raw[start:end])
        for low, high in _boundaries(flat.text):
            first, last = start + flat.origin[low], start + flat.origin[high - 1] + 1
            origin: tuple[int, ...] | range = range(high - low)
            if not isinstance(flat.origin, range):
                origin = tuple(start + flat.origin[i] - first for i in range(low, high))
            found.append(
                Sentence(
                    field=field, start=first, end=last, raw=raw[first:last], plain=flat.text[low:high],
                    origin=origin, index=first_index + len(found), paragraph=paragraph,
                )
            )  # fmt: skip
    return found


def _paragraphs(raw: str) -> Iterator[tuple[int, int]]:
    """Spans between blank lines, stripped, without empty ones."""
    start = 0
    for gap in [*_PARAGRAPH.finditer(raw), None]:
        end = gap.start() if gap else len(raw)
        while start < end and raw[start].isspace():
            start += 1
        while end > start and raw[end - 1].isspace():
            end -= 1
        if end > start:
            yield start, end
        start = gap.end() if gap else end


def _boundaries(plain: str) -> Sequence[tuple[int, int]]:
    """Spans of the sentences of one plain paragraph, without white space around them; those of short ones are kept."""
    return _kept_boundaries(plain) if len(plain) <= MAX_SENTENCE else list(_split(plain))


@lru_cache(maxsize=4096)
def _kept_boundaries(plain: str) -> tuple[tuple[int, int], ...]:
    return tuple(_split(plain))


def _split(plain: str) -> Iterator[tuple[int, int]]:
    for boundary in sentencex.get_sentence_boundaries("en", plain):
        low, end = boundary["start_index"], boundary["end_index"]
        while low < end:
            high = end if end - low <= MAX_SENTENCE else plain.rfind(" ", low, low + MAX_SENTENCE) + 1
            high = high if high > low else low + MAX_SENTENCE
            first, last = low, high
            while first < last and plain[first] == " ":
                first += 1
            while last > first and plain[last - 1] == " ":
                last -= 1
            if last > first:
                yield first, last
            low = high
