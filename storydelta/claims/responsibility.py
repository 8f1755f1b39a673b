"""Who did it: claims of responsibility, with their speaker, stance and actor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.responsibility_frames import Place, places
from storydelta.claims.responsibility_layers import Layer, layers, outward
from storydelta.claims.responsibility_view import View, as_actor, lexicon
from storydelta.claims.speaker import Attribution, attribution, speaker_of
from storydelta.claims.speaker_phrase import coordinated, is_pronoun
from storydelta.model import Claim, Name, Responsibility, Stance, Subject, Value
from storydelta.names import GROUP, PERSON, STATE, speaks_for

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True)
class _Found:
    rule: str
    speaker: Name | None
    stance: Stance
    actor: Name
    focus: tuple[int, int]


def read_responsibility(passage: Passage) -> Iterable[Responsibility]:
    """The claims of one sentence."""
    spoken = attribution(passage)
    if passage.plain.rstrip().endswith("?"):
        return []
    found = _distinct(_parsed(passage, spoken))
    return [
        Responsibility(
            evidence=passage.evidence(*one.focus), speaker=one.speaker, rule=one.rule, confidence=0.8,
            stance=one.stance, actor=one.actor,
        )
        for one in found
    ]  # fmt: skip


def _distinct(found: Iterable[_Found]) -> list[_Found]:
    """One claim for a speaker and an actor; the text's own voice is silent where somebody speaks."""
    kept: dict[tuple[str | None, str], _Found] = {}
    for one in found:
        kept.setdefault((one.speaker.id if one.speaker else None, one.actor.id), one)
    voiced = {one.actor.id for one in kept.values() if one.speaker}
    return [one for one in kept.values() if one.speaker or one.actor.id not in voiced]


def _parsed(passage: Passage, spoken: Attribution) -> Iterator[_Found]:
    parser = passage.article.parser
    if parser is None or passage.parsed is None:
        return
    view = View(spoken.core, parser(spoken.core), passage.article.names)
    for place in places(view):
        for layer in _layers(view, place):
            yield from _claims_of(passage, view, spoken, place, layer)


def _layers(view: View, place: Place) -> list[Layer]:
    if place.nominal or not place.fixed:
        return layers(view, place.node, place.stance, nominal=place.nominal, presupposed=place.fixed)
    return outward(view, place.node, Layer(place.actor if place.own else place.accuser, place.stance))


def _claims_of(
    passage: Passage, view: View, spoken: Attribution, place: Place, layer: Layer
) -> Iterator[_Found]:
    speaker = spoken.speaker
    if layer.speaker is not None:
        speaker = speaker_of(passage, view.doc, layer.speaker, spoken)
    stance = layer.stance
    if spoken.hedged and layer.speaker is None and stance is Stance.ASSERTS:
        stance = Stance.SUSPECTS
    for token in coordinated(place.actor):
        who = _actor(view, token, place, speaker)
        if who is None:
            continue
        actor, (start, end) = who
        voice = actor if place.own else speaker
        found = _Found(place.rule, voice, stance, actor, (spoken.start + start, spoken.start + end))
        yield _as_own_act(view, found)


def _actor(view: View, token: Token, place: Place, speaker: Name | None) -> tuple[Name, tuple[int, int]] | None:
    """The party; the speaker where the text says "it", "we" or "its fighters"."""
    if _is_own(view, token, speaker):
        if speaker is None:
            return None
        return speaker, (token.idx, token.idx + len(token))
    return as_actor(view, token, loose=place.loose)


def _is_own(view: View, token: Token, speaker: Name | None) -> bool:
    if is_pronoun(token):
        return token.tag_ == "PRP" and _may_refer(view, token.lower_, speaker)
    if token.lower_ not in lexicon("actors", "own_people"):
        return False
    owner = next((c for c in token.children if c.dep_ == "poss"), None)
    if owner is not None:
        return owner.tag_ == "PRP$"
    bare = all(c.dep_ in ("det",) for c in token.lefts)
    return bare and token.tag_ == "NNS" and speaker is not None and speaker.id != token.lower_


def _may_refer(view: View, pronoun: str, speaker: Name | None) -> bool:
    if speaker is None:
        return False
    person = view.names.kind(speaker.id) == PERSON
    return pronoun in ("he", "she", "i", "him", "her", "we", "us") if person else pronoun not in ("he", "she", "him", "her", "you")


def _as_own_act(view: View, found: _Found) -> _Found:
    """What a party says of itself: "the US military says a US strike ..." claims; its doubt is a denial."""
    if found.speaker is None or found.actor.id not in speaks_for(view.names, found.speaker):
        return found
    if found.stance in (Stance.ASSERTS, Stance.SUSPECTS):
        return replace(found, stance=Stance.CLAIMS)
    return found


def _subject(claim: Claim) -> Subject | None:
    assert isinstance(claim, Responsibility)
    return Subject(kind=Responsibility.kind, speaker=claim.speaker, actor=claim.actor)


def _value(claim: Claim) -> Value:
    assert isinstance(claim, Responsibility)
    return claim.stance.value


RESPONSIBILITY = Kind(
    name=Responsibility.kind,
    claim=Responsibility,
    triggers=frozenset({"*"}),
    read=read_responsibility,
    subject=_subject,
    value=_value,
)
