"""Who holds a statement, and how firmly: from the predicate outwards through negation, hedges and reported speech.

"Russia has cast doubt on the US assertion that ISIS was behind it" has two layers: the US asserts, Russia doubts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import is_passive
from storydelta.claims.responsibility_held import Held
from storydelta.claims.responsibility_predicate import said_to_be, stance_after
from storydelta.claims.responsibility_speech import (
    CONTENT,
    content_nouns,
    handing_on,
    hands_on,
    is_content,
    is_enough_to_say,
    is_judged,
    is_not_enough,
    is_told_by_noun,
    not_able,
    nouns,
    said_with,
    says_no,
    stated_by_noun,
    verbs,
)
from storydelta.claims.responsibility_statements import (
    governor,
    is_evidence,
    owner_of_statement,
    verdict,
    weighed,
)
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import (
    according_to,
    agent_of,
    interjected,
    is_negated,
    subject_of,
)
from storydelta.model import Stance

if TYPE_CHECKING:
    from spacy.tokens import Token

_STEPS = 12


@dataclass(frozen=True)
class Layer:
    """Somebody's stance: `speaker` is the noun that stands for them, None for the text itself."""

    speaker: Token | None
    stance: Stance


@dataclass
class _Climb(Held):
    """The way from a predicate to the top of its sentence."""

    view: View
    done: list[Layer] | None = None

    def layers(self, node: Token, *, nominal: bool, presupposed: bool) -> list[Layer]:
        self.done = []
        current: Token | None = node
        if presupposed:
            current = self._around_act(node)
        elif nominal:
            current = self._out_of_noun(node)
        else:
            self.local(node)
        for _ in range(_STEPS):
            if current is None or self.stance is None:
                break
            self._said_in_between(current)
            current = self._out_of_clause(current)
        if self.stance is not None:
            self.done.append(Layer(self.speaker, self.stance))
        return self.done

    def _around_act(self, noun: Token) -> Token | None:
        """An act that is named in passing ("hit by a Russian strike", "after the Russian strike") is taken for
        granted: only a clause of which it is the agent can deny or hedge it.
        """
        if any(c.lower_ in lexicon("hedges", "suspect_adjectives") for c in noun.lefts):
            self.hedge()
        if any(c.lower_ == "no" for c in noun.lefts):
            self.deny()
        head = noun.head
        if noun.dep_ == "pobj" and head.lower_ == "like":  # "looks like an ISIS attack"
            self.hedge()
        identified = said_to_be(noun)
        if identified is not None:
            self.local(identified)
            return identified
        if noun.dep_ == "pobj" and head.lower_ == "by" and head.head.pos_ == "VERB":
            self.local(head.head)
            return head.head
        if noun.dep_ in ("nsubj", "nsubjpass") and head.pos_ in ("VERB", "AUX"):
            return self._beside(head)
        return self._beside(noun)

    def _said_in_between(self, clause: Token) -> None:
        """As in "the bomb, police said, was planted by ETA": speech set between commas has the clause as its content."""
        source = according_to(clause)
        if source is not None and self.stance is not None:
            self.spoken_by(source)
        said = interjected(clause)
        subject = subject_of(said) if said is not None else None
        if said is None or subject is None or said.lemma_.lower() not in handing_on() or is_negated(said):
            return
        if said.lemma_.lower() in verbs("believes"):
            self.hedge()
        if self.stance is not None:
            self.spoken_by(subject)

    # Steps upward

    def _out_of_clause(self, node: Token) -> Token | None:
        """One step up from a clause, with the effect of what takes it as its content."""
        head, relation = node.head, node.dep_
        if relation == "ROOT":
            return None
        if relation == "pcomp" and head.dep_ == "prep":
            if any(c.lower_ in ("whether", "if") for c in node.children):  # "no word on whether"
                self.stance = None
            content = head.lower_ in ("of", "for", "in", "to")
            head, relation = head.head, "acl" if content else relation
            if content and head.lemma_.lower() not in content_nouns():
                return self._report(node, head)
        stated = stated_by_noun(node)
        if stated is None and is_content(node, relation):
            if not head.tag_.startswith("NN"):
                return self._report(node, head)
            stated = head
        told = any(c.dep_ == "mark" and c.lower_ == "that" for c in node.children)
        nominal = relation == "acl" or (relation == "relcl" and (told or _is_whole(node)))
        if stated is None and nominal and head.lemma_.lower() in content_nouns():
            stated = head
        if stated is not None:
            return self._out_of_noun(stated)
        conditional = relation == "advcl" and any(
            c.dep_ == "mark" and c.lower_ in ("if", "unless") for c in node.children
        )
        if conditional or (
            nominal and told and not self.fixed
        ):  # "the story that ...": nobody is said to hold it
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
            head = node.head
            lemma = head.lemma_.lower()
            if node.dep_ in CONTENT and head.pos_ in ("VERB", "AUX"):
                if lemma in verbs("says") or lemma in verbs("believes") or lemma in verbs("denies"):
                    self.spoken_by(self._voice_of(head))
                return head if head.dep_ != "ROOT" else None
            # "said an attack by rebels killed six", "blamed an Israeli air strike"
            if node.dep_ == "dobj" and lemma in ("say", "report", "blame"):
                self.spoken_by(self._voice_of(head))
                return None
            node = node.head
        return None

    def _speaker_of(self, verb: Token) -> Token | None:
        passive = any(c.dep_ in ("auxpass", "nsubjpass") for c in verb.children)
        if passive or (verb.tag_ == "VBN" and verb.dep_ in ("acl", "advcl")):
            return agent_of(verb)
        subject = subject_of(said_with(verb))
        return None if subject is not None and subject.dep_ == "expl" else subject

    def _voice_of(self, verb: Token) -> Token | None:
        """The speaker, unless a mere piece of evidence says so."""
        speaker = self._speaker_of(verb)
        return None if speaker is not None and is_evidence(self.view, speaker) else speaker

    def _report(self, node: Token, verb: Token) -> Token | None:
        """Through the verb or adjective that takes the statement as its content."""
        asked = any(c.dep_ == "mark" and c.lower_ in ("if", "whether") for c in node.children)
        if is_told_by_noun(verb) and not asked and not self.fixed:
            return self._out_of_noun(verb.head)
        if is_judged(verb) and not asked:
            return self._report(verb, verb.head)
        lemma = verb.lemma_.lower()
        complement = next(
            (c for c in verb.children if c.dep_ in ("acomp", "attr", "oprd") and c != node), None
        )
        word = complement.lemma_.lower() if complement is not None and verb.pos_ == "AUX" else lemma
        if node.dep_ in ("csubj", "csubjpass") and complement is not None:
            word = complement.lemma_.lower()
        negated = is_negated(verb) or (complement is not None and is_negated(complement))
        if (complement or verb).lower_ in lexicon("hedges", "sure_adjectives"):
            if negated:
                self.doubt()
            self.spoken_by(subject_of(verb))
        elif self.judged(node, word, complement or verb, negated=negated):
            pass
        elif verb.pos_ == "AUX" and complement is not None and complement.lemma_.lower() in content_nouns():
            return self._noun_effect(complement, verb, negated=negated)
        elif not self._said(verb, lemma, negated=negated, asked=asked):
            return None
        if not self.fixed:
            self._local_around(verb)
        return verb

    def _said(self, verb: Token, lemma: str, *, negated: bool, asked: bool) -> bool:
        """The effect of a verb of speech; False where nobody holds the statement any more."""
        if lemma == "rule" and not any(c.lower_ == "out" for c in verb.children):
            lemma = "find"  # "the court ruled that ..."
        if is_not_enough(verb):
            self.doubt()
            return True
        if self.fixed and self.speaker is not None:
            return True
        speaker = self._speaker_of(verb)
        hands_over = lemma in verbs("says") or lemma in verbs("believes")
        if hands_over and speaker is not None and is_evidence(self.view, speaker):
            self.hedge()
            speaker = None
        if self.stance is not None:
            self.stance = stance_after(lemma, self.stance, negated=negated, asked=asked)
        if lemma in verbs("seems") or not hands_on(lemma):
            return self.stance is not None
        findings_of_another = speaker is not None and any(c.tag_ == "PRP$" for c in speaker.lefts)
        if self.stance is not None and not (findings_of_another and verb.dep_ in CONTENT):
            self.spoken_by(speaker)
        return self.stance is not None

    def _local_around(self, verb: Token) -> None:
        """Hedges and unreal forms of a verb in between ("may have been", "will say")."""
        if any(c.dep_ == "mark" and c.lower_ in ("if", "unless") for c in verb.children):
            self.stance = None

    # Nouns

    def _out_of_noun(self, noun: Token) -> Token | None:
        """From "the US assertion that ..." to what is done with the assertion."""
        if noun.dep_ == "pobj" and noun.head.lower_ in ("of", "for"):  # "evidence of Russian involvement"
            whole = noun.head.head
            noun = whole if whole.lemma_.lower() in nouns("evidence") else noun
        if any(c.dep_ == "acl" and is_enough_to_say(c) for c in noun.children):
            verb = governor(noun)
            self.spoken_by(self._speaker_of(verb) if verb is not None else None)
            return verb
        owner = owner_of_statement(self.view, noun)
        lemma = noun.lemma_.lower()
        if lemma in nouns("says") and owner is not None and self.speaker is None and self.stance is not None:
            assert self.done is not None
            self.done.append(Layer(owner, self.stance))
            stance = self.stance
            judged = verdict(self.view, noun, stance)
            if judged is None:
                self.stance = None
                return None
            (self.speaker, self.stance), self.fixed = judged, True
            return None
        verb = governor(noun)
        if verb is None:
            self.stance = None
            return None
        return self._noun_effect(noun, verb, negated=is_negated(verb) or says_no(noun) or not_able(verb))

    def _noun_effect(self, noun: Token, verb: Token, *, negated: bool) -> Token | None:
        """A statement in noun form that nobody owns: "there is no evidence that", "rejected allegations that"."""
        if self.fixed and self.speaker is not None:
            return verb if verb != noun else None
        if self.stance is not None:
            self.stance = weighed(self.stance, noun, verb, none=negated or says_no(noun))
        if self.stance is None or verb == noun:
            return None
        speaker = self._speaker_of(verb)
        self.spoken_by(None if speaker == noun else speaker)
        return verb


def _is_whole(clause: Token) -> bool:
    """As in "no evidence it was involved": a clause that lacks nothing, and not one on the noun before it."""
    lacks = any(c.tag_ in ("WDT", "WP", "WP$") for c in clause.subtree)
    did_it = any(c.dep_ == "dobj" and c.lower_ == "it" for c in clause.children)
    return not lacks and (is_passive(clause) or did_it)


def layers(
    view: View,
    node: Token,
    stance: Stance = Stance.ASSERTS,
    *,
    nominal: bool = False,
    presupposed: bool = False,
) -> list[Layer]:
    """Everybody who holds the statement whose predicate is `node`, innermost first; empty where nobody does."""
    return _Climb(stance=stance, view=view).layers(node, nominal=nominal, presupposed=presupposed)


def outward(view: View, node: Token, layer: Layer) -> list[Layer]:
    """The layer of an accuser, with the words around it: a denied or merely planned accusation is none."""
    climb = _Climb(stance=layer.stance, view=view)
    found = climb.layers(node, nominal=False, presupposed=False)
    return [replace(layer, speaker=layer.speaker or f.speaker) for f in found if f.stance == layer.stance]
