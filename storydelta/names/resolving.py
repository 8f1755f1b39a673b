"""From a written form to an id, from its parts: "the Russian army", "members of the ELN", "a Kremlin spokesman"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from storydelta.lexicon import alternatives
from storydelta.names.forms import fold, openers, slug, words
from storydelta.names.institutions import institution, institution_id
from storydelta.names.sorts import BODY, GROUP, PERSON, STATE

if TYPE_CHECKING:
    from storydelta.names.book import Names

_DEEPEST = 4
"""How deep a name nests."""

_BASED = re.compile(
    r"(?:(?:[Tt]he|[Aa]n?) )?[A-Z][\w'.-]*(?: [A-Z][\w'.-]*)?-based (?:[a-z][\w-]* )*(?=[A-Z])"
)
"""As in "the Oslo-based group" before a name, of which it is no part."""

_BEHIND_OFFICE = re.compile(r"(?:of|for|in)\b")

_UNIT = re.compile(r"(?:\d+\w*|first|second|third|fourth|fifth|sixth) \w+")


@cache
def _spoken_for() -> re.Pattern[str]:
    roles = alternatives(words("spokespeople"))
    return re.compile(
        rf"(?:(?P<of>.+?) )?(?P<last>\w+ )?(?:{roles})(?: (?:for|of|from|at|in|by) (?:the )?(?P<for>.+)| (?P<who>.+))?"
    )


@cache
def _office() -> re.Pattern[str]:
    """As in "chief", "deputy foreign minister", "president John Doe": an office and, after it, its holder."""
    offices = alternatives(words("offices"))
    return re.compile(rf"(?P<office>(?:[\w']+ ){{0,3}}?(?:{offices}))(?P<who>(?: [\w']+){{1,4}})?")


def resolve(names: Names, written: str) -> str:
    """The id of a written form: that of a known name in it, or one made of its words."""
    folded = fold(written)
    if folded in names.ids:
        return names.ids[folded]
    if based := _BASED.match(written):
        return resolve(names, written[based.end() :])
    head, _, rest = re.sub(r" ?[(\[]", ",", written).partition(",")
    for part in (head, *re.split(r"[)\],]", rest)):
        listed = names.ids.get(fold(part))
        if listed and (part is head or names.kinds.get(listed) != STATE):
            return listed
    return _taken_apart(names, fold(head) or folded) or _holder_told(head) or slug(fold(head) or folded)


def _holder_told(written: str) -> str | None:
    """The person in "Springfield police chief Jane Doe", whose town nobody listed."""
    told = _holder_in_capitals().fullmatch(written)
    parts = fold(told["who"]).split() if told else ()
    return None if not parts or words("of_an_office") & {*parts} else slug(" ".join(parts))


@cache
def _holder_in_capitals() -> re.Pattern[str]:
    offices = alternatives(words("offices"))
    return re.compile(rf".+ (?i:{offices}) (?P<who>[A-Z][\w'.-]*(?: (?:[a-z]{{2,3}} )?[A-Z][\w'.-]*){{1,3}})")


def _taken_apart(names: Names, folded: str, depth: int = 0) -> str | None:
    """The id of a form that is not listed, from its parts; None where none of them is known."""
    if folded in names.ids:
        return names.ids[folded]
    if depth > _DEEPEST or " " not in folded:
        return None
    spoken = _spoken_for().fullmatch(folded)
    if spoken and any(spoken.group("of", "for", "who")):
        return _spokesperson(names, spoken, depth)
    if body := institution(folded):
        return institution_id(names, body)
    prefix, rest = _known_prefix(names, folded)
    if prefix:
        return _with_prefix(names, prefix, rest, depth)
    opener = openers().match(folded)
    inner = _taken_apart(names, folded[opener.end() :], depth + 1) if opener else None
    return inner or _of_state(names, folded, depth) or _titled(names, folded)


def _of_state(names: Names, folded: str, depth: int) -> str | None:
    """As in "officials in Kabul", "the army of Chad"."""
    found = re.fullmatch(r"(?P<body>.+?) (?:in|of|from) (?:the )?(?P<state>.+)", folded)
    state = names.ids.get(found["state"]) if found else None
    if found is None or state is None or names.kinds.get(state) != STATE:
        return None
    return _with_prefix(names, state, found["body"], depth + 1)


@cache
def _titles() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{alternatives(words('titles'))}) )+(?=\w)")


def _titled(names: Names, folded: str) -> str | None:
    """As in "Gen John Smith"."""
    title = _titles().match(folded)
    if title is None:
        return None
    return None if _BEHIND_OFFICE.match(folded, title.end()) else _person(names, folded[title.end() :])


def _spokesperson(names: Names, spoken: re.Match[str], depth: int) -> str:
    """A person where one is named, else the body that is spoken for."""
    if spoken["who"]:
        return names.ids.get(spoken["who"]) or slug(spoken["who"])
    body = spoken["for"] or spoken["of"]
    whole = body if spoken["for"] else f"{body} {spoken['last'] or ''}".strip()
    listed = names.ids.get(whole)
    if listed is None and (of := institution(whole)):
        listed = institution_id(names, of)
    return listed or _taken_apart(names, body, depth + 1) or slug(whole)


def _known_prefix(names: Names, folded: str) -> tuple[str | None, str]:
    parts = folded.split()
    for length in range(min(len(parts) - 1, 8), 0, -1):
        found = names.ids.get(" ".join(parts[:length]))
        if found:
            return found, " ".join(parts[length:])
    return None, folded


def _with_prefix(names: Names, prefix: str, rest: str, depth: int) -> str:
    """The id of a known name followed by other words: "Russian army", "FMLN guerrillas", "US president Jane Doe"."""
    kind = names.kinds.get(prefix)
    if _is_body_of(kind, rest):
        return prefix
    inner = _taken_apart(names, re.sub(r"^(?:based|backed|led|linked) ", "", rest), depth + 1)
    if inner == prefix or (inner and names.kinds.get(inner) in (PERSON, GROUP)):
        return inner
    held = names.holders.get(f"{prefix} {rest}")
    return held or _holder_named(names, rest) or (prefix if kind == PERSON else f"{prefix}_{slug(rest)}")


def _is_body_of(kind: str | None, rest: str) -> bool:
    """True for "officials" after a state, for "guerrillas" and "12th front" after a group, "in Lima" after a body."""
    if kind == STATE:
        return rest in words("state_bodies")
    if kind == BODY and (rest in words("state_bodies") or rest.startswith("in ")):
        return True
    return kind in (GROUP, BODY) and bool(rest in words("group_bodies") or _UNIT.fullmatch(rest))


def _holder_named(names: Names, rest: str) -> str | None:
    """The person in "president Jane Doe"."""
    office = _office().fullmatch(rest)
    if not office or not office["who"] or re.match(r" (?:of|for|in|at|and|s)\b", office["who"]):
        return None
    return _person(names, office["who"].strip())


def _person(names: Names, folded: str) -> str | None:
    """The id of a person by name; None for what is an office's own and no person: "the governor's residence"."""
    if folded.split(maxsplit=1)[0] in words("of_an_office"):
        return None
    return names.ids.get(folded) or slug(folded)
