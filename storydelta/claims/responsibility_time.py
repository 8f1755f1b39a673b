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


_IN_FICTION = re.compile(
    r"^In (?:the|his|her|their|its|an?|this|[A-Z][\w'-]+(?: [A-Z][\w'-]+)*'s?) (?:[\w'-]+ ){0,3}?"
    r"(?:film|movie|novel|thriller|play|drama|sitcom|musical|opera|episode|book|comic|video game|miniseries)s?\b"
    r"(?! (?:studio|festival|industry|theatre|theater|fair|shop))",
)


def is_of_fiction(passage: Passage) -> bool:
    """True for "In her second film a group claims responsibility"."""
    return _IN_FICTION.match(passage.plain) is not None


def _names_past_years(passage: Passage) -> bool:
    published = passage.article.published_at
    years = [int(found.group()) for found in _YEAR.finditer(passage.plain)]
    if _OF_SOMETHING_ELSE.search(passage.plain):
        return False
    if published is None or not years or any(year >= published.year for year in years):
        return False
    return not set(years) <= _years_of_the_story(passage)


_SINCE_THEN = re.compile(r"^(?:[Ii]n|[Bb]ack in|[Ii]n \w+)(?: [A-Z]\w+)? $")
"""What stands before the year of a look back: "In 2010, al-Shabaab bombed two restaurants"."""


def _years_of_the_story(passage: Passage) -> set[int]:
    """The years that the headline and the first sentence of the text name: a verdict on a bombing of 1994 is news of it.

    Will get wrong: "The ELN, which kidnapped an envoy in 2001, freed a priest", whose year is background in a lead.
    """
    sentences = passage.article.sentences
    first = next((s.index for s in sentences if s.field == "text"), 0)
    opening = [s for s in sentences[: first + 1] if s.field == "title" or s.index == first]
    return {
        int(found.group())
        for sentence in opening
        for found in _YEAR.finditer(sentence.plain)
        if not _SINCE_THEN.search(sentence.plain[: found.start()])
    }
