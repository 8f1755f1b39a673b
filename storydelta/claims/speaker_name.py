"""Whom a noun or a pronoun that speaks stands for: the speaker's name, from the sentence and those before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.passage import Passage
from storydelta.claims.speaker_grammar import says, speaking
from storydelta.claims.speaker_memory import definite, known_by_now
from storydelta.claims.speaker_phrase import appositions, bounds, interjected, is_pronoun
from storydelta.claims.speaker_surface import split
from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import BODY, GROUP, PERSON, STATE, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from storydelta.names import Names

_ABBREVIATION = 3
"""So many characters may be capitals without shouting."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A sentence without its outer attribution: `core` starts at `start` of the sentence; `hedged`: "police believe"."""

    core: str
    start: int
    speaker: Name | None = None
    hedged: bool = False


def newspaper_case(passage: Passage) -> str:
    """The sentence for reading: as it stands, or with names in their usual case where all is in capitals."""
    plain = passage.plain
    raw = passage.sentence.raw
    if raw.isupper() and len(raw) > _ABBREVIATION and len(plain.upper()) == len(plain):
        return passage.article.names.recase(plain.upper())
    return plain


_WHEN = re.compile(
    r" (?:on|late|early|late on|earlier on) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: (?:morning|evening|night|afternoon))?$"
)
"""As in "said the ministry on Tuesday"."""


def surface_name(passage: Passage, who: str) -> Name | None:
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
    if start < spoken.start <= token.idx and text.startswith(passage.plain[: spoken.start]):
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
        name = _spoke_in(Passage(before, passage.article), pronoun)
        if name is not None:
            return name
    return None


def _spoke_in(earlier: Passage, pronoun: str) -> Name | None:
    """Who spoke in an earlier sentence, or the first party of it, that a pronoun may stand for."""
    names, plain = earlier.article.names, earlier.plain
    _, _, who, _ = split(newspaper_case(earlier), names)
    if who and who.lower() not in ("he", "she", "it", "they"):
        name = surface_name(earlier, who)
        if name and _fits(names, name, pronoun):
            return name
    body = _BODY.match(plain)
    if body and pronoun in ("it", "they"):
        return known_by_now(earlier, body["who"])
    for mention in names.spot(plain):
        name = names.name(plain[mention.start : mention.end])
        if not mention.place and _fits(names, name, pronoun):
            return name
    people = (found.group() for found in _PERSON.finditer(plain)) if pronoun in ("he", "she") else ()
    person = next((one for one in people if not names.spot(one)), None)
    return names.name(person) if person is not None else None


_PERSON = re.compile(r"(?:[A-Z][\w-]+ ){1,4}[A-Z][\w-]+")
"""A name of several words, with an office before it as it may be."""

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
