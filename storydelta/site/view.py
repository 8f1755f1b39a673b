"""What the templates of the site are given, beside digests: frozen values, every text in words and cleaned.

`docs/site.md` documents each field; a test checks that it names them all. Paths are relative to the site's folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from storydelta.digest.view import Digest, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An edition in the timeline: its number, when it was known, its headline, the weightiest change of another
    subject, how many changes it holds, and whether one of them alerted.
    """

    number: int
    at: Moment
    headline: str
    deck: str
    changes: int
    alert: bool
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A document that is kept: how many versions of it there are, and what its latest says, claim by claim."""

    title: str
    publisher: str
    published: Moment
    versions: int
    says: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a document's text. `says`: what the claims that it makes say, in words; empty where it makes none."""

    text: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A stretch of the text as it differs from the version before: `kind` is `same`, `new` or `gone`. Blank lines
    part paragraphs.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A claim of a document in words, with who makes it. `note`: of a figure that is not the whole count, why not."""

    words: str
    voice: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One observed text of a document, with its claims marked, and what differs from the version before. `language`:
    in words, of a text that is not in English.
    """

    number: int
    published: Moment
    seen: Moment
    title: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    claims: tuple[Said, ...]
    differences: tuple[Difference, ...]
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """A document with its versions, the newest first. `author` is empty where nobody is named."""

    story: str
    story_title: str
    title: str
    publisher: str
    author: str
    link: str | None
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A story as it stands: its latest digest, its editions and its documents, the newest first. `address`: where
    the site can be reached, or empty.
    """

    digest: Digest
    timeline: tuple[Line, ...]
    documents: tuple[Kept, ...]
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPage:
    """One edition, with the numbers of its neighbours, or none."""

    digest: Digest
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """A story in the index of all stories: where it stands in a line, and its figures as label, value and whether
    it is disputed.
    """

    title: str
    at: Moment
    edition: int
    headline: str
    figures: tuple[tuple[str, str, bool], ...]
    path: str
