"""Who holds a statement, and how firmly: from the predicate outwards through negation, hedges and reported speech.

"Russia has cast doubt on the US assertion that ISIS was behind it" has two layers: the US asserts, Russia doubts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import agent_of, is_negated, object_of, preposition, subject_of
from storydelta.lexicon import load
from storydelta.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token

_STEPS = 12
_ISSUES = frozenset({"make", "issue", "level", "show", "indicate", "suggest"})
_AGREES = frozenset({"agree", "concur", "accept", "believe", "recognise", "recognize", "acknowledge"})
_CONTENT = frozenset({"ccomp", "xcomp", "csubj", "csubjpass", "parataxis"})
_DENIED = {
    Stance.ASSERTS: Stance.DENIES,
    Stance.SUSPECTS: Stance.DOUBTS,
    Stance.DENIES: Stance.ASSERTS,
    Stance.DOUBTS: Stance.SUSPECTS,
    Stance.CLAIMS: Stance.DENIES,
}
_HEDGED = {Stance.ASSERTS: Stance.SUSPECTS, Stance.DENIES: Stance.DOUBTS, Stance.CLAIMS: Stance.CLAIMS}


@cache
def verbs(effect: str) -> frozenset[str]:
    return frozenset(load("speech")["verbs"][effect])


@cache
def nouns(effect: str) -> frozenset[str]:
    return frozenset(load("speech")["nouns"][effect])


@dataclass(frozen=True)
class Layer:
    """Somebody's stance: `speaker` is the noun that stands for them, None for the text itself."""

    speaker: Token | None
    stance: Stance


def _is_judged(verb: Token) -> bool:
    """True for "to say" in "it is nonsense to say that ...": the judgement is on what is said."""
    judgements = lexicon("hedges", "deny_adjectives") | lexicon("hedges", "doubt_adjectives")
    return (
        verb.dep_ == "xcomp"
        and verb.head.lemma_ == "be"
        and any(c.lower_ == "to" for c in verb.children)
        and any(c.dep_ in ("acomp", "attr") and c.lemma_.lower() in judgements for c in verb.head.children)
    )


@dataclass
class _Climb:
    """The way from a predicate to the top of its sentence. `stance` None: nobody holds it."""

    view: View
    stance: Stance | None
    speaker: Token | None = None
    fixed: bool = False  # the stance is a speaker's already; what is said about it does not change it
    done: list[Layer] | None = None

    def layers(self, node: Token, *, nominal: bool, presupposed: bool) -> list[Layer]:
        self.done = []
        current: Token | None = node
        if presupposed:
            current = self._around_act(node)
        elif nominal:
            current = self._out_of_noun(node)
        else:
            self._local(node)
        for _ in range(_STEPS):
            if current is None or self.stance is None:
                break
            current = self._out_of_clause(current)
        if self.stance is not None:
            self.done.append(Layer(self.speaker, self.stance))
        return self.done

    def _around_act(self, noun: Token) -> Token | None:
        """An act that is named in passing ("hit by a Russian strike", "after the Russian strike") is taken for
        granted: only a clause of which it is the agent can deny or hedge it.
        """
        if any(c.lower_ in lexicon("hedges", "suspect_adjectives") for c in noun.lefts):
            self._hedge()
        if any(c.lower_ == "no" for c in noun.lefts):
            self._deny()
        head = noun.head
        if noun.dep_ == "pobj" and head.lower_ == "by" and head.head.pos_ == "VERB":
            self._local(head.head)
            return head.head
        if noun.dep_ in ("nsubj", "nsubjpass") and head.pos_ in ("VERB", "AUX"):
            return self._beside(head)
        return self._beside(noun)

    # What stands with a predicate

    def _local(self, verb: Token) -> None:
        """Negation, hedges and unreal forms that stand with a predicate."""
        children = list(verb.children)
        complements = [c for c in children if c.dep_ in ("acomp", "attr", "prep", "advmod", "oprd")]
        conditional = any(c.dep_ == "mark" and c.lower_ in ("if", "unless", "lest") for c in children)
        if self.stance is None or conditional or self._unreal(verb) or self._potential(verb):
            self.stance = None
            return
        neither = any(
            g.lower_ in ("neither", "no") for c in complements for t in c.children for g in t.children
        )
        if is_negated(verb) or neither or any(is_negated(c) for c in complements) or self._by_nobody(verb):
            self._deny()
        adverbs = {c.lower_ for c in children}
        adverbs |= {g.lower_ for c in complements for g in c.children if g.dep_ in ("advmod", "neg")}
        modal = any(c.dep_ == "aux" and c.lower_ in lexicon("hedges", "modals") for c in children)
        if modal or adverbs & lexicon("hedges", "suspect"):
            self._hedge()
        if any(c.lower_ == "unlikely" for c in complements):
            self._doubt()

    def _potential(self, verb: Token) -> bool:
        """As in "could attack" is no deed; "could have attacked" and "could be behind" may be one."""
        modal = any(c.dep_ == "aux" and c.lower_ in ("may", "might", "could") for c in verb.children)
        return (
            modal
            and verb.lemma_ not in ("be", "have")
            and not any(c.lemma_ in ("have", "be") and c.dep_ in ("aux", "auxpass") for c in verb.children)
        )

    def _unreal(self, verb: Token) -> bool:
        """A future, a wish or a plain infinitive that states no deed."""
        auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
        if any(c.lower_ in lexicon("hedges", "unreal") for c in auxiliaries):
            return True
        infinitive = any(c.lower_ == "to" and c.tag_ == "TO" for c in auxiliaries)
        if infinitive and (
            verb.head.lemma_
            in ("go", "come", "rush", "appear", "continue", "begin", "manage", "attempt", "try")
            or any(
                c.lower_ in ("quick", "swift", "fast", "first", "right", "prompt")
                for c in (*verb.head.children, verb.head)
            )
        ):
            return False
        return (
            infinitive
            and not any(c.lemma_ == "have" or c.lower_ == "be" for c in auxiliaries)
            and verb.lemma_ not in ("be", "have")
            and not (verb.lemma_ == "blame" and object_of(verb) is None)
        )

    def _by_nobody(self, verb: Token) -> bool:
        subject = next((c for c in verb.children if c.dep_ == "nsubj"), None)
        return subject is not None and any(c.lower_ in ("no", "neither") for c in subject.children)

    def _deny(self) -> None:
        if self.stance is not None and not self.fixed:
            self.stance = _DENIED[self.stance]

    def _hedge(self) -> None:
        if self.stance is not None and not self.fixed:
            self.stance = _HEDGED.get(self.stance, self.stance)

    def _doubt(self) -> None:
        if self.stance is not None and not self.fixed:
            self.stance = Stance.DOUBTS

    def _spoken_by(self, speaker: Token | None) -> None:
        """The innermost speaker is answerable; what others add around it stays theirs."""
        if speaker is not None and self.speaker is None:
            self.speaker, self.fixed = speaker, True

    # Steps upward

    def _out_of_clause(self, node: Token) -> Token | None:
        """One step up from a clause, with the effect of what takes it as its content."""
        head, relation = node.head, node.dep_
        if relation == "ROOT":
            return None
        if relation == "pcomp" and head.dep_ == "prep":
            content = head.lower_ in ("of", "for", "in", "to")
            head, relation = head.head, "acl" if content else relation
            if content and head.lemma_.lower() not in _content_nouns():
                return self._report(node, head)
        if _is_content(node, relation):
            return self._out_of_noun(head) if head.tag_.startswith("NN") else self._report(node, head)
        told = any(c.dep_ == "mark" and c.lower_ == "that" for c in node.children)
        nominal = relation == "acl" or (relation == "relcl" and told)
        if nominal and head.lemma_.lower() in _content_nouns():
            return self._out_of_noun(head)
        conditional = relation == "advcl" and any(
            c.dep_ == "mark" and c.lower_ in ("if", "unless") for c in node.children
        )
        if conditional or (nominal and told):  # "the story that ...": nobody is said to hold it
            self.stance = None
            return None
        return self._beside(head)

    def _beside(self, node: Token) -> Token | None:
        """From a relative clause, a coordinated clause or a modifier to what it hangs on, whose own words of
        negation and doubt do not reach it; reported speech around both does.
        """
        for _ in range(_STEPS):
            if node.dep_ == "ROOT":
                return None
            if node.dep_ in _CONTENT and node.head.pos_ in ("VERB", "AUX"):
                head = node.head
                lemma = head.lemma_.lower()
                if lemma in verbs("says") or lemma in verbs("believes") or lemma in verbs("denies"):
                    self._spoken_by(self._speaker_of(head))
                return head if head.dep_ != "ROOT" else None
            node = node.head
        return None

    def _speaker_of(self, verb: Token) -> Token | None:
        passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)
        if passive or (verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl")):
            return agent_of(verb)
        subject = subject_of(_said_with(verb))
        return None if subject is not None and subject.dep_ == "expl" else subject

    def _report(self, node: Token, verb: Token) -> Token | None:
        """Through the verb or adjective that takes the statement as its content."""
        if _is_judged(verb):
            return self._report(verb, verb.head)
        lemma = verb.lemma_.lower()
        complement = next(
            (c for c in verb.children if c.dep_ in ("acomp", "attr", "oprd") and c != node), None
        )
        word = complement.lemma_.lower() if complement is not None and verb.pos_ == "AUX" else lemma
        if node.dep_ in ("csubj", "csubjpass") and complement is not None:
            word = complement.lemma_.lower()
        negated = is_negated(verb) or (complement is not None and is_negated(complement))
        asked = any(c.dep_ == "mark" and c.lower_ in ("if", "whether") for c in node.children)
        if word in lexicon("hedges", "suspect_adjectives"):
            self._hedge_or_doubt(negated=negated)
        elif word in lexicon("hedges", "doubt_adjectives"):
            self._doubt()
        elif word in lexicon("hedges", "deny_adjectives"):
            self._deny()
        elif verb.pos_ == "AUX" and complement is not None and complement.lemma_.lower() in _content_nouns():
            return self._noun_effect(complement, verb, negated=negated)
        elif not self._said(verb, lemma, negated=negated, asked=asked):
            return None
        if not self.fixed:
            self._local_around(verb)
        return verb

    def _hedge_or_doubt(self, *, negated: bool) -> None:
        self._doubt() if negated else self._hedge()

    def _said(self, verb: Token, lemma: str, *, negated: bool, asked: bool) -> bool:
        """The effect of a verb of speech; False where nobody holds the statement any more."""
        if self.fixed and self.speaker is not None:
            return True
        speaker = self._speaker_of(verb)
        if lemma in verbs("says") and speaker is not None and self._is_evidence(speaker):
            self._hedge()
            speaker = None
        self._weigh(lemma, negated=negated, asked=asked)
        if lemma in verbs("seems") or not _hands_on(lemma):
            return self.stance is not None
        findings_of_another = speaker is not None and any(c.tag_ == "PRP$" for c in speaker.lefts)
        if self.stance is not None and not (findings_of_another and verb.dep_ in _CONTENT):
            self._spoken_by(speaker)
        return self.stance is not None

    def _is_evidence(self, noun: Token) -> bool:
        """True for what shows something and belongs to nobody; "French intelligence" is a voice."""
        return noun.lemma_.lower() in nouns("evidence") and not any(
            self.view.mention_at(c) for c in noun.lefts
        )

    def _weigh(self, lemma: str, *, negated: bool, asked: bool) -> None:
        """What a verb does to the stance of its content."""
        if lemma in verbs("denies") or (lemma in ("reject", "dismiss", "rule") and not asked):
            self._deny()
            self.stance = None if negated else self.stance
        elif lemma in verbs("doubts"):
            self._doubt()
        elif lemma in verbs("believes") or lemma in verbs("seems"):
            self._hedge_or_doubt(negated=negated)
        elif lemma in verbs("looks_into"):
            self._hedge()
        elif asked or lemma in verbs("asks") or (negated and lemma in verbs("says")):
            self.stance = None

    def _local_around(self, verb: Token) -> None:
        """Hedges and unreal forms of a verb in between ("may have been", "will say")."""
        if any(c.dep_ == "mark" and c.lower_ in ("if", "unless") for c in verb.children):
            self.stance = None

    # Nouns

    def _out_of_noun(self, noun: Token) -> Token | None:
        """From "the US assertion that ..." to what is done with the assertion."""
        owner = self._owner(noun)
        lemma = noun.lemma_.lower()
        if lemma in nouns("says") and owner is not None and self.speaker is None and self.stance is not None:
            assert self.done is not None
            self.done.append(Layer(owner, self.stance))
            stance = self.stance
            verdict = self._verdict(noun, stance)
            if verdict is None:
                self.stance = None
                return None
            self.stance, self.speaker, self.fixed = verdict.stance, verdict.speaker, True
            return noun.head if verdict.speaker is None else None
        verb = self._governor(noun)
        if verb is None:
            self.stance = None
            return None
        return self._noun_effect(noun, verb, negated=is_negated(verb) or _says_no(noun) or _not_able(verb))

    def _owner(self, noun: Token) -> Token | None:
        """Whose assertion it is: "Kyiv's", "US", "by officials"."""
        for child in noun.children:
            if child.dep_ == "poss" and child.lower_ not in ("its", "his", "her", "their", "our", "my"):
                return child
            if (
                child.dep_ in ("amod", "compound", "nmod")
                and (m := self.view.mention_at(child))
                and m.kind != "person"
            ):
                return child
        return preposition(noun, "by", "from")

    def _governor(self, noun: Token) -> Token | None:
        """The verb whose object, subject or topic a noun is."""
        node = noun
        for _ in range(4):
            if node.dep_ in ("dobj", "nsubjpass", "nsubj", "attr", "obj"):
                return node.head
            if node.dep_ in ("pobj", "prep", "conj", "acl", "pcomp"):
                node = node.head
                if node.pos_ in ("VERB", "AUX"):
                    return node
                continue
            if node.dep_ == "ROOT" and node.pos_ in ("NOUN", "PROPN"):
                return node
            return None
        return None

    def _verdict(self, noun: Token, stance: Stance) -> Layer | None:
        """What somebody makes of another's statement."""
        verb = self._governor(noun)
        if verb is None or verb == noun:
            return None
        lemma, subject = verb.lemma_.lower(), subject_of(verb)
        supports = lemma in lexicon("predicates", "support") and lemma not in _ISSUES
        judged: Stance | None = None
        if supports or lemma in _AGREES:
            refusal = verb.dep_ == "acl" and verb.head.lemma_ in ("refusal", "reluctance", "failure")
            if refusal:
                subject = self._owner(verb.head) or preposition(verb.head, "of")
            if refusal or _refused(verb):
                return Layer(subject, Stance.DOUBTS) if subject is not None else None
            judged = stance if supports else None
        if lemma in lexicon("predicates", "reject"):
            judged = _DENIED[stance]
        elif _doubting(verb):
            judged = Stance.DOUBTS
        subject = agent_of(verb) if subject is None or subject == noun else subject
        return Layer(subject, judged) if subject is not None and judged and not is_negated(verb) else None

    def _noun_effect(self, noun: Token, verb: Token, *, negated: bool) -> Token | None:
        """A statement in noun form that nobody owns: "there is no evidence that", "rejected allegations that"."""
        self.stance = self._weighed_as_noun(noun, verb, none=negated or _says_no(noun))
        if self.stance is None or verb == noun:
            return None
        speaker = self._speaker_of(verb)
        self._spoken_by(None if speaker == noun else speaker)
        return verb

    def _weighed_as_noun(self, noun: Token, verb: Token, *, none: bool) -> Stance | None:
        """The stance after what is done with the statement; None where that says nothing about it."""
        lemma, action = noun.lemma_.lower(), verb.lemma_.lower()
        denied = self.stance and _DENIED[self.stance]
        hedged = self.stance and _HEDGED.get(self.stance, self.stance)
        if action == "be" and noun.dep_ in ("nsubj", "nsubjpass"):
            judged = {c.lemma_.lower() for c in verb.children if c.dep_ in ("acomp", "attr")}
            return denied if judged & lexicon("hedges", "deny_adjectives") else None
        if lemma not in nouns("evidence") and action in lexicon("predicates", "reject") | {"rule"}:
            if none or _refused(verb):
                return Stance.SUSPECTS if action == "rule" else None
            return denied
        if lemma in nouns("doubts") or _doubting(verb):
            return Stance.ASSERTS if none else Stance.DOUBTS
        if lemma in nouns("evidence") | nouns("believes"):
            return Stance.DOUBTS if none and action not in verbs("looks_into") else hedged
        return self.stance if action in lexicon("predicates", "support") and not none else None


@cache
def _content_nouns() -> frozenset[str]:
    return nouns("says") | nouns("believes") | nouns("evidence") | nouns("doubts") | nouns("denies")


@cache
def _hands_on_verbs() -> frozenset[str]:
    return frozenset().union(
        *(verbs(effect) for effect in ("says", "believes", "denies", "doubts", "looks_into"))
    )


def _hands_on(lemma: str) -> bool:
    """True for a verb whose subject is answerable for its content."""
    return lemma in _hands_on_verbs() or lemma in ("reject", "dismiss", "rule")


def _is_content(node: Token, relation: str) -> bool:
    """True for a clause that is the content of its head, also where the parser hangs speech behind it."""
    speech = node.head.lemma_.lower() in verbs("says") | verbs("believes")
    return relation in _CONTENT or (relation == "advcl" and speech and node.i < node.head.i)


def _said_with(verb: Token) -> Token:
    """For "X said Y did it but suggested Z", where the parser hangs "suggested" on "did", the verb "said"."""
    own = any(child.dep_ in ("nsubj", "nsubjpass") for child in verb.children)
    if (
        own
        or verb.dep_ != "conj"
        or verb.head.dep_ != "ccomp"
        or verb.head.lemma_.lower() in _hands_on_verbs()
    ):
        return verb
    return verb.head.head


def _says_no(noun: Token) -> bool:
    return any(c.lower_ in ("no", "little", "scant", "neither") for c in noun.children)


def _not_able(verb: Token) -> bool:
    """As in "failed to find", "has yet to see", "without showing"."""
    return (verb.dep_ == "xcomp" and verb.head.lemma_ in ("fail", "refuse", "decline", "have")) or (
        verb.dep_ == "pcomp" and verb.head.lower_ == "without"
    )


def _refused(verb: Token) -> bool:
    return is_negated(verb) or (verb.dep_ == "xcomp" and verb.head.lemma_ in ("refuse", "decline", "fail"))


def _doubting(verb: Token) -> bool:
    """As in "cast doubt on", "raised questions about"."""
    return verb.lemma_.lower() in verbs("doubts") or any(
        c.dep_ == "dobj" and c.lemma_.lower() in nouns("doubts") for c in verb.children
    )


def layers(
    view: View,
    node: Token,
    stance: Stance = Stance.ASSERTS,
    *,
    nominal: bool = False,
    presupposed: bool = False,
) -> list[Layer]:
    """Everybody who holds the statement whose predicate is `node`, innermost first; empty where nobody does."""
    return _Climb(view, stance).layers(node, nominal=nominal, presupposed=presupposed)


def outward(view: View, node: Token, layer: Layer) -> list[Layer]:
    """The layer of an accuser, with the words around it: a denied or merely planned accusation is none."""
    climb = _Climb(view, layer.stance)
    found = climb.layers(node, nominal=False, presupposed=False)
    return [replace(layer, speaker=layer.speaker or f.speaker) for f in found if f.stance == layer.stance]
