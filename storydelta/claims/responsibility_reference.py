"""Whom a pronoun, "his group" or an office stands for beside its speaker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_accusations import frames
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_statements import governor, owner_of_statement
from storydelta.claims.responsibility_view import Party, View, as_actor, lexicon
from storydelta.claims.speaker_phrase import appositions, is_pronoun, object_of, preposition, subject_of
from storydelta.model import Name
from storydelta.names import GROUP, speaks_for

if TYPE_CHECKING:
    from spacy.tokens import Token


def own_party(view: View, token: Token, speaker: Name | None, said_by: Token | None) -> Party | None:
    """The party where a speaker says "it", "we", "his group": its own, or the one that it rather speaks of."""
    other = _meant_by(view, token, said_by) if is_pronoun(token) else None
    if other is not None:
        return as_actor(view, other, loose=False)
    led = _led_by(view, token, said_by)
    if led is not None:
        return led
    return (speaker, (token.idx, token.idx + len(token))) if speaker else None


def third_party(view: View, token: Token) -> Party | None:
    """The party where "it" or "he" is not the speaker: whose claim, whose denial it is."""
    if token.lower_ in ("he", "she"):
        return _denier(view, token)
    claimant = _claimant(view, token) if token.lower_ in ("it", "they") else None
    return as_actor(view, claimant, loose=False) if claimant is not None else None


def denies_of_oneself(token: Token, speaker: Name | None) -> list[tuple[Token, Party]]:
    """For "Jane Doe insisted that she was not responsible" Jane Doe."""
    if token.lower_ not in ("he", "she") or speaker is None or not speaker.written[:1].isupper():
        return []
    return [(token, (speaker, (token.idx, token.idx + len(token))))]


def by_office(view: View, token: Token, place: Place, speaker: Name | None) -> Party | None:
    """For "Russia's spy chief denied responsibility" the chief, who speaks for Russia."""
    if not place.own or speaker is None or not speaks_for(view.names, speaker) - {speaker.id}:
        return None
    return speaker, view.span(token)


def _led_by(view: View, token: Token, leader: Token | None) -> Party | None:
    """For "Jane Doe, a leader of the Northern Front, denied her group did it" the front."""
    if token.lower_ not in lexicon("actors", "groups"):
        return None
    for office in appositions(leader) if leader is not None else ():
        led = preposition(office, "of")
        if led is not None and led.pos_ == "PROPN":
            return as_actor(view, led, loose=True)
    before = [m for m in view.mentions if m.kind == GROUP and m.end <= token.idx]
    if not before:
        return None
    return view.names.name(view.text[before[-1].start : before[-1].end]), (token.idx, token.idx + len(token))


def _meant_by(view: View, token: Token, said_by: Token | None) -> Token | None:
    """Whom a pronoun means rather than the speaker."""
    return _accused(token, said_by) or _claimant(view, token) or _other_subject(view, token, said_by)


def _claimant(view: View, token: Token) -> Token | None:
    """For "dismissed a claim by the Northern Front that it did it" the front."""
    claim = next((t for t in token.ancestors if t.lemma_.lower() in ("claim", "boast")), None)
    owner = owner_of_statement(view, claim) if claim is not None and claim.pos_ == "NOUN" else None
    mention = view.mention_at(owner) if owner is not None else None
    return owner if mention is not None and mention.kind == GROUP else None


def _accused(token: Token, said_by: Token | None) -> Token | None:
    """For "Iran denied US accusations that it did it" Iran; for "blamed Kenya, saying it did it" Kenya."""
    noun = said_by.head if said_by is not None and said_by.dep_ != "pobj" else None
    if said_by is not None and said_by.dep_ == "pobj" and said_by.head.lower_ in ("by", "from"):
        noun = said_by.head.head
    if noun is not None and noun.lemma_.lower() in ("accusation", "allegation", "charge", "suspicion"):
        verb = governor(noun)
        subject = subject_of(verb) if verb is not None and verb != noun else None
        return subject if subject is not None and not is_pronoun(subject) and subject.i < token.i else None
    saying = next((t for t in token.ancestors if t.dep_ == "advcl" and t.tag_ == "VBG"), None)
    if (
        saying is None
        or saying.lemma_ not in ("say", "allege", "claim")
        or saying.head.lemma_ not in frames()
    ):
        return None
    blamed = object_of(saying.head)
    return blamed if blamed is not None and saying.head.i < blamed.i < saying.i else None


def _denier(view: View, pronoun: Token) -> Party | None:
    """For "Jane Doe denied claims by a senator that she had a hand in the murder", Jane Doe."""
    for verb in pronoun.ancestors:
        if verb.pos_ == "VERB" and verb.lemma_.lower() in lexicon("predicates", "deny_verbs"):
            who = subject_of(verb)
            if who is None or who.i > pronoun.i or is_pronoun(who):
                return None
            between = _other_subject(view, pronoun, verb)
            return as_actor(view, who, loose=True) if between is None else None
    return None


def _other_subject(view: View, pronoun: Token, said_by: Token | None) -> Token | None:
    """The subject between the speaker and a pronoun, to which the pronoun rather refers."""
    start = said_by.i if said_by is not None and said_by.i < pronoun.i else -1
    for token in reversed(view.doc[start + 1 : pronoun.i]):
        small_clause = token.head.pos_ not in ("VERB", "AUX")  # "called the verdict scandalous"
        named = token.pos_ in ("NOUN", "PROPN") and not is_pronoun(token) and not small_clause
        if token.dep_ in ("nsubj", "nsubjpass") and named:
            return token
    return None
