"""Noun phrases in a parsed sentence: their bounds, who they coordinate, what governs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
_LEFT = frozenset(
    {"compound", "amod", "poss", "nmod", "nummod", "quantmod", "case", "punct", "det", "advmod"}
)
_INSIDE = frozenset({"of", "for", "in", "from", "at", "to", "with", "within"})
_PRONOUNS = frozenset(
    {"he", "she", "it", "they", "we", "i", "him", "her", "them", "us", "himself", "itself", "themselves"}
)


_CHAIN = 5
"""Verbs that may share a subject, one hanging on the other."""


def is_pronoun(token: Token) -> bool:
    if token.text == "US":
        return False
    return token.lower_ in _PRONOUNS or token.tag_ in ("PRP", "WP", "WDT", "EX")


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb, its own or the one that it shares with the verb before it or above it."""
    current: Token | None = verb
    for _ in range(_CHAIN):
        if current is None:
            break
        own = next((child for child in current.children if child.dep_ in SUBJECTS), None)
        if own is not None:
            return _antecedent(own)
        if current.dep_ == "relcl" or (current.dep_ == "acl" and current.tag_ == "VBG"):
            return _relative_head(current)
        if current.dep_ not in ("conj", "xcomp", "advcl", "acomp") or current.head.pos_ not in (
            "VERB",
            "AUX",
            "ADJ",
        ):
            return None
        if current.dep_ == "advcl" and current.tag_ != "VBG":
            return None
        current = current.head
    return None


def _antecedent(token: Token) -> Token:
    """For "who" and "which" the noun that they stand for."""
    relative = token.tag_ in ("WP", "WDT") or (token.lower_ == "that" and token.tag_ == "DT")
    if not relative:
        return token
    return _relative_head(token.head) if token.head.dep_ == "relcl" else (cleft(token.head) or token)


def cleft(verb: Token) -> Token | None:
    """For the verb of "it was Kenya that attacked" Kenya, where the parser hangs the verb on "was"."""
    copula = verb.head
    it = any(c.dep_ in ("nsubj", "expl") and c.lower_ == "it" for c in copula.children)
    if verb.dep_ not in ("ccomp", "advcl", "acl") or copula.lemma_ != "be" or not it:
        return None
    return next((c for c in copula.children if c.dep_ == "attr" and c.i < verb.i), None)


def _relative_head(verb: Token) -> Token:
    """The noun that a relative clause is about; of "the US and Britain, which both deny" the first."""
    head = verb.head
    while head.dep_ == "conj" and any(c.lower_ in ("both", "all") for c in verb.children):
        head = head.head
    return head


def agent_of(verb: Token) -> Token | None:
    """The noun after "by" of a passive verb."""
    for child in verb.children:
        if child.dep_ in ("agent", "prep") and child.lower_ == "by":
            return object_of(child)
    return None


def object_of(verb: Token) -> Token | None:
    """The object of a verb or a preposition."""
    return next((child for child in verb.children if child.dep_ in ("dobj", "pobj", "obj", "attr")), None)


def preposition(head: Token, *words: str) -> Token | None:
    """The noun (or gerund) that a preposition ties to `head`."""
    for child in head.children:
        if child.dep_ in ("prep", "agent", "dative", "prt") and child.lower_ in words:
            return next((c for c in child.children if c.dep_ in ("pobj", "pcomp")), None)
    return None


def bounds(head: Token, *, inside: bool = True) -> tuple[int, int]:
    """Character span of the noun phrase around `head`: its modifiers, "of the ministry", an acronym in brackets.

    Relative clauses, coordinated nouns and participles stay outside. `inside` False leaves prepositions outside too.
    """
    doc = head.doc
    first = last = head.i
    for child in reversed(list(head.lefts)):
        if child.dep_ not in _LEFT or (child.dep_ == "punct" and child.text not in "'\"-[("):
            break
        first = child.left_edge.i
    for child in head.rights:
        last = max(last, _extended(child, last, inside=inside))
    while first < last and doc[first].text in "\"'-[(,":
        first += 1
    return doc[first].idx, doc[last].idx + len(doc[last])


def _extended(child: Token, last: int, *, inside: bool) -> int:
    """The last token of a phrase that a right-hand child continues; `last` where it does not."""
    doc = child.doc
    if child.dep_ in ("case", "compound", "nummod", "npadvmod", "nmod") and child.i == last + 1:
        return child.right_edge.i
    if child.dep_ == "prep":
        joined = inside and child.lower_ in _INSIDE and child.i <= last + 1
        return _end_of_preposition(child, last) if joined else last
    if child.dep_ not in ("appos", "nmod", "npadvmod"):
        return last
    if child.dep_ == "appos" and _bracketed(doc, child):
        closing = min(child.right_edge.i + 1, len(doc) - 1)
        return closing if doc[closing].text in ")]" else child.right_edge.i
    if child.left_edge.i == last + 1 and child.left_edge.text not in ",-(":
        return _end_of_apposition(child)
    return last


def _end_of_apposition(noun: Token) -> int:
    """The last token of a name set directly behind its kind: "the group Jaish al-Adl"."""
    prep = next(
        (
            c
            for c in noun.rights
            if c.dep_ == "prep" and c.lower_ in ("of", "in", "for") and c.i == noun.i + 1
        ),
        None,
    )
    return _end_of_preposition(prep, noun.i) if prep is not None else noun.i


def _end_of_preposition(prep: Token, before: int) -> int:
    """The last token of "of the ministry", without clauses that follow it; `before` where it is no part of a name."""
    noun = next((c for c in prep.children if c.dep_ == "pobj"), None)
    if noun is None or noun.pos_ not in ("NOUN", "PROPN") or noun.ent_type_ == "DATE":
        return before
    end = noun.i
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ in ("of", "for", "in") and child.i == end + 1:
            end = _end_of_preposition(child, end)
        elif child.dep_ in ("case", "compound") and child.i == end + 1:
            end = child.i
    return end


def _bracketed(doc: Doc, token: Token) -> bool:
    return token.left_edge.i > 0 and doc[token.left_edge.i - 1].text in "(["


def interjected(clause: Token) -> Token | None:
    """The verb of speech that is set between commas into a clause: "the bomb, police said, was planted by ETA"."""
    subject = next((c for c in clause.children if c.dep_ in SUBJECTS), None)
    nearby: list[Token] = [*clause.children, *(subject.children if subject is not None else ())]
    for child in nearby:
        first, last = child.left_edge, child.right_edge
        if child.dep_ != "parataxis" and (child.head != subject or not _is_bare_clause(child)):
            continue
        if child.pos_ != "VERB" or first.i == 0 or last.i + 1 >= len(child.doc):
            continue
        last = last.nbor(-1) if last.text == "," else last
        if first.text == ",":
            first = first.nbor(1)
        if first.nbor(-1).text == "," and last.nbor(1).text == "," and first.i > clause.left_edge.i:
            return child
    return None


def according_to(clause: Token) -> Token | None:
    """Who says it where "according to" is set into a clause: "forty houses, according to the mayor, burned"."""
    subject = next((c for c in clause.children if c.dep_ in SUBJECTS), None)
    nearby: list[Token] = [*clause.children, *(subject.children if subject is not None else ())]
    for child in nearby:
        if child.lower_ == "according" and child.i > 0 and child.nbor(-1).text == ",":
            return next((who for to in child.children if (who := object_of(to)) is not None), None)
    return None


def _is_bare_clause(verb: Token) -> bool:
    """As in ", the governor believes,", which the parser ties to the noun before it."""
    own = any(c.dep_ == "nsubj" and c.i < verb.i for c in verb.children)
    relative = any(c.tag_ in ("WDT", "WP", "WP$", "WRB") for c in verb.subtree)
    return verb.dep_ == "relcl" and own and not relative and object_of(verb) is None


def appositions(head: Token) -> Iterator[Token]:
    """Nouns set beside a name: "Jane Doe, a spokeswoman for the ministry"."""
    for child in head.children:
        if child.dep_ == "appos" and not _bracketed(head.doc, child):
            yield child


def coordinated(head: Token) -> list[Token]:
    """The noun and those joined to it by "and" or "or"."""
    joined = [t for t in head.conjuncts if t.i > head.i]
    for child in head.children:  # "the colonel, two lieutenants, and two soldiers", which is no apposition
        counted = any(c.dep_ == "nummod" for c in child.lefts) and any(c.dep_ == "conj" for c in child.rights)
        others = [t for t in (*child.conjuncts, *joined) if t.i > child.i]
        named = _is_full_name(head) and _is_full_name(child) and any(map(_is_full_name, others))
        if child.dep_ == "appos" and (named or (counted and not joined)):
            joined = [child, *child.conjuncts, *joined]
    return [head, *(t for t in joined if t.pos_ in ("NOUN", "PROPN", "PRON", "ADJ"))]


def _is_full_name(noun: Token) -> bool:
    return noun.pos_ == "PROPN" and any(c.dep_ == "compound" and c.pos_ == "PROPN" for c in noun.lefts)


def is_negated(verb: Token) -> bool:
    """True where "not", "never" or "no longer" stands with the verb."""
    if any(c.dep_ == "preconj" and c.lower_ == "neither" for c in (*verb.children, *verb.head.children)) and (
        verb.dep_ == "conj" or any(c.dep_ == "preconj" for c in verb.children)
    ):
        return True
    return any(
        child.dep_ == "neg" or child.lower_ in ("not", "n't", "never", "hardly", "scarcely")
        for child in verb.children
    )
