"""Predicates of agency: "X was behind it", "is responsible", "is to blame", "had a hand in it"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_doer import wielder
from storydelta.claims.responsibility_harm import (
    does_harm,
    has_to_do,
    is_act,
    is_attack,
    is_harm,
    is_passive,
    is_pointer,
    own_subject,
    subtree_harm,
)
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import is_negated, object_of, preposition, subject_of
from storydelta.model import Stance
from storydelta.names import GROUP, STATE

if TYPE_CHECKING:
    from spacy.tokens import Token


def agency(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    """The predicates of agency that a verb makes: "was behind", "is to blame", "was involved", "had a part"."""
    if lemma == "be":
        yield from _copula(view, verb)
    elif lemma == "blame":
        yield from _to_blame(verb)
    elif lemma in lexicon("predicates", "involved"):
        yield from _involved(verb)
    elif lemma in ("believe", "suspect", "think", "allege", "presume"):
        yield from _misread_participle(view, verb)
    elif lemma in ("come", "originate"):
        yield from _came_from(view, verb)
    elif lemma in ("bear", "share", "carry"):
        yield from _bears(verb)
    elif lemma in lexicon("predicates", "part_verbs"):
        yield from _had_a_part(verb)


def _to_blame(verb: Token) -> Iterator[Place]:
    subject = subject_of(verb)
    if subject is None or object_of(verb) is not None or not responsible_for_harm(verb):
        return
    if not any(c.lower_ == "to" for c in verb.children):
        return
    copula = verb.head if verb.head.lemma_ == "be" else None
    stance = Stance.DENIES if copula is not None and is_negated(verb) else Stance.ASSERTS
    yield Place(rule="to_blame", node=copula if copula is not None else verb, actor=subject, stance=stance)


def _bears(verb: Token) -> Iterator[Place]:
    """As in "ISIS bears sole responsibility for the attack", "the raid bore the hallmarks of ISIS"."""
    thing, subject = object_of(verb), subject_of(verb)
    if thing is None or subject is None:
        return
    if thing.lemma_.lower() in lexicon("predicates", "marks"):
        whose = preposition(thing, "of")
        if whose is not None and (is_pointer(subject) or is_act(subject)):
            yield Place(rule="hallmarks", node=verb, actor=whose, stance=Stance.SUSPECTS)
        return
    if thing.lemma_.lower() not in ("responsibility", "blame", "guilt"):
        return
    topic = preposition(thing, "for", "in") or preposition(verb, "for", "in")
    if topic is None:
        harm = any(is_attack(t) for t in verb.doc)
        whole = any(c.lower_ in ("full", "sole", "total", "entire", "complete") for c in thing.lefts)
        if harm and whole:  # "condemned the attack and said Israel bore full responsibility"
            yield Place(rule="responsible", node=verb, actor=subject, loose=False, voiced=True)
    elif is_pointer(topic) or subtree_harm(topic):
        none = any(c.lower_ in ("no", "little") for c in thing.lefts)
        stance = Stance.DENIES if none else Stance.ASSERTS
        yield Place(rule="responsible", node=verb, actor=subject, stance=stance)


def _involved(verb: Token) -> Iterator[Place]:
    subject = own_subject(verb)
    party = object_of(verb) if verb.lemma_ == "involve" and not is_passive(verb) else None
    if party is not None and subject is not None and is_attack(subject):  # "the raid involved Kenyan troops"
        yield Place(rule="involved", node=verb, actor=party, loose=False)
        return
    topic = any(c.lower_ in ("in", "with") for c in verb.children)
    bare = verb.dep_ == "acl" and subject == verb.head  # "those involved in the attack"
    harm = subtree_harm(verb)
    if verb.lemma_ == "participate":  # in a search operation many do
        thing = preposition(verb, "in")
        harm = thing is not None and is_attack(thing)
    matter = preposition(verb, "in", "with")
    if (
        subject is None
        or bare
        or (matter is not None and matter.lemma_.lower() in lexicon("acts", "nouns", "dealings"))
    ):
        return
    if topic and harm:
        yield Place(rule="involved", node=verb, actor=subject)
    elif (
        not topic and verb.lemma_ == "involve" and verb.dep_ in ("acl", "ccomp", "relcl") and is_passive(verb)
    ):
        yield Place(
            rule="involved", node=verb, actor=subject, loose=False
        )  # "no evidence that it was involved"


def _copula(view: View, verb: Token) -> Iterator[Place]:
    """What "is" says of who did it: "is responsible", "was the work of", "were members of", "was behind"."""
    subject = subject_of(verb)
    for child in verb.children:
        if child.dep_ == "attr" and child.lemma_.lower() in lexicon("predicates", "works"):
            worker = preposition(child, "of") or next((c for c in child.children if c.dep_ == "poss"), None)
            if worker is not None:
                yield Place(rule="work_of", node=verb, actor=worker)
    yield from _weapon_of(view, verb, subject)
    if subject is None or (is_harm(subject) and not any(c.dep_ == "attr" for c in verb.children)):
        return
    for child in verb.children:
        if child.dep_ == "acomp" and child.lemma_.lower() in lexicon("predicates", "adjectives"):
            if responsible_for_harm(child):
                yield Place(rule="responsible", node=verb, actor=subject)
        elif child.dep_ == "attr":
            yield from _culprit(view, verb, subject, child)
        elif child.dep_ == "advmod" and child.lower_ == "behind":
            yield Place(rule="behind", node=verb, actor=subject)


def _weapon_of(view: View, verb: Token, subject: Token | None) -> Iterator[Place]:
    """As in "said it was Hezbollah's rocket": whose weapon it was that did the harm told before."""
    weapon = next((c for c in verb.children if c.dep_ == "attr"), None)
    if weapon is None or subject is None or subject.lower_ not in ("it", "this", "that"):
        return
    owner = wielder(view, weapon) if weapon.lemma_.lower() in lexicon("acts", "nouns", "weapons") else None
    if owner is not None:
        yield Place(rule="work_of", node=verb, actor=owner, voiced=True)


def _culprit(view: View, verb: Token, subject: Token, noun: Token) -> Iterator[Place]:
    """As in "the army was the author of the crime", "those behind the raid were the ELN", "the killers were soldiers"."""
    mention = view.mention_at(noun)
    if noun.lemma_.lower() in lexicon("predicates", "nouns"):
        if subtree_harm(noun):
            yield Place(rule="culprit", node=verb, actor=subject)
    elif mention is not None and _is_the_doer(subject):
        yield Place(rule="culprit", node=verb, actor=noun)
    elif (
        subject.lemma_.lower() in lexicon("actors", "doers")
        and (mention is None or mention.kind == GROUP)
        and not (
            verb.dep_ == "xcomp" and subject.dep_ == "nsubj"
        )  # "gunmen believed to be rebels killed ..."
    ):
        # "the killers were Pakistani" tells where they are from
        yield Place(rule="culprit", node=verb, actor=noun, loose=False)


def _is_the_doer(subject: Token) -> bool:
    """As in "The group responsible for the bombing", "those behind the raid"."""
    return any(t.lower_ in ("responsible", "behind") and subtree_harm(t) for t in subject.subtree)


def responsible_for_harm(adjective: Token) -> bool:
    """As in "responsible for the attack", or nothing said; not "responsible for security"."""
    topic = preposition(adjective, "for", "of", "in")
    if topic is None or is_pointer(topic) or topic.lemma_ == "happen" or subtree_harm(topic):
        return True
    pointed = any(c.lower_ in ("the", "this", "these", "that", "both") for c in topic.lefts)
    return pointed and topic.lemma_.lower() == "action"


def behind(token: Token) -> Iterator[Place]:
    """As in "Who was behind the attack", "the group behind the attack"."""
    act = object_of(token) or next((c for c in token.children if c.dep_ in ("pcomp", "pobj")), None)
    head = token.head
    if act is None or not (is_pointer(act) or subtree_harm(act)) or act.lemma_ in ("bar", "wheel", "time"):
        return
    if head.lemma_ in ("be", "stand", "lie", "remain") and head.pos_ in ("AUX", "VERB"):
        subject = subject_of(head)
        if subject is not None:
            yield Place(rule="behind", node=head, actor=subject)
    elif head.pos_ == "VERB" and (object_of(head) or head).i == token.i - 1 > head.i:
        left = token.nbor(-1)  # "US says Assad behind it"
        yield Place(rule="behind", node=head, actor=left, accuser=subject_of(head), fixed=True)
    elif head.pos_ == "PROPN" and head.dep_ in ("ROOT", "nsubj", "dobj", "ccomp"):
        yield Place(
            rule="behind", node=head, actor=head, nominal=head.dep_ != "ROOT", fixed=head.dep_ == "ROOT"
        )


def _had_a_part(verb: Token) -> Iterator[Place]:
    """As in "had no part in", "played a role in", "had nothing to do with"."""
    thing, subject = object_of(verb), subject_of(verb)
    if thing is None or subject is None:
        return
    if has_to_do(thing):
        topic = next((w for c in thing.children if (w := preposition(c, "with"))), None)
        if topic is not None and topic.lemma_.lower() in lexicon("acts", "nouns", "dealings"):
            return
        stance = Stance.DENIES if thing.lower_ == "nothing" else Stance.ASSERTS
        yield Place(rule="part", node=verb, actor=subject, stance=stance)
    elif thing.lemma_.lower() in lexicon("predicates", "parts") and _part_in_harm(verb, thing):
        none = any(c.lower_ in ("no", "nothing", "little") for c in thing.children)
        yield Place(rule="part", node=verb, actor=subject, stance=Stance.DENIES if none else Stance.ASSERTS)


def _part_in_harm(verb: Token, thing: Token) -> bool:
    topic = preposition(thing, "in", "to", "for", "with") or preposition(verb, "in", "to", "for", "with")
    if topic is None or is_pointer(topic):
        return topic is not None
    no_deed = lexicon("acts", "nouns", "campaigns") | {
        "negotiation",
        "talk",
        "deal",
        "sale",
        "search",
        "trial",
    }
    return subtree_harm(topic) and topic.lemma_.lower() not in no_deed


def _came_from(view: View, verb: Token) -> Iterator[Place]:
    """As in "The missile came from Ukraine": a state's weapon, where a state and no mere place is named."""
    subject, origin = subject_of(verb), preposition(verb, "from", "in")
    if (
        subject is not None
        and origin is not None
        and subject.lemma_.lower() in lexicon("predicates", "orders")
    ):
        giver = next(
            (t for t in origin.subtree if (m := view.mention_at(t)) and m.kind in (STATE, GROUP)), None
        )
        if giver is not None and not origin.lower_.startswith("head"):
            yield Place(rule="ordered", node=verb, actor=giver, voiced=True)
        return
    if subject is None or origin is None or subject.lemma_.lower() not in lexicon("acts", "nouns", "weapons"):
        return
    if origin.lower_ in ("side", "position", "positions", "lines", "troops", "forces", "army"):
        origin = next((c for c in origin.lefts if view.mention_at(c)), origin)
    mention = view.mention_at(origin)
    if mention and mention.kind in (STATE, GROUP) and not mention.place:
        yield Place(rule="came_from", node=verb, actor=origin)


def _misread_participle(view: View, verb: Token) -> Iterator[Place]:
    """As in "Gunmen believed to be ELN members kidnapped ...", which the parser takes for gunmen who believe."""
    deed = next(
        (c for c in verb.children if c.dep_ in ("ccomp", "conj", "advcl") and c.i > verb.i and does_harm(c)),
        None,
    )
    being = next((c for c in verb.children if c.dep_ == "xcomp" and c.lemma_ == "be"), None)
    if deed is None or being is None:
        return
    for token in being.subtree:
        mention = view.mention_at(token)
        if mention and mention.kind == GROUP and token.i < deed.i:
            yield Place(rule="believed_to_be", node=verb, actor=token, stance=Stance.SUSPECTS, fixed=True)
            return
