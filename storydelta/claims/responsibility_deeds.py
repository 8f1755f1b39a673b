"""Deeds: acts of harm whose author stands beside them, as subject, after "by", or before the noun."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_accusations import frames
from storydelta.claims.responsibility_blame import traded
from storydelta.claims.responsibility_doer import (
    believed_to_be,
    daily_work,
    deep,
    holder_of,
    owner_of,
    targets,
    wielder,
)
from storydelta.claims.responsibility_harm import (
    does_harm,
    is_act,
    is_attack,
    is_passive,
    is_pointer,
    own_subject,
    subtree_harm,
)
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import View, lemma_of, lexicon
from storydelta.claims.speaker_phrase import (
    agent_of,
    coordinated,
    is_negated,
    object_of,
    preposition,
    subject_of,
)
from storydelta.model import Stance
from storydelta.names import GROUP

if TYPE_CHECKING:
    from spacy.tokens import Token


_BLAMED = 3
"""Words from "blamed" to the act that is blamed."""


def deed(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    """What a verb of harm says was done, with its author as subject or after "by"."""
    if verb.tag_ == "VBG" and verb.dep_ in ("pcomp", "csubj") and verb.head.lower_ not in ("after", "before"):
        return
    if verb.tag_ == "VBG" and verb.head.lemma_.lower() == "blame" and verb.i - verb.head.i <= _BLAMED:
        return  # "Kyiv blamed Russian shelling", which the parser takes for what Kyiv did
    if verb.tag_ == "VBG" and verb.dep_ == "conj" and verb.head.tag_ in ("VBZ", "VBD", "VBP"):
        return  # "accuses the rebels of breaking the truce and killing": not the accuser
    if lemma in ("release", "free"):
        yield from _let_go(view, verb)
    elif is_passive(verb):
        yield from _done_by(view, verb, lemma)
    elif lemma in ("do", "carry", "commit", "order", "stage", "plan") and _is_about_it(verb):
        yield from _did_it(verb)
    elif does_harm(verb) and not _is_habit(verb) and not _lacks_victim(verb, lemma):
        yield from _done(view, verb)


def _is_about_it(verb: Token) -> bool:
    thing = object_of(verb)
    return thing is not None and thing.lower_ in ("it", "this")


def _did_it(verb: Token) -> Iterator[Place]:
    """As in "London said that Russia did it"; not "Croatia did it again", "did it for the money"."""
    thing, subject = object_of(verb), subject_of(verb)
    last = not any(c.i > verb.i and c != thing and not c.is_punct and c.dep_ != "prt" for c in verb.children)
    if subject is not None and last:
        yield Place(rule="deed", node=verb, actor=subject, loose=False, voiced=True)


def _let_go(view: View, verb: Token) -> Iterator[Place]:
    """As in "Hamas released two hostages": a group that lets hostages go held them."""
    passive = is_passive(verb)
    who, whom = (agent_of(verb), own_subject(verb)) if passive else (subject_of(verb), object_of(verb))
    mention = view.mention_at(who) if who is not None else None
    held = (
        "hostage",
        "captive",
        "kidnap",
        "abduct",
        "kidnapped",
        "abducted",
        "captivity",
        "kidnapping",
        "abduction",
    )
    if who is None or whom is None or mention is None or mention.kind != GROUP or is_negated(verb):
        return
    if whom.lemma_ not in ("video", "statement", "photograph") and any(t.lemma_ in held for t in verb.doc):
        yield Place(rule="deed", node=verb, actor=who)


def _done_by(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    agent, victim = agent_of(verb), own_subject(verb)
    carried = lemma in lexicon("predicates", "carry")
    if agent is None or lemma == "claim" or not (carried or does_harm(verb)):
        return
    if carried and (victim is None or not _is_an_act(verb, victim)):
        return
    if carried or not daily_work(view, verb, agent, victim):
        yield Place(rule="done_by", node=verb, actor=wielder(view, agent) or agent, loose=carried)


def _lacks_victim(verb: Token, lemma: str) -> bool:
    """As in "24 soldiers injured when ...", which is a passive without its auxiliary."""
    if lemma not in lexicon("acts", "transitive") or verb.tag_ not in ("VBD", "VBN"):
        return False
    return (
        object_of(verb) is None
        and not any(
            c.dep_ in ("dobj", "dative", "ccomp", "xcomp", "nummod", "nmod") or c.pos_ == "NUM"
            for c in verb.rights
        )
        and not any(c.lower_ in ("whom", "that", "which") and c.dep_ == "dobj" for c in verb.lefts)
    )


def _is_habit(verb: Token) -> bool:
    """As in "often carries out such attacks", "has staged similar raids": nothing is said of the deed at hand."""
    if any(c.lower_ in lexicon("acts", "habits") for c in verb.children):
        return True
    if is_negated(verb) and any(c.lemma_ == "do" and c.tag_ in ("VBZ", "VBP") for c in verb.children):
        return True  # "does not take hostages"
    done = object_of(verb)
    return (
        done is not None
        and is_act(done)
        and any(c.lower_ in ("such", "similar", "previous") for c in done.lefts)
    )


def _is_an_act(verb: Token, done: Token) -> bool:
    """True for what one can carry out: "the raid", "it", "these events", and "the murder of the priests" where the
    parser hangs the verb on the priests.
    """
    if is_attack(done) or is_pointer(done):
        return True
    if verb.dep_ == "acl" and done.dep_ == "pobj" and done.head.lower_ in ("of", "on", "against"):
        return is_attack(done.head.head)
    pointed = any(c.lower_ in ("this", "these", "that", "those", "such", "both") for c in done.lefts)
    return pointed and done.lemma_.lower() in lexicon("acts", "nouns", "events")


def _done(view: View, verb: Token) -> Iterator[Place]:
    subject = subject_of(verb)
    if subject is None or (verb.dep_ == "acl" and verb.tag_ == "VBN" and subject.head != verb):
        return
    believed = believed_to_be(view, subject)
    if believed is not None:
        yield Place(rule="believed_to_be", node=verb, actor=believed, stance=Stance.SUSPECTS)
    elif not daily_work(view, verb, subject, object_of(verb)):
        subject = holder_of(subject)
        mention = view.mention_at(subject)
        named = mention is not None or subject.pos_ == "PROPN"
        ordered = named and lemma_of(verb) in ("order", "mastermind", "orchestrate")
        # "Kyiv had blown up the dam": where a seat does something, it is the state
        acting_seat = mention is not None and mention.place and subject.dep_ == "nsubj"
        yield Place(
            rule="deed", node=verb, actor=wielder(view, subject) or subject, loose=ordered or acting_seat,
            voiced=ordered and mention is None,
        )  # fmt: skip


def of_noun(view: View, noun: Token, lemma: str) -> Iterator[Place]:
    """What a noun says was done: "ISIS's involvement", "a Russian strike", "an attack by the ELN"."""
    if lemma in _PARTS:
        yield from _involvement(view, noun)
    elif lemma == "claim" and (own := preposition(noun, "of")) is not None and own.lemma_ == "responsibility":
        party = owner_of(view, noun) or preposition(noun, "by", "from") or preposition(own, "by", "from")
        if party is not None and not any(c.lower_ == "no" for c in noun.children):
            yield Place(rule="claim", node=noun, actor=party, stance=Stance.CLAIMS, own=True, fixed=True)
    elif lemma == "attribution":
        party = preposition(noun, "to") or deep(view, noun, "to")
        if party is not None:
            yield Place(rule="attribution", node=noun, actor=party, nominal=True)
    elif lemma in ("link", "connection", "tie"):
        yield from _linked(noun)
    elif lemma == "blame":
        yield from traded(view, noun)
    elif _is_single_act(view, noun, lemma):
        yield from _act_of(view, noun)


_PARTS = frozenset(
    {"involvement", "participation", "complicity", "role", "responsibility", "culpability", "guilt"}
)


def _involvement(view: View, noun: Token) -> Iterator[Place]:
    """As in "confirmed the ELN's role in the raid"; not "Kenyan involvement in Somalia"."""
    party, matter = owner_of(view, noun), preposition(noun, "in", "for")
    if matter is not None and not (is_pointer(matter) or subtree_harm(matter)):
        return
    if party is not None and noun.dep_ in ("dobj", "nsubjpass", "pobj", "nsubj"):
        yield Place(rule="involvement", node=noun, actor=party, nominal=True)


def _linked(noun: Token) -> Iterator[Place]:
    """As in "a link between agents of India and the killing"."""
    one = preposition(noun, "between")
    if one is None:
        return
    both = coordinated(one)
    parties = [t for t in both if not is_act(t)]
    if len(both) > len(parties) > 0:
        yield Place(
            rule="link", node=noun, actor=parties[0], nominal=True, stance=Stance.SUSPECTS, single=True
        )


def _is_single_act(view: View, noun: Token, lemma: str) -> bool:
    if view.mention_at(noun) or lemma in _NO_ACTS:
        return False
    if lemma in lexicon("acts", "nouns", "weapons") | lexicon("acts", "nouns", "campaigns"):
        return False
    return is_act(noun) or lemma in lexicon("acts", "nouns", "military")


_NO_ACTS = frozenset({"plot", "suicide", "victim", "casualty", "grave", "mine", "landmine", "tank"})


def _act_of(view: View, noun: Token) -> Iterator[Place]:
    """A single act and its author; several acts only where their author or their target is told."""
    governor, relation = _governor(noun)
    doing = governor is not None and (
        does_harm(governor) or governor.lemma_ in lexicon("predicates", "carry")
    )
    if doing and relation in ("agent", "nsubj"):
        return  # read as the deed of its verb
    by = preposition(noun, "by")
    if by is None and noun.dep_ == "conj":
        by = preposition(noun.head, "by")
        by = by if by is not None and by.i > noun.i else None
    actor = wielder(view, noun)
    if actor is None and by is not None and is_act(noun) and not _shared_agent(governor):
        actor = by
    several = noun.tag_ in ("NNS", "NNPS") and relation != "agent"
    if actor is not None and (not several or targets(noun) or by is not None):
        yield Place(rule="act_of", node=noun, actor=actor, nominal=True, loose=False, fixed=True)


def _shared_agent(governor: Token | None) -> bool:
    """As in "was linked to the kidnapping by the ministry": the ministry linked, it did not kidnap."""
    return (
        governor is not None
        and is_passive(governor)
        and agent_of(governor) is None
        and governor.lemma_ in frames()
    )


def _governor(noun: Token) -> tuple[Token | None, str]:
    if noun.dep_ == "pobj":
        prep = noun.head
        return (prep.head, "agent" if prep.lower_ == "by" else prep.lower_)
    return (noun.head, noun.dep_) if noun.dep_ != "ROOT" else (None, "ROOT")
