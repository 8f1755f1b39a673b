"""Answers to a claim of the same sentence: "..., which Moscow denies", "..., a charge that Kyiv called absurd"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import is_passive, own_subject
from storydelta.claims.responsibility_speech import handing_on
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import agent_of, is_negated, is_pronoun, object_of, subject_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def answers(view: View) -> Iterator[tuple[Token, Token]]:
    """(who denies, the verb) of every denial that hangs on what was said before it in the sentence."""
    for verb in view.doc:
        if verb.pos_ != "VERB" or is_negated(verb):
            continue
        if denies_it(verb):
            who = agent_of(verb) if is_passive(verb) else subject_of(verb)
            if who is not None and not (is_pronoun(who) and who.lower_ not in ("it", "he", "she", "they")):
                yield who, verb
            continue
        if not _denies(verb):
            continue
        passive = verb.dep_ == "acl" and verb.tag_ == "VBN"
        who = agent_of(verb) if passive else subject_of(verb)
        if who is not None and not is_pronoun(who) and _is_about_the_claim(verb, passive=passive):
            yield who, verb


def denies_it(verb: Token) -> bool:
    """As in "denied this", "rejected that as baseless", "said it was a lie": of what was told before."""
    lemma = verb.lemma_.lower()
    if lemma in lexicon("predicates", "deny_verbs") | lexicon("predicates", "reject"):
        thing = own_subject(verb) if is_passive(verb) else object_of(verb)
        return thing is not None and thing.lower_ in ("it", "this", "that")
    if lemma not in handing_on():
        return False
    return any(c.dep_ == "ccomp" and _is_called_false(c) for c in verb.children)


def means_both(who: Token) -> bool:
    """As in "which both sides deny", "which both deny"."""
    return who.lower_ in ("both", "each") or any(c.lower_ in ("both", "each") for c in who.lefts)


def calls_it_false(view: View) -> Iterator[Token]:
    """As in "that is nonsense" as the whole of what somebody says."""
    yield from (t for t in view.doc if t.dep_ == "ROOT" and _is_called_false(t))


def _is_called_false(verb: Token) -> bool:
    """As in "it was a lie"; not "it was wrong to go"."""
    about = subject_of(verb)
    if verb.lemma_ != "be" or is_negated(verb) or about is None or about.lower_ not in ("it", "this", "that"):
        return False
    what = [c for c in verb.children if c.dep_ in ("attr", "acomp")]
    bare = not any(c.dep_ in ("ccomp", "xcomp", "acl", "csubj") for t in (verb, *what) for c in t.children)
    return bare and bool({t.lemma_.lower() for t in what} & lexicon("hedges", "deny_adjectives"))


def _denies(verb: Token) -> bool:
    lemma = verb.lemma_.lower()
    if lemma in lexicon("predicates", "deny_verbs") | lexicon("predicates", "reject"):
        return True
    if lemma not in lexicon("predicates", "calls"):
        return False
    return any(t.lemma_.lower() in lexicon("hedges", "deny_adjectives") for t in verb.subtree)


def _is_about_the_claim(verb: Token, *, passive: bool) -> bool:
    """True for a clause on "a charge", "an accusation", and for ", which ..." on whatever the parser hangs it on."""
    if verb.dep_ not in ("relcl", "acl"):
        return False
    head = verb.head
    if head.lemma_.lower() in lexicon("predicates", "statement_nouns") and head.i > 0:
        return head.dep_ in ("appos", "npadvmod", "attr", "dobj", "conj", "oprd", "pobj", "dep") and _set_off(
            head
        )
    if passive:
        return False
    which = next(
        (c for c in verb.children if c.lower_ == "which" and c.dep_ in ("dobj", "nsubj", "pobj")), None
    )
    alone = not any(c.dep_ in ("xcomp", "ccomp", "pcomp") for c in verb.children)
    return (
        alone and which is not None and which.dep_ != "nsubj" and which.i > 0 and which.nbor(-1).text == ","
    )


def _set_off(noun: Token) -> bool:
    first = noun.left_edge
    return first.i > 0 and first.nbor(-1).text in (",", "-", "--", "\u2013", "\u2014", "(")
