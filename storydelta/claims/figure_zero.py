"""Statements that nobody was killed or injured: a count of nought is news too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from storydelta.claims.figure_surface import Mention
from storydelta.model import Measure, Qualifier, Range
from storydelta.quantity import Count

_NONE = Range(low=0, high=0, qualifier=Qualifier.EXACT)
_BOTH = (Measure.KILLED, Measure.INJURED)
_NOUNS = {
    "casualt": _BOTH, "victim": _BOTH, "deaths": (Measure.KILLED,), "death": (Measure.KILLED,), "fatalit": (Measure.KILLED,),
    "loss of life": (Measure.KILLED,), "injur": (Measure.INJURED,), "wounded": (Measure.INJURED,),
    "arrest": (Measure.DETAINED,),
}  # fmt: skip
_PAST = {
    "kill": (Measure.KILLED,), "die": (Measure.KILLED,), "dead": (Measure.KILLED,), "injur": (Measure.INJURED,),
    "wound": (Measure.INJURED,), "hurt": (Measure.INJURED,), "harm": _BOTH, "arrest": (Measure.DETAINED,),
    "detain": (Measure.DETAINED,), "missing": (Measure.MISSING,),
}  # fmt: skip
_ALTERNATIVES = {name: "|".join(table) for name, table in (("noun", _NOUNS), ("past", _PAST))}
_NO_NOUN = re.compile(
    r"(?<![\w-])(?:there (?:were|was|are|have been|had been) |(?:caused|causing|causes|resulted in|with|and|but|left|reported"
    r"|reporting|suffered|suffering|claimed|made|said) )?(?P<no>no|zero|without(?: any)?)"
    r"(?: (?:serious|human|civilian|major|immediate|apparent|reported|confirmed|loss of life or|deaths or|injuries or"
    r"|fatalities or|casualties or|injured or|dead or|deaths and)){0,2}"
    rf" (?P<words>(?:{_ALTERNATIVES['noun']})\w*(?:(?:,? (?:or|and|nor) (?:serious )?)(?:{_ALTERNATIVES['noun']})\w*)?)"
    r"(?! (?:toll|rate|threat|figures?|numbers?|count|penalt|estimate|reports?|data)|'s)"
)
_NOBODY = re.compile(
    r"(?<![\w-])(?P<no>nobody|no one|no-one|none of(?: the| them| its| those)?(?: [\w-]+){0,4}?|no (?:people|persons|person))"
    r"(?! else)(?: \w+){0,3}? (?:was|were|is|are|has been|had been|have been|has|have|had)?(?: (?:seriously|reported|believed to be"
    r"|reported to have been|immediately|badly|to have been)){0,2} ?"
    rf"(?P<words>(?:{_ALTERNATIVES['past']})\w*(?:,? (?:or|nor|and) (?:seriously )?(?:{_ALTERNATIVES['past']})\w*)?)"
)
_HURTS_NOBODY = re.compile(
    r"(?<![\w-])(?P<words>kill(?:s|ed|ing)|injur(?:es|ed|ing)|wound(?:s|ed|ing)|hurt(?:s|ing)?) (?P<no>no one|no-one|nobody)(?! else)"
)
_UNKNOWN = re.compile(
    r"\b(?:no (?:word|news|information|details|immediate|reports?|official|further|other|more|new|additional))\b"
)
_IF = re.compile(
    r"\b(?:if|hope[sd]?|hoping|ensure|ensuring|would|could|should|may|might|will|so that|in order|until|unless)\b"
)


def find_mentions(plain: str) -> Iterator[Mention]:
    """Nought of each measure that is named: "no casualties", "nobody was hurt", "without injuries"."""
    lower = plain.lower()
    if "no" not in lower and "without" not in lower and "zero" not in lower:
        return
    for pattern, table in ((_NO_NOUN, _NOUNS), (_NOBODY, _PAST), (_HURTS_NOBODY, _PAST)):
        for match in pattern.finditer(lower):
            start = min(match.start("no"), match.start("words"))
            end = max(match.end("no"), match.end("words"))
            if _UNKNOWN.match(lower[start : start + 24]) or _IF.search(lower[max(0, start - 60) : start]):
                continue
            count = Count(start=match.start("no"), end=match.end("no"), number=match.span("no"), range=_NONE)
            told = dict.fromkeys(
                m for stem, both in table.items() if re.search(rf"\b{stem}", lower[start:end]) for m in both
            )
            for measure in told:
                yield Mention(
                    count=count, measure=measure, rule="none", confidence=0.85, start=start, end=end
                )
