"""Warnings: who warned whom, of what, when, and what was made of it.

The warning and the answer to it are claims of their own, so that a later report that only repeats the warning takes
no answer back: "the US warned Russia" belongs to the US, "Putin disregarded it" to Putin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.speaker import attribution, find_speaker
from storydelta.claims.speaker_name import speaker_of
from storydelta.claims.speaker_phrase import is_pronoun, object_of, subject_of
from storydelta.claims.warning_claim import Act, Forewarning
from storydelta.claims.warning_grammar import Told, answers_told, warnings_told
from storydelta.claims.warning_words import Words, is_party, is_warning, moment, words
from storydelta.lexicon import load
from storydelta.model import Claim, Name, Subject, Value

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_BACK = 6
"""Sentences before this one in which "the warning" is looked for."""


def read(passage: Passage) -> Iterator[Forewarning]:
    """The warnings of one sentence, each followed by the answers to it. Needs the parser."""
    doc = passage.parsed
    if doc is None or passage.plain.rstrip().endswith("?"):
        return
    found = [claim for told in warnings_told(doc) if (claim := _claim(passage, doc, told)) is not None]
    given = next((claim for claim in found if claim.act is Act.WARNED), None)
    answers = [
        claim for told in answers_told(doc) if (claim := _answer(passage, doc, told, given)) is not None
    ]
    if given is None and (echo := next((a for a in answers if _names_both(a)), None)) is not None:
        found.append(replace(echo, act=Act.WARNED, speaker=echo.warner, rule="warning.answered"))
    for claim in found:
        answer = next((a for a in answers if a.act in (Act.HEEDED, Act.DISREGARDED)), None)
        yield (
            claim
            if answer is None
            else replace(claim, heeded=answer.act is Act.HEEDED, answered_by=answer.speaker)
        )
    yield from answers


def _confidence(of: str) -> float:
    share: float = load("warning")["confidence"][of]
    return share


def _names_both(answer: Forewarning) -> bool:
    return answer.act is not Act.DENIED and answer.warner is not None and "recalled" not in answer.rule


def _claim(passage: Passage, doc: Doc, told: Told) -> Forewarning | None:
    warner, addressee = _name(passage, doc, told.warner), _name(passage, doc, told.addressee)
    if told.warner is not None and warner is None:
        return None
    addressee = addressee and _alone(addressee, passage)
    if addressee is None and told.bare:
        return None
    if told.bare and addressee and not is_party(addressee, passage.article.names):
        return None
    focus = _focus(told.verb, told.addressee, told.warner)
    return Forewarning(
        evidence=passage.evidence(*focus), speaker=warner or find_speaker(passage, *focus), rule=told.rule,
        confidence=_confidence("told"), act=Act.WARNED, warner=warner, addressee=addressee,
        danger=_danger(passage, told), when=moment(passage.plain, told.verb),
    )  # fmt: skip


def _answer(passage: Passage, doc: Doc, told: Told, given: Forewarning | None) -> Forewarning | None:
    """What somebody made of a warning: of this sentence, or of the last one before it."""
    noun = told.addressee
    answerer = _name(passage, doc, told.answerer)
    if noun is None or answerer is None:
        return None
    lemma, rule = noun.lemma_.lower(), told.rule
    direct = is_warning(noun) or told.act is Act.DENIED
    if not direct and not (given and lemma in words(Words.COUNSEL)):
        return None
    warner = _name(passage, doc, told.warner or _origin(noun))
    if warner is None and given is None and told.danger is None:
        given = _recalled(passage) if _is_definite(noun) or told.act is Act.DENIED else None
        rule = f"{rule}_recalled"
        if given is None:
            return None
    source = warner or (given.warner if given else None)
    known = source is not None and bool(passage.article.names.spot(source.written))
    if told.act is not Act.DENIED and not (known or told.danger or given):
        return None
    addressee = given.addressee if given and given.addressee else answerer
    if source is not None and source.id == answerer.id and told.act is not Act.DENIED:
        return None
    focus = _focus(told.verb, noun, told.answerer)
    return Forewarning(
        evidence=passage.evidence(*focus), speaker=answerer, rule=rule, confidence=_confidence("answer"), act=told.act, warner=source,
        addressee=addressee, danger=_danger(passage, told, given),
        when=moment(passage.plain, told.verb),
    )  # fmt: skip


def _danger(passage: Passage, told: Told, given: Forewarning | None = None) -> str | None:
    if told.danger is not None:
        return passage.plain[slice(*told.danger)]
    return given.danger if given else None


def _origin(noun: Token) -> Token | None:
    """Whose warning it is: "from India", "Indian", "India's"."""
    source = next(
        (object_of(c) for c in noun.children if c.dep_ == "prep" and c.lower_ in ("from", "by")), None
    )
    if source is None and noun.head.pos_ == "VERB":
        source = next(
            (
                object_of(c)
                for c in noun.head.children
                if c.dep_ == "prep" and c.lower_ == "from" and c.i > noun.i
            ),
            None,
        )
    return source or next(
        (c for c in noun.lefts if c.dep_ in ("poss", "amod", "compound", "nmod") and c.text[:1].isupper()),
        None,
    )


def _is_definite(noun: Token) -> bool:
    return any(
        c.lower_ in ("the", "that", "those", "these", "this", "such", "its", "their", "both")
        for c in noun.lefts
    )


def _recalled(passage: Passage) -> Forewarning | None:
    """The last warning that was told of before this sentence, within a few sentences of the same text."""
    index = passage.sentence.index
    for other in reversed(passage.article.sentences[max(0, index - _BACK) : index]):
        if other.field == passage.sentence.field and "warn" in other.plain.lower():
            earlier = Passage(other, passage.article)
            doc = earlier.parsed
            claims = (
                [c for told in warnings_told(doc) if (c := _claim(earlier, doc, told))]
                if doc is not None
                else []
            )
            if claims:
                return claims[-1]
    return None


# Names and places


def _name(passage: Passage, doc: Doc, token: Token | None) -> Name | None:
    if token is None or token.pos_ in ("VERB", "AUX", "NUM", "ADP", "DET"):
        return None
    if is_pronoun(token):
        return _own(passage, doc, token)
    return speaker_of(passage, doc, token, attribution(passage))


def _alone(whom: Name, passage: Passage) -> Name:
    """The one warned without the danger that the grammar may have tied to them: "residents of an attack"."""
    written, _, rest = whom.written.partition(" of ")
    return (
        passage.article.names.name(written)
        if rest and re.match(r"(?:an? |imminent |possible |more )", rest)
        else whom
    )


def _own(passage: Passage, doc: Doc, token: Token) -> Name | None:
    """A pronoun as the subject of the clause above: "Russia denied that it had been warned". Others stay open."""
    head = token.head.head
    above = subject_of(head) if head.pos_ == "VERB" else None
    if above is None or is_pronoun(above):
        return None
    return speaker_of(passage, doc, above, attribution(passage))


def _focus(*tokens: Token | None) -> tuple[int, int]:
    there = [token for token in tokens if token is not None]
    return min(t.idx for t in there), max(t.idx + len(t) for t in there)


def bears_upon(claim: Claim) -> Subject | None:
    """The warner's position on the one warned, the answerer's on the warner; nothing where a party is missing, or
    where the warned are people at large: residents are warned of floods every day.
    """
    assert isinstance(claim, Forewarning)
    if claim.act is Act.WARNED:
        if claim.addressee is None or not is_party(claim.addressee):
            return None
        return Subject(kind=Forewarning.kind, speaker=claim.warner, actor=claim.addressee)
    other, speaker = claim.warner, claim.speaker
    if claim.act is Act.DENIED and speaker and other and speaker.id == other.id:
        other = claim.addressee
    if speaker is None or other is None or other.id == speaker.id:
        return None
    return Subject(kind=Forewarning.kind, speaker=speaker, actor=other)


def value_of(claim: Claim) -> Value:
    """The act as a word."""
    assert isinstance(claim, Forewarning)
    return claim.act.value


WARNING = Kind(
    name=Forewarning.kind,
    claim=Forewarning,
    triggers=words(Words.TRIGGERS),
    read=read,
    subject=bears_upon,
    value=value_of,
)
