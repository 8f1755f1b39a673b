"""Who says so: the speaker of a statement, with the office they speak for.

A speaker is written as the text has it, office included: "Maria Zakharova, a spokeswoman for Russia's Foreign
Ministry". The id is the person's own where a person is named; an unnamed spokesperson has the id of the body that
is spoken for, and an anonymous official an id like `us_official`. "Reports" are a speaker as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.passage import Passage, once
from storydelta.claims.speaker_grammar import cited, said_in_between, saying, says, speaking, teller
from storydelta.claims.speaker_memory import definite, known_by_now
from storydelta.claims.speaker_phrase import (
    appositions,
    bounds,
    interjected,
    is_pronoun,
)
from storydelta.claims.speaker_surface import split
from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import BODY, GROUP, PERSON, STATE, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from storydelta.names import Names
    from storydelta.text import Sentence

_ABBREVIATION = 3
"""So many characters may be capitals without shouting."""

_QUOTED = 30
"""Sentences around this one that one quotation may span."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A sentence without its outer attribution: `core` starts at `start` of the sentence; `hedged`: "police believe"."""

    core: str
    start: int
    speaker: Name | None = None
    hedged: bool = False


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


def newspaper_case(passage: Passage) -> str:
    """The sentence for reading: as it stands, or with names in their usual case where all is in capitals."""
    plain = passage.plain
    raw = passage.sentence.raw
    if raw.isupper() and len(raw) > _ABBREVIATION and len(plain.upper()) == len(plain):
        return passage.article.names.recase(plain.upper())
    return plain


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
    speaker = _surface_name(passage, who)
    return Attribution(core, start, speaker, hedged)


_WHEN = re.compile(
    r" (?:on|late|early|late on|earlier on) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|evening|night|afternoon))?$"
)
"""As in "said the ministry on Tuesday"."""


def _surface_name(passage: Passage, who: str) -> Name | None:
    who = re.sub(r"^(?:the|its|his|her|their) ", "", who.strip(" ."), flags=re.IGNORECASE)
    who = _WHEN.sub("", who)
    if who.lower() in ("he", "she", "it", "they"):
        return _earlier(passage, who.lower())
    return _meant(passage, who)


# Names of speakers


def speaker_of(
    passage: Passage, doc: Doc, token: Token, spoken: Attribution, text: str | None = None
) -> Name | None:
    """The speaker that a noun or pronoun of the sentence stands for. `text`: the words, where `doc` has stand-ins."""
    text = doc.text if text is None else text
    if is_pronoun(token):
        return _pronoun(passage, doc, token, spoken, text)
    start, end = bounds(token)
    if start < spoken.start <= token.idx:
        start = spoken.start
    named = _named_beside(token, text)
    if named is not None:
        return known_by_now(passage, named)
    for apposition in appositions(token):
        if apposition.lemma_.lower() in words("spokespeople") | words("offices") | frozenset(
            load("speech")["speakers"]["people"]
        ):
            end = max(end, bounds(apposition)[1])
    for mention in passage.article.names.spot(text):
        if mention.start < end <= mention.end or mention.start <= start < mention.end:
            start, end = min(start, mention.start), max(end, mention.end)
    written = (
        re.sub(r"^(?:the|both|its|his|her|their) ", "", text[start:end], flags=re.IGNORECASE)
        .strip(" ,;:\"'")
        .removesuffix("'s")
    )
    itself = _CALLING_ITSELF.match(text, end)
    if itself:
        written = itself["name"]
    if not written:
        return None
    return _meant(passage, written)


def _named_beside(token: Token, text: str) -> str | None:
    """The name beside a kind or an office: "the exile group, the MEK, said", "its leader, Jane Doe, said"."""
    for apposition in appositions(token):
        first, last = bounds(apposition)
        if text[:first].rstrip()[-1:] != "," and not text[:first].endswith(", the "):
            continue
        person = token.lower_ in words("offices") and _FULL_NAME.fullmatch(text[first:last])
        if apposition.pos_ == "PROPN" and (person or token.lower_ in _kinds_of_group()):
            return text[first:last]
    return None


@cache
def _kinds_of_group() -> frozenset[str]:
    groups = load("speech")["speakers"]["definite_groups"]
    return frozenset((*groups, "branch", "affiliate", "wing", "offshoot", "company", "operator", "charity"))


_FULL_NAME = re.compile(r"[A-Z][\w'.-]+(?: (?:[a-z]{2,3} )?[A-Z][\w'.-]+){1,3}")
_CALLING_ITSELF = re.compile(
    r",? (?:that |which )?(?:calls?|called|calling) (?:itself|themselves) (?:the )?"
    r"(?P<name>[A-Z][\w'-]*(?: (?:(?:of|for|and|in) )?(?:the )?(?=[A-Z])[\w'-]+)*)"
)
"""As in "a little-known group calling itself the Republican Army"."""


def _meant(passage: Passage, written: str) -> Name:
    """The name; "the group" is the one that spoke in the sentence before, where it was named."""
    meant = definite(passage, written)
    if meant is None and written.lower() in load("speech")["speakers"]["definite_groups"]:
        spoke = _earlier(passage, "it")
        if spoke is not None and spoke.written[:1].isupper():
            return spoke
    return known_by_now(passage, meant or written)


def _pronoun(passage: Passage, doc: Doc, token: Token, spoken: Attribution, text: str) -> Name | None:
    if (
        interjected(token.head.head) == token.head
    ):  # "the militia, it said, burned the village": not the militia
        return spoken.speaker or _earlier(passage, token.lower_)
    for other in reversed(doc[: token.i]):
        if other.pos_ in ("VERB", "AUX") and other.lemma_.lower() in says() and other.i < token.i:
            subject = speaking(other)
            if subject is not None and not is_pronoun(subject) and subject.i < token.i:
                return speaker_of(passage, doc, subject, spoken, text)
    for other in doc[: token.i] if token.lower_ in ("it", "they", "he", "she") else ():
        named = other.pos_ in ("NOUN", "PROPN") and not is_pronoun(other)
        if named and other.dep_ in ("nsubj", "nsubjpass") and other.head != token.head:
            return speaker_of(passage, doc, other, spoken, text)
    return spoken.speaker or _earlier(passage, token.lower_)


def _earlier(passage: Passage, pronoun: str) -> Name | None:
    """The speaker or the first party of the sentence before, for a pronoun at the start of a sentence."""
    index = passage.sentence.index
    if index == 0:
        return None
    for back in range(index - 1, max(-1, index - 4), -1):
        before = passage.article.sentences[back]
        if before.field != passage.sentence.field:
            break
        earlier = Passage(before, passage.article)
        _, _, who, _ = split(newspaper_case(earlier), passage.article.names)
        if who and who.lower() not in ("he", "she", "it", "they"):
            name = _surface_name(earlier, who)
            if name and _fits(passage.article.names, name, pronoun):
                return name
        body = _BODY.match(before.plain)
        if body and pronoun in ("it", "they"):
            return known_by_now(earlier, body["who"])
        for mention in passage.article.names.spot(before.plain):
            name = passage.article.names.name(before.plain[mention.start : mention.end])
            if not mention.place and _fits(passage.article.names, name, pronoun):
                return name
        person = re.search(r"(?:[A-Z][\w'-]+ ){1,3}[A-Z][\w'-]+", before.plain)
        if person and pronoun in ("he", "she") and not passage.article.names.spot(person.group()):
            return passage.article.names.name(person.group())
    return None


_BODY = re.compile(
    r"(?:The|An?) (?P<who>(?:[\w'-]+ ){0,4}?(?:ministry|army|military|police|government|agency|committee|commission|council|embassy|company|organi[sz]ation|hospital|court|inquiry|airline|operator)"
    r"(?: (?:in|of|for) (?:[A-Z][\w'-]+ ?)+)?)(?<! )\b"
)
"""A body as the first words of a sentence, for "it" in the next."""


def _fits(names: Names, name: Name, pronoun: str) -> bool:
    kind = names.kind(name.id)
    if pronoun in ("he", "she"):
        return kind == PERSON or (kind is None and name.written[:1].isupper())
    if pronoun in ("it", "they", "we"):
        return kind in (STATE, GROUP, BODY) or kind is None
    return False


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
            return _surface_name(earlier, who)
    return None
