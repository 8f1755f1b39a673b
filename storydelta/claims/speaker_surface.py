"""Attributions that stand on the surface of a sentence: "... - mayor", "according to ...", ", police said"."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from storydelta.lexicon import alternatives, load
from storydelta.names import Names, words

_SHORTEST_STATEMENT, _LONGEST_OFFICE, _MOST_WORDS = 12, 90, 16
"""Characters of a statement and of an office, words of a speaker."""


_BESIDE = (
    "as|at|after|amid|before|citing|despite|during|early|following|from|in|late|on|quoting|referring|speaking|when|where"
    "|which|while|who|without|according|by|a|an|the|yesterday|today|tomorrow|only|just|hours|days|minutes|shortly|but|and"
)
"""What may follow who said so, set off by a comma: not ", was planted by ETA", which is the statement's own."""
_SAID_HOW = (
    r"(?: (?:on|in|at|to|during|after|late|early|from|earlier|yesterday|today|reporters|CNN|Reuters|AFP|journalists|state|local)"
    rf"\b[^\"]{{0,90}}|, (?:{_BESIDE})\b[^\"]{{0,60}})?"
)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    verbs = alternatives(load("speech")["surface"]["after"])
    who = r"[^,:;\"]{2,90}?"
    return {
        "dash": re.compile(r"\s-\s(?P<who>[^,:;\"-]{2,60}?(?:-[^\s-]+)*)[.!]?$"),
        "colon": re.compile(r"^(?P<who>[A-Z][^,:;\"]{1,50}): (?=\S)"),
        "apposed": re.compile(rf",\"? (?P<who>[A-Z][^,:;\"]{{2,60}}?)(?P<tail>, (?:the |an? |its |their )[^,:;\"]{{2,90}}), (?P<verb>{verbs}){_SAID_HOW}[.!]?$"),
        "holder": re.compile(rf",\"? (?:the|its|his|her|their|an?) (?P<role>[a-z][\w' -]{{2,60}}?), (?P<who>[A-Z][\w'.-]+(?: [A-Z][\w'.-]+){{1,3}}), (?P<verb>{verbs}){_SAID_HOW}[.!]?$"),
        "holder_told": re.compile(r",\"? (?:the|its|his|her|their|an?) (?P<role>[a-z][\w' -]{2,60}?), (?P<who>[A-Z][\w'.-]+(?: [A-Z][\w'.-]+){1,3}), (?P<verb>told) [^\"]{2,80}[.!]?$"),
        "told_by": re.compile(r",\"? (?P<who>[A-Z][^,:;\"]{2,60}?)(?P<tail>, (?:the |an? |its |their )[^,:;\"]{2,90}), (?P<verb>told) [^\"]{2,80}[.!]?$"),
        "before": re.compile(rf"(?:,\"?|[?!.,]?\"|'|,') (?P<who>{who}) (?:has |have |had |also |later |then )?(?P<verb>{verbs}){_SAID_HOW}[.!]?$"),
        "after": re.compile(rf"(?:,\"?|[?!.,]?\"|,?') (?P<verb>(?!tells|told\b)(?:{verbs})) (?P<who>{who})(?P<tail>, [^\"]{{0,120}})?[.!]?$"),
        "told": re.compile(rf"(?:,\"?|[?!.,]?\") (?P<who>{who}) (?P<verb>told) [^\"]{{2,80}}[.!]?$"),
        "according": re.compile(r",? according to (?P<who>[^,;\"]{2,120}?)(?P<tail>, [^\"]{0,100})?[.!]?$"),
        "opening": re.compile(r"(?:(?<=^)|(?<=\] )|(?<=- ))\"?[Aa]ccording to (?P<who>[^,;\"]{2,120}), "),
    }  # fmt: skip


_DATELINE = re.compile(
    r"^(?:[A-Z]{3}[A-Z' ]{0,30}(?:, [A-Z][\w. ]{2,30}){0,2} ?-{1,2} (?=[A-Z\"][a-z]|[A-Z] )"
    r"|[A-Z][\w.' ]{1,40}(?:\([A-Z][\w ]+\))?(?:, [^()\[\]]{2,40})? ?\([^()]{2,60}\) ?-{1,2} ?(?:\[[^\[\]]*\] ?)*|(?:\[[^\[\]]{2,60}\] ?)+)"
)
"""What a news agency sets before its text: "LIMA, 22 Jan 89 (EFE) -- [text]", "KABUL (Reuters) -",
"LAGOS, March 7 -"."""


_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?[ap]\.?m\b\.?)?(?: (?:GMT|UTC|BST|CES?T|E[SD]?T|IST|local time))?\s*[:|-]?\s+(?=[A-Z\"'])"
)
"""The time that a live page sets before an entry: "12:58 GMT - Russia's embassy: ..."."""

_ASIDE = re.compile(
    r" - (?:at least |about |more than |over |up to )?(?:\d[\d,]*|dozens|scores|hundreds|live|latest|report)\b[^-]{0,40}$",
    re.IGNORECASE,
)
"""What a headline sets behind a dash that is no speaker: "- 11 dead"."""


_APPOSED = re.compile(r"(?:[A-Z][\w'.-]*\W?){1,5}, (?:the|an?|its|their|head|chief|leader)\b[^,]*")
"""A person and an office, as before "said" in "Jane Doe, the mayor, said ...": no statement, but who makes one."""


@lru_cache(maxsize=4096)
def split(text: str, names: Any) -> tuple[str, int, str | None, bool]:
    """(core, its offset, who, hedged) of a sentence, from its outer attribution."""
    clock = _CLOCK.match(text)
    entry = clock.end() if clock else 0
    core, start, who, hedged = _attributed(text[entry:], names)
    return core, entry + start, who, hedged


def _attributed(text: str, names: Names) -> tuple[str, int, str | None, bool]:
    """The same, without the time before it."""
    opening = _opening(text, names)
    start, end, who, hedged = opening, len(text), None, False
    for kind in (
        "opening",
        "colon",
        "dash",
        "according",
        "holder",
        "holder_told",
        "told_by",
        "told",
        "apposed",
        "before",
        "after",
    ):
        found = _patterns()[kind].search(text, opening)
        if (
            not found
            or not _can_speak(found["who"], names)
            or re.match(r", (?:who|which|whose|and|but)\b", found.groupdict().get("tail") or "")
        ):
            continue
        core = (found.end(), end) if kind in ("opening", "colon") else (start, found.start())
        stated = text[core[0] : core[1]].strip()
        if len(stated) < _SHORTEST_STATEMENT or " " not in stated:
            continue
        if kind == "after" and _APPOSED.fullmatch(stated):
            continue
        start, end = core
        who = found["who"]
        hedged = "verb" in found.groupdict() and found["verb"] in load("speech")["surface"]["hedged"]
        if found.groupdict().get("tail"):
            who = _with_office(who, found["tail"])
        break
    if who is None and (aside := _ASIDE.search(text, start)):
        end = aside.start()
    while start < end and text[start] in "\"' ":
        start += 1
    while end > start and text[end - 1] in " ,":
        end -= 1
    if who is not None and text[start:end].count('"') % 2:
        end -= text[end - 1] == '"'
    return text[start:end], start, who, hedged


def _opening(text: str, names: Names) -> int:
    """Where a sentence begins behind its dateline or label."""
    dateline, label = _DATELINE.match(text), _patterns()["colon"].search(text)
    if label and not _is_voice(label["who"], names):
        return label.end()
    return dateline.end() if dateline else 0


def _is_voice(who: str, names: Names) -> bool:
    """True for who can speak before a colon ("Kyiv: ..."); "Tigray conflict: ..." tells what it is about."""
    known = names.kind(names.name(who).id) is not None
    return known or who.lower().split()[-1] in load("speech")["speakers"]["people"]


def _with_office(who: str, tail: str) -> str:
    """As in "Jane Doe" with ", a spokeswoman for the ministry" where that is what follows."""
    office = re.match(
        rf", (?:the |an? |its |their )?(?:[\w'-]+ ){{0,5}}?(?:{alternatives(words('spokespeople') | words('offices'))})\b[^,]*",
        tail,
    )
    return who + office.group() if office and len(office.group()) < _LONGEST_OFFICE else who


def _can_speak(who: str, names: Names) -> bool:
    who = who.strip()
    parts = who.split()
    lowered = [part.lower().strip(".'") for part in parts]
    if (
        not parts
        or len(parts) > _MOST_WORDS
        or parts[0][0].isdigit()
        or lowered[0] in load("speech")["speakers"]["never_first"]
        or who.lower() in load("speech")["noise"]["not_speakers"]
    ):
        return False
    if set(lowered) & frozenset(load("speech")["speakers"]["never_within"]):
        return False
    head = re.split(r" (?:of|for|in|from|at|on|with) ", who.lower())[0].split()[-1].strip(".'")
    people = load("speech")["speakers"]["people"]
    if (
        head in people
        or lowered[-1] in people
        or any(
            part in ("spokesman", "spokeswoman", "spokesperson", "minister", "president", "chief")
            for part in lowered
        )
    ):
        return True
    mentions = names.spot(who)
    if mentions:
        return True
    capitals = [part for part in parts if part[:1].isupper()]
    return len(capitals) >= max(1, (len(parts) + 1) // 2) and not (
        len(parts) == 1 and lowered[0] in ("the", "a", "it's")
    )
