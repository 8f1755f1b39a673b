"""Who says so: the speaker of a statement, with the office they speak for.

A speaker is written as the text has it, office included: "Maria Zakharova, a spokeswoman for Russia's Foreign
Ministry". The id is the person's own where a person is named; an unnamed spokesperson has the id of the body that
is spoken for, and an anonymous official an id like `us_official`. "Reports" are a speaker as written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.passage import Passage, once
from storydelta.claims.speaker_grammar import cited, said_in_between, saying, teller
from storydelta.claims.speaker_name import Attribution, newspaper_case, speaker_of, surface_name
from storydelta.claims.speaker_phrase import is_pronoun
from storydelta.claims.speaker_surface import split
from storydelta.model import Name

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from storydelta.text import Sentence

_QUOTED = 30
"""Sentences around this one that one quotation may span."""


def find_speaker(passage: Passage, start: int, end: int) -> Name | None:
    """The speaker of the statement that `passage.plain[start:end]` makes, or None where the document itself speaks.
    Of "the mayor said ..., state media reported" and of "state media reported ..., citing the mayor" it is the mayor.
    """
    spoken = attribution(passage)
    attributed = (
        spoken.speaker is not None and spoken.start <= start and end <= spoken.start + len(spoken.core)
    )
    doc = _parsed(passage)
    if doc is None:
        return spoken.speaker if attributed else _quoted(passage, start)
    relayed = cited(doc)
    if relayed is not None:
        return speaker_of(passage, doc, relayed, spoken)
    inside_out = [t for t in saying(doc, start, end) if not start <= t.idx < end]
    if attributed:
        nested = [t for t in inside_out if spoken.start <= t.idx < start and not is_pronoun(t)]
        return speaker_of(passage, doc, nested[0], spoken) if nested else spoken.speaker
    tellers = (teller(doc, start, end), *inside_out[:1], said_in_between(doc, start, end))
    found = next((t for t in tellers if t is not None), None)
    return speaker_of(passage, doc, found, spoken) if found is not None else _quoted(passage, start)


def _parsed(passage: Passage) -> Doc | None:
    if passage.article.parser is None or passage.parsed is None:
        return None
    text = newspaper_case(passage)
    return passage.parsed if text == passage.plain else passage.article.parser(text)


@once
def attribution(passage: Passage) -> Attribution:
    """The sentence's statement apart from who makes it: "Hospital hit by shells - mayor", ", police said"."""
    text = newspaper_case(passage)
    core, start, who, hedged = split(text, passage.article.names)
    if who is None:
        return Attribution(core, start, _quoted(passage, 0))
    speaker = surface_name(passage, who)
    return Attribution(core, start, speaker, hedged)


def _same_paragraph(one: Sentence, other: Sentence) -> bool:
    return one.field == other.field and one.paragraph == other.paragraph


def _quoted(passage: Passage, start: int) -> Name | None:
    """The speaker of a quotation that was opened in an earlier sentence and still goes on."""
    sentence = passage.sentence
    if sentence.field == "title":
        return None
    nearby, quotes = passage.article.sentences, passage.article.quotes
    if (
        quotes[sentence.index] == quotes[max(0, sentence.index - _QUOTED)]
        and '"' not in passage.plain[:start]
    ):
        return None
    before = [
        s for s in nearby[max(0, sentence.index - _QUOTED) : sentence.index] if _same_paragraph(s, sentence)
    ]
    after = [s for s in nearby[sentence.index + 1 : sentence.index + _QUOTED] if _same_paragraph(s, sentence)]
    opened = sum(s.plain.count('"') for s in before) + passage.plain[:start].count('"')
    if opened % 2 == 0:
        return None
    for other in (*reversed(before), *after):
        earlier = Passage(other, passage.article)
        _, _, who, _ = split(newspaper_case(earlier), passage.article.names)
        if who:
            return surface_name(earlier, who)
    return None
