"""Writes the site: what changed since it was last written, each file all at once, the record of it last.

    read the record | editions since | documents that changed | pages around them | index | record

A run that is killed leaves a site that works; the next one goes on from the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

from flows.compose_digest import health
from storage.store import Store
from storydelta.delivery.file import write_atomically
from storydelta.digest.phrases import load_phrases
from storydelta.digest.statements import Teller
from storydelta.errors import StorydeltaError
from storydelta.model import Edition, Reading
from storydelta.render import OURS, environment_of, fill
from storydelta.site import files
from storydelta.site.documents import document_page, kept
from storydelta.site.files import File, Site
from storydelta.site.history import History, edition_digest, line, standing_digest, story_line
from storydelta.site.names import document_file, edition_file
from storydelta.site.record import Record, Stamped, record_from_json, record_to_json
from storydelta.site.view import Line
from storydelta.story import Story

RECORD = "made.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What writing a site came to: the paths of the files that were written, and how many were as they should be."""

    paths: tuple[str, ...] = ()
    unchanged: int = 0


@dataclass(slots=True)
class _Folder:
    """The site's folder, and what was done to it."""

    path: Path
    written: list[str] = field(default_factory=list)
    unchanged: int = 0

    def record(self, slug: str) -> Record | None:
        """What was written of a story the last time; None where that is not known."""
        try:
            return record_from_json((self.path / slug / RECORD).read_bytes())
        except OSError:
            return None

    def put(self, found: Iterable[File]) -> None:
        for path, content in found:
            place = self.path / path
            with suppress(OSError):
                if place.read_bytes() == content:
                    self.unchanged += 1
                    continue
            try:
                place.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(place, content)
            except OSError as problem:
                raise StorydeltaError(
                    f"{place}: cannot be written ({problem.strerror or problem})"
                ) from problem
            self.written.append(path)


def write_site(
    store: Store, stories: Sequence[Story], folder: Path, *, templates: Path | None = None, address: str = ""
) -> Written:
    """Brings the pages of `stories` in `folder` up to date, and the index of all stories that have pages there.

    A story of which nothing is known yet has none. `address`: where the folder can be reached on the web; feed
    readers want it. Raises StorydeltaError where a file cannot be written or a template does not render.
    """
    place = _Folder(folder)
    for story in stories:
        _write_story(store, story, _site(story.language, templates, address), place)
    site = _site("en", templates, address)
    place.put(files.shared_files(site))
    records = [place.record(path.parent.name) for path in sorted(folder.glob(f"*/{RECORD}"))]
    place.put(files.index_files([record.line for record in records if record and record.line], site))
    return Written(paths=tuple(place.written), unchanged=place.unchanged)


def _site(language: str, templates: Path | None, address: str) -> Site:
    return Site(
        phrases=load_phrases(language, templates), fill=partial(fill, environment_of(templates)),
        templates=templates, address=address,
    )  # fmt: skip


def _write_story(store: Store, story: Story, site: Site, place: _Folder) -> None:
    latest = store.latest_edition(story.slug)
    if latest is None:
        return
    mark = _mark(story, site, latest)
    record = place.record(story.slug)
    if record is None or record.mark != mark or record.last > latest.number:
        record = Record(mark=mark)
    history = History(
        story=story, edition=latest, ledger=store.ledger(story.slug),
        verdicts=store.changes_since(story.slug, 0),
        sources=tuple(health(story, store.source_states(story.slug), latest.made_at, site.templates)),
    )  # fmt: skip
    teller = Teller(phrases=site.phrases, zone=story.timezone, now=latest.made_at)
    timeline = _write_editions(store, history, record, site, place)
    documents = _write_documents(store, story, record, teller, site, place)
    standing = standing_digest(history, site.templates)
    newest = sorted(
        (d.kept for d in documents.values()), key=lambda d: (d.published.at, d.path), reverse=True
    )
    place.put(files.story_files(standing, timeline, newest, history.verdicts, site))
    done = Record(mark=mark, timeline=timeline, documents=documents, line=story_line(standing))
    place.put([(f"{story.slug}/{RECORD}", record_to_json(done))])


def _write_editions(
    store: Store, history: History, record: Record, site: Site, place: _Folder
) -> tuple[Line, ...]:
    """The timeline with the new editions on top. The last one that has a page gets it anew: it has a neighbour now."""
    lines = list(record.timeline[1:])
    last = history.edition.number
    for edition in store.editions(history.story.slug, after=max(record.last - 1, 0)):
        digest = edition_digest(edition, history, site.templates)
        number = edition.number
        before, after = number - 1 or None, number + 1 if number < last else None
        place.put([files.edition_page(digest, edition_file(number), before, after, site)])
        lines.insert(0, line(digest))
    return tuple(lines)


def _write_documents(
    store: Store, story: Story, record: Record, teller: Teller, site: Site, place: _Folder
) -> dict[str, Stamped]:
    """The documents by the path of their page; pages are made of those whose versions are not those of the record."""
    found: dict[str, Stamped] = {}
    for document, stamp in _stamps(store, story).items():
        path = document_file(document)
        known = record.documents.get(path)
        if known is None or known.stamp != stamp:
            readings = [
                Reading(revision=stored.revision, claims=store.claims_of(story.slug, stored.revision))
                for stored in store.revisions(story.slug, document=document)
                if stored.belongs
            ]
            place.put([files.text_page(document_page(readings, story, teller), path, site)])
            known = Stamped(stamp=stamp, kept=kept(readings, teller))
        found[path] = known
    return found


def _stamps(store: Store, story: Story) -> dict[str, str]:
    """For each document that belongs, what stands for its versions."""
    versions: dict[str, str] = {}
    for stored in store.revisions(story.slug):
        if stored.belongs:
            before = versions.get(stored.revision.document, "")
            versions[stored.revision.document] = _hash(before, stored.revision.id)
    return versions


def _mark(story: Story, site: Site, latest: Edition) -> str:
    """Stands for all that shapes every page; dates leave out the year while it is this one."""
    places = [OURS, *([site.templates] if site.templates else [])]
    written = [
        _hash(str(path), path.read_text("utf-8", "replace"))
        for place in places
        for path in sorted(place.rglob("*.*"))
        if path.suffix in (".j2", ".js", ".toml")
    ]
    return _hash(
        version("storydelta"), *written, story.title, story.timezone, story.language, site.address,
        str(latest.made_at.year),
    )  # fmt: skip


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
