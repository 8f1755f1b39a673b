"""Why a document moved a story or moved nothing: from the store, or read afresh where the store does not have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows import steps
from flows.find_documents import fetch_place, holds_lines, is_address, read_place
from storage.records import StoredRevision
from storage.store import Store
from storydelta.claims import KINDS
from storydelta.claims.reader import Reader
from storydelta.errors import StorydeltaError
from storydelta.explain import VersionTold, explain, set_aside
from storydelta.model import Item, Ledger, Reading, Verdict
from storydelta.relevance import belongs
from storydelta.sources import canonical_url
from storydelta.story import Story

_MOST_NAMED = 8  # documents that an error lists


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTold:
    """A document with its versions, oldest first. `stored`: the story has it; else it was read just now."""

    document: str
    stored: bool
    versions: tuple[VersionTold, ...]


def explain_document(
    store: Store, story: Story, reader: Reader, wanted: str, now: datetime
) -> list[DocumentTold]:
    """The one document that is `wanted`: by its address, its id, or the end of its address. Where the story has none
    like that, the documents at that address, or in that file or folder.

    Raises StorydeltaError where there is none, or where several of the story's are meant.
    """
    found = _stored(store, story, wanted)
    if found:
        return [_tell_stored(store, story, reader, found)]
    if is_address(wanted) or Path(wanted).exists():
        told = [_tell_fresh(store, story, reader, item, now) for item in _items(wanted)]
        if told:
            return told
    raise StorydeltaError(
        f"{story.slug}: no document {wanted!r}; give its address, its id, or a file to read it from"
    )


def _stored(store: Store, story: Story, wanted: str) -> list[StoredRevision]:
    """The versions of the document that is meant, the oldest first."""
    exact = list(store.revisions(story.slug, document=canonical_url(wanted)))
    if exact:
        return exact
    named: dict[str, list[StoredRevision]] = {}
    ending: dict[str, list[StoredRevision]] = {}
    for version in store.revisions(story.slug):
        revision = version.revision
        if wanted in (revision.id, revision.id.rpartition("@")[0]):
            named.setdefault(revision.document, [])
        if revision.document.rstrip("/").endswith("/" + wanted.strip("/")):
            ending.setdefault(revision.document, [])
    meant = named or ending
    if len(meant) > 1:
        shown = ", ".join(sorted(meant)[:_MOST_NAMED])
        raise StorydeltaError(f"{story.slug}: {len(meant)} documents are called {wanted!r}: {shown}")
    return [version for document in meant for version in store.revisions(story.slug, document=document)]


def _tell_stored(
    store: Store, story: Story, reader: Reader, versions: Sequence[StoredRevision]
) -> DocumentTold:
    verdicts = store.changes_since(story.slug, 0)
    told: list[VersionTold] = []
    for version in versions:
        revision = version.revision
        claims = store.claims_of(story.slug, revision)
        if not version.belongs and not version.trimmed:
            claims = steps.read([revision], reader)[0].claims
        edition = store.edition_as_of(story.slug, revision.seen_at)
        told.append(
            _tell(
                version, Reading(revision=revision, claims=claims), story, reader,
                edition.ledger if edition else Ledger(), verdicts, told[-1].reading if told else None,
            )
        )  # fmt: skip
    return DocumentTold(document=versions[0].revision.document, stored=True, versions=tuple(told))


def _tell_fresh(store: Store, story: Story, reader: Reader, item: Item, now: datetime) -> DocumentTold:
    """What a run would make of it now."""
    sifted = steps.revise([item], story, store, now)
    for revision, why in (*((r, "") for r in sifted.belonging), *sifted.others):
        version = StoredRevision(revision=revision, number=1, belongs=not why, why=why)
        told = _tell(
            version, steps.read([revision], reader)[0], story, reader, store.ledger(story.slug), (), None
        )
        return DocumentTold(document=revision.document, stored=False, versions=(told,))
    raise StorydeltaError("; ".join(sifted.problems) or f"{item.url}: cannot be read")


def _tell(
    version: StoredRevision,
    reading: Reading,
    story: Story,
    reader: Reader,
    after: Ledger,
    verdicts: Sequence[Verdict],
    earlier: Reading | None,
) -> VersionTold:
    told = set_aside(reading.claims)
    if version.belongs:
        told = explain(
            reading, story, kinds=KINDS, names=reader.names, after=after, verdicts=verdicts, earlier=earlier
        )
    return VersionTold(
        reading=reading, number=version.number, set_aside="" if version.belongs else version.why, claims=told,
        belongs=None if version.trimmed else belongs(reading.revision, story.belongs), trimmed=version.trimmed,
    )  # fmt: skip


def _items(place: str) -> list[Item]:
    """The documents there; what is wrong with one is raised."""
    found = list(read_place(place, dated=True) if holds_lines(place) else fetch_place(place))
    for each in found:
        if not isinstance(each, Item):
            raise each
    return [each for each in found if isinstance(each, Item)]
