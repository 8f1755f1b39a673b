"""Raw text to sentences that can be matched, with offsets that point back into the raw text.

`flatten` evens out typography (quotes, dashes, white space, invisible characters); `sentences` splits. Whatever is
found in the plain form of a sentence is placed in the raw text by `Sentence.raw_span`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import sentencex

MAX_SENTENCE = 4_000
"""Characters beyond which a sentence is cut between words, so that reading takes time in proportion to the text."""

_WINDOW = 20_000
"""Characters of a paragraph that are split at a time; no newsroom writes a longer one."""

_PARAGRAPH = re.compile(
    r"\n\s*\n|\n(?=[ \t]*(?:[•▪◦‣●■*]|\d\d?[:.h]\d\d(?: ?(?:[ap]\.?m\.?|GMT|[A-Z]{2,4}T))?(?: [-–—|])? [A-Z\"“]))"
)
"""What ends a paragraph: a blank line, and the entries of a list or of a live page, which open with a bullet or a time."""
_DASHED = re.compile(r"\n(?=[ \t]*[-–—] )")
"""The same for entries that open with a dash, of which there are several: a single one is a line that was wrapped there."""
_STAMPED = re.compile(r"^[ \t]*\d\d?[:.h]\d\d\b[^\n]*[^\n.,;:\s](\n)(?=[ \t]*[\"'“A-Z])", re.MULTILINE)
"""The headline of an entry: the line of its time, where that does not end as a sentence does."""
_EVEN = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-",
}  # fmt: skip
_DASHES = "—―"
_LOOSE = re.compile(
    r"(?P<loose> (?=[,;:!?)%]|\.(?!\w)|'s\b|n't\b|-(?:old|year|month|week|day)s?\b)|(?<=\() )|(?P<quote>'')"
)
"""What a tokeniser leaves: "Reed , 24" for "Reed, 24", "Russia 's", "( Reuters )", two apostrophes for a quotation mark."""
_ASCII = frozenset(map(chr, range(ord(" "), 127)))


@dataclass(frozen=True, slots=True)
class Origin(Sequence[int]):
    """For each plain character the offset of the raw one that it came from.

    Both run along together in stretches: `starts` are the plain offsets where one begins, `shifts` what to add in it.
    """

    length: int
    starts: tuple[int, ...] = (0,)
    shifts: tuple[int, ...] = (0,)

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < self.length:
            raise IndexError(index)
        return index + self.shifts[bisect_right(self.starts, index) - 1]

    def part(self, low: int, high: int) -> Origin:
        """The origins of `plain[low:high]`, counted from its first character on both sides."""
        if len(self.starts) == 1:
            return Origin(high - low)
        first, behind = bisect_right(self.starts, low) - 1, bisect_left(self.starts, high)
        moved = low - self[low]
        return Origin(
            high - low,
            (0, *(start - low for start in self.starts[first + 1 : behind])),
            tuple(shift + moved for shift in self.shifts[first:behind]),
        )


@dataclass(frozen=True, slots=True)
class Flat:
    """Plain text and where its characters came from."""

    text: str
    origin: Origin


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
    origin: Origin
    index: int
    paragraph: int

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the field that `plain[start:end]` stands for."""
        return self.start + self.origin[start], self.start + self.origin[end - 1] + 1


def flatten(raw: str) -> Flat:
    """Curly quotes and dashes made plain, white space collapsed to one blank, invisible characters dropped; the blanks
    that a tokeniser put before commas and full stops closed.
    """
    evened, characters = raw, set(raw)
    for uneven in characters & _EVEN.keys():
        evened = evened.replace(uneven, _EVEN[uneven])
    odd = re.escape("".join(sorted(filter(_is_odd, characters - _ASCII))))
    runs = re.compile(rf"{_LOOSE.pattern}|" + (rf"[{odd}][{odd} ]*| [{odd} ]+" if odd else " {2,}"))
    if not runs.search(evened):
        return Flat(evened, Origin(len(evened)))
    plain, done = _Plain(), 0
    for run in runs.finditer(evened):
        plain.put(evened[done : run.start()], done)
        if run["quote"]:
            plain.put('"', run.start())
        elif not run["loose"]:
            for offset in range(*run.span()):
                plain.put_odd(evened[offset], offset)
        done = run.end()
    plain.put(evened[done:], done)
    return plain.flat()


class _Plain:
    """A plain text in the making."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._starts, self._shifts = [0], [0]
        self._length = 0
        self._last = ""

    def put(self, text: str, offset: int) -> None:
        """Adds what stands in the raw text at `offset`."""
        if not text:
            return
        if offset - self._length != self._shifts[-1]:
            self._starts.append(self._length)
            self._shifts.append(offset - self._length)
        self._parts.append(text)
        self._length += len(text)
        self._last = text[-1]

    def put_odd(self, character: str, offset: int) -> None:
        """Adds what a blank or an odd character stands for: one blank, a dash between blanks, or nothing."""
        if character in _DASHES:
            for part in "- " if self._last == " " else " - ":
                self.put(part, offset)
        elif character.isspace() and self._last != " ":
            self.put(" ", offset)

    def flat(self) -> Flat:
        return Flat("".join(self._parts), Origin(self._length, tuple(self._starts), tuple(self._shifts)))


@lru_cache(maxsize=4096)
def _is_odd(character: str) -> bool:
    """Whether it stands for something else in plain text: a wide dash, white space but for a blank, nothing."""
    invisible = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co")
    return character in _DASHES or invisible or (character.isspace() and character != " ")


def sentences(raw: str, field: Literal["title", "text"] = "text", first_index: int = 0) -> list[Sentence]:
    """The sentences of one field in order. Blank lines end a sentence; a single line break does not."""
    found: list[Sentence] = []
    for paragraph, (start, end) in enumerate(_paragraphs(raw)):
        flat = flatten(raw[start:end])
        for low, high in _boundaries(flat.text):
            first, last = start + flat.origin[low], start + flat.origin[high - 1] + 1
            found.append(
                Sentence(
                    field=field, start=first, end=last, raw=raw[first:last], plain=flat.text[low:high],
                    origin=flat.origin.part(low, high), index=first_index + len(found), paragraph=paragraph,
                )
            )  # fmt: skip
    return found


def _paragraphs(raw: str) -> Iterator[tuple[int, int]]:
    """Spans between blank lines, stripped, without empty ones; entries of lists are paragraphs too."""
    dashed = [m.span() for m in _DASHED.finditer(raw)]
    gaps = sorted(
        [
            *(m.span() for m in _PARAGRAPH.finditer(raw)),
            *(m.span(1) for m in _STAMPED.finditer(raw)),
            *(dashed if len(dashed) > 1 else ()),
        ]
    )
    start = 0
    for gap, after in [*gaps, (len(raw), len(raw))]:
        end = gap
        while start < end and raw[start].isspace():
            start += 1
        while end > start and raw[end - 1].isspace():
            end -= 1
        if end > start:
            yield start, end
        start = max(start, after)


def _boundaries(plain: str) -> Sequence[tuple[int, int]]:
    """Spans of the sentences of one plain paragraph, without white space around them; those of short ones are kept."""
    return _kept_boundaries(plain) if len(plain) <= MAX_SENTENCE else list(_split(plain))


@lru_cache(maxsize=4096)
def _kept_boundaries(plain: str) -> tuple[tuple[int, int], ...]:
    return tuple(_split(plain))


def _found(plain: str) -> Iterator[tuple[int, int]]:
    """The splitter's sentences. It is shown a window at a time: of a text of quotation marks it looks at each from each
    other one. The last sentence of a window is the first of the next.
    """
    start = 0
    while start < len(plain):
        window = plain[start : start + _WINDOW]
        found = [
            (start + boundary["start_index"], start + boundary["end_index"])
            for boundary in sentencex.get_sentence_boundaries("en", window)
        ]
        start += len(window)
        if start < len(plain) and len(found) > 1:
            start, _ = found.pop()
        yield from found


def _split(plain: str) -> Iterator[tuple[int, int]]:
    for start, end in _found(plain):
        low = start
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
