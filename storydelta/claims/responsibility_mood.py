"""Whether a predicate states a deed at all: not where it merely may, will or is to be done, or nobody does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.speaker_phrase import object_of

if TYPE_CHECKING:
    from spacy.tokens import Token


def is_potential(verb: Token) -> bool:
    """As in "could attack" is no deed; "could have attacked" and "could be behind" may be one."""
    modal = any(c.dep_ == "aux" and c.lower_ in ("may", "might", "could") for c in verb.children)
    return (
        modal
        and verb.lemma_ not in ("be", "have")
        and not any(c.lemma_ in ("have", "be") and c.dep_ in ("aux", "auxpass") for c in verb.children)
    )


def is_unreal(verb: Token) -> bool:
    """A future, a wish or a plain infinitive that states no deed."""
    auxiliaries = [c for c in verb.children if c.dep_ in ("aux", "auxpass")]
    if any(c.lower_ in lexicon("hedges", "unreal") for c in auxiliaries):
        return True
    infinitive = any(c.lower_ == "to" and c.tag_ == "TO" for c in auxiliaries)
    if infinitive and verb.head.lower_ == "going":
        return True
    if infinitive and (
        verb.head.lemma_
        in ("go", "come", "rush", "appear", "continue", "begin", "manage", "attempt", "try", "seek")
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


def is_by_nobody(verb: Token) -> bool:
    """As in "no group carried out", "no foreigners are held by"."""
    subject = next((c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None and verb.dep_ == "acl":
        subject = verb.head
    return subject is not None and (
        subject.lower_ in ("none", "neither") or any(c.lower_ in ("no", "neither") for c in subject.children)
    )
