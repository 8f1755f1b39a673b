"""A document's versions with their claims marked in the text, and what differs between them."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from storydelta.digest.phrases import Phrases
from storydelta.digest.safety import clean, link, shown, titled
from storydelta.digest.statements import Teller
from storydelta.digest.words import capitalise, say, sentence
from storydelta.language import foreign_language
from storydelta.model import Claim, Figure, Name, Reading, Responsibility, Revision, Scope, Subject
from storydelta.site.names import document_file
from storydelta.site.view import Difference, DocumentPage, Kept, Piece, Said, Version
from storydelta.story import Story

_LONGEST_TITLE = 160
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SENTENCES = re.compile(r".+?(?:[.!?]\s+|\n\s*|\Z)", re.DOTALL)
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_PAIRS_COMPARED = 60_000  # a second or two, where a page is made to take long


def document_page(readings: Sequence[Reading], story: Story, teller: Teller) -> DocumentPage:
    """The page of one document; `readings` are its versions, the oldest first."""
    latest = readings[-1].revision
    befores = [None, *(reading.revision for reading in readings)]
    versions = [
        _version(number, reading, before, teller)
        for number, (reading, before) in enumerate(zip(readings, befores, strict=False), 1)
    ]
    return DocumentPage(
        story=story.slug,
        story_title=clean(story.title) or story.slug,
        title=_title(latest, teller),
        publisher=_publisher(latest, teller),
        author=clean(latest.author or ""),
        link=link(latest.document),
        versions=tuple(reversed(versions)),
    )


def kept(readings: Sequence[Reading], teller: Teller) -> Kept:
    """The document in a line."""
    latest = readings[-1]
    return Kept(
        title=_title(latest.revision, teller),
        publisher=_publisher(latest.revision, teller),
        published=teller.moment(latest.revision.published_at),
        versions=len(readings),
        says=tuple(dict.fromkeys(claim_words(claim, teller.phrases) for claim in latest.claims)),
        path=document_file(latest.revision.document),
    )


def _title(revision: Revision, teller: Teller) -> str:
    return titled(revision.title, revision.document, _LONGEST_TITLE) or teller.phrases.labels["untitled"]


def _publisher(revision: Revision, teller: Teller) -> str:
    return shown(revision.publisher or "") or teller.phrases.labels["no_publisher"]


def _version(number: int, reading: Reading, before: Revision | None, teller: Teller) -> Version:
    revision = reading.revision
    return Version(
        number=number,
        published=teller.moment(revision.published_at),
        seen=teller.moment(revision.seen_at),
        title=tuple(marked(revision.title, _of("title", reading.claims), teller.phrases)),
        paragraphs=tuple(_paragraphs(revision.text, _of("text", reading.claims), teller.phrases)),
        claims=tuple(_said(claim, revision, teller) for claim in reading.claims),
        differences=tuple(differences(_whole(before), _whole(revision))) if before else (),
        language=foreign_language(revision.text or revision.title) or "",
    )


def _of(field: str, claims: Iterable[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.evidence.field == field]


def _whole(revision: Revision) -> str:
    return f"{revision.title}\n\n{revision.text}" if revision.title else revision.text


def _paragraphs(text: str, claims: Sequence[Claim], phrases: Phrases) -> Iterator[tuple[Piece, ...]]:
    """The paragraphs of a text, each as pieces."""
    breaks = [(0, 0), *(gap.span() for gap in _BLANK_LINES.finditer(text)), (len(text), len(text))]
    for (_, start), (end, _) in pairwise(breaks):
        pieces = tuple(marked(text, claims, phrases, start, end))
        if any(piece.text.strip() for piece in pieces):
            yield pieces


def marked(
    text: str, claims: Sequence[Claim], phrases: Phrases, start: int = 0, end: int | None = None
) -> Iterator[Piece]:
    """`text[start:end]` in pieces: those that state something apart from the rest. Claims may overlap."""
    end = len(text) if end is None else end
    spans = [(max(c.evidence.focus[0], start), min(c.evidence.focus[1], end), c) for c in claims]
    spans = [(low, high, claim) for low, high, claim in spans if low < high]
    edges = sorted({start, end, *(low for low, _, _ in spans), *(high for _, high, _ in spans)})
    for low, high in pairwise(edges):
        here = [claim for first, last, claim in spans if first <= low and high <= last]
        says = "; ".join(dict.fromkeys(claim_words(claim, phrases) for claim in here))
        if piece := tidy(text[low:high]):
            yield Piece(text=piece, says=says)


def tidy(part: str) -> str:
    """Cleaned, but with a blank at either end where there was white space: it joins it to its neighbours."""
    inner = clean(part)
    if not inner:
        return " " if part else ""
    return (" " if part[0].isspace() else "") + inner + (" " if part[-1].isspace() else "")


def _said(claim: Claim, revision: Revision, teller: Teller) -> Said:
    labels = teller.phrases.labels
    own = Name(written=revision.publisher or labels["document"], id="")
    note = ""
    if isinstance(claim, Figure) and claim.scope is not Scope.TOTAL:
        note = labels["scope_part" if claim.scope is Scope.PART else "scope_other"]
    return Said(
        words=claim_words(claim, teller.phrases),
        voice=shown((claim.speaker or own).written),
        note=note,
    )


def claim_words(claim: Claim, phrases: Phrases) -> str:
    """A claim in words: "at least 60 killed", "Ukraine denies that …"; of kinds without words, their name."""
    if isinstance(claim, Figure):
        return f"{say(claim.count, phrases)} {phrases.measures[claim.measure]}"
    if isinstance(claim, Responsibility):
        speaker = claim.speaker or Name(written=phrases.labels["document"], id="")
        subject = Subject(kind=claim.kind, speaker=claim.speaker, actor=claim.actor)
        return capitalise(sentence(speaker, claim.stance, subject, phrases))
    return claim.kind


def differences(before: str, after: str) -> Iterator[Difference]:
    """What became of a text, in order: stretches that stayed, came and went. Sentences are compared, and within
    those that differ, words.
    """
    for same, gone, new in _compared(_SENTENCES.findall(before), _SENTENCES.findall(after)):
        if same:
            yield from _stretch("same", new)
            continue
        for still, out, into in _compared(_WORDS.findall("".join(gone)), _WORDS.findall("".join(new))):
            yield from _stretch("gone", () if still else out)
            yield from _stretch("same" if still else "new", into)


def _compared(
    one: Sequence[str], other: Sequence[str]
) -> Iterator[tuple[bool, Sequence[str], Sequence[str]]]:
    """Stretches of both that are the same, or stand in each other's place. The time that it takes grows with the
    pairs of equal parts, so where a page repeats itself without end, it is all one stretch.
    """
    often = Counter(other)
    if sum(often[part] for part in one) > _PAIRS_COMPARED:
        yield one == other, one, other
        return
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    for kind, low, high, first, last in matcher.get_opcodes():
        yield kind == "equal", one[low:high], other[first:last]


def _stretch(kind: str, words: Sequence[str]) -> Iterator[Difference]:
    text = "\n\n".join(map(tidy, _BLANK_LINES.split("".join(words))))
    if text:
        yield Difference(kind=kind, text=text)
