"""Ordinals that tell how many there are by now: "a third man dies", "fourth suspect arrested"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from storydelta.claims.figure_surface import Mention
from storydelta.model import Measure, Qualifier, Range
from storydelta.quantity import Count

_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_VALUES = {word: n for n, word in enumerate(_ORDINALS, 2)} | {
    "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6, "7th": 7, "8th": 8, "9th": 9, "10th": 10,
}  # fmt: skip
_PERSON = r"person|man|woman|suspect|victim|teenager|teen|boy|girl|child|student|officer|defendant|youth|patient|worker|resident|juvenile|defendant|gunman|member"
_PATTERN = re.compile(
    rf"(?<![\w-])(?:(?P<the>the|his|her) |an? )?(?P<number>{'|'.join(_VALUES)}) (?:\w+ )?"
    rf"(?:(?:(?:{_PERSON})|(?=charged|arrested))(?: (?:in|from|of) (?:\w+ ){{1,3}}?|,(?=[^;.]*?,)[^;.]{{1,90}}?, | )?(?:"
    r"(?P<detained>(?:(?:is|was|has been|had been) )?(?:also )?(?:arrested|charged|detained|jailed|indicted|apprehended|in custody"
    r"|taken into custody|held|faces? charges|facing charges)\b)"
    r"|(?P<killed>(?:has |had )?(?:also )?(?:died|dies)\b))"
    r"|(?P<arrest>arrest (?:(?:is|was|has been) )?(?:made|announced)\b)|(?P<death>(?:victim )?death (?:reported|confirmed)\b))"
)
_PATTERN_OF_OBJECT = re.compile(
    rf"\b(?:arrest|detain|charg|indict)(?:ed|es|s|ing)? an? (?P<number>{'|'.join(_VALUES)}) (?:\w+ )?(?:{_PERSON})\b"
    rf"|\b(?:ma[dk]e|makes|making|announced?) an? (?P<of>{'|'.join(_VALUES)}) arrest\b"
)
_ONE_AND_ANOTHER = re.compile(
    r"\b(?P<number>one)(?: (?:of (?:the|them)|[\w-]+)){0,4}? (?P<died>(?:has |have |later )?(?:died|was (?:pronounced dead|killed|found dead|dead)))\b"
    r"[^.;]{0,80}?\b(?:the other|another|a second|the second)(?: [\w-]+){0,3}? "
    r"(?:(?:later |also )?(?:died|succumbed)|was (?:also |later )?(?:pronounced dead|killed|found dead)|at (?:a|the) (?:\w+ )?hospital)\b"
)
_OF_TWO = 2


def find_mentions(plain: str) -> Iterator[Mention]:
    """How many are detained or dead by an ordinal, or by "one died and the other died later", at most one. "The second
    man" may be the other of two, and tells of nobody before him.
    """
    lower = plain.lower()
    if match := _PATTERN.search(lower):
        killed = match["killed"] or match["death"]
        described = (
            killed and "," in match.group()
        )  # "the fourth victim, a woman, died" may be the first who did
        if (not match["the"] or _VALUES[match["number"]] > _OF_TWO) and not described:
            yield _mention(match, _VALUES[match["number"]], Measure.KILLED if killed else Measure.DETAINED)
    elif match := _PATTERN_OF_OBJECT.search(lower):
        name = "number" if match["number"] else "of"
        yield _mention(match, _VALUES[match[name]], Measure.DETAINED, name)
    elif match := _ONE_AND_ANOTHER.search(lower):
        yield _mention(match, _OF_TWO, Measure.KILLED)


def _mention(match: re.Match[str], number: int, measure: Measure, name: str = "number") -> Mention:
    start, end = match.span(name)
    count = Count(
        start=start, end=end, number=(start, end),
        range=Range(low=number, high=number, qualifier=Qualifier.EXACT),
    )  # fmt: skip
    return Mention(
        count=count, measure=measure, rule="ordinal", confidence=0.7, start=match.start(), end=match.end()
    )
