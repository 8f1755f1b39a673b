"""Documents from a folder of text files, saved pages, PDFs and e-mails. A file that changes is a new revision of the same document."""

from __future__ import annotations

import asyncio
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from storydelta.errors import DocumentError, SourceError
from storydelta.model import Item
from storydelta.sources.canonical import canonical_url
from storydelta.sources.kind import Context, Fetched, Problem, SourceKind, SourceOptions
from storydelta.sources.mailfile import read_mail_file
from storydelta.sources.pagefile import read_page_file
from storydelta.sources.revisions import hand_over
from storydelta.sources.textfile import TextFile, decode, read_text_file


class FolderOptions(SourceOptions):
    """The options of a `folder` source."""

    path: str = Field(
        min_length=1, description="The folder; a relative path starts at the story file's folder."
    )
    files: tuple[str, ...] = Field(
        ("*.txt", "*.md", "*.eml", "*.html", "*.htm", "*.pdf"),
        min_length=1,
        description="Which files in it, by name; those below it as well.",
    )
    publisher: str = Field("", description="Who published the documents that do not say so themselves.")
    undated: Literal["leave out", "file"] = Field(
        "leave out",
        description='Documents that state no date: left out with a notice, or dated as the "file" was last changed.',
    )


async def fetch(options: FolderOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    """Every document below the folder, oldest first; files that are none are problems, and the others go on."""
    return await asyncio.to_thread(_read, options, state, context)


def _read(options: FolderOptions, state: Mapping[str, Any], context: Context) -> Fetched:
    root = context.base / Path(options.path).expanduser()
    if not root.is_dir():
        raise SourceError(f"{root}: there is no such folder; correct 'path' or create it")
    inside = root.resolve()
    documents: list[tuple[str, TextFile]] = []
    problems: list[Problem] = []
    for count, path in enumerate(_matching(root, options.files)):
        if count == context.limits.documents:
            raise SourceError(f"{root}: more than {context.limits.documents:,} files; split it")
        name = path.relative_to(root).as_posix()
        try:
            content = _bytes(path, inside, name, context.limits.document_bytes)
            otherwise = _changed(path) if options.undated == "file" else None
            documents.append((name, _document(content, name, otherwise)))
        except DocumentError as problem:
            problems.append(Problem(document=_identity(options.path, name), text=str(problem)))
    items = []
    for name, document, clash in _one_for_each_url(documents):
        if clash:
            problems.append(Problem(document=_identity(options.path, name), text=clash))
        else:
            items.append(_item(options, name, document))
    items.sort(key=lambda item: (item.published_at or context.now, item.url))
    new, handed = hand_over(items, state)
    return Fetched(items=new, problems=tuple(problems), state=handed)


def _matching(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """The files below the folder whose names fit, hidden ones and links to other folders left out, by name."""
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and any(fnmatch(name, pattern) for pattern in patterns):
                yield Path(folder, name)


def _bytes(path: Path, root: Path, name: str, limit: int) -> bytes:
    """The file's content, if it is a plain file that lies below `root` also after links, and is not too large."""
    try:
        target = path.resolve(strict=True)
        if not target.is_relative_to(root):
            raise DocumentError(f"{name}: a link that leads out of the folder; copy the file instead")
        # Not to wait for a writer, should it be a pipe.
        with open(os.open(target, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:  # noqa: PTH123 (of a descriptor)
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise DocumentError(f"{name}: not a file that can be read")
            content = stream.read(limit + 1)
    except (OSError, RuntimeError) as problem:  # RuntimeError: links in a circle
        reason = getattr(problem, "strerror", None) or str(problem)
        raise DocumentError(f"{name}: cannot be read ({reason})") from problem
    if len(content) > limit:
        raise DocumentError(f"{name}: larger than {limit:,} bytes")
    return content


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _document(content: bytes, name: str, otherwise: datetime | None) -> TextFile:
    if name.lower().endswith(".eml"):
        return read_mail_file(content, name, otherwise)
    if name.lower().endswith((".html", ".htm")):
        return read_page_file(content, name, otherwise)
    if name.lower().endswith(".pdf"):
        from storydelta.sources.pdffile import read_pdf_file  # noqa: PLC0415 - a library that few folders need

        return read_pdf_file(content, name, otherwise)
    return read_text_file(decode(content, name), name, otherwise)


def _one_for_each_url(
    documents: list[tuple[str, TextFile]],
) -> Iterator[tuple[str, TextFile, str | None]]:
    """Each document, with what is wrong where an earlier one has the same URL and it is not a revision of it."""
    taken: dict[str, list[tuple[str, TextFile]]] = {}
    for name, document in documents:
        others = taken.setdefault(canonical_url(document.url), []) if document.url else []
        same = next((other for other, text in others if not _is_revision(text, document)), None)
        if same:
            yield (
                name,
                document,
                (
                    f"{name}: the same url as {same}, which was kept; give one of them another url, or a later "
                    f"'modified:' if it is a revision"
                ),
            )
        else:
            others.append((name, document))
            yield name, document, None


def _is_revision(one: TextFile, other: TextFile) -> bool:
    return one.moment != other.moment and bool(one.modified or other.modified)


def _item(options: FolderOptions, name: str, document: TextFile) -> Item:
    return Item(
        url=document.url or _identity(options.path, name),
        title=document.title,
        text=document.text,
        publisher=document.publisher or options.publisher or None,
        author=document.author,
        published_at=document.moment,
        id=name,
    )


def _identity(path: str, name: str) -> str:
    """A file's URL where it gives none: stable as long as the story file names the folder in the same way."""
    return "file:" + posixpath.normpath(posixpath.join(Path(path).as_posix(), name))


FOLDER = SourceKind(
    name="folder",
    help="A folder of text files, saved web pages and e-mails, with those below it; a file that changes is a new revision.",
    options=FolderOptions,
    key=lambda options: options.path,
    fetch=fetch,
)
