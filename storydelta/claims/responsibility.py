"""Who did it: claims of responsibility, with their speaker, stance and actor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING

from storydelta.claims.kind import Kind
from storydelta.claims.passage import Passage
from storydelta.claims.responsibility_gate import may_tell, names_party
from storydelta.claims.responsibility_layers import Layer, layers, outward
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_places import places
from storydelta.claims.responsibility_recall import about_earlier, earlier_actors, own_denial
from storydelta.claims.responsibility_surface import phrases
from storydelta.claims.responsibility_time import is_of_another_time
from storydelta.claims.responsibility_view import Party, View, as_actor, lexicon
from storydelta.claims.speaker import Attribution, attribution, last_mention, speaker_of
from storydelta.claims.speaker_phrase import coordinated, is_pronoun
from storydelta.lexicon import load
from storydelta.model import Claim, Name, Responsibility, Stance, Subject, Value
from storydelta.names import GROUP, PERSON, STATE, Names, fold, speaks_for, words
from storydelta.syntax import MAX_PARSED, Parser

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
    return _read(passage, recall=True)


def _read(passage: Passage, *, recall: bool) -> list[Responsibility]:
    if passage.plain.rstrip().endswith("?") or not _can_hold_one(passage) or is_of_another_time(passage):
        return []
    spoken = attribution(passage)
    found = _distinct(_parsed(passage, spoken, recall=recall))
    if passage.sentence.field == "title" or _parser(passage) is None:
        known = {one.actor.id for one in found}
        found += [one for one in _distinct(_phrased(passage, spoken)) if one.actor.id not in known]
    return [
        Responsibility(
            evidence=passage.evidence(*one.focus), speaker=one.speaker, rule=one.rule, confidence=_confidence(one.rule),
            stance=one.stance, actor=one.actor,
        )
        for one in found
    ]  # fmt: skip


def _confidence(rule: str) -> float:
    shares: dict[str, float] = load("responsibility")["confidence"]
    return shares.get("phrase" if rule.startswith("phrase_") else rule, shares["other"])


def _can_hold_one(passage: Passage) -> bool:
    """Worth a parse: a word that by itself speaks of responsibility, harm with a known name beside it, or men in
    arms who do it.
    """
    plain = passage.plain
    if not may_tell(plain):
        return False
    if _strong().search(plain) or _armed_deed().search(plain):
        return True
    if names_party(plain, passage.article.names):
        return True
    return bool(_their_deed().search(plain)) and last_mention(passage, (GROUP,)) is not None


def _any_of(*path: str) -> str:
    found = (
        re.escape(w.removesuffix("*")) + (r"\w*" if w.endswith("*") else "") for w in sorted(lexicon(*path))
    )
    return "|".join(found)


@cache
def _strong() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{_any_of('triggers', 'strong')})\b", re.IGNORECASE)


@cache
def _armed_deed() -> re.Pattern[str]:
    armed, deeds, between = _any_of("actors", "armed"), _any_of("triggers", "weak"), r"\W+(?:[\w']+\W+){0,8}?"
    return re.compile(rf"\b(?:{armed})\b{between}(?:{deeds})\b|\bby\b{between}(?:{armed})\b", re.IGNORECASE)


@cache
def _their_deed() -> re.Pattern[str]:
    deeds = _any_of("triggers", "weak")
    return re.compile(rf"\b(?:they|it|we)\W+(?:[\w']+\W+){{0,4}}?(?:{deeds})\b", re.IGNORECASE)


def _distinct(found: Iterable[_Found]) -> list[_Found]:
    """One claim for a speaker and an actor; the text's own voice is silent where somebody speaks."""
    kept: dict[tuple[str | None, str], _Found] = {}
    for one in found:
        kept.setdefault((one.speaker.id if one.speaker else None, one.actor.id), one)
    voiced = {one.actor.id for one in kept.values() if one.speaker}
    return [one for one in kept.values() if one.speaker or one.actor.id not in voiced]


def _parsed(passage: Passage, spoken: Attribution, *, recall: bool) -> Iterator[_Found]:
    parser = _parser(passage)
    if parser is None:
        return
    core, origin = _with_that(*_without_brackets(spoken.core, passage.article.names))
    for part in _CLAUSE.finditer(core):
        view = View(part.group(), parser(_parsable(part.group(), passage)), passage.article.names)
        for found in _in_clause(passage, view, spoken, recall=recall):
            start, end = found.focus[0] + part.start(), found.focus[1] + part.start()
            yield replace(found, focus=(spoken.start + origin[start], spoken.start + origin[end - 1] + 1))


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
    for place in places(view):
        for layer in _layers(view, place):
            yield from _claims_of(passage, view, spoken, place, layer)
    for noun, owner, judge, stance in about_earlier(view):
        denial = own_denial(noun, owner, judge, stance)
        if denial is not None:
            yield from _claims_of(passage, view, spoken, denial, Layer(judge, stance))
        elif recall:
            yield from _recalled(passage, view, spoken, noun, owner, judge, stance)


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


def _with_that(core: str, origin: Sequence[int]) -> tuple[str, Sequence[int]]:
    """The text with the words that headlines leave out ("rejects [the] claims [that] it ..."), for the parser."""
    for found in reversed(list(_TERSE.finditer(core))):
        for gap, word in ((found.end(), " that"), (found.start("noun"), "the ")):
            core = core[:gap] + word + core[gap:]
            origin = [*origin[:gap], *[origin[gap - 1]] * len(word), *origin[gap:]]
    return core, origin


_TERSE = re.compile(
    r"\b(?:reject|den[yi]|dismiss)(?:e?[sd]|ed)? (?P<noun>claims?|reports?|allegations?|accusations?)(?= (?:it|they|he|she)\b)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[^;\s][^;]*")


def _parsable(clause: str, passage: Passage) -> str:
    """The clause for the parser, which a missing full stop leads astray, and to which "IS" is a verb: a name that it
    knows, of the same length, stands in.
    """
    if passage.sentence.field == "text":
        clause = clause.rstrip(" .!,") + "."
    return clause if clause.isupper() else _SHORT_NAME.sub("EU", clause)


_SHORT_NAME = re.compile(r"\bIS\b")
_BRACKETS = re.compile(r" ?(?:\[(?P<square>[^\[\]]{2,80})\]|\((?P<round>[^()]{2,80})\))")


def _without_brackets(core: str, names: Names) -> tuple[str, Sequence[int]]:
    """The text without acronyms, their long forms and remarks in brackets, which lead the parser astray, and where
    each character stood.
    """
    gaps = [
        m.span() for m in _BRACKETS.finditer(core)
        if m["square"] or m["round"].isupper() or names.listed(m["round"]) or m["round"][:1].isupper()
    ]  # fmt: skip
    if not gaps:
        return core, range(len(core))
    kept = [i for i in range(len(core)) if not any(start <= i < end for start, end in gaps)]
    while kept and core[kept[0]] == " ":
        kept = kept[1:]
    return "".join(core[i] for i in kept), kept


def _layers(view: View, place: Place) -> list[Layer]:
    if place.nominal or not place.fixed:
        return layers(view, place.node, place.stance, nominal=place.nominal, presupposed=place.fixed)
    return outward(view, place.node, Layer(place.actor if place.own else place.accuser, place.stance))


def _claims_of(
    passage: Passage, view: View, spoken: Attribution, place: Place, layer: Layer
) -> Iterator[_Found]:
    speaker = spoken.speaker
    if layer.speaker is not None:
        speaker = speaker_of(passage, view.doc, layer.speaker, spoken, view.text)
    stance = layer.stance
    if spoken.hedged and layer.speaker is None and stance is Stance.ASSERTS:
        stance = Stance.SUSPECTS
    for token in _parties(view, place):
        who = _actor(passage, view, token, place, speaker, layer.speaker)
        if who is None:
            continue
        for actor, span in _each_state(view, *who):
            voice = actor if place.own else speaker
            party = _in_whose_name(view, actor) if place.own else actor
            found = _Found(place.rule, voice, stance, party, span)
            yield _as_own_act(view, found, suspected=_suspected(view, token))


def _other_subject(view: View, pronoun: Token, said_by: Token | None) -> Token | None:
    """The subject between the speaker and a pronoun, to which the pronoun rather refers."""
    start = said_by.i if said_by is not None and said_by.i < pronoun.i else -1
    for token in reversed(view.doc[start + 1 : pronoun.i]):
        if token.dep_ in ("nsubj", "nsubjpass") and token.pos_ in ("NOUN", "PROPN") and not is_pronoun(token):
            return token
    return None


def _in_whose_name(view: View, office: Name) -> Name:
    """An office that owns up or denies speaks of its state: for "the Russian foreign ministry" Russia."""
    served = speaks_for(view.names, office) - {office.id}
    if view.names.kind(office.id) is not None or len(served) != 1:
        return office
    mention = next((m for m in view.names.spot(office.written) if m.id in served), None)
    if mention is None or mention.kind != STATE:
        return office
    return Name(written=office.written[mention.start : mention.end].removesuffix("'s"), id=mention.id)


def _each_state(view: View, actor: Name, span: tuple[int, int]) -> list[Party]:
    """As in "Ethiopian and Eritrean troops" are two parties."""
    states = [m for m in view.mentions_in(*span) if m.kind == STATE]
    if len({m.id for m in states}) < 2 or not re.search(r" (?:and|or) ", actor.written):  # noqa: PLR2004 - "and" joins two
        return [(actor, span)]
    return [(Name(written=view.text[m.start : m.end], id=m.id), (m.start, m.end)) for m in states]


def _parties(view: View, place: Place) -> list[Token]:
    """Those whom the actor's phrase names: "the US and Britain", "two groups, the Taliban and the IMU"."""
    if place.single:
        return [place.actor]
    if place.actor.lower_ in words("generic") and not view.mention_at(place.actor):
        for child in place.actor.children:
            if child.dep_ == "appos" and view.mention_at(child):
                return coordinated(child)
            if child.dep_ == "acl" and child.lemma_ in ("call", "name", "know", "dub", "style"):
                named = [
                    t
                    for t in child.subtree
                    if t.pos_ == "PROPN" and t.dep_ in ("oprd", "dobj", "pobj", "attr", "ccomp")
                ]
                if named:
                    return named[:1]
    return coordinated(place.actor)


def _actor(
    passage: Passage, view: View, token: Token, place: Place, speaker: Name | None, said_by: Token | None
) -> Party | None:
    """The party; the speaker where the text says "it", "we" or "its fighters"."""
    if _is_own(view, token, speaker):
        other = _other_subject(view, token, said_by) if is_pronoun(token) else None
        if other is not None:
            return as_actor(view, other, loose=False)
        return (speaker, (token.idx, token.idx + len(token))) if speaker else None
    found = as_actor(view, token, loose=place.loose)
    if (
        found is None
        and token.lower_ in _GROUPS
        and any(c.lower_ in ("the", "this", "that", "same") for c in token.lefts)
    ):
        return _group_before(passage, view, token)
    return found


_GROUPS = frozenset(
    {
        "group",
        "organization",
        "organisation",
        "movement",
        "militants",
        "rebels",
        "guerrillas",
        "network",
        "cartel",
        "militia",
        "insurgents",
        "faction",
    }
)


def _group_before(passage: Passage, view: View, token: Token) -> Party | None:
    """The group that "the group" stands for: the last one named before it, with the word itself as evidence."""
    own = [c for c in token.lefts if c.dep_ in ("compound", "amod")]
    if own and not all(
        c.lower_
        in (
            "militant",
            "armed",
            "terrorist",
            "rebel",
            "guerrilla",
            "jihadist",
            "islamist",
            "extremist",
            "same",
            "notorious",
            "insurgent",
        )
        for c in own
    ):
        return None
    before = [m for m in view.mentions if m.kind == GROUP and m.end <= token.idx]
    span = (token.idx, token.idx + len(token))
    if before:
        return view.names.name(view.text[before[-1].start : before[-1].end]), span
    if token.lower_ in ("rebels", "guerrillas", "militants", "insurgents"):
        return None
    earlier = last_mention(passage, (GROUP,))
    return (view.names.name(earlier[1]), span) if earlier else None


def _is_own(view: View, token: Token, speaker: Name | None) -> bool:
    if is_pronoun(token):
        return token.tag_ == "PRP" and _may_refer(view, token.lower_, speaker)
    if token.lower_ not in lexicon("actors", "own_people"):
        return False
    owner = next((c for c in token.children if c.dep_ == "poss"), None)
    if owner is not None:
        return owner.tag_ == "PRP$"
    if (
        speaker is None
        or token.tag_ != "NNS"
        or any(token.lefts)
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


def _suspected(view: View, token: Token) -> bool:
    """As in "suspected ELN rebels": the deed is sure, the doer is not."""
    start, end = view.span(token)
    opening = view.text[max(0, start - 12) : end].lower().split()
    return any(word in ("suspected", "alleged", "presumed", "apparent", "possible") for word in opening)


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
    triggers=lexicon("triggers", "strong") | lexicon("triggers", "weak"),
    read=read_responsibility,
    subject=_subject,
    value=_value,
)
