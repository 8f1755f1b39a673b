"""Whether a sentence speaks of another time than the article: who did it then is no claim about what it reports."""

from __future__ import annotations

import re

from storydelta.claims.passage import Passage

_YEAR = re.compile(r"(?<![\w,.$/-])(?:1[5-9]\d\d|20\d\d)(?![\w,/]\d|%|-\w)")
_OF_SOMETHING_ELSE = re.compile(
    r"\b(?:founded|formed|created|established|born|set up|outlawed|banned|designated|signed|elected|jailed|since|seized power"
    r"|came to power)\b",
    re.IGNORECASE,
)
"""Words whose year is not that of a deed: "the group, founded in 1998, carried out Friday's attack"."""
_THEN = re.compile(r"\b(?:at the time|back then|in those (?:days|years))\b", re.IGNORECASE)
_BACK = 3


def is_of_another_time(passage: Passage) -> bool:
    """True where the sentence names past years alone, or takes up ("at the time") one shortly before it that does.

    Will get wrong: "The bomber, who left prison in 2019, was sent by al-Shabaab", which has a year of another thing.
    """
    if _names_past_years(passage):
        return True
    if not _THEN.search(passage.plain):
        return False
    index, sentences = passage.sentence.index, passage.article.sentences
    before = (Passage(sentence, passage.article) for sentence in sentences[max(0, index - _BACK) : index])
    return any(_names_past_years(earlier) for earlier in before)


def _names_past_years(passage: Passage) -> bool:
    published = passage.article.published_at
    years = [int(found.group()) for found in _YEAR.finditer(passage.plain)]
    if _OF_SOMETHING_ELSE.search(passage.plain):
        return False
    return published is not None and bool(years) and all(year < published.year for year in years)
