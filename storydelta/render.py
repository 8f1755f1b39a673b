"""A digest rendered by its templates: HTML and plain text, as a message for any channel.

Templates are looked up by name in the user's own folder first, then in ours. `docs/templates.md` documents them.
"""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Iterator
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
from storydelta.digest.data import DATA, digest_to_json
from storydelta.digest.picture import picture_of
from storydelta.digest.safety import clean, shorten
from storydelta.digest.words import capitalise
from storydelta.errors import RenderError
from storydelta.model import Attachment, Message

OURS = Path(__file__).resolve().parents[1] / "templates"
_LONGEST_SUBJECT = 110
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)
_TEXT_WIDTH = 78


def render(digest: Digest, templates: Path | None = None) -> Message:
    """The digest as a message. RenderError names the template, the file and the line that does not render.

    `templates`: a folder of the user's own, whose files override ours of the same name.
    """
    environment = environment_of(templates)
    given = {"digest": digest, "labels": digest.labels}
    return Message(
        story=digest.story,
        edition=digest.edition,
        subject=subject_line(digest),
        html=_inline(fill(environment, "digest.html.j2", **given)),
        text=_without_controls(fill(environment, "digest.txt.j2", **given)),
        made_at=digest.made_at.at,
        attachments=(*_pictures(digest, environment), _data(digest)),
    )


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
