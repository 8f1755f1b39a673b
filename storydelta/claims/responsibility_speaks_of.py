"""When a speaker speaks of its own: "it", "we", "its fighters", the troops of a ministry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_speech import handing_on
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import coordinated, is_pronoun, preposition, subject_of
from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import GROUP, PERSON, STATE, fold, speaks_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.tokens import Token


def told_by(view: View, teller: Token | None) -> Sequence[Token | None]:
    """The nouns that stand for those who say so together: "Jordan, Egypt and Iraq blamed", "they" for all of them."""
    if teller is None:
        return (None,)
    if teller.lower_ == "they":
        before = (subject_of(t) for t in reversed(view.doc[: teller.i]) if t.lemma_.lower() in handing_on())
        teller = next((t for t in before if t is not None and not is_pronoun(t) and t.i < teller.i), teller)
    joined = [
        t for t in coordinated(teller) if view.mention_at(t) or t.pos_ == "PROPN" or _can_only_speak(t.lower_)
    ]
    return joined if teller in joined else (teller,)


def is_own(view: View, token: Token, speaker: Name | None) -> bool:
    """True where a noun or pronoun stands for the speaker, or for its people."""
    if is_pronoun(token):
        return token.tag_ == "PRP" and _may_refer(view, token.lower_, speaker)
    counted = token.pos_ == "NUM" or token.lower_ in ("none", "neither", "any", "some", "many")
    if counted and (many := preposition(token, "of")) is not None:
        token = many  # "one of its fighters"
    if token.lower_ not in lexicon("actors", "own_people"):
        return False
    owner = next((c for c in token.children if c.dep_ == "poss"), None)
    if owner is not None:
        return owner.tag_ == "PRP$"
    if (
        speaker is None
        or token.tag_ != "NNS"
        or any(c.lower_ not in lexicon("actors", "own_adjectives") for c in token.lefts)
        or any(c.dep_ == "prep" for c in token.rights)
    ):
        return False
    if (
        view.names.kind(speaker.id) is None
        and fold(speaker.written) not in lexicon("actors", "state_forces")
        and not speaks_for(view.names, speaker) - {speaker.id}
    ):
        return False
    # A ministry's "troops" are its own; the "gunmen" of whom it speaks are not.
    theirs = view.names.kind(speaker.id) == GROUP or token.lower_ in lexicon("actors", "of_state")
    return theirs and _commands(view, speaker) and speaker.id != token.lower_


def _commands(view: View, speaker: Name) -> bool:
    """True where the speaker is a body whose people can do deeds: a group, a state, the police; not witnesses."""
    kind = view.names.kind(speaker.id)
    if kind in (GROUP, STATE):
        return True
    folded = fold(speaker.written)
    if kind is None and folded in lexicon("actors", "state_forces"):
        return True
    last = folded.split()[-1]
    spoken = bool(speaks_for(view.names, speaker) - {speaker.id})
    return (
        spoken
        or last in lexicon("actors", "armed")
        or (
            kind is None
            and speaker.written[:1].isupper()
            and last not in lexicon("actors", "heads")
            and not _can_only_speak(last)
        )
    )


def _can_only_speak(last: str) -> bool:
    return last in load("speech")["speakers"]["people"]


def _may_refer(view: View, pronoun: str, speaker: Name | None) -> bool:
    if speaker is None:
        return False
    if not _commands(view, speaker):
        return False
    person = view.names.kind(speaker.id) == PERSON
    if pronoun in ("they", "them") and view.names.kind(speaker.id) is None and " " not in speaker.written:
        return False
    return (
        pronoun in ("he", "she", "i", "him", "her", "we", "us")
        if person
        else pronoun not in ("he", "she", "him", "her", "you")
    )


def in_whose_name(view: View, office: Name) -> Name:
    """An office that owns up or denies speaks of its state: for "the Russian foreign ministry" Russia."""
    served = speaks_for(view.names, office) - {office.id}
    if view.names.kind(office.id) is not None or len(served) != 1:
        return office
    mention = next((m for m in view.names.spot(office.written) if m.id in served), None)
    if mention is None or mention.kind not in (STATE, GROUP):
        return office
    return Name(written=office.written[mention.start : mention.end].removesuffix("'s"), id=mention.id)
