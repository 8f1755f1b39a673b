"""Bodies and offices that many places have: "the Health Ministry in Gaza" is "Gaza's Ministry of Public Health"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from storydelta.lexicon import alternatives, load
from storydelta.names.forms import fold, slug

if TYPE_CHECKING:
    from storydelta.names.book import Names

_REMEMBERED = 5_000
"""Forms kept, far above those of a day's bodies."""

_MINISTRY = re.compile(r"^(?:ministry|department) (?:of|for) (?:the )?| (?:ministry|department)$")

_RUN = re.compile(r"(?P<by>.+?) (?:run|controlled|led|governed|administered|appointed)(?: (?P<rest>.+))?")


@dataclass(frozen=True, slots=True)
class Institution:
    """A body or office in its one form, and the words around it that may say whose it is, all folded."""

    body: str
    before: str | None = None
    after: str | None = None

    @property
    def is_bare(self) -> bool:
        """Whether nothing says whose it is: "the health ministry in the enclave"."""
        return not (self.before or self.after)


@lru_cache(_REMEMBERED)
def institution(folded: str) -> Institution | None:
    """The body that a folded name is of, with what stands around it; None where it names no such body."""
    found = _form().fullmatch(folded)
    return found and Institution(_one_form(found["body"]), _place(found["before"]), _place(found["after"]))


def institution_id(names: Names, of: Institution) -> str:
    """Its id: `gaza_health_ministry`, or `health_ministry` where no place is told; the person who holds an office."""
    if of.before and of.after and of.before != of.after and of.before not in names.ids:
        of = Institution(f"{of.before} {of.body}", after=of.after)
    place = of.before or of.after
    if place is None:
        return slug(of.body)
    known = None if place in names.seats and of.body.endswith(_local()) else names.ids.get(place)
    return names.holders.get(f"{known} {of.body}") or f"{known or slug(place)}_{slug(of.body)}"


def bodies_with_place(names: Names, text: str) -> dict[str, frozenset[str]]:
    """Body -> the ids of those of its sort that a text names with their place: "Gaza's health ministry".

    A place that no alias knows counts where the text names it as a place: "police in Springfield".
    """
    found: dict[str, set[str]] = {}
    for told in _with_place().finditer(text):
        place = re.sub("^The ", "", told["before"] or told["after"])
        of = institution(fold(told.group()))
        if of is None or of.is_bare:
            continue
        if (
            names.spot(place)
            or fold(place) in _places()
            or re.search(rf"\b(?:in|near|from) {re.escape(place)}\b", text)
        ):
            found.setdefault(of.body, set()).add(institution_id(names, of))
    return {body: frozenset(ids) for body, ids in found.items()}


@cache
def _with_place() -> re.Pattern[str]:
    place = r"[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,2}"
    body = rf"(?i:{_body()})\b"
    return re.compile(rf"\b(?P<before>{place})(?:'s)? {body}|\b{body} (?:in|of) (?:the )?(?P<after>{place})")


def _one_form(body: str) -> str:
    if body in _bodies():
        return _bodies()[body]
    field = _MINISTRY.sub("", body)
    return f"{_fields().get(field, field)} ministry"


def _place(words: str | None) -> str | None:
    """The place in what stands around a body; None where that only says "the country's"."""
    if not words:
        return None
    words = fold(words)
    known = _places().get(words) or _run_by().get(words)
    if known or _nowhere().fullmatch(words):
        return known
    run = _RUN.fullmatch(words)
    if run:
        return _place(run["rest"]) or _run_by().get(run["by"], run["by"])
    opened = _nowhere().match(f"{words} ")
    return _place(words[opened.end() :]) if opened else words


@cache
def _form() -> re.Pattern[str]:
    return re.compile(rf"(?:(?P<before>.+?) )??(?P<body>{_body()})(?: (?:in|of|for) (?P<after>.+))?")


@cache
def _body() -> str:
    """A pattern of the listed bodies, and of ministries under any of their names."""
    field = alternatives(_fields())
    return (
        rf"{alternatives(_bodies())}|(?:{field}) (?:ministry|department)|\w+ ministry(?! (?:of|for) (?:the )?(?:{field})\b)"
        rf"|(?:ministry|department) (?:of|for) (?:the )?(?:(?:{field})|\w+(?: and \w+)?)"
    )


def _forms(table: str) -> dict[str, str]:
    """Every written form of a table -> its first form."""
    listed = load("names_institutions")[table]
    return {fold(form): first for first, others in listed.items() for form in (first, *others)}


@cache
def _bodies() -> dict[str, str]:
    return _forms("same")


@cache
def _fields() -> dict[str, str]:
    return _forms("fields")


@cache
def _places() -> dict[str, str]:
    return _forms("places")


@cache
def _run_by() -> dict[str, str]:
    return dict(load("names_institutions")["run_by"])


@cache
def _local() -> tuple[str, ...]:
    return tuple(load("names_institutions")["local"]["bodies"])


@cache
def _nowhere() -> re.Pattern[str]:
    """Words that say of no body whose it is, as all that stands around it, or before what does."""
    listed = load("names_institutions")["nowhere"]
    words = alternatives((*listed["before"], *listed["places"]))
    return re.compile(rf"(?:(?:{words})(?: |$))+")
