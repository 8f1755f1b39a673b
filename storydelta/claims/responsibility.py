"""Who did it: claims of responsibility, with their speaker, stance and actor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from storydelta.claims.kind import Kind
from storydelta.claims.responsibility_accusations import accusing_rules
from storydelta.claims.responsibility_actor import actors, suspected
from storydelta.claims.responsibility_answers import answers, calls_it_false, denies_it, means_both
from storydelta.claims.responsibility_candidates import can_hold_one
from storydelta.claims.responsibility_clauses import clauses
from storydelta.claims.responsibility_gate import telling_words
from storydelta.claims.responsibility_layers import Layer, layers, outward
from storydelta.claims.responsibility_places import places
from storydelta.claims.responsibility_recall import about_earlier, earlier_actors, own_denial
from storydelta.claims.responsibility_reference import denies_of_oneself
from storydelta.claims.responsibility_speaks_of import in_whose_name, told_by
from storydelta.claims.responsibility_surface import phrases
from storydelta.claims.responsibility_time import is_of_another_time, is_of_fiction
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker import attribution
from storydelta.claims.speaker_name import speaker_of
from storydelta.lexicon import load
from storydelta.model import Claim, Name, Responsibility, Stance, Subject, Value
from storydelta.names import speaks_for
from storydelta.syntax import MAX_PARSED, Parser

if TYPE_CHECKING:
    from spacy.tokens import Token

    from storydelta.claims.passage import Passage
    from storydelta.claims.responsibility_place import Place
    from storydelta.claims.speaker_name import Attribution


@dataclass(frozen=True)
class _Found:
    rule: str
    speaker: Name | None
    stance: Stance
    actor: Name
    focus: tuple[int, int]


def read_responsibility(passage: Passage) -> Iterable[Responsibility]:
    """The claims of one sentence."""
    return _read(passage, recall=True)


def _read(passage: Passage, *, recall: bool) -> list[Responsibility]:
    if (
        passage.plain.rstrip().endswith("?")
        or not can_hold_one(passage)
        or is_of_another_time(passage)
        or is_of_fiction(passage)
    ):
        return []
    spoken = attribution(passage)
    found = _distinct(_parsed(passage, spoken, recall=recall))
    if passage.sentence.field == "title" or _parser(passage) is None:
        phrased = _distinct(_phrased(passage, spoken))
        own = {one.actor.id for one in phrased if one.speaker and one.speaker.id == one.actor.id}
        found = [one for one in found if one.speaker or one.actor.id not in own]
        known = {one.actor.id for one in found}
        found += [one for one in phrased if one.actor.id not in known]
    return [
        Responsibility(
            evidence=passage.evidence(*one.focus), speaker=one.speaker, rule=one.rule, confidence=_confidence(one.rule),
            stance=one.stance, actor=one.actor,
        )
        for one in found
    ]  # fmt: skip


def _confidence(rule: str) -> float:
    of_phrases: float = load("responsibility")["confidence"]["phrase"]
    return _shares().get(rule, of_phrases)


@cache
def _shares() -> dict[str, float]:
    """Rule -> the share of its claims that is right, drawn towards what is usual where few were judged."""
    words = load("responsibility")
    usual, weight = words["confidence"]["usual"], words["confidence"]["weight"]
    counts = {frame["name"]: (0, 0) for frame in words["frame"]}
    counts |= {rule["name"]: (rule["right"], rule["judged"]) for rule in words["rule"]}
    return {
        rule: round((right + usual * weight) / (judged + weight), 2)
        for rule, (right, judged) in counts.items()
    }


_DEEDS = ("deed", "done_by", "act_of")
"""Rules of deeds: what a party says of its responsibility counts before what it says that it did beside, and that
somebody was cleared before what they were accused of.
"""


def _distinct(found: Iterable[_Found]) -> list[_Found]:
    """One claim for a speaker and an actor; the text's own voice is silent where somebody speaks."""
    kept: dict[tuple[str | None, str], _Found] = {}
    for one in sorted(found, key=lambda one: (one.rule != "clear") + (one.rule in _DEEDS)):
        kept.setdefault((one.speaker.id if one.speaker else None, one.actor.id), one)
    voiced = {one.actor.id for one in kept.values() if one.speaker}
    return [one for one in kept.values() if one.speaker or one.actor.id not in voiced]


def _parsed(passage: Passage, spoken: Attribution, *, recall: bool) -> Iterator[_Found]:
    parser = _parser(passage)
    if parser is None:
        return
    names, headline = passage.article.names, passage.sentence.field == "title"
    for clause in clauses(spoken.core, names, headline=headline):
        view = View(clause.text, parser(clause.parsable), names)
        for found in _in_clause(passage, view, spoken, recall=recall):
            start, end = clause.origin[found.focus[0]], clause.origin[found.focus[1] - 1] + 1
            yield replace(found, focus=(spoken.start + start, spoken.start + end))


def _phrased(passage: Passage, spoken: Attribution) -> Iterator[_Found]:
    for phrase in phrases(spoken.core, passage.article.names):
        span = (spoken.start + phrase.start, spoken.start + phrase.end)
        speaker = phrase.speaker or spoken.speaker
        stance = Stance.SUSPECTS if spoken.hedged and phrase.stance is Stance.ASSERTS else phrase.stance
        yield _Found(f"phrase_{phrase.rule}", speaker, stance, phrase.actor, span)


def _parser(passage: Passage) -> Parser | None:
    """The parser, unless there is none or the sentence is too long for one."""
    return passage.article.parser if len(passage.plain) <= MAX_PARSED else None


def _in_clause(passage: Passage, view: View, spoken: Attribution, *, recall: bool) -> Iterator[_Found]:
    told = [
        found
        for place in places(view)
        for layer in _layers(view, place)
        for found in _claims_of(passage, view, spoken, place, layer)
    ]
    yield from told
    for who, verb in answers(view):
        answered = list(_answered(passage, view, spoken, who, verb, told))
        yield from answered
        if recall and not answered and denies_it(verb):
            yield from _recalled(passage, view, spoken, verb, None, who, Stance.DENIES)
    if recall and spoken.speaker is not None:
        yield from _called_false(passage, view, spoken.speaker)
    for noun, owner, judge, stance in about_earlier(view):
        denial = own_denial(view, noun, owner, judge, stance)
        if denial is not None:
            yield from _claims_of(passage, view, spoken, denial, Layer(judge, stance))
        elif recall:
            yield from _recalled(passage, view, spoken, noun, owner, judge, stance)


def _called_false(passage: Passage, view: View, speaker: Name) -> Iterator[_Found]:
    """A statement that is a judgement on the one before: "That is nonsense," the ministry said."""
    for verb in calls_it_false(view):
        for actor in earlier_actors(passage, None, speaker, partial(_read, recall=False)):
            yield _Found("recalled", speaker, Stance.DENIES, actor, (verb.idx, verb.idx + len(verb)))


def _answered(
    passage: Passage, view: View, spoken: Attribution, who: Token, verb: Token, told: Sequence[_Found]
) -> Iterator[_Found]:
    """A denial of what the same sentence told before: of the denier's own part, where it had one."""
    if means_both(who):
        for party in {one.actor.id: one.actor for one in told if one.focus[0] < verb.idx}.values():
            yield _Found("answered", party, Stance.DENIES, party, (who.idx, who.idx + len(who)))
        return
    speaker = speaker_of(passage, view.doc, who, spoken, view.text)
    if speaker is None:
        return
    before = [
        one for one in told
        if one.focus[0] < verb.idx and one.stance in (Stance.ASSERTS, Stance.SUSPECTS)
        and (one.speaker is None or one.speaker.id != speaker.id)
    ]  # fmt: skip
    own = [one for one in before if one.actor.id in speaks_for(view.names, speaker)]
    for one in own or before:
        span = (who.idx, who.idx + len(who))
        actor = in_whose_name(view, speaker) if own else one.actor
        yield _Found("answered", actor if own else speaker, Stance.DENIES, actor, span)


def _recalled(
    passage: Passage,
    view: View,
    spoken: Attribution,
    noun: Token,
    owner: Token | None,
    judge: Token,
    stance: Stance,
) -> Iterator[_Found]:
    """A judgement on what somebody claimed in an earlier sentence."""
    speaker = speaker_of(passage, view.doc, judge, spoken, view.text)
    claimant = speaker_of(passage, view.doc, owner, spoken, view.text) if owner is not None else None
    if speaker is None or (claimant is not None and claimant.id == speaker.id):
        return
    for actor in earlier_actors(passage, claimant, speaker, partial(_read, recall=False)):
        yield _Found("recalled", speaker, stance, actor, (noun.idx, noun.idx + len(noun)))


def _layers(view: View, place: Place) -> list[Layer]:
    if place.nominal or not place.fixed:
        return layers(view, place.node, place.stance, nominal=place.nominal, presupposed=place.fixed)
    return outward(view, place.node, Layer(place.actor if place.own else place.accuser, place.stance))


def _claims_of(
    passage: Passage, view: View, spoken: Attribution, place: Place, layer: Layer
) -> Iterator[_Found]:
    tellers = (layer.speaker,) if place.single else told_by(view, layer.speaker)
    for teller in tellers:
        if (
            teller is not None and len(tellers) > 1 and place.actor in tellers
        ):  # each of itself: "Chad and Sudan deny they did it"
            place = replace(place, actor=teller, single=True)
        yield from _claims_of_one(passage, view, spoken, place, replace(layer, speaker=teller))


def _claims_of_one(
    passage: Passage, view: View, spoken: Attribution, place: Place, layer: Layer
) -> Iterator[_Found]:
    speaker = spoken.speaker
    if layer.speaker is not None:
        speaker = speaker_of(passage, view.doc, layer.speaker, spoken, view.text)
    if place.voiced and speaker is None:
        return
    stance = layer.stance
    if spoken.hedged and layer.speaker is None and stance is Stance.ASSERTS:
        stance = Stance.SUSPECTS
    parties = list(actors(passage, view, place, speaker, layer.speaker))
    if not parties and stance is Stance.DENIES:
        parties = denies_of_oneself(place.actor, speaker)
    for token, (actor, span) in parties:
        if (
            token.lower_ in ("he", "she")
            and stance is not Stance.DENIES
            and actor.id != (speaker and speaker.id)
        ):
            continue
        voice = actor if place.own else speaker
        party = in_whose_name(view, actor) if place.own else actor
        found = _Found(place.rule, voice, stance, party, span)
        if (place.accuser is not None or place.rule in accusing_rules()) and actor.id != (
            speaker and speaker.id
        ):
            yield found  # who accuses soldiers of its own state owns up to nothing
        else:
            yield _as_own_act(view, found, suspected=suspected(view, token))


def _as_own_act(view: View, found: _Found, *, suspected: bool) -> _Found:
    """What a party says of itself: "the US military says a US strike ..." claims; its doubt is a denial."""
    if suspected and found.stance is Stance.ASSERTS:
        found = replace(found, stance=Stance.SUSPECTS)
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
    triggers=lexicon("triggers", "strong") | lexicon("triggers", "weak") | telling_words(),
    read=read_responsibility,
    subject=_subject,
    value=_value,
)
