"""Digests as files in a folder, with an index of them. Writing one again changes nothing."""

from __future__ import annotations

import base64
import html
import os
import re
import tempfile
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, TemplateError
from pydantic import BaseModel, Field

from storydelta.delivery.channel import Channel, ChannelModel
from storydelta.digest.data import BRIEF
from storydelta.errors import DeliveryError
from storydelta.model import Delivery, Message

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DIGEST = re.compile(rf"(?P<story>{_SLUG.pattern})-(?P<edition>[0-9]{{5,}})\.html")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_TITLE_WITHIN = 4096  # bytes of a digest in which its title is looked for
_TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


class FileOptions(ChannelModel):
    """What a story file may set on a file channel."""

    index: bool = Field(
        default=True, description="Also write index.html, the list of all digests in the folder."
    )


class FileSettings(ChannelModel):
    """Where folders given as relative paths lie."""

    folder: Path = Field(default=Path(), description="Relative recipients are folders within this one.")
    templates: Path | None = Field(
        default=None, description="A folder whose index.html.j2 goes before the one that ships."
    )


def check(to: str, /) -> None:
    """ValueError where `to` is not a folder's path."""
    if not to.strip() or "\0" in to:
        raise ValueError(f"{to!r} is not a folder; write a path like 'digests'")
    if Path(to).expanduser().is_file():
        raise ValueError(f"{to!r} is a file; write the path of a folder")


def send(
    message: Message,
    delivery: Delivery,
    *,
    options: BaseModel,
    settings: BaseModel,
    now: datetime,  # noqa: ARG001 - a file needs no time
) -> None:
    """Writes STORY-EDITION.html and .txt into the recipient's folder, each all at once, and the index."""
    assert isinstance(options, FileOptions)
    assert isinstance(settings, FileSettings)
    if not _SLUG.fullmatch(message.story) or message.edition < 0:
        raise DeliveryError(f"{message.story!r} cannot be part of a file's name.", permanent=True)
    folder = settings.folder / Path(delivery.recipient).expanduser()
    name = file_name(message.story, message.edition)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for attachment in message.attachments:
            if attachment.media_type.startswith("image/") and f'"cid:{attachment.name}"' not in message.html:
                continue  # the page draws it itself
            if attachment.name == BRIEF:
                continue  # a shorter page for mail
            write_atomically(folder / f"{name}-{_safe(attachment.name)}", attachment.content)
        write_atomically(folder / f"{name}.txt", message.text.encode())
        write_atomically(folder / f"{name}.html", _with_files(message, name).encode())
        if options.index:
            write_atomically(folder / "index.html", _index(folder, settings.templates).encode())
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise DeliveryError(f"The digest cannot be written to {folder}: {reason}.") from problem


def file_name(story: str, edition: int) -> str:
    """As in "crocus-city-hall-00012": sorts by edition."""
    return f"{story}-{edition:05d}"


def write_atomically(path: Path, content: bytes) -> None:
    """The whole content or none: into a file beside it, then in its place. A file that has it is left alone."""
    try:
        if path.read_bytes() == content:
            return
    except FileNotFoundError:
        pass
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".part", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            Path(part.name).chmod(0o644)
            Path(part.name).replace(path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def write_whole(message: Message, path: Path) -> None:
    """The page in one file, its images within it; the plain text where the file's name ends in .txt. OSError."""
    page = message.html
    for attachment in message.attachments:
        data = base64.b64encode(attachment.content).decode("ascii")
        page = page.replace(f'"cid:{attachment.name}"', f'"data:{attachment.media_type};base64,{data}"')
    write_atomically(path, (message.text if path.suffix == ".txt" else page).encode())


def _with_files(message: Message, name: str) -> str:
    """The HTML with its embedded images taken from the files beside it."""
    page = message.html
    for attachment in message.attachments:
        page = page.replace(f'"cid:{attachment.name}"', f'"{name}-{_safe(attachment.name)}"')
    return page


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".") or "attachment"


def _index(folder: Path, templates: Path | None) -> str:
    """A page that lists the folder's digests, story by story, the newest first; DeliveryError where the template
    does not render.
    """
    digests = [match for path in folder.iterdir() if (match := _DIGEST.fullmatch(path.name))]
    newest_first = sorted(digests, key=lambda match: (match["story"], -int(match["edition"])))
    entries = [
        {
            "file": match[0],
            "story": match["story"],
            "edition": int(match["edition"]),
            "title": _title(folder / match[0]),
        }
        for match in newest_first
    ]
    folders = [templates, _TEMPLATES] if templates else [_TEMPLATES]
    environment = Environment(loader=FileSystemLoader(folders), autoescape=True, trim_blocks=True)
    try:
        return environment.get_template("index.html.j2").render(entries=entries)
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        raise DeliveryError(f"The template index.html.j2 does not render: {problem}.") from problem


def _title(path: Path) -> str:
    with path.open("rb") as file:
        beginning = file.read(_TITLE_WITHIN).decode("utf-8", "replace")
    found = _TITLE.search(beginning)
    return html.unescape(found[1]).strip() if found else path.stem


FILE = Channel(
    name="file",
    help="Writes each digest as HTML and text into a folder, with an index.html that lists them.",
    options=FileOptions,
    settings=FileSettings,
    check=check,
    send=send,
)
