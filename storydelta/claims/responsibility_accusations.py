"""Accusations: somebody holds somebody responsible, suspects them or clears them.

The verbs, with the places of accuser, actor and act, are frames in the lexicon `responsibility`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from storydelta.claims.responsibility_doer import deep, wielder
from storydelta.claims.responsibility_harm import (
    is_act,
    is_harm,
    is_passive,
    is_pointer,
    names_event,
    own_subject,
    subtree_harm,
)
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_speech import handing_on, is_judged, says_no, verbs
from storydelta.claims.responsibility_stance import hedged
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import (
    agent_of,
    coordinated,
    is_negated,
    is_pronoun,
    object_of,
    preposition,
    subject_of,
)
from storydelta.lexicon import load
from storydelta.model import Stance
from storydelta.names import GROUP, PERSON, STATE

if TYPE_CHECKING:
    from spacy.tokens import Token


_TWO = 2
"""Who accuses whom is clear between two only."""


@cache
def frames() -> dict[str, list[dict[str, Any]]]:
    by_verb: dict[str, list[dict[str, Any]]] = {}
    for frame in load("responsibility")["frame"]:
        for verb in frame["verbs"]:
            by_verb.setdefault(verb, []).append(frame)
    return by_verb


@cache
def accusing_rules() -> frozenset[str]:
    """The names of the frames."""
    return frozenset(frame["name"] for frame in load("responsibility")["frame"])


def accusation(view: View, verb: Token, frame: dict[str, Any]) -> Iterator[Place]:
    """The accusation that a verb makes by one frame of the lexicon."""
    if not _has_its_words(verb, frame):
        return
    passive = is_passive(verb)
    if not passive and _each_other(verb) and not is_negated(verb):
        if not frame.get("needed") or subtree_harm(verb):
            yield from _mutual(view, verb, frame["name"])
        return
    actor = _accused(view, verb, frame, passive=passive)
    if actor is not None:
        actor = wielder(view, actor) or actor
    if actor is None or not _is_of_harm(verb, actor, frame, passive=passive):
        return
    if frame.get("known") and not _is_armed(view, actor):
        return
    if passive and any(c.dep_ == "xcomp" and c.lemma_ == "be" and not subtree_harm(c) for c in verb.children):
        return  # "is suspected to be the chief of finance"
    yield from _made(verb, actor, frame, passive=passive)


def _made(verb: Token, actor: Token, frame: dict[str, Any], *, passive: bool) -> Iterator[Place]:
    judgement = judged_accusation(verb)
    if judgement is not None and frame["stance"] != "denies":
        yield Place(rule=frame["name"], node=verb.head, actor=actor, stance=judgement, voiced=True)
        return
    held = _held(verb, frame, passive=passive)
    if held is not None:
        stance, accuser = held
        if verb.dep_ == "xcomp" and verb.head.lemma_.lower() in verbs("seems"):  # "appeared to blame Kenya"
            stance, verb = hedged(stance), verb.head
        if actor.dep_ == "poss" and actor.head != verb:
            actor = actor.head
        yield Place(rule=frame["name"], node=verb, actor=actor, stance=stance, accuser=accuser, fixed=True)


def judged_accusation(verb: Token) -> Stance | None:
    """The stance of who says that it is "absurd to blame Russia", that there is "no reason to accuse Russia"."""
    if not any(c.lower_ == "to" for c in verb.children):
        return None
    if is_judged(verb) and not is_negated(verb.head):
        judged = {c.lemma_.lower() for c in verb.head.children if c.dep_ in ("acomp", "attr")}
        return Stance.DENIES if judged & lexicon("hedges", "deny_adjectives") else Stance.DOUBTS
    reason = verb.head if verb.dep_ in ("acl", "relcl") else None
    if reason is not None and reason.lemma_ in ("reason", "ground", "basis", "evidence") and says_no(reason):
        return Stance.DOUBTS
    return None


def _is_armed(view: View, actor: Token) -> bool:
    """True for a group, or its members; for soldiers and police; not for persons."""
    mentions = view.mentions_in(*view.span(actor))
    return any(m.kind == GROUP for m in mentions) or actor.lower_ in lexicon("actors", "of_state")


def _has_its_words(verb: Token, frame: dict[str, Any]) -> bool:
    """True where the particle and the noun of a frame stand with its verb: "ruled OUT", "laid the BLAME"."""
    if "particle" in frame and not any(c.lower_ == frame["particle"] for c in verb.children):
        return False
    return "noun" not in frame or any(
        c.lemma_.lower() in frame["noun"] and c.dep_ in ("dobj", "nsubjpass", "pobj", "obj")
        for c in verb.children
    )


def _is_of_harm(verb: Token, actor: Token, frame: dict[str, Any], *, passive: bool) -> bool:
    """True where somebody is accused, and of harm as far as the frame wants it said."""
    if is_harm(actor) or (is_pronoun(actor) and actor.dep_ not in ("nsubj", "nsubjpass")):
        return False
    if frame.get("needed") and not _names_act(verb, actor, frame):
        told = any(c.dep_ == "prep" and c.lower_ in frame["act"] for t in (verb, actor) for c in t.children)
        return frame["needed"] == "near" and not told and any(is_act(t) for t in verb.doc)
    if frame["name"] in ("blame", "clear", "suspect"):
        return _blamable(verb, actor, frame)
    return frame["name"] not in ("attribute", "pin") or _thing_is_harm(verb, passive=passive)


def _held(verb: Token, frame: dict[str, Any], *, passive: bool) -> tuple[Stance, Token | None] | None:
    """(stance, accuser); None where nobody makes the accusation. Who refuses to clear somebody suspects them."""
    accuser = accuser_of(verb, passive=passive)
    stance = Stance(frame["stance"])
    if (
        accuser is not None
        and accuser.lemma_.lower() in _evidence()
        and not any(c.pos_ == "PROPN" or (c.tag_ == "JJ" and c.text[0].isupper()) for c in accuser.lefts)
    ):
        accuser, stance = None, Stance.SUSPECTS if stance is Stance.ASSERTS else stance
    if is_negated(verb) or _refusal(verb):
        if stance is not Stance.DENIES:
            return None
        stance = Stance.SUSPECTS
    if accuser is None and passive:
        stance = Stance(frame["agentless"])
    elif (
        accuser is None
        and verb.tag_ in ("VBG", "VB")
        and (object_of(verb) is None or subject_of(verb) is None)
    ):
        return None
    return stance, accuser


def _each_other(verb: Token) -> bool:
    words = [t.lower_ for t in verb.doc[verb.i + 1 : verb.i + 4]]
    return any(words[i : i + 2] in (["each", "other"], ["one", "another"]) for i in range(len(words) - 1))


def _mutual(view: View, verb: Token, rule: str) -> Iterator[Place]:
    """Both of those who accuse each other accuse the other."""
    subject = subject_of(verb)
    if subject is None:
        return
    tokens = [t for t in subject.subtree if t.i < verb.i] or [subject]
    parties = [
        t
        for t in tokens
        if (m := view.mention_at(t)) and m.start == t.idx and m.kind in (STATE, GROUP, PERSON)
    ]
    if len(parties) != _TWO:
        parties = coordinated(subject)
    if len(parties) == _TWO:
        for accuser, actor in (parties, parties[::-1]):
            yield Place(rule=rule, node=verb, actor=actor, accuser=accuser, fixed=True, single=True)


@cache
def _evidence() -> frozenset[str]:
    nouns = load("speech")["nouns"]
    return frozenset((*nouns["evidence"], *nouns["says"], *nouns["believes"]))


def _accused(view: View, verb: Token, frame: dict[str, Any], *, passive: bool) -> Token | None:
    """The first of the frame's places that holds a party."""
    for where in frame["actor"]:
        if where == "object":
            found = own_subject(verb) if passive else _accused_object(view, verb)
            if found is not None and _describes_a_name(found):
                found = found.head  # "Jane Doe, a German convicted of the murder"
        else:
            found = _accused_behind(view, verb, where, nouns=frame.get("noun", ()))
        if found is not None and not is_harm(found) and not _is_a_time(found):
            return found
    return None


def _describes_a_name(noun: Token) -> bool:
    before = noun.head.nbor(-1) if noun.head.i else noun.head
    named = noun.head.pos_ == "PROPN" and (before.pos_ == "PROPN" or before.text == "-")
    return noun.dep_ == "appos" and named and noun.left_edge.i == noun.head.i + 2


def _is_a_time(noun: Token) -> bool:
    """As in "blamed Iran for the bombing on Friday"."""
    return (
        noun.lower_ in lexicon("actors", "never")
        or noun.pos_ == "NUM"
        or noun.lemma_.lower() in lexicon("actors", "times")
    )


def _accused_object(view: View, verb: Token) -> Token | None:
    """The object; where the parser made it a part of the act ("accuses [Iran of tanker attack]"), its first name."""
    small_clause = (
        c for c in verb.children if c.dep_ in ("dative", "oprd", "ccomp") and c.pos_ in ("NOUN", "PROPN")
    )
    found = object_of(verb) or next((c for c in small_clause if c.i > verb.i), None)
    if found is not None and found.tag_ in ("WP", "WDT") and verb.dep_ == "relcl":
        return verb.head
    if found is not None and found.i > verb.i and is_harm(found) and view.mention_at(verb.nbor(1)):
        return verb.nbor(1)
    return found


def _accused_behind(view: View, verb: Token, word: str, *, nouns: Sequence[str]) -> Token | None:
    """The noun after a preposition that hangs on the verb, on the act, or on "blame" and "finger"."""
    thing = object_of(verb)
    holders = [verb, *([thing] if thing is not None and (nouns or is_harm(thing)) else [])]
    holders += [c for c in verb.children if c.lemma_.lower() in nouns]
    for holder in holders:
        found = preposition(holder, word)
        if found is not None and found.i > verb.i:
            return found
    return deep(view, verb, word) if nouns else None


def accuser_of(verb: Token, *, passive: bool) -> Token | None:
    if passive:
        agent = agent_of(verb)
        if agent is None:
            agent = next(
                (
                    t
                    for c in verb.children
                    if c.dep_ == "prep"
                    for n in c.children
                    if (t := preposition(n, "by")) is not None
                ),
                None,
            )
        return agent
    subject = subject_of(verb)
    if (
        subject is None
        and verb.dep_ == "pcomp"
        and verb.head.lower_ in ("by", "after", "before", "in", "when", "while")
    ):
        governor = verb.head.head  # "Ankara hit back after blaming ...", "takes a risk by accusing ..."
        for _ in range(_TWO):
            if governor.pos_ in ("VERB", "AUX"):
                break
            governor = governor.head
        subject = subject_of(governor)
    return _who_speaks(verb) if subject is not None and _cannot_speak(subject) else subject


def _cannot_speak(noun: Token) -> bool:
    return is_harm(noun) or noun.lemma_.lower() in lexicon("acts", "nouns", "weapons")


def _who_speaks(verb: Token) -> Token | None:
    """For "said the raid came from the sea and blamed Kenya", whose raid does not blame, who said so."""
    for above in verb.ancestors:
        subject = subject_of(above) if above.lemma_.lower() in handing_on() else None
        if subject is not None and not _cannot_speak(subject):
            return subject
    return None


def _names_act(verb: Token, actor: Token, frame: dict[str, Any]) -> bool:
    """True where the accusation says of what, and that is harm."""
    for head in (verb, actor):
        if head != verb and head.head.i > head.i and is_act(head.head):
            return True
        for child in head.children:
            if (
                child.dep_ in ("prep", "dative", "pcomp", "advcl")
                and (child.lower_ in frame["act"] or child.tag_ == "VBG")
                and subtree_harm(child)
            ):
                return True
    return any(
        t.dep_ == "prep"
        and t.lower_ == "of"
        and t.i > actor.i
        and t.lower_ in frame["act"]
        and subtree_harm(t)
        for t in verb.subtree
    )


def _blamable(verb: Token, actor: Token, frame: dict[str, Any]) -> bool:
    """Blame wants some harm in the sentence, or nothing said at all: "Kremlin blames Kyiv"."""
    topics = [
        c for head in (verb, actor) for c in head.children if c.dep_ == "prep" and c.lower_ in frame["act"]
    ]
    return not topics or any(subtree_harm(t) for t in topics) or subtree_harm(verb)


def _thing_is_harm(verb: Token, *, passive: bool) -> bool:
    """What is attributed or pinned on somebody is harm, or a pronoun that may stand for it."""
    thing = own_subject(verb) if passive else object_of(verb)
    return thing is not None and (is_pointer(thing) or names_event(thing))


def _refusal(verb: Token) -> bool:
    return verb.dep_ == "xcomp" and verb.head.lemma_ in (
        "refuse",
        "decline",
        "fail",
        "hesitate",
        "stop",
        "avoid",
        "refrain",
        "want",
        "plan",
        "try",
        "threaten",
    )
