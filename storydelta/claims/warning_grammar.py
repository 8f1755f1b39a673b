"""Where the grammar of a sentence tells of a warning, and of what was made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storydelta.claims.speaker_phrase import agent_of, is_negated, object_of, subject_of
from storydelta.claims.warning_claim import Act
from storydelta.claims.warning_words import Words, dangers, is_warning, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@dataclass(frozen=True, slots=True)
class Told:
    """A warning or an answer as the grammar has it: its parties' nouns, and the word that tells it."""

    verb: Token
    act: Act
    rule: str
    warner: Token | None = None
    addressee: Token | None = None
    danger: tuple[int, int] | None = None
    answerer: Token | None = None
    bare: bool = False


def warnings_told(doc: Doc) -> Iterator[Told]:
    """The warnings that were given."""
    for token in doc:
        lemma = token.lemma_.lower()
        if token.pos_ in ("VERB", "AUX") and not _unreal(token):
            if lemma in words(Words.TELLS):
                yield from _telling(token)
            elif lemma in words(Words.GIVE) | words(Words.RECEIVE):
                yield from _handing(token, receives=lemma in words(Words.RECEIVE))


def _telling(verb: Token) -> Iterator[Told]:
    """As in "warned Russia of an attack", "was warned by engineers that the dam could collapse"."""
    passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    danger = dangers(verb)
    told = Told(verb, Act.WARNED, "warning.told", danger=danger)
    if passive is not None:
        perfect = any(c.lower_ in ("had", "have", "has") for c in verb.children if c.dep_ == "aux")
        if danger or (
            perfect and not any(c.dep_ in ("xcomp", "ccomp") or c.lower_ == "against" for c in verb.children)
        ):
            yield replace(
                told,
                rule="warning.passive",
                warner=agent_of(verb) or _by(verb),
                addressee=_who(passive),
                bare=not danger,
            )
        return
    subject, whom = subject_of(verb), object_of(verb)
    if subject is None or danger is None:
        return
    earlier = any(c.lower_ in ("had", "previously", "earlier", "repeatedly") for c in verb.children)
    if whom is not None or earlier:
        yield replace(told, warner=subject, addressee=whom)


def _by(verb: Token) -> Token | None:
    """The warner whom the grammar ties to the danger: "warned of the plot by Bulgaria"."""
    return next(
        (object_of(t) for t in verb.subtree if t.i > verb.i and t.lower_ == "by" and t.dep_ == "prep"), None
    )


def _handing(verb: Token, *, receives: bool) -> Iterator[Told]:
    """As in "passed a warning about the plot to Belgium", "received warnings from Denmark"."""
    noun = object_of(verb)
    subject = subject_of(verb)
    if noun is None or not is_warning(noun) or subject is None:
        return
    danger = dangers(noun) or dangers(verb)
    other = _after(noun, verb, "from" if receives else "to") or (None if receives else _dative(verb))
    if danger is None or other is None or any(c.lower_ == "no" for c in noun.children):
        return
    warner, addressee = (other, subject) if receives else (subject, other)
    yield Told(verb, Act.WARNED, "warning.handed", warner=warner, addressee=addressee, danger=danger)


def _dative(verb: Token) -> Token | None:
    return next((c for c in verb.children if c.dep_ == "dative" and c.pos_ in ("NOUN", "PROPN")), None)


def _after(noun: Token, verb: Token, preposition: str) -> Token | None:
    """Who stands after a preposition that the grammar hangs on the noun or on the verb."""
    for token in (*noun.subtree, *verb.children):
        if token.dep_ in ("prep", "dative") and token.lower_ == preposition and token.i > noun.i:
            return object_of(token)
    return None


def _who(token: Token) -> Token | None:
    """The noun behind "who" of a relative clause."""
    return token.head.head if token.tag_ in ("WP", "WDT") and token.head.dep_ == "relcl" else token


def _unreal(verb: Token) -> bool:
    """Not done, or not yet: negated, modal, "failed to warn", "if it had warned"."""
    if is_negated(verb) or any(c.dep_ == "aux" and c.lower_ in words(Words.MODALS) for c in verb.children):
        return True
    if any(c.dep_ == "mark" and c.lower_ in ("if", "whether", "unless") for c in verb.children):
        return True
    governed = verb.dep_ in ("xcomp", "advcl", "ccomp", "pcomp") and verb.head.lemma_.lower()
    return (
        governed in words(Words.NOT_VERBS) | words(Words.DENIES)
        or (governed and is_negated(verb.head) and verb.dep_ != "advcl") is True
    )


def answers_told(doc: Doc) -> Iterator[Told]:
    """What somebody made of a warning: ignored, heeded, denied to have had it."""
    for token in doc:
        lemma = token.lemma_.lower()
        if token.pos_ not in ("VERB", "AUX"):
            continue
        if lemma in words(Words.DISREGARDS):
            yield from _treating(token, Act.DISREGARDED)
        elif lemma in words(Words.HEEDS):
            yield from _treating(token, Act.DISREGARDED if _undone(token) else Act.HEEDED)
        elif lemma in words(Words.DENIES) and not _unreal(token):
            yield from _denying(token)


def _undone(verb: Token) -> bool:
    """As in "did not heed", "failed to heed"."""
    return is_negated(verb) or (verb.dep_ == "xcomp" and verb.head.lemma_.lower() in words(Words.NOT_VERBS))


def _treating(verb: Token, act: Act) -> Iterator[Told]:
    """As in "ignored the warning", "advice that was disregarded by Putin"."""
    if any(c.dep_ == "aux" and c.lower_ in words(Words.MODALS) for c in verb.children):
        return
    if verb.lemma_.lower() in words(Words.DISREGARDS) and is_negated(verb):
        return
    passive = next((c for c in verb.children if c.dep_ == "nsubjpass"), None)
    noun = _who(passive) if passive is not None else object_of(verb)
    if noun is not None:
        answerer = agent_of(verb) if passive is not None else subject_of(verb)
        yield Told(
            verb,
            act,
            "warning.answer",
            addressee=noun,
            answerer=answerer,
            danger=dangers(noun) or dangers(verb),
        )


def _denying(verb: Token) -> Iterator[Told]:
    """As in "denied that it had been warned", "denied receiving a warning"."""
    subject = subject_of(verb)
    for child in verb.children:
        if child.dep_ not in ("ccomp", "xcomp", "dobj", "pcomp"):
            continue
        told = [t for t in child.subtree if t.lemma_.lower() in words(Words.TELLS) | words(Words.WARNING)]
        if subject is not None and told:
            by = agent_of(told[0]) or _after(told[0], child, "from")
            yield Told(
                verb,
                Act.DENIED,
                "warning.denied",
                addressee=told[0],
                answerer=subject,
                warner=by,
                danger=dangers(told[0]),
            )
            return
