"""What the sentences before tell of a speaker: the full name, the ministry that was meant, who holds the office."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from storydelta.claims.passage import Passage
from storydelta.lexicon import alternatives, load
from storydelta.model import Name
from storydelta.names import GROUP, STATE, Mention, fold, institution, words

_REMEMBERED = 60
"""Sentences around this one in which a full name, or the holder of an office, is remembered."""

_BACK = 6
"""Sentences before this one in which an antecedent is looked for."""


def known_by_now(passage: Passage, written: str) -> Name:
    """The name; a bare last name means the person whose full name is told, "FSB chief" whoever is named as that,
    "the country's army" the army of the country spoken of, and "the health ministry" the only one that is named.
    """
    name = passage.article.names.name(written)
    if passage.article.names.kind(name.id) is not None:
        return name
    return (
        _of_the_country(passage, written)
        or _of_its_place(passage, written)
        or _full_name(passage, written)
        or _holder(passage, written)
        or name
    )


def _of_its_place(passage: Passage, written: str) -> Name | None:
    """For "the health ministry" the body that the article names with its place, where it names one alone."""
    bare = institution(fold(written))
    if bare is None or not bare.is_bare:
        return None
    ids = passage.article.bodies.get(bare.body, frozenset())
    return Name(written=written, id=next(iter(ids))) if len(ids) == 1 else None


def _full_name(passage: Passage, written: str) -> Name | None:
    names = passage.article.names
    last = written.rsplit(maxsplit=1)[-1]
    bare = re.sub(r"^(?:Mr|Mrs|Ms|Dr|Gen|Col)\.? ", "", written)
    if " " in bare or not bare[:1].isupper():
        return None
    full = re.compile(rf"((?:[A-Z][\w'-]+ ){{1,3}}){re.escape(last)}\b")
    here = passage.sentence.index
    for sentence in passage.article.sentences[max(0, here - _REMEMBERED) : here + 1]:
        found = full.search(sentence.plain)
        if found and not names.spot(found.group(1)):
            return Name(written=written, id=names.name(found.group()).id)
    return None


_COUNTRY = re.compile(r"(?:the )?(?:country|nation|state|kingdom|republic)'s (?P<rest>.+)", re.IGNORECASE)


def _of_the_country(passage: Passage, written: str) -> Name | None:
    """As in "the country's military intelligence service": that of the state named last."""
    found = _COUNTRY.fullmatch(written)
    if found is None:
        return None
    text = f"the {written[:1].lower()}{written[1:]}" if written[:4].lower() != "the " else written
    mention = last_mention(passage, (STATE,))
    names = passage.article.names
    if mention is None:
        return Name(written=text, id=names.name(written).id)
    return Name(written=text, id=names.name(f"{mention[1]}'s {found['rest']}").id)


@cache
def _offices() -> dict[str, str]:
    """Word for an office -> the words that mean the same: "chief", "head", "director"."""
    same = load("names_words")["same_office"]
    return {word: "|".join(alike) for alike in same for word in alike}


def _office_and_body(folded: str) -> tuple[str, str]:
    """As in "mi5 chief", "director of mi5"."""
    office = alternatives(words("offices"))
    found = re.fullmatch(
        rf"(?P<body>.+) (?P<office>{office})|(?P<head>{office}) of (?:the )?(?P<of>.+)", folded
    )
    if found is None:
        return "", ""
    return found["office"] or found["head"], found["body"] or found["of"]


def _holder(passage: Passage, written: str) -> Name | None:
    """For "FSB chief" the person whom the article introduces as that: "Jane Doe, the head of the FSB"."""
    office, body = _office_and_body(fold(written))
    if not office or not body:
        return None
    told = _introduction(body, _offices().get(office, re.escape(office)))
    for sentence in passage.article.sentences[:_REMEMBERED]:
        found = told.search(sentence.plain)
        if found:
            person = next(group for group in found.groups() if group)
            return Name(written=written, id=passage.article.names.name(person).id)
    return None


@cache
def _introduction(body: str, office: str) -> re.Pattern[str]:
    """As in "FSB chief Jane Doe", "the head of the FSB, Jane Doe", "Jane Doe, the head of the FSB"."""
    person = r"([A-Z][\w'-]+(?: (?:[a-z]{2,3} )?[A-Z][\w'-]+){1,3})"
    spelled = re.escape(body).replace(r"\ ", r"[\s.'-]+")
    of_it = rf"(?i:\b(?:{office}) of (?:the )?{spelled}\b)"
    its = rf"(?i:\b{spelled}(?:'s|n|i|ian|ish)? (?:{office})\b)"
    return re.compile(rf"(?:{its}|{of_it}),? {person}|{person}, (?:(?:the|its|a|an) )?(?:{its}|{of_it})")


@cache
def _heads() -> re.Pattern[str]:
    """As in "the ministry", "this group"."""
    heads = load("speech")["speakers"]["definite"]
    return re.compile(rf"^(?:that |this |same )?(?P<head>{'|'.join(heads)})$")


def definite(passage: Passage, written: str) -> str | None:
    """What "the ministry", "the group" stood for when it was first named."""
    found = _heads().match(written.lower())
    if not found:
        return None
    head = found["head"]
    if head in load("speech")["speakers"]["definite_groups"]:
        mention = last_mention(passage, (GROUP,))
        return mention[1] if mention else None
    portfolios = "|".join(load("speech")["speakers"]["portfolios"])
    pattern = re.compile(rf"(?:(?:[A-Z][\w.]*(?:'s)?|of|the|{portfolios}) ){{1,6}}{head}\b")
    for sentence in reversed(
        passage.article.sentences[max(0, passage.sentence.index - _BACK) : passage.sentence.index]
    ):
        earlier = [m.group() for m in pattern.finditer(sentence.plain)]
        for found_there in reversed(earlier):
            phrase = re.sub(r"^(?:(?:The|the|of|A|In|On|And|But) )+", "", found_there)
            if passage.article.names.spot(phrase) or _is_portfolio(phrase, head):
                return phrase
    return None


def _is_portfolio(phrase: str, head: str) -> bool:
    """As in "transport ministry"."""
    return (
        head == "ministry" and phrase.split(maxsplit=1)[0].lower() in load("speech")["speakers"]["portfolios"]
    )


def last_mention(passage: Passage, kinds: tuple[str, ...]) -> tuple[Mention, str] | None:
    """The last known name of some kinds before this sentence, with its written form; of a sentence that begins with
    one and names others only beside it, the first.
    """
    sentences = passage.article.sentences
    for index in range(passage.sentence.index - 1, max(-1, passage.sentence.index - 1 - _BACK), -1):
        plain = sentences[index].plain
        found = [m for m in passage.article.names.spot(plain) if m.kind in kinds]
        if found:
            meant = found[0] if _is_the_topic(plain, found) else found[-1]
            return meant, plain[meant.start : meant.end].removesuffix("'s")
    return None


def _is_the_topic(plain: str, found: Sequence[Mention]) -> bool:
    """As in "Al-Shabaab, like al-Qaeda, rejects the talks", "The ELN fights alongside the FARC"."""
    return _OPENING.fullmatch(plain[: found[0].start]) is not None and all(
        other.id == found[0].id or _BESIDE.search(plain[: other.start]) for other in found[1:]
    )


_OPENING = re.compile(r"\W*(?:(?:The|But the|And the|But|And|A|An) )?(?:[a-z]+ group )?")
_BESIDE = re.compile(
    r"\b(?:alongside|with|like|unlike|from|of|to|than|against|under|beside|besides|including|as) (?:the |other |groups )*$"
)
"""What a name stands behind that is not what a sentence is about."""
