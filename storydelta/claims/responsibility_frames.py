"""Where a sentence speaks of who did it: each place with its actor, found in the grammar.

A place is a predicate ("X was behind it"), an accusation with its accuser, an own act ("X claimed responsibility"),
or an act of harm whose author stands in it ("X attacked", "hit by X", "a Russian strike").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

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


@dataclass(frozen=True, kw_only=True)
class Place:
    """`node` is the predicate from which layers of speech are climbed. `accuser`: who holds it, where the rule
    knows; `own`: the actor says it of itself; `loose`: any name will do as actor. `nominal`: `node` is a noun.
    `fixed`: the stance is the rule's own, and what lies around it only hands it on. `single`: the actor alone, without
    those who are coordinated with it.
    """

    rule: str
    node: Token
    actor: Token
    stance: Stance = Stance.ASSERTS
    accuser: Token | None = None
    own: bool = False
    loose: bool = True
    nominal: bool = False
    fixed: bool = False
    single: bool = False


@cache
def _frames() -> dict[str, list[dict[str, Any]]]:
    by_verb: dict[str, list[dict[str, Any]]] = {}
    for frame in load("responsibility")["frame"]:
        for verb in frame["verbs"]:
            by_verb.setdefault(verb, []).append(frame)
    return by_verb


def places(view: View) -> Iterator[Place]:
    """All places of a parsed sentence, in the order of their words."""
    for token in view.doc:
        lemma = token.lemma_.lower()
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            yield from _of_verb(view, token, lemma)
        elif token.pos_ in ("NOUN", "PROPN"):
            yield from _of_noun(view, token, lemma)
        elif token.pos_ == "ADJ" and lemma in lexicon("predicates", "adjectives"):
            yield from _held_responsible(token)
        if token.lower_ == "behind" and token.dep_ == "prep":
            yield from _behind(token)


def _of_verb(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    accusing = False
    for frame in _frames().get(lemma, ()):
        for place in _accusation(view, verb, frame):
            accusing = True
            yield place
        if accusing:
            return
    own = [*_own_act(view, verb, lemma), *_admission(view, verb, lemma)]
    yield from own
    if own:
        return
    if lemma == "be":
        yield from _copula(view, verb)
    elif (
        lemma == "blame"
        and (subject := subject_of(verb)) is not None
        and any(c.lower_ == "to" for c in verb.children)
        and object_of(verb) is None
        and _responsible_for_harm(verb)
    ):
        yield Place(
            rule="to_blame",
            node=verb.head if verb.head.lemma_ == "be" else verb,
            actor=subject,
            stance=Stance.DENIES if is_negated(verb) and verb.head.lemma_ == "be" else Stance.ASSERTS,
        )
    elif lemma in lexicon("predicates", "involved") and (subject := _own_subject(verb)) is not None:
        if (
            verb.dep_ != "acl"
            and any(c.lower_ in ("in", "with") for c in verb.children)
            and _subtree_harm(verb)
        ):
            yield Place(rule="involved", node=verb, actor=subject)
    if lemma in lexicon("predicates", "part_verbs") or lemma == "have":
        yield from _had_a_part(verb)
    if (
        lemma in ("identify", "name", "recognize", "recognise", "describe")
        and (doer := _identified(view, verb)) is not None
    ):
        yield Place(
            rule="identified",
            node=verb,
            actor=doer,
            accuser=_accuser(verb, passive=_is_passive(verb)),
            fixed=True,
        )
    if lemma in ("believe", "suspect", "think", "allege", "presume"):
        yield from _misread_participle(view, verb)
    if lemma in ("come", "originate"):
        yield from _came_from(view, verb)
    yield from _deed(view, verb, lemma)


def _identified(view: View, verb: Token) -> Token | None:
    """For "the attackers were identified as members of the NPA", the NPA."""
    who = _own_subject(verb) if _is_passive(verb) else object_of(verb)
    as_whom = preposition(verb, "as")
    if (
        who is None
        or as_whom is None
        or who.lemma_.lower()
        not in (
            "attacker",
            "assailant",
            "perpetrator",
            "gunman",
            "culprit",
            "killer",
            "bomber",
            "kidnapper",
            "murderer",
            "author",
        )
    ):
        return None
    return next((t for t in as_whom.subtree if (m := view.mention_at(t)) and m.kind == GROUP), None)


def _misread_participle(view: View, verb: Token) -> Iterator[Place]:
    """ "Gunmen believed to be ELN members kidnapped ...", which the parser takes for gunmen who believe."""
    deed = next(
        (c for c in verb.children if c.dep_ in ("ccomp", "conj", "advcl") and c.i > verb.i and _does_harm(c)),
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


def _came_from(view: View, verb: Token) -> Iterator[Place]:
    """ "The missile came from Ukraine": a state's weapon, where a state and no mere place is named."""
    subject, origin = subject_of(verb), preposition(verb, "from", "in")
    if subject is None or origin is None or subject.lemma_.lower() not in lexicon("acts", "nouns", "weapons"):
        return
    mention = view.mention_at(origin)
    if mention and mention.kind in (STATE, GROUP) and not mention.place:
        yield Place(rule="came_from", node=verb, actor=origin)


# Accusations


def _accusation(view: View, verb: Token, frame: dict[str, Any]) -> Iterator[Place]:
    if "particle" in frame and not any(c.lower_ == frame["particle"] for c in verb.children):
        return
    if "noun" in frame:
        nouns = [
            c
            for c in verb.children
            if c.lemma_.lower() in frame["noun"] and c.dep_ in ("dobj", "nsubjpass", "pobj", "obj")
        ]
        if not nouns:
            return
    passive = _is_passive(verb)
    if not passive and _each_other(verb) and not is_negated(verb):
        if not frame.get("needed") or _names_act(verb, verb, frame) or _subtree_harm(verb):
            yield from _mutual(view, verb, frame["name"])
        return
    actor = _accused(view, verb, frame, passive=passive)
    if actor is not None and (owner := _wielder(view, actor)) is not None:
        actor = owner
    if actor is None or _is_harm(actor) or (is_pronoun(actor) and actor.dep_ not in ("nsubj", "nsubjpass")):
        return
    if frame.get("needed") and not _names_act(verb, actor, frame):
        return
    if frame["name"] == "blame" and not _blamable(verb, actor, frame):
        return
    if frame["name"] in ("attribute", "pin") and not _thing_is_harm(verb, passive=passive):
        return
    accuser = _accuser(verb, passive=passive)
    stance = Stance(frame["stance"])
    if accuser is not None and accuser.lemma_.lower() in _evidence():
        accuser, stance = None, Stance.SUSPECTS if stance is Stance.ASSERTS else stance
    if frame["name"] in ("rule_out", "clear") or frame.get("particle"):
        if _refusal(verb) or is_negated(verb):
            stance = Stance.SUSPECTS
    elif is_negated(verb) or _refusal(verb):
        return
    if accuser is None and passive:
        stance = Stance(frame["agentless"])
    elif (
        accuser is None
        and verb.tag_ in ("VBG", "VB")
        and not (object_of(verb) is not None and subject_of(verb) is not None)
    ):
        return
    if actor.dep_ == "poss":
        actor = actor.head if actor.head != verb else actor
    yield Place(rule=frame["name"], node=verb, actor=actor, stance=stance, accuser=accuser, fixed=True)


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
    if len(parties) != 2:  # noqa: PLR2004 - who accuses whom is clear between two only
        parties = coordinated(subject)
    if len(parties) == 2:  # noqa: PLR2004
        for accuser, actor in (parties, parties[::-1]):
            yield Place(rule=rule, node=verb, actor=actor, accuser=accuser, fixed=True, single=True)


@cache
def _evidence() -> frozenset[str]:
    nouns = load("speech")["nouns"]
    return frozenset((*nouns["evidence"], *nouns["says"], *nouns["believes"]))


def _accused(view: View, verb: Token, frame: dict[str, Any], *, passive: bool) -> Token | None:
    for where in frame["actor"]:
        if where == "object":
            found = _own_subject(verb) if passive else object_of(verb)
            if found is None and not passive:
                found = next(
                    (
                        c
                        for c in verb.children
                        if c.dep_ in ("dative", "oprd", "ccomp")
                        and c.pos_ in ("NOUN", "PROPN")
                        and c.i > verb.i
                    ),
                    None,
                )
            if passive and found is None and verb.dep_ == "acl":
                found = verb.head
            if found is not None and not passive and _is_harm(found):
                following = verb.nbor(1)
                found = following if view.mention_at(following) else found
        else:
            found = preposition(verb, where)
            thing = object_of(verb)
            if found is None and thing is not None and where in ("on", "to") and _is_harm(thing):
                found = preposition(thing, where)
            if found is None and "noun" in frame:
                holder = next((c for c in verb.children if c.lemma_.lower() in frame["noun"]), None)
                found = preposition(holder, where) if holder is not None else None
                if found is None:
                    found = _deep(view, verb, where)
        if found is not None and not _is_harm(found):
            return found
    return None


def _deep(view: View, head: Token, word: str) -> Token | None:
    """A known party behind a preposition that the parser tied to a nearer noun: "blame for the ambush on the FARC"."""
    for token in head.subtree:
        if (
            token.dep_ == "prep"
            and token.lower_ == word
            and (noun := object_of(token)) is not None
            and (m := view.mention_at(noun))
            and m.kind in (STATE, GROUP)
        ):
            return noun
    return None


def _accuser(verb: Token, *, passive: bool) -> Token | None:
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
    return subject_of(verb)


def _names_act(verb: Token, actor: Token, frame: dict[str, Any]) -> bool:
    """True where the accusation says of what, and that is harm."""
    for head in (verb, actor):
        if head != verb and head.head.i > head.i and _is_act(head.head):
            return True
        for child in head.children:
            if (
                child.dep_ in ("prep", "dative", "pcomp", "advcl")
                and (child.lower_ in frame["act"] or child.tag_ == "VBG")
                and _subtree_harm(child)
            ):
                return True
    return any(
        t.dep_ == "prep"
        and t.lower_ == "of"
        and t.i > actor.i
        and t.lower_ in frame["act"]
        and _subtree_harm(t)
        for t in verb.subtree
    )


def _blamable(verb: Token, actor: Token, frame: dict[str, Any]) -> bool:
    """Blame wants some harm in the sentence, or nothing said at all: "Kremlin blames Kyiv"."""
    topics = [
        c for head in (verb, actor) for c in head.children if c.dep_ == "prep" and c.lower_ in frame["act"]
    ]
    return not topics or any(_subtree_harm(t) for t in topics) or _subtree_harm(verb)


def _thing_is_harm(verb: Token, *, passive: bool) -> bool:
    """What is attributed or pinned on somebody is harm, or a pronoun that may stand for it."""
    thing = _own_subject(verb) if passive else object_of(verb)
    return thing is not None and (_is_pointer(thing) or _names_event(thing))


def _names_event(head: Token) -> bool:
    return _subtree_harm(head) or head.lemma_.lower() in lexicon("acts", "nouns", "events")


def _is_pointer(token: Token) -> bool:
    return token.lower_ in ("it", "this", "that", "which", "these", "both", "them", "they")


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


def _held_responsible(adjective: Token) -> Iterator[Place]:
    """ "holds the army responsible": the subject accuses the small clause's."""
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
    stance = Stance.SUSPECTS if verb.lemma_ in ("believe",) else Stance.ASSERTS
    if _is_passive(verb):
        actor, accuser = _own_subject(verb), agent_of(verb)
        stance = stance if accuser is not None else Stance.SUSPECTS
    else:
        actor = (
            described
            or next((c for c in adjective.children if c.dep_ in ("nsubj", "nsubjpass")), None)
            or object_of(verb)
        )
        accuser = subject_of(verb)
    if actor is not None and not is_negated(verb) and not _is_harm(actor):
        yield Place(
            rule="hold_responsible", node=verb, actor=actor, stance=stance, accuser=accuser, fixed=True
        )


# Own acts


def _own_act(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    if lemma in lexicon("predicates", "claim_verbs"):
        yield from _claimed(view, verb, lemma)
    elif lemma in lexicon("predicates", "deny_verbs"):
        yield from _denied(view, verb)


def _claimed(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    passive = _is_passive(verb)
    thing = (
        (_own_subject(verb) or (verb.head if verb.dep_ == "acl" else None)) if passive else object_of(verb)
    )
    actor = agent_of(verb) if passive else subject_of(verb)
    if thing is None or actor is None:
        gerund = next(
            (c for c in verb.children if c.dep_ in ("xcomp", "pcomp", "ccomp", "advcl") and c.tag_ == "VBG"),
            None,
        ) or preposition(verb, "to")
        if (
            actor is not None
            and lemma in ("admit", "acknowledge", "confess", "deny", "concede")
            and gerund is not None
            and _does_harm(gerund)
        ):
            yield Place(rule="admit", node=verb, actor=actor, stance=Stance.CLAIMS, own=True, fixed=True)
        elif (
            actor is not None
            and lemma == "claim"
            and (done := next((c for c in verb.children if c.dep_ == "xcomp"), None)) is not None
        ):
            if _does_harm(done) and any(c.lemma_ == "have" for c in done.children):
                yield Place(rule="claim", node=verb, actor=actor, stance=Stance.CLAIMS, own=True, fixed=True)
        return
    word = thing.lemma_.lower()
    if word in ("responsibility", "credit", "authorship", "blame") or (
        lemma in ("admit", "acknowledge", "accept", "confess") and word in lexicon("predicates", "own")
    ):
        if lemma in ("confirm", "announce"):
            return
        topic = preposition(thing, "for", "of", "in") or preposition(verb, "for")
        if (topic is None and word == "credit") or (
            topic is not None and not (_is_pointer(topic) or _names_event(topic))
        ):
            return
    elif not (lemma == "claim" and word in _claimable()):
        return
    if is_negated(verb) or _unreal_claim(verb) or any(c.lower_ in ("no", "neither") for c in actor.children):
        return
    for head in (actor, thing):
        behalf = preposition(head, "for") if head == actor else None
        if behalf is not None and view.mention_at(behalf):
            actor = behalf
    yield Place(
        rule="claim",
        node=verb,
        actor=_behind_the_caller(view, actor, verb),
        stance=Stance.CLAIMS,
        own=True,
        fixed=True,
    )


def _claimable() -> frozenset[str]:
    return lexicon("acts", "nouns", "any") - {"casualty", "victim", "death", "damage", "war", "threat"}


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
        and (c.lower_ in lexicon("hedges", "unreal") or c.lower_ in ("may", "might", "could", "yet"))
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


def _admission(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    """ "US admits drone strike killed civilians": who admits harm without another's name admits its own."""
    if lemma not in ("admit", "acknowledge", "confess", "concede") or is_negated(verb) or _unreal_claim(verb):
        return
    clause = next((c for c in verb.children if c.dep_ == "ccomp"), None)
    subject = subject_of(verb)
    if clause is None or subject is None or not _does_harm(clause) or is_negated(clause):
        return
    doer = next((c for c in clause.children if c.dep_ == "nsubj"), None)
    if (
        doer is None
        or agent_of(clause) is not None
        or not (_is_act(doer) or doer.lemma_.lower() in lexicon("acts", "nouns", "weapons"))
        or _wielder(view, doer) is not None
    ):
        return
    if any(is_pronoun(t) or t.tag_ == "PRP$" for t in clause.subtree if t.i > clause.i):
        return
    yield Place(rule="admit", node=verb, actor=subject, stance=Stance.CLAIMS, own=True, fixed=True)


def _denied(view: View, verb: Token) -> Iterator[Place]:
    subject = agent_of(verb) if _is_passive(verb) else subject_of(verb)
    thing = _own_subject(verb) if _is_passive(verb) else object_of(verb)
    if subject is None or (is_negated(verb) and verb.lemma_ != "confirm") or _unreal_claim(verb):
        return
    if thing is None:
        gerund = next(
            (c for c in verb.children if c.dep_ in ("xcomp", "pcomp", "ccomp") and c.tag_ == "VBG"), None
        )
        if (
            gerund is not None
            and (_does_harm(gerund) or gerund.lemma_ == "be")
            and next((c for c in gerund.children if c.dep_ == "nsubj"), None) is None
        ):
            yield Place(rule="deny", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)
        return
    if thing.tag_ == "VBG" and _does_harm(thing):
        yield Place(rule="deny", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)
        return
    if thing.lemma_.lower() not in lexicon("predicates", "own"):
        return
    owner = _owner(view, thing)
    if owner is None:
        yield Place(rule="deny", node=verb, actor=subject, stance=Stance.DENIES, own=True, fixed=True)
    else:
        yield Place(rule="deny", node=verb, actor=owner, stance=Stance.DENIES, accuser=subject, fixed=True)


def _owner(view: View, noun: Token) -> Token | None:
    """Whose role it is: "Syrian involvement", "the army's role", "involvement by the army"."""
    for child in noun.children:
        if child.dep_ == "poss" and not is_pronoun(child) and child.tag_ != "PRP$":
            return child
        if (
            child.dep_ in ("amod", "compound", "nmod")
            and (mention := view.mention_at(child))
            and mention.kind in (STATE, GROUP)
        ):
            return child
    return (
        preposition(noun, "by", "of")
        if noun.lemma_ in ("involvement", "participation", "complicity", "responsibility", "role")
        else None
    )


# Predicates of agency


def _copula(view: View, verb: Token) -> Iterator[Place]:
    subject = subject_of(verb)
    if subject is None or (_is_harm(subject) and not any(c.dep_ == "attr" for c in verb.children)):
        return
    for child in verb.children:
        lemma = child.lemma_.lower()
        if child.dep_ == "acomp" and lemma in lexicon("predicates", "adjectives"):
            if _responsible_for_harm(child):
                yield Place(rule="responsible", node=verb, actor=subject)
        elif child.dep_ == "attr" and lemma in lexicon("predicates", "nouns") and _subtree_harm(child):
            yield Place(rule="culprit", node=verb, actor=subject)
        elif child.dep_ == "attr" and lemma in ("work", "handiwork", "doing", "deed"):
            worker = preposition(child, "of") or next((c for c in child.children if c.dep_ == "poss"), None)
            if worker is not None:
                yield Place(rule="work_of", node=verb, actor=worker)
        elif child.dep_ == "attr" and view.mention_at(child) and _is_the_doer(subject):
            yield Place(rule="culprit", node=verb, actor=child)
        elif child.dep_ == "advmod" and child.lower_ == "behind":
            yield Place(rule="behind", node=verb, actor=subject)


def _is_the_doer(subject: Token) -> bool:
    """ "The group responsible for the bombing", "those behind the raid"."""
    return any(t.lower_ in ("responsible", "behind") and _subtree_harm(t) for t in subject.subtree)


def _responsible_for_harm(adjective: Token) -> bool:
    """ "responsible for the attack", or nothing said; not "responsible for security"."""
    topic = preposition(adjective, "for", "of", "in")
    return topic is None or _is_pointer(topic) or _subtree_harm(topic)


def _behind(token: Token) -> Iterator[Place]:
    """ "Who was behind the attack", "the group behind the attack"."""
    act = object_of(token) or next((c for c in token.children if c.dep_ in ("pcomp", "pobj")), None)
    head = token.head
    if act is None or not (_is_pointer(act) or _subtree_harm(act)) or act.lemma_ in ("bar", "wheel", "time"):
        return
    if head.lemma_ in ("be", "stand", "lie", "remain") and head.pos_ in ("AUX", "VERB"):
        subject = subject_of(head)
        if subject is not None:
            yield Place(rule="behind", node=head, actor=subject)
    elif (
        head.pos_ == "VERB"
        and (left := token.nbor(-1)).dep_ == "dobj"
        and left.head == head
        and left.i > head.i
    ):
        yield Place(rule="behind", node=head, actor=left, accuser=subject_of(head), fixed=True)
    elif head.pos_ == "PROPN" and head.dep_ in ("ROOT", "nsubj", "dobj", "ccomp"):
        yield Place(
            rule="behind", node=head, actor=head, nominal=head.dep_ != "ROOT", fixed=head.dep_ == "ROOT"
        )


def _had_a_part(verb: Token) -> Iterator[Place]:
    """ "had no part in", "played a role in", "had nothing to do with"."""
    thing, subject = object_of(verb), subject_of(verb)
    if thing is None or subject is None:
        return
    nothing = thing.lower_ == "nothing" and any(c.lemma_ == "do" for c in thing.children)
    if nothing:
        yield Place(rule="part", node=verb, actor=subject, stance=Stance.DENIES)
    elif thing.lemma_.lower() in lexicon("predicates", "parts") and _part_in_harm(verb, thing):
        none = any(c.lower_ in ("no", "nothing", "little") for c in thing.children)
        yield Place(rule="part", node=verb, actor=subject, stance=Stance.DENIES if none else Stance.ASSERTS)


def _part_in_harm(verb: Token, thing: Token) -> bool:
    topic = preposition(thing, "in", "to", "for") or preposition(verb, "in", "to", "for")
    return topic is not None and (
        _is_pointer(topic)
        or (_subtree_harm(topic) and topic.lemma_.lower() not in lexicon("acts", "nouns", "campaigns"))
    )


# Deeds


def _deed(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    if verb.tag_ == "VBG" and verb.dep_ in ("pcomp", "csubj") and verb.head.lower_ not in ("after", "before"):
        return
    if not _does_harm(verb):
        if not (_is_passive(verb) and lemma in lexicon("predicates", "carry")):
            return
    passive = _is_passive(verb)
    if passive:
        agent = agent_of(verb)
        if agent is None:
            return
        victim = _own_subject(verb) or (verb.head if verb.dep_ in ("acl", "relcl") else None)
        if lemma in lexicon("predicates", "carry") and not (
            victim is not None and (_is_attack(victim) or _is_pointer(victim))
        ):
            return
        loose = lemma in lexicon("predicates", "carry")
        if lemma == "claim":
            return
        if not loose and _daily_work(view, verb, agent, victim):
            return
        yield Place(rule="done_by", node=verb, actor=_wielder(view, agent) or agent, loose=loose)
        return
    subject = subject_of(verb)
    if subject is None or (verb.dep_ == "acl" and verb.tag_ == "VBN" and subject.head != verb):
        return
    if (believed := _believed_to_be(view, subject)) is not None:
        yield Place(rule="believed_to_be", node=verb, actor=believed, stance=Stance.SUSPECTS)
        return
    if _daily_work(view, verb, subject, object_of(verb)):
        return
    yield Place(rule="deed", node=verb, actor=_wielder(view, subject) or subject, loose=False)


def _believed_to_be(view: View, doer: Token) -> Token | None:
    """For "gunmen believed to be members of the ELN", the ELN."""
    for child in doer.children:
        if child.dep_ in ("acl", "relcl") and child.lemma_.lower() in (
            "believe",
            "suspect",
            "think",
            "allege",
            "presume",
            "identify",
            "describe",
            "say",
            "claim",
        ):
            for token in child.subtree:
                mention = view.mention_at(token)
                if mention and mention.kind == GROUP:
                    return token
    return None


def _daily_work(view: View, verb: Token, actor: Token, victim: Token | None) -> bool:
    """Fighting: what armed men do to each other, and what police and soldiers do to men in arms and to things."""
    fighters = victim is not None and (
        victim.lemma_.lower() in lexicon("acts", "nouns", "fighters")
        or any(m.kind == GROUP for m in view.mentions_in(*view.span(victim)))
    )
    foreign = any(m.kind == STATE for m in view.mentions_in(*view.span(actor)))
    if actor.lower_ in lexicon("actors", "of_state") and not foreign:
        return fighters or verb.lemma_.lower() in (
            "raid",
            "seize",
            "capture",
            "destroy",
            "take",
            "hold",
            "overrun",
            "storm",
            "launch",
            "target",
        )
    return fighters and not any(m.kind in (GROUP, STATE) for m in view.mentions_in(*view.span(actor)))


def _wielder(view: View, noun: Token) -> Token | None:
    """For "a Russian missile" or "Hamas gunfire", the word that says whose it is; for "strikes by Israel", Israel."""
    if noun.lemma_.lower() not in lexicon("acts", "nouns", "weapons") and not _is_act(noun):
        return None
    for child in (*noun.lefts,):
        mention = view.mention_at(child)
        if mention and _attributes(view, child, noun, mention.kind, place=mention.place):
            return child
    if (
        (by := preposition(noun, "by", "from")) is not None
        and (m := view.mention_at(by))
        and m.kind in (STATE, GROUP)
    ):
        return by
    return None


def _attributes(view: View, child: Token, noun: Token, kind: str, *, place: bool) -> bool:
    """True where a name before an act says who did it, not where or to whom."""
    if place or kind == PERSON or kind not in (STATE, GROUP):
        return False
    mention = view.mention_at(child)
    assert mention is not None
    between = [t for t in noun.doc[child.i + 1 : noun.i] if not mention.start <= t.idx < mention.end]
    if any(
        t.lower_ not in lexicon("acts", "nouns", "between")
        and t.lower_ not in _people_words()
        and not _is_place(view, t)
        for t in between
    ):
        return False
    lemma = noun.lemma_.lower()
    if kind == GROUP:
        return (
            _is_act(noun)
            or lemma in lexicon("acts", "nouns", "military")
            or lemma in lexicon("acts", "nouns", "weapons")
        )
    adjective = (
        child.tag_.startswith("JJ")
        or view.names.listed(view.text[mention.start : mention.end]) in ("us", "uk", "un", "saudi_arabia")
        or _is_demonym(view, mention.start, mention.end)
    )
    if not adjective:
        return (
            child.dep_ == "poss"
            and (lemma in lexicon("acts", "nouns", "military") or lemma == "attack")
            and _targets(noun)
        )
    if lemma in lexicon("acts", "nouns", "weapons"):
        return True
    if lemma in lexicon("acts", "nouns", "military") and lemma not in lexicon("acts", "nouns", "ambiguous"):
        return True
    return lemma in lexicon("acts", "nouns", "ambiguous") and (
        _targets(noun)
        or any(t.lower_ in ("air", "drone", "missile", "rocket", "artillery", "military") for t in between)
    )


def _is_demonym(view: View, start: int, end: int) -> bool:
    from storydelta.names import fold  # noqa: PLC0415

    return fold(view.text[start:end]) in view.names.people


def _is_place(view: View, token: Token) -> bool:
    mention = view.mention_at(token)
    return mention is not None and mention.place


def _people_words() -> frozenset[str]:
    return lexicon("actors", "armed")


def _targets(noun: Token) -> bool:
    return preposition(noun, "on", "against", "upon") is not None


def _of_noun(view: View, noun: Token, lemma: str) -> Iterator[Place]:
    """ "ISIS's involvement", "a Russian strike", "an attack by the ELN"."""
    if lemma in (
        "involvement",
        "participation",
        "complicity",
        "role",
        "responsibility",
        "culpability",
        "guilt",
    ):
        owner = _owner(view, noun)
        if owner is not None and noun.dep_ in ("dobj", "nsubjpass", "pobj", "nsubj"):
            yield Place(rule="involvement", node=noun, actor=owner, nominal=True)
        return
    if lemma == "attribution" and (actor := preposition(noun, "to") or _deep(view, noun, "to")) is not None:
        yield Place(rule="attribution", node=noun, actor=actor, nominal=True)
    if lemma == "blame" and noun.dep_ in ("ROOT", "dobj"):
        yield from _traded(view, noun)
    if not (_is_act(noun) or lemma in lexicon("acts", "nouns", "military")) or view.mention_at(noun):
        return
    if (
        lemma in lexicon("acts", "nouns", "weapons")
        or lemma in lexicon("acts", "nouns", "campaigns")
        or lemma in ("plot", "suicide", "victim", "casualty", "grave", "mine", "landmine", "tank")
    ):
        return
    governor, relation = _governor(noun)
    if (
        governor is not None
        and relation in ("agent", "nsubj")
        and (_does_harm(governor) or governor.lemma_ in lexicon("predicates", "carry"))
    ):
        return  # read as the deed of its verb
    actor = _wielder(view, noun)
    if (
        actor is None
        and (by := preposition(noun, "by")) is not None
        and _is_act(noun)
        and not _shared_agent(noun, governor)
    ):
        actor = by
    if actor is None:
        return
    plural = noun.tag_ in ("NNS", "NNPS")
    specific = not plural or relation == "agent" or _targets(noun) or preposition(noun, "by") is not None
    if not specific:
        return
    yield Place(rule="act_of", node=noun, actor=actor, nominal=True, loose=False, fixed=True)


def _traded(view: View, blame: Token) -> Iterator[Place]:
    """ "Russia and Ukraine trade blame over the blast"."""
    before = [t for t in blame.doc[: blame.i]]
    if not any(t.lemma_.lower() in ("trade", "exchange", "swap") for t in before[-3:]):
        return
    parties = [
        t for t in before if (m := view.mention_at(t)) and m.start == t.idx and m.kind in (STATE, GROUP)
    ]
    if len(parties) == 2:  # noqa: PLR2004 - who blames whom is clear between two only
        for accuser, actor in (parties, parties[::-1]):
            yield Place(rule="trade_blame", node=blame, actor=actor, accuser=accuser, fixed=True, single=True)


def _shared_agent(noun: Token, governor: Token | None) -> bool:
    """ "was linked to the kidnapping by the ministry": the ministry linked, it did not kidnap."""
    return (
        governor is not None
        and _is_passive(governor)
        and agent_of(governor) is None
        and governor.lemma_ in _frames()
    )


def _governor(noun: Token) -> tuple[Token | None, str]:
    if noun.dep_ == "pobj":
        prep = noun.head
        return (prep.head, "agent" if prep.lower_ == "by" else prep.lower_)
    return (noun.head, noun.dep_) if noun.dep_ != "ROOT" else (None, "ROOT")


# Small questions


def _is_passive(verb: Token) -> bool:
    if any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children):
        return True
    if verb.tag_ != "VBN" and not (verb.tag_ == "VBD" and any(c.dep_ == "agent" for c in verb.children)):
        return False
    if any(c.dep_ == "aux" and c.lemma_ == "have" for c in verb.children):
        return False
    return verb.dep_ in ("acl", "advcl", "ROOT", "conj", "relcl", "ccomp", "amod", "dep") and not any(
        c.dep_ == "dobj" for c in verb.children
    )


def _own_subject(verb: Token) -> Token | None:
    """The subject of a passive: its own, that of the verb it is raised from, or the noun that it modifies."""
    subject = subject_of(verb)
    if subject is None and verb.dep_ in ("acl", "relcl"):
        return verb.head
    return subject


def _is_act(noun: Token) -> bool:
    return noun.lemma_.lower() in lexicon("acts", "nouns", "any") or noun.lower_ in lexicon(
        "acts", "nouns", "any"
    )


def _is_attack(noun: Token) -> bool:
    """Harm, and no campaign: an offensive, a war, an operation has no author to be found."""
    if any(c.lower_ in ("terrorist", "terror", "criminal") for c in noun.lefts):
        return True
    return _is_harm(noun) and noun.lemma_.lower() not in lexicon("acts", "nouns", "campaigns")


def _is_harm(noun: Token) -> bool:
    return (
        noun.pos_ in ("NOUN", "PROPN", "VERB")
        and _is_act(noun)
        and noun.ent_type_ == ""
        and not (noun.pos_ == "PROPN" and noun.lemma_[0].isupper() and noun.dep_ == "compound")
    )


def _subtree_harm(head: Token) -> bool:
    """True where a phrase names harm, apart from clauses and dates that merely hang on it."""
    waiting = [head]
    while waiting:
        token = waiting.pop()
        if _is_act(token) or (token.pos_ == "VERB" and _does_harm(token)):
            return True
        waiting += [
            c
            for c in token.children
            if c.dep_ not in ("relcl", "advcl", "npadvmod", "appos")
            and c.lower_ not in ("at", "after", "before", "since", "during")
        ]
    return False


def _beside(verb: Token) -> set[str]:
    """The words with which a verb makes its sense: particle, prepositions, objects; of a passive its subject."""
    near = [
        c
        for c in verb.children
        if c.dep_
        in ("prt", "prep", "advmod", "oprd", "acomp", "dobj", "dative", "pobj", "attr", "ccomp", "npadvmod")
    ]
    near += [
        g
        for c in near
        for g in c.children
        if g.dep_ in ("pobj", "conj", "compound", "amod", "acomp", "appos")
    ]
    near += [
        g
        for c in near
        if c.lower_ in ("number", "series", "wave", "string", "dozens", "kind", "spate")
        for p in c.children
        for g in p.children
    ]
    if _is_passive(verb) and (subject := _own_subject(verb)) is not None:
        near += [subject, *(c for c in subject.children if c.dep_ in ("compound", "conj", "amod"))]
        near += [g for c in subject.children if c.dep_ == "prep" for g in c.children if g.dep_ == "pobj"]
    return {t.lemma_.lower() for t in near} | {t.lower_ for t in near}


def _does_harm(verb: Token) -> bool:
    lemma = verb.lemma_.lower()
    if lemma not in lexicon("acts", "verbs"):
        return False
    wanted = load("responsibility")["acts"]["objects"].get(lemma)
    near = _beside(verb)
    if wanted is not None:
        return "*" in wanted or bool(near & set(wanted))
    victim = object_of(verb)
    if victim is not None and victim.lemma_.lower() in lexicon("acts", "nouns", "words_only"):
        return False
    return not (
        lemma in ("hit", "strike", "target", "attack")
        and near & {"sanction", "tariff", "back", "fine", "deal"}
    )
