"""Own acts: who claims, admits or denies one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_doer import owner_of, wielder
from storydelta.claims.responsibility_harm import (
    does_harm,
    has_to_do,
    is_act,
    is_passive,
    is_pointer,
    names_event,
    own_subject,
)
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import (
    agent_of,
    is_negated,
    is_pronoun,
    object_of,
    preposition,
    subject_of,
)
from storydelta.model import Stance
from storydelta.names import GROUP, STATE, words

if TYPE_CHECKING:
    from spacy.tokens import Token


def own_act(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    if lemma in lexicon("predicates", "claim_verbs") and not _takes_back(verb, lemma):
        yield from _claimed(view, verb, lemma)
    elif lemma in lexicon("predicates", "deny_verbs"):
        yield from _denied(view, verb)
    elif lemma in lexicon("predicates", "withdraw_verbs") or _takes_back(verb, lemma):
        yield from _withdrawn(verb)


def _takes_back(verb: Token, lemma: str) -> bool:
    return lemma == "take" and any(c.lower_ == "back" for c in verb.children)


def _withdrawn(verb: Token) -> Iterator[Place]:
    """As in "withdrew its claim of responsibility": who takes a claim back no longer says that it did it."""
    passive = is_passive(verb)
    thing = own_subject(verb) if passive else object_of(verb)
    subject = agent_of(verb) if passive else subject_of(verb)
    if thing is None or subject is None or is_negated(verb) or _unreal_claim(verb):
        return
    bare = not any(c.dep_ in ("acl", "prep", "ccomp") for c in (*thing.rights, *verb.rights))
    its_own = bare and any(c.tag_ == "PRP$" for c in thing.lefts)
    topic = preposition(thing, "of", "for")
    if thing.lemma_.lower() in ("claim", "admission", "confession") and (
        its_own or (topic is not None and (topic.lemma_ == "responsibility" or names_event(topic)))
    ):
        yield Place(rule="withdraw", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)


def _claimed(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    passive = is_passive(verb)
    thing = own_subject(verb) if passive else object_of(verb)
    actor = agent_of(verb) if passive else subject_of(verb)
    if actor is None:
        return
    if thing is None:
        if _owns_up(verb, lemma):
            yield Place(
                rule="claim" if lemma == "claim" else "admit",
                node=verb,
                actor=actor,
                stance=Stance.CLAIMS,
                own=True,
                fixed=True,
            )
        return
    if not _is_claimable(verb, thing, lemma) or is_negated(verb) or _unreal_claim(verb):
        return
    if thing.lemma_.lower() in ("blame", "responsibility") and not _is_of_harm(view, verb, thing, actor):
        return
    if any(c.lower_ in ("no", "neither", "any") for c in actor.children):
        return
    party = preposition(actor, "for")
    if party is None or not view.mention_at(party):
        party = _behind_the_caller(view, actor, verb)
    yield Place(rule="claim", node=verb, actor=party, stance=Stance.CLAIMS, own=True, fixed=True)


def _owns_up(verb: Token, lemma: str) -> bool:
    """As in "admitted planting the bomb", "claimed to have shot down the plane"."""
    if lemma == "claim":
        done = next((c for c in verb.children if c.dep_ == "xcomp"), None)
        return done is not None and does_harm(done) and any(c.lemma_ == "have" for c in done.children)
    if lemma not in ("admit", "acknowledge", "confess", "concede"):
        return False
    act = next(
        (c for c in verb.children if c.dep_ in ("xcomp", "pcomp", "ccomp", "advcl") and c.tag_ == "VBG"), None
    )
    act = act or preposition(verb, "to")
    return act is not None and does_harm(act)


def _is_claimable(verb: Token, thing: Token, lemma: str) -> bool:
    """As in "responsibility", for harm where it says for what; after "claim" also the act itself."""
    word = thing.lemma_.lower()
    admits = lemma in ("admit", "acknowledge", "accept", "confess") and word in lexicon("predicates", "own")
    if word not in ("responsibility", "credit", "authorship", "blame") and not admits:
        return lemma == "claim" and word in lexicon("acts", "nouns", "any") - _NOT_CLAIMED
    if lemma in ("confirm", "announce"):
        return False
    topic = preposition(thing, "for", "of", "in") or preposition(verb, "for") or _behind_a_time(verb)
    if topic is None:
        return word != "credit"
    return is_pointer(topic) or names_event(topic)


def _is_of_harm(view: View, verb: Token, thing: Token, actor: Token) -> bool:
    """True where it is said for what, or harm is named; a state or a group need not say it, a striker has to."""
    told = preposition(thing, "for", "of", "in") or preposition(verb, "for") or _behind_a_time(verb)
    parties = [m for m in view.mentions_in(*view.span(actor)) if m.kind in (STATE, GROUP)]
    ours = bool(parties) or actor.lower_ in lexicon("actors", "heads") or actor.lower_ in words("generic")
    return told is not None or ours or any(is_act(t) for t in verb.doc)


def _behind_a_time(verb: Token) -> Token | None:
    """What is claimed where a time stands between: "claimed credit at the time for both raids"."""
    return next(
        (t for c in verb.children if c.dep_ == "prep" for n in c.children if (t := preposition(n, "for"))),
        None,
    )


_NOT_CLAIMED = frozenset({"casualty", "victim", "death", "damage", "war", "threat"})


def _behind_the_caller(view: View, actor: Token, verb: Token) -> Token:
    """For "a caller who said he spoke for the ELN" or "a statement signed by the ELN", the ELN."""
    if view.mention_at(actor) or actor.lemma_.lower() not in (
        "caller", "man", "woman", "person", "individual", "statement", "communique", "message", "call", "someone", "voice", "spokesman", "people", "letter", "leaflet", "note", "video", "members",
    ):  # fmt: skip
        return actor
    for token in (*actor.subtree, *verb.subtree):
        mention = view.mention_at(token)
        if mention and mention.kind == GROUP:
            return token
    return actor


def _unreal_claim(verb: Token) -> bool:
    children = list(verb.children)
    if any(
        c.dep_ == "aux"
        and (c.lower_ in lexicon("hedges", "unreal") or c.lower_ in ("may", "might", "could", "must", "yet"))
        for c in children
    ):
        return True
    infinitive = any(c.tag_ == "TO" for c in children) and not any(c.lemma_ == "have" for c in children)
    if not infinitive:
        return False
    return not (
        verb.dep_ == "xcomp"
        and verb.head.lemma_
        in ("appear", "seem", "go", "come", "rush", "be", "call", "write", "phone", "telephone")
        and not is_negated(verb.head)
    )


def admission(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    """As in "US admits drone strike killed civilians": who admits harm without another's name admits its own."""
    if lemma not in ("admit", "acknowledge", "confess", "concede") or is_negated(verb) or _unreal_claim(verb):
        return
    clause = next((c for c in verb.children if c.dep_ == "ccomp"), None)
    subject = subject_of(verb)
    if clause is None or subject is None or not does_harm(clause) or is_negated(clause):
        return
    doer = next((c for c in clause.children if c.dep_ == "nsubj"), None)
    if (
        doer is None
        or agent_of(clause) is not None
        or not (is_act(doer) or doer.lemma_.lower() in lexicon("acts", "nouns", "weapons"))
        or wielder(view, doer) is not None
    ):
        return
    if any(is_pronoun(t) or t.tag_ == "PRP$" for t in clause.subtree if t.i > clause.i):
        return
    yield Place(rule="admit", node=verb, actor=subject, stance=Stance.CLAIMS, own=True, fixed=True)


def _is_gerund(verb: Token) -> bool:
    """As in "denied carrying", "denied being involved", "denied having been hired"."""
    return verb.tag_ == "VBG" or (
        verb.tag_ == "VBN" and any(c.lower_ in ("being", "having") for c in verb.children)
    )


def _is_part_in_it(verb: Token) -> bool:
    """As in "being involved", "having had anything to do with it", "having any role in the raid"."""
    if verb.lemma_.lower() in lexicon("predicates", "involved"):
        return _is_harm_or_open(preposition(verb, "in", "with"))
    thing = object_of(verb)
    if thing is None or verb.lemma_ not in ("have", "play", "take"):
        return False
    if has_to_do(thing):
        return _is_harm_or_open(next((w for c in thing.children if (w := preposition(c, "with"))), None))
    topic = preposition(thing, "in", "to", "with") or preposition(verb, "in", "to", "with")
    return thing.lemma_.lower() in lexicon("predicates", "parts") and _is_harm_or_open(topic)


def _is_harm_or_open(topic: Token | None) -> bool:
    """True where it is not said in what, or in harm, or in "it" or "either"."""
    if topic is None or is_pointer(topic) or topic.lower_ in ("either", "any"):
        return True
    return names_event(topic) and topic.lemma_.lower() not in lexicon("acts", "nouns", "dealings")


def _is_the_act(view: View, thing: Token, subject: Token) -> bool:
    """As in "Damascus denied the act": a state or group denies as its own what was told before."""
    party = view.mention_at(subject)
    bare = not list(thing.rights) and [c.lower_ for c in thing.lefts] == ["the"]
    return bare and party is not None and party.kind in (STATE, GROUP) and thing.lemma_ in ("act", "attack")


def _denied(view: View, verb: Token) -> Iterator[Place]:
    subject = agent_of(verb) if is_passive(verb) else subject_of(verb)
    thing = own_subject(verb) if is_passive(verb) else object_of(verb)
    if subject is None or (is_negated(verb) and verb.lemma_ != "confirm") or _unreal_claim(verb):
        return
    if thing is None:
        gerund = next(
            (c for c in verb.children if c.dep_ in ("xcomp", "pcomp", "ccomp") and _is_gerund(c)), None
        )
        if (
            gerund is not None
            and (does_harm(gerund) or gerund.lemma_ == "be" or _is_part_in_it(gerund))
            and next((c for c in gerund.children if c.dep_ == "nsubj"), None) is None
        ):
            yield Place(rule="deny", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)
        return
    if thing.tag_ == "VBG" and does_harm(thing):
        yield Place(rule="deny", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)
        return
    if thing.lemma_.lower() not in lexicon("predicates", "own") and not _is_the_act(view, thing, subject):
        return
    owner = owner_of(view, thing)
    if owner is None:
        yield Place(rule="deny", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)
    else:
        yield Place(rule="deny", node=verb, actor=owner, stance=Stance.DENIES, accuser=subject, fixed=True)
