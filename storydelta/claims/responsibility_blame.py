"""Who is held responsible without a verb of accusation: "holds X responsible", "the attackers were identified as X",
"responsibility lies with X", "X and Y trade blame".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_accusations import accuser_of
from storydelta.claims.responsibility_harm import (
    does_harm,
    is_harm,
    is_passive,
    is_pointer,
    names_event,
    own_subject,
    subtree_harm,
)
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import agent_of, is_negated, object_of, preposition, subject_of
from storydelta.model import Stance
from storydelta.names import GROUP, STATE

if TYPE_CHECKING:
    from spacy.tokens import Token

_TWO = 2
"""Who blames whom is clear between two only."""


def held_responsible(adjective: Token) -> Iterator[Place]:
    """As in "holds the army responsible": the subject accuses the small clause's."""
    verb = adjective.head
    described = (
        verb
        if verb.pos_ in ("NOUN", "PROPN") and adjective.i > verb.i and verb.dep_ in ("dobj", "nsubj")
        else None
    )
    if described is not None:
        verb = described.head
    if verb.lemma_ not in (
        "hold",
        "find",
        "consider",
        "deem",
        "believe",
        "make",
        "declare",
    ) or adjective.dep_ not in ("ccomp", "oprd", "acomp", "xcomp", "amod", "advcl"):
        return
    topic = preposition(adjective, "of", "for", "over") or preposition(verb, "of", "for", "over")
    if topic is not None and not _can_be_meant(adjective, topic):
        return
    stance = Stance.SUSPECTS if verb.lemma_ == "believe" else Stance.ASSERTS
    if is_passive(verb):
        after = verb.dep_ == "pcomp" and verb.head.head.pos_ in (
            "VERB",
            "AUX",
        )  # "appealed after being found"
        actor, accuser = subject_of(verb.head.head) if after else own_subject(verb), agent_of(verb)
        found_guilty = verb.lemma_ == "find" and adjective.lower_ == "guilty"
        stance = stance if accuser is not None or found_guilty else Stance.SUSPECTS
    else:
        actor = (
            described
            or next((c for c in adjective.children if c.dep_ in ("nsubj", "nsubjpass")), None)
            or object_of(verb)
        )
        accuser = subject_of(verb)
    if actor is not None and not is_negated(verb) and not is_harm(actor):
        yield Place(
            rule="hold_responsible", node=verb, actor=actor, stance=stance, accuser=accuser, fixed=True
        )


def _can_be_meant(adjective: Token, topic: Token) -> bool:
    """True for harm and what points at it; not for "responsible for the exports", "guilty of lying about the raid"."""
    pointed = is_pointer(topic) or topic.lower_ in ("what", "whatever", "everything")
    of_conduct = topic.tag_ == "VBG" and adjective.lower_ != "guilty"
    return pointed or of_conduct or names_event(topic)


def identified(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    """As in "The attackers were identified as members of the NPA"."""
    if lemma not in ("identify", "name", "recognize", "recognise", "describe"):
        return
    passive = is_passive(verb)
    who = own_subject(verb) if passive else object_of(verb)
    as_whom = preposition(verb, "as") or _name_behind(verb)
    suspect = passive and as_whom is not None and as_whom.lemma_ == "suspect" and subtree_harm(as_whom)
    if who is not None and as_whom is not None and (suspect or not passive):
        yield from _named(verb, who, as_whom)
        return
    if who is None or as_whom is None or who.lemma_.lower() not in lexicon("actors", "doers"):
        return
    doer = next((t for t in as_whom.subtree if (m := view.mention_at(t)) and m.kind == GROUP), None)
    if doer is not None:
        yield Place(
            rule="identified", node=verb, actor=doer, accuser=accuser_of(verb, passive=passive), fixed=True
        )


def _named(verb: Token, who: Token, as_whom: Token) -> Iterator[Place]:
    """As in "police named the bomber as Jane Doe", "identified Jane Doe as the woman who shot nine"."""
    person, doer = (who, as_whom) if _is_full_name(who) else (as_whom, who)
    lemma = doer.lemma_.lower()
    told = lemma in lexicon("actors", "doers") or (
        lemma in _SOMEBODY
        and any(is_harm(t) or does_harm(t) for t in doer.subtree)
        and not any(t.pos_ == "VERB" and does_harm(t) and is_passive(t) for t in doer.subtree)
    )
    if not told or not _is_full_name(person) or is_negated(verb):
        return
    unsure = lemma == "suspect" or any(
        t.lemma_.lower() in ("suspect", "suspected", "believe", "alleged", "think") for t in doer.subtree
    )
    stance = Stance.SUSPECTS if unsure else Stance.ASSERTS
    yield Place(
        rule="identified",
        node=verb,
        actor=person,
        stance=stance,
        accuser=accuser_of(verb, passive=is_passive(verb)),
        fixed=True,
        voiced=not is_passive(verb),
    )


def _name_behind(verb: Token) -> Token | None:
    """The name after an "as" that the parser ties elsewhere: "named the man suspected of the attack as Jane Doe"."""
    found = (object_of(t) for t in verb.subtree if t.lower_ == "as" and t.i > verb.i)
    return next((name for name in found if name is not None and _is_full_name(name)), None)


def _is_full_name(noun: Token) -> bool:
    return noun.pos_ == "PROPN" and any(c.dep_ == "compound" and c.pos_ == "PROPN" for c in noun.lefts)


_SOMEBODY = frozenset(
    {"man", "woman", "suspect", "teenager", "driver", "student", "soldier", "pilot", "person"}
)


def lies_with(verb: Token, lemma: str) -> Iterator[Place]:
    """As in "Sole responsibility for the attack lies with the Islamic State", "suspicion fell on the Islamic State"."""
    subject = own_subject(verb)
    if subject is not None and subject.lemma_.lower() in _SUSPICION and lemma in _FALLS:
        party = preposition(verb, "on", "upon", "to", "around")
        topic = preposition(subject, "for", "of")
        if party is not None and (topic is None or _is_for_harm(subject)):
            yield Place(rule="lies_with", node=verb, actor=party, stance=Stance.SUSPECTS, fixed=True)
        return
    if lemma not in ("lie", "rest", "fall"):
        return
    party = preposition(verb, "with") or preposition(verb, "on") or preposition(verb, "at")
    if (
        subject is not None
        and party is not None
        and subject.lemma_.lower() in _BLAME
        and _is_for_harm(subject)
    ):
        yield Place(rule="lies_with", node=verb, actor=party)


def _is_for_harm(blame: Token) -> bool:
    """True where it is said for what harm, or where nothing is said: not "this responsibility lies with all"."""
    topic = preposition(blame, "for", "of", "in")
    if topic is None:
        return not any(c.lower_ in ("this", "that", "our", "their") for c in blame.lefts)
    return is_pointer(topic) or subtree_harm(topic)


_SUSPICION = frozenset({"suspicion", "speculation"})
_FALLS = frozenset({"fall", "rest", "centre", "center", "focus", "turn", "settle", "point"})
_BLAME = frozenset({"responsibility", "blame", "guilt", "culpability", "fault"})


def traded(view: View, blame: Token) -> Iterator[Place]:
    """As in "Russia and Ukraine trade blame over the blast"."""
    before = list(blame.doc[: blame.i])
    if not any(t.lemma_.lower() in ("trade", "exchange", "swap") for t in before[-3:]):
        return
    parties = [
        t for t in before if (m := view.mention_at(t)) and m.start == t.idx and m.kind in (STATE, GROUP)
    ]
    if len(parties) == _TWO:
        for accuser, actor in (parties, parties[::-1]):
            yield Place(rule="trade_blame", node=blame, actor=actor, accuser=accuser, fixed=True, single=True)
