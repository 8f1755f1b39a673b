"""A digest rendered by its templates: HTML and plain text, as a message for any channel.

Templates are looked up by name in the user's own folder first, then in ours. `docs/templates.md` documents them.
"""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from traceback import walk_tb

import css_inline
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)

from storydelta.digest import Digest
from storydelta.digest.data import BRIEF, DATA, digest_to_json
from storydelta.digest.picture import picture_of
from storydelta.digest.safety import clean, shorten
from storydelta.digest.view import Room
from storydelta.digest.words import capitalise
from storydelta.errors import RenderError
from storydelta.model import Attachment, Message

OURS = Path(__file__).resolve().parents[1] / "templates"
WHOLE = Room(brief=False, told=25, further=1000, listed=50, matrices=3, speakers=1000, voices=8)
SHORTER = (
    Room(brief=True, told=12, further=30, listed=20, matrices=2, speakers=16, voices=6),
    Room(brief=True, told=8, further=20, listed=12, matrices=1, speakers=12, voices=5),
    Room(brief=True, told=4, further=12, listed=8, matrices=1, speakers=8, voices=3),
    Room(brief=True, told=2, further=4, listed=2, matrices=0, speakers=0, voices=1),
)
"""What is shown, the shorter forms one after the other for mails that would be too large."""

LARGEST_MAIL = 95_000
"""Bytes of a page in a mail. Gmail shows the first 102 KiB or so and hides the rest behind a link."""

_LONGEST_SUBJECT = 110
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_TEXT_WIDTH = 78


def render(digest: Digest, templates: Path | None = None) -> Message:
    """The digest as a message. RenderError names the template, the file and the line that does not render.

    `templates`: a folder of the user's own, whose files override ours of the same name.
    """
    environment = environment_of(templates)
    given = {"digest": digest, "labels": digest.labels}
    page = _page(environment, WHOLE, given)
    return Message(
        story=digest.story,
        edition=digest.edition,
        subject=subject_line(digest),
        html=page,
        text=_without_controls(fill(environment, "digest.txt.j2", **given)),
        made_at=digest.made_at.at,
        attachments=(*_pictures(digest, environment), _data(digest), *_brief(page, environment, given)),
    )


def _page(environment: Environment, room: Room, given: Mapping[str, object]) -> str:
    return _inline(fill(environment, "digest.html.j2", **given, room=room))


def _brief(page: str, environment: Environment, given: Mapping[str, object]) -> Iterator[Attachment]:
    """The page as mail shows it, where the whole one is too large: the longest form that is small enough."""
    if _size(page) <= LARGEST_MAIL:
        return
    for room in SHORTER:
        page = _page(environment, room, given)
        if _size(page) <= LARGEST_MAIL:
            break
    yield Attachment(name=BRIEF, media_type="text/html", content=page.encode("utf-8", "replace"))


def _size(page: str) -> int:
    return len(page.encode("utf-8", "replace"))


def _pictures(digest: Digest, environment: Environment) -> Iterator[Attachment]:
    """The charts as images."""
    for chart in digest.charts:
        picture = picture_of(fill(environment, "chart.svg.j2", chart=chart, labels=digest.labels))
        yield Attachment(name=f"chart-{chart.measure}.png", media_type="image/png", content=picture)


def _data(digest: Digest) -> Attachment:
    written = json.dumps(digest_to_json(digest), ensure_ascii=False, indent=1)
    return Attachment(name=DATA, media_type="application/json", content=written.encode("utf-8", "replace"))


def _inline(page: str) -> str:
    """The page with its styles put into the elements, as mail clients need it; nothing is fetched."""
    try:
        return _INLINER.inline(page)
    except css_inline.InlineError as problem:
        raise RenderError(
            f"The styles of digest.html.j2 cannot be put into its elements: {problem}."
        ) from problem


def subject_line(digest: Digest) -> str:
    """One short line without control characters: "Crocus City Hall: 137 killed, up from 133"."""
    return shorten(clean(f"{shorten(digest.title, 60)}: {digest.headline}"), _LONGEST_SUBJECT)


def fill(environment: Environment, name: str, **given: object) -> str:
    """One template filled with what it is given; RenderError where it cannot be."""
    try:
        return environment.get_template(name).render(given)
    except TemplateSyntaxError as problem:
        raise RenderError(
            f"{problem.filename or name}, line {problem.lineno}: {problem.message}"
        ) from problem
    except TemplateNotFound as problem:
        raise RenderError(f"There is no template {problem.name}, which {name} asks for.") from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise RenderError(f"The template {name} cannot be read: {problem}.") from problem
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        where = next(_template_lines(problem), name)
        raise RenderError(f"{where}: {problem}") from problem


def _template_lines(problem: BaseException) -> Iterator[str]:
    """Where in a template it went wrong, innermost first."""
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(problem.__traceback__)]
    for file, line in reversed(frames):
        if file.endswith(".j2"):
            yield f"{file}, line {line}"


@cache
def environment_of(templates: Path | None) -> Environment:
    """Where templates are found and how they are filled: the user's own folder first, then ours."""
    folders = [OURS] if templates is None else [templates, OURS]
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=select_autoescape(enabled_extensions=("html", "html.j2", "svg.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrapped": wrapped, "upfirst": capitalise}
    return environment


def wrapped(text: str, indent: int = 0, first: str = "") -> str:
    """The text in lines of at most 78 characters; `first` begins the first line, `indent` blanks the others."""
    return textwrap.fill(
        text, _TEXT_WIDTH, initial_indent=first, subsequent_indent=" " * indent, break_on_hyphens=False
    )


def _without_controls(text: str) -> str:
    """What a terminal would take for commands is dropped, whatever a template let through."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
