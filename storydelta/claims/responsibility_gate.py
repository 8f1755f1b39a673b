"""Whether a sentence can say at all who did it: by its words, before it is worth a parse.

It only lets sentences pass; the rules decide. A rule whose words are not in the lexicon `responsibility_gate`, nor
among the harm of the lexicon `responsibility`, would never be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from storydelta.claims.responsibility_view import lexicon
from storydelta.claims.trigger import Triggers
from storydelta.lexicon import load
from storydelta.names import GROUP, STATE, Mention, Names

_HARM, _GUILT, _JUDGED, _STATED, _OWN, _ADMITTED, _DONE, _POINTED = range(8)
_ENOUGH = ({_HARM}, {_GUILT}, {_JUDGED, _STATED}, {_JUDGED, _OWN}, {_ADMITTED, _OWN}, {_DONE, _POINTED})
"""The sorts of words of which all must stand in a sentence, one set or another."""

_WHERE = re.compile(
    r"\b(?:in|to|at|near|across|throughout|into|inside|outside|around|of|within|for|between|through)"
    r" (?:the |northern |southern |eastern |western |central |downtown )?$",
    re.IGNORECASE,
)


def may_tell(plain: str) -> bool:
    """Whether the words of a sentence are enough for any rule of responsibility."""
    found = _sorts().find(plain)
    return any(words <= found for words in _ENOUGH)


def telling_words() -> frozenset[str]:
    """Words of guilt, harm and judgement with which a sentence can hold a claim by itself."""
    gate = load("responsibility_gate")
    return frozenset((*gate["harm"], *gate["guilt"], *gate["judged"]))


def names_party(plain: str, names: Names) -> bool:
    """Whether a state or a group is named, and not merely as the place where something happened."""
    parties = [mention for mention in names.spot(plain) if mention.kind in (STATE, GROUP)]
    if not parties:
        return False
    return any(not _is_where(plain, party) for party in parties) or bool(_people().find(plain))


def _is_where(plain: str, mention: Mention) -> bool:
    """True for "in Kenya"; the work, the orders "of the Zetas" are theirs."""
    return mention.kind == STATE and bool(
        _WHERE.search(plain, max(0, mention.start - _WIDEST), mention.start)
    )


_WIDEST = 24
"""Characters of the longest preposition with a part of the world."""


@cache
def _sorts() -> Triggers:
    gate = load("responsibility_gate")
    named = lexicon("triggers", "weak") - frozenset(gate["common"])
    harm = {*named, *_each_form_of_nouns(), *gate["harm"]}
    own = lexicon("predicates", "own") | {"being"}
    return Triggers(
        [harm, gate["guilt"], gate["judged"], _each_form(lexicon("predicates", "statement_nouns")), _each_form(own),
         gate["admitted"], gate["done"], gate["pointers"]]
    )  # fmt: skip


@cache
def _people() -> Triggers:
    """Those who can act without a name, or with a place beside them."""
    return Triggers(
        [lexicon("actors", "armed") | lexicon("actors", "heads") | lexicon("actors", "state_forces")]
    )


def _each_form_of_nouns() -> Iterator[str]:
    for nouns in ("any", "military", "weapons", "events"):
        yield from _each_form(lexicon("acts", "nouns", nouns))


def _each_form(nouns: frozenset[str]) -> Iterator[str]:
    for noun in nouns:
        yield from (noun, f"{noun}s", f"{noun}es")
        if noun.endswith("y"):
            yield f"{noun[:-1]}ies"
