"""The pages, feeds and tables of a site, rendered: pairs of a path and its content. Nothing is written here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from storydelta.digest.phrases import Phrases
from storydelta.digest.view import Digest
from storydelta.model import Verdict
from storydelta.site.feeds import atom, json_feed
from storydelta.site.names import document_file
from storydelta.site.series import series, to_csv, to_json
from storydelta.site.view import DocumentPage, EditionPage, Kept, Line, StoryLine, StoryPage

File: TypeAlias = tuple[str, bytes]
"""A path relative to the site's folder, with slashes, and what is to stand there."""

Fill: TypeAlias = Callable[..., str]

ON_STORY_PAGE = 60
"""So many editions, and so many documents, the newest, stand on a story's own page; the others on pages of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages share. `fill` renders the template of a name with what it is given; `templates` is the user's
    own folder; `address` where the site can be reached, or empty.
    """

    phrases: Phrases
    fill: Fill
    templates: Path | None = None
    address: str = ""

    def page(self, path: str, template: str, **context: object) -> File:
        """One page; `root` leads from it to the site's folder."""
        labels = self.phrases.labels
        language = self.phrases.locale.partition("_")[0]
        given = {"language": language, "root": "../" * path.count("/"), "labels": labels, **context}
        return path, self.fill(f"site/{template}", **given).encode("utf-8", "replace")


def shared_files(site: Site) -> Iterator[File]:
    """The style sheet and the script of all pages."""
    yield "style.css", site.fill("site/style.css.j2").encode()
    yield "search.js", site.fill("site/search.js").encode()


def index_files(stories: Sequence[StoryLine], site: Site) -> Iterator[File]:
    """The list of all stories."""
    yield site.page("index.html", "index.html.j2", stories=stories)


def edition_page(digest: Digest, path: str, before: int | None, after: int | None, site: Site) -> File:
    """The page of one edition."""
    page = EditionPage(digest=digest, before=before, after=after)
    return site.page(
        f"{digest.story}/{path}", "edition.html.j2", page=page, digest=digest, kept=document_file
    )


def text_page(page: DocumentPage, path: str, site: Site) -> File:
    """The page of one document."""
    return site.page(f"{page.story}/{path}", "document.html.j2", page=page)


def story_files(
    digest: Digest, timeline: Sequence[Line], documents: Sequence[Kept], verdicts: Sequence[Verdict], site: Site
) -> Iterator[File]:  # fmt: skip
    """A story's own page, the lists of its editions and documents, its search, its feeds and its figures."""
    slug = digest.story
    page = StoryPage(
        digest=digest, timeline=tuple(timeline), documents=tuple(documents), address=site.address
    )
    given: dict[str, Any] = {"page": page, "digest": digest, "kept": document_file}
    yield site.page(f"{slug}/index.html", "story.html.j2", **given, most=ON_STORY_PAGE)
    yield site.page(f"{slug}/editions/index.html", "editions.html.j2", **given)
    yield site.page(f"{slug}/documents/index.html", "documents.html.j2", **given)
    yield site.page(f"{slug}/search.html", "search.html.j2", **given, index=_search_index(page))
    yield f"{slug}/feed.atom", atom(slug, digest.title, timeline, site.address)
    yield f"{slug}/feed.json", json_feed(slug, digest.title, timeline, site.address)
    rows = series(verdicts)
    yield f"{slug}/figures.csv", to_csv(rows)
    yield f"{slug}/figures.json", to_json(rows)


def _search_index(page: StoryPage) -> str:
    """What the script searches, as JSON that can stand in a page: nothing in it ends the element it stands in."""
    editions = [[line.path, line.headline, line.at.plain, line.deck] for line in page.timeline]
    documents = [
        [d.path, d.title, f"{d.publisher}, {d.published.plain}", "; ".join(d.says)] for d in page.documents
    ]
    written = json.dumps([*editions, *documents], ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
