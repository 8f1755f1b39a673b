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
_PERSON = r"person|man|woman|suspect|victim|teenager|teen|boy|girl|child|student|officer|defendant|youth|patient|worker"
_PATTERN = re.compile(
    rf"(?<![\w-])(?:(?P<the>the|his|her) |an? )?(?P<number>{'|'.join(_VALUES)}) (?:\w+ )?"
    rf"(?:(?:{_PERSON})(?: (?:in|from|of) (?:\w+ ){{1,3}}?| )?(?:"
    r"(?P<detained>(?:(?:is|was|has been|had been) )?(?:also )?(?:arrested|charged|detained|jailed|indicted|apprehended|in custody"
    r"|taken into custody|held|faces? charges|facing charges)\b)"
    r"|(?P<killed>(?:has |had )?(?:also )?(?:died|dies)\b))"
    r"|(?P<arrest>arrest (?:(?:is|was|has been) )?(?:made|announced)\b)|(?P<death>(?:victim )?death (?:reported|confirmed)\b))"
)
_OF_TWO = 2


def find_mentions(plain: str) -> Iterator[Mention]:
    """How many are detained or dead by an ordinal, at most one. "The second man" may be the other of two, and tells of
    nobody before him.
    """
    match = _PATTERN.search(plain.lower())
    if match is None:
        return
    number = _VALUES[match["number"]]
    if match["the"] and number == _OF_TWO:
        return
    start, end = match.span("number")
    count = Count(
        start=start, end=end, number=(start, end),
        range=Range(low=number, high=number, qualifier=Qualifier.EXACT),
    )  # fmt: skip
    measure = Measure.DETAINED if match["detained"] or match["arrest"] else Measure.KILLED
    yield Mention(
        count=count, measure=measure, rule="ordinal", confidence=0.7, start=match.start(), end=match.end()
    )
