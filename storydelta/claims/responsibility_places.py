"""Where a sentence speaks of who did it: each place with its actor, found in the grammar.

A place is a predicate ("X was behind it"), an accusation with its accuser, an own act ("X claimed responsibility"),
or an act of harm whose author stands in it ("X attacked", "hit by X", "a Russian strike").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydelta.claims.responsibility_accusations import accusation, frames
from storydelta.claims.responsibility_agency import agency, behind
from storydelta.claims.responsibility_blame import held_responsible, identified, lies_with
from storydelta.claims.responsibility_called import called
from storydelta.claims.responsibility_deeds import deed, of_noun
from storydelta.claims.responsibility_orders import ordered
from storydelta.claims.responsibility_own import admission, own_act
from storydelta.claims.responsibility_place import Place
from storydelta.claims.responsibility_view import View, lemma_of, lexicon

if TYPE_CHECKING:
    from spacy.tokens import Token


def places(view: View) -> Iterator[Place]:
    """All places of a parsed sentence, in the order of their words."""
    for token in view.doc:
        lemma = lemma_of(token)
        if token.pos_ in ("VERB", "AUX") or token.tag_.startswith("VB"):
            yield from _of_verb(view, token, lemma)
        elif token.pos_ in ("NOUN", "PROPN"):
            yield from of_noun(view, token, lemma)
        elif token.pos_ == "ADJ" and lemma in lexicon("predicates", "adjectives"):
            yield from held_responsible(token)
        if token.lower_ == "behind" and token.dep_ == "prep":
            yield from behind(token)


def _of_verb(view: View, verb: Token, lemma: str) -> Iterator[Place]:
    for frame in frames().get(lemma, ()):
        accusing = list(accusation(view, verb, frame))
        if accusing:
            yield from accusing
            return
    own = [*own_act(view, verb, lemma), *admission(view, verb, lemma)]
    if own:
        yield from own
        return
    yield from called(view, verb, lemma)
    yield from agency(view, verb, lemma)
    yield from identified(view, verb, lemma)
    yield from lies_with(verb, lemma)
    yield from deed(view, verb, lemma)
    yield from ordered(verb, lemma)
