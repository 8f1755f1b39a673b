"""Who is counted: the population as written, and whether it is people at all."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims.figure_grammar import counted_noun
from storydelta.claims.figure_surface import words as surface_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from storydelta.quantity import Count

_LONGEST = 5
_HYPHENATED = re.compile(r"(?:-[a-z]+)*")
_PEOPLE_AT_A_TIME = re.compile(
    r" (?:[\w-]+ )?(?:people|persons|others|civilians|soldiers|women|children|men|victims|villagers|passengers|students|workers)"
    r" (?:second|minute|hour|day|week|month|year)s (?:before|after|earlier|later|ago|into)\b"
)
"""A time that follows those who are counted, taken for a noun by parser and pattern: "15 people hours before a truce"."""
_TIME = (
    r"yesterday|today|tonight|tomorrow|overnight|early|late|last|this|next|monday|tuesday|wednesday|thursday|friday"
    r"|saturday|sunday|so|far|there|here|earlier|later|already|also|feared|reported|confirmed|still|seriously|critically"
    r"|now|again|all|both|alone|each|more|fatally|badly|others|allegedly|apparently|not|it|they|he|she|we|you|i"
)


def population(plain: str, count: Count, doc: Doc | None) -> str | None:
    """Who was counted, as written: "Afghan civilians"; None for people at large."""
    written = _written(plain, count, doc).rstrip(" .,;:")
    words = written.lower().split()
    if not words or words[-1] in _set("anybody") or words[-1] in _told():
        return None
    return written


def is_people(plain: str, count: Count, doc: Doc | None) -> bool:
    """False where what is counted is an animal, a thing, a place or an act."""
    surface = _simple(plain, count).lower().split()
    if _PEOPLE_AT_A_TIME.match(plain, count.end):
        return True
    if surface and surface[-1] in _set("things"):
        return False
    parsed = _written(plain, count, doc).lower().split()
    return not (parsed and parsed[-1] in _set("things"))


def is_perpetrator(written: str | None) -> bool:
    """Whether a population is the attackers."""
    return bool(written) and (written or "").lower().split()[-1] in _set("perpetrators")


def is_narrower(written: str | None) -> bool:
    """Whether a population is some of those whom an event struck: women, children, soldiers."""
    return bool(written) and (written or "").lower().split()[-1] in _set("narrower")


def _written(plain: str, count: Count, doc: Doc | None) -> str:
    noun = counted_noun(doc, count) if doc is not None else None
    if noun is None or noun.idx < count.number[1]:
        return _simple(plain, count)
    head = _through_of(noun)
    left = min(
        (t.idx for t in head.lefts if t.dep_ in ("amod", "compound", "nmod", "poss")), default=head.idx
    )
    behind = _HYPHENATED.match(plain, head.idx + len(head))
    end = behind.end() if behind else head.idx + len(head)
    words = plain[max(left, count.number[1]) : end].split()
    while words and re.fullmatch(
        rf"(?:{_TIME}|other|additional|further|than|-plus|plus|\+|or|so|dead|killed)", words[0].lower()
    ):
        words.pop(0)
    return " ".join(words) if len(words) <= _LONGEST else head.text


def _through_of(noun: Token) -> Token:
    if noun.lower_ in _set("groups") or noun.lower_ in lexicon.load("quantity")["vague"]:
        for child in noun.children:
            if child.lower_ == "of":
                inner = next((t for t in child.children if t.dep_ == "pobj"), None)
                if inner is not None:
                    return inner
    return noun


def _simple(plain: str, count: Count) -> str:
    """The noun phrase right behind the count, by its words alone."""
    match = _phrase().match(plain, count.end)
    return match["words"].strip() if match else ""


@cache
def _phrase() -> re.Pattern[str]:
    macros = lexicon.load("figures")["macros"]
    words = rf"(?:{macros['word']})"
    skip = "(?: other| additional| further| of the| of| more)?"
    stop = rf"(?:{macros['stop']}|(?:{macros['prep'].removesuffix(chr(92) + 'b')}|{_TIME})\b)"
    return re.compile(rf"{skip}(?P<words>(?: (?!{stop}){words}){{0,{_LONGEST}}})", re.IGNORECASE)


@cache
def _told() -> frozenset[str]:
    """Words for what happened, which a parser takes for people where a headline leaves out a verb."""
    return frozenset(surface_words("fate")) | frozenset(surface_words("past"))


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(lexicon.load("people")[name])
