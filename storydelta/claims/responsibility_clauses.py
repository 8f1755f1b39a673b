"""A sentence in the form in which the parser reads it best, clause by clause, and where each character stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storydelta.names import Names


@dataclass(frozen=True, slots=True)
class Clause:
    """`text` as written, apart from brackets; `parsable` of the same length or a full stop longer, for the parser.

    `origin[i]` is where `text[i]` stood in the sentence that was taken apart.
    """

    text: str
    parsable: str
    origin: Sequence[int]


def clauses(core: str, names: Names, *, headline: bool) -> Iterator[Clause]:
    """The clauses between the semicolons of a statement."""
    core, origin = _with_that(*_without_brackets(core, names))
    core = _NEXT_NAME.sub(",", core)
    for part in _CLAUSE.finditer(core):
        text = part.group()
        yield Clause(text, _parsable(text, headline=headline), origin[part.start() : part.end()])


def _with_that(core: str, origin: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The text with the words that headlines leave out ("rejects [the] claims [that] it ..."), for the parser."""
    for found in reversed(list(_TERSE.finditer(core))):
        for gap, word in ((found.end(), " that"), (found.start("noun"), "the ")):
            core = core[:gap] + word + core[gap:]
            origin = [*origin[:gap], *[origin[gap - 1]] * len(word), *origin[gap:]]
    for found in reversed(list(_ANSWERED.finditer(core))):
        gap = found.end()
        core = core[:gap] + " that" + core[gap:]
        origin = [*origin[:gap], *[origin[gap - 1]] * len(" that"), *origin[gap:]]
    return core, origin


_ANSWERED = re.compile(
    r", an? (?:[a-z]+ )?(?:claim|charge|allegation|accusation|suggestion|assertion)"
    r"(?= (?:the )?[A-Z][\w' -]{1,40}? (?:has |have |had )?(?:strongly |vehemently |repeatedly |always )?(?:den(?:y|ies|ied)|reject|dismiss|call|describ))"
)
_TERSE = re.compile(
    r"\b(?:reject|den[yi]|dismiss)(?:e?[sd]|ed)? (?P<noun>claims?|reports?|allegations?|accusations?)(?= (?:it|they|he|she)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^;\s][^;]*")


def _parsable(clause: str, *, headline: bool) -> str:
    """The clause for the parser, which a missing full stop leads astray, and to which "IS" is a verb: a name that it
    knows, of the same length, stands in.
    """
    if not headline:
        clause = clause.rstrip(" .!,") + "."
    return clause if clause.isupper() else _SHORT_NAME.sub("EU", clause)


_SHORT_NAME = re.compile(r"\bIS\b")
_AS_EVER = re.compile(
    r", as (?:it|he|she|they|we) (?:has|have|had|did|does|do|always|repeatedly|often)(?: (?:always|repeatedly|often|before|done|ever|has|have|had|did))*,"
)
"""As in "denied, as it always has, that ...", which leads the parser astray."""
_BARE_DAY = re.compile(
    r"(?<=[a-z])(?<! on)(?<! last)(?<! next)(?<! this)(?<! every)(?<! by)(?<! of)(?<! from)(?<! until)(?<! since)(?<! late)(?<! early)"
    r"(?<! before)(?<! after)(?<! and)(?<! to)(?<! for)(?<! the)(?<! a)(?<! in) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b(?= (?:that|of|in|for|by|after|with|when|and|to|at|against|it)\b|[,.])"
)
"""As in "said Monday that", "found guilty Monday of", which leads the parser astray."""
_AGE = re.compile(r"(?<=[a-z]), (?:aged )?\d\d(?:,(?= (?:was|were|is|are|has|have|had)\b)|(?=[,;]))")
_NEXT_NAME = re.compile(r";(?= (?:and )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)+(?:[;,]| (?:was|were|and)\b))")
"""As in "John Doe, 29; Jane Roe, 26; and Ann Poe, 25, were found guilty"."""
_BRACKETS = re.compile(r" ?(?:\[(?P<square>[^\[\]]{2,80})\]|\((?P<round>[^()]{2,80})\))")


def _without_brackets(core: str, names: Names) -> tuple[str, Sequence[int]]:
    """The text without acronyms, their long forms and remarks in brackets, which lead the parser astray, and where
    each character stood.
    """
    gaps = [m.span() for m in _AS_EVER.finditer(core)]
    gaps += [m.span() for way in (_BARE_DAY, _AGE) for m in way.finditer(core)]
    gaps += [
        m.span() for m in _BRACKETS.finditer(core)
        if m["square"] or m["round"].isupper() or names.listed(m["round"]) or m["round"][:1].isupper()
    ]  # fmt: skip
    if not gaps:
        return core, range(len(core))
    kept = [i for i in range(len(core)) if not any(start <= i < end for start, end in gaps)]
    while kept and core[kept[0]] == " ":
        kept = kept[1:]
    return "".join(core[i] for i in kept), kept
