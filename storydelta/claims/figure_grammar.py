"""Figures by the grammar of the sentence: who is subject or object of what, through passives and conjunctions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims.figure_surface import Mention, words
from storydelta.model import Measure

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from storydelta.quantity import Count

_INTO_HEAD = frozenset(
    ("nummod", "quantmod", "det", "amod", "compound", "advmod", "npadvmod", "nmod", "predet")
)
_SHARED = frozenset(("conj", "appos"))
_PASSIVE = frozenset(("nsubjpass", "csubjpass"))
_STEPS = 6
_REPORTED = frozenset(
    ("report", "believe", "fear", "say", "think", "know", "presume", "confirm", "understand")
)
_SOME = frozenset(("none", "not", "them", "least", "some"))


@dataclass(frozen=True, slots=True)
class Role:
    """What the sentence says happened to a noun: the rule that says so and the word that tells it."""

    measure: Measure
    rule: str
    word: Token


def find_mentions(doc: Doc, counts: Sequence[Count]) -> Iterator[Mention]:
    """What the grammar says of each count, several things where it says several."""
    for count in counts:
        noun = counted_noun(doc, count)
        if noun is None:
            continue
        for role in roles(noun):
            if any(t.text in ("/", "|") for t in doc[role.word.i : noun.i]):
                continue  # a line of a table: "3 killed / 10 wounded"
            start = min(count.start, role.word.idx)
            yield Mention(
                count=count, measure=role.measure, rule=role.rule, confidence=0.92, start=start,
                end=max(count.end, role.word.idx + len(role.word)),
            )  # fmt: skip


def counted_noun(doc: Doc, count: Count) -> Token | None:
    """The noun that a count belongs to: "soldiers" in "three young soldiers"; the number itself where it stands alone."""
    low, high = count.number
    inside = [token for token in doc if low <= token.idx < high]
    if not inside:
        return None
    node = next((t for t in reversed(inside) if not low <= t.head.idx < high or t.head is t), inside[-1])
    for _ in range(_STEPS):
        if node.dep_ not in _INTO_HEAD or node.head.i < node.i or node.head.pos_ in ("VERB", "AUX"):
            break
        if node.dep_ == "nmod" and node.head.pos_ not in ("NOUN", "PROPN"):
            break
        if node.head.pos_ == "NUM" and any(t.dep_ == "cc" for t in doc[node.i : node.head.i]):
            break
        if any(t.text == "," and t.nbor(-1).lower_ in _told() for t in doc[node.i + 1 : node.head.i]):
            break  # a headline: "Eight injured, suspect held"
        node = node.head
    return node


def roles(noun: Token) -> Iterator[Role]:
    """Own roles of a noun; where it has none, those of what it is joined to."""
    node = noun
    for step in range(_STEPS):
        found = list(_own(node, inherited=step > 0))
        if step == 0 and noun.lower_ in lexicon.load("quantity")["vague"]:
            found += [
                role for told in _told_of(noun) for role in _modifies(told)
            ]  # "dozens of people killed by ..."
        if found:
            yield from found
            return
        if (
            node.dep_ == "pobj"
            and node.head.lower_ == "of"
            and node.head.head.pos_ in ("NOUN", "NUM", "PRON")
            and step == 0
        ):
            return
        if node.dep_ not in _SHARED or node.head.pos_ not in ("NOUN", "PROPN", "NUM", "PRON", "ADJ"):
            return
        if _opens_clause(node):
            return
        node = node.head


def _told_of(noun: Token) -> Iterator[Token]:
    """The participles and relative clauses on what stands behind "of"."""
    inner = [t for child in noun.children if child.lower_ == "of" for t in child.children if t.dep_ == "pobj"]
    return (told for t in inner for told in t.children if told.dep_ in ("acl", "relcl"))


def is_told_of_another(doc: Doc, mention: Mention) -> bool:
    """Whether the grammar gives the verb of a surface reading another subject, of which the count is only told in a
    clause of its own: "the man who shot four was killed".
    """
    noun = counted_noun(doc, mention.count)
    if noun is None or mention.end <= mention.count.end:
        return False
    verb = next((t for t in reversed(doc) if t.idx < mention.end and t.pos_ in ("VERB", "AUX", "ADJ")), None)
    subjects = (
        [c for t in (verb, verb.head) for c in t.lefts if c.dep_ in ("nsubj", "nsubjpass")] if verb else []
    )
    if not subjects or subjects[0].i >= noun.i:
        return False
    subject = subjects[0]
    between = [noun, *noun.ancestors]
    return subject in between and any(t.dep_ == "relcl" for t in between[: between.index(subject)])


def _opens_clause(noun: Token) -> bool:
    """Whether a joined noun is in truth the subject of the verb behind it: "killed 12 people and 30 others survived"."""
    if noun.i + 1 >= len(noun.doc):
        return False
    after = noun.nbor(1)
    verb = after.head if after.dep_ in ("aux", "auxpass") else after
    finite = after.tag_ in ("VBZ", "VBP", "MD") or (after.tag_ == "VBD" and after.dep_ != "acl")
    return finite and not any(
        child.dep_ in ("nsubj", "nsubjpass", "csubj", "expl") for child in verb.children
    )


def _own(noun: Token, *, inherited: bool) -> Iterator[Role]:
    head, dep = noun.head, noun.dep_
    if dep in _PASSIVE:
        yield from _happened(head, "object", "passive")
        for said in (c for c in head.children if c.dep_ == "xcomp" and head.lemma_.lower() in _REPORTED):
            passive = any(c.dep_ == "auxpass" for c in said.children)  # "are reported to have been killed"
            yield from _happened(
                said, "object" if passive else "subject", "passive" if passive else "subject"
            )
    elif dep in ("dobj", "obj", "dative"):
        yield from _happened(head, "object", "object")
    elif dep == "nsubj":
        yield from _as_subject(head)
    elif dep == "pobj" and head.lower_ == "of" and head.head.lemma_.lower() in _words("noun"):
        yield Role(_words("noun")[head.head.lemma_.lower()], "noun_of", head.head)
    if not inherited:
        yield from _by_itself(noun)


def _by_itself(noun: Token) -> Iterator[Role]:
    """What a noun says alone or with its modifiers: "12 dead", "12 deaths", "12 wounded men"."""
    if noun.lemma_.lower() in _words("state") or noun.lower_ in _words("state"):
        measure = _words("state").get(noun.lower_) or _words("state")[noun.lemma_.lower()]
        yield Role(measure, "nominal", noun)
    elif noun.lemma_.lower() in _counted_nouns() and noun.i > 0:
        yield Role(_words("noun")[noun.lemma_.lower()], "counted_noun", noun)
    for child in noun.children:
        if child.dep_ in ("amod", "acl", "relcl", "acomp"):
            yield from _modifies(child)


def _as_subject(verb: Token) -> Iterator[Role]:
    yield from _happened(verb, "subject", "subject")
    for other in verb.children:
        passive = other.dep_ == "conj" and any(c.dep_ == "auxpass" for c in other.children)
        if passive and _shares(verb, other, "subject"):
            yield from _happened(other, "object", "passive")  # "the three fled and were arrested"
    if verb.lower_ in _words("state") and not _has_object(verb):
        yield Role(_words("state")[verb.lower_], "predicate", verb)
    if verb.lemma_ in ("be", "remain", "lie", "become", "get", "'s", "s"):
        for child in verb.children:
            if child.dep_ in ("acomp", "attr", "oprd") and child.lower_ in _words("state"):
                yield Role(_words("state")[child.lower_], "predicate", child)
    if verb.tag_ == "VBN" and verb.lemma_.lower() in _words("object") and not _has_object(verb):
        yield Role(_words("object")[verb.lemma_.lower()], "headline", verb)


def _modifies(child: Token) -> Iterator[Role]:
    """A participle, adjective or relative clause on a noun: "12 people killed", "12 wounded men", "12 who died"."""
    if child.tag_ in ("VBN", "VBD") and _has_object(child):
        return  # a verb of others: "killed 20 in the north, injured dozens"
    if child.lower_ in _words("state"):
        yield Role(_words("state")[child.lower_], "modifier", child)
    elif child.dep_ == "relcl":
        own = {t.dep_ for t in child.children if t.tag_ in ("WP", "WDT")}
        if own & _PASSIVE:
            yield from _happened(child, "object", "relative")
        elif "nsubj" in own:
            yield from _happened(child, "subject", "relative")
        elif own & {"dobj"}:
            yield from _happened(child, "object", "relative")
    elif child.tag_ == "VBN" or (child.dep_ == "acl" and child.tag_ == "VBD"):
        yield from _happened(child, "object", "modifier")


def _happened(verb: Token, side: str, rule: str) -> Iterator[Role]:
    """What a verb says of its object or subject, with its complements, and with verbs joined to it that share it."""
    complements = _complements(verb)
    pairs = _pairs(side)
    for word in complements:
        measure = pairs.get((verb.lemma_.lower(), word)) or pairs.get((word, verb.lemma_.lower()))
        if measure:
            yield Role(measure, f"{rule}_pair", verb)
            break
    else:
        if verb.lemma_.lower() in _words(side):
            yield Role(_words(side)[verb.lemma_.lower()], rule, verb)
    for other in verb.children:
        if other.dep_ == "conj" and other.pos_ == "VERB" and _shares(verb, other, rule):
            if other.lemma_.lower() in _words(side):
                yield Role(_words(side)[other.lemma_.lower()], rule, other)
            elif side == "object" and rule != "object" and other.lemma_.lower() in _words("subject"):
                yield Role(_words("subject")[other.lemma_.lower()], "subject", other)  # "were shot and died"


def _shares(verb: Token, other: Token, rule: str) -> bool:
    """Whether the second verb takes the noun too: "were killed or wounded"; not "were killed and 12 were wounded"."""
    if any(c.dep_ in ("nsubj", "nsubjpass", "dobj") for c in other.children):
        return False
    if any(t.pos_ == "NUM" for t in verb.doc[verb.i : other.i]):
        return False
    return rule != "object" or other.tag_ == verb.tag_


def _complements(verb: Token) -> list[str]:
    words = []
    for child in verb.children:
        if child.lower_ == "fatally" and _is_of_some(child):
            continue
        if child.dep_ in ("oprd", "acomp", "dobj", "prt", "xcomp", "advmod", "attr") or (
            (child.dep_ == "conj" and verb.lemma_ == "shoot" and not _has_parties(child))
            or (child.dep_ == "advcl" and child.pos_ == "ADJ")
        ):
            words += [child.lemma_.lower(), child.lower_]
            words += [g.lower_ for g in child.children if g.dep_ == "prep"]
        if child.dep_ in ("prep", "agent"):
            words += [g.lemma_.lower() for g in child.children if g.dep_ == "pobj"]
    return words


def _is_of_some(adverb: Token) -> bool:
    """Whether an adverb is told of some, or of nobody: "nine were shot, none fatally", "were shot - eight of them fatally"."""
    before = adverb.nbor(-1) if adverb.i > 0 else None
    return before is not None and (before.pos_ == "NUM" or before.lower_ in _SOME)


def _has_parties(verb: Token) -> bool:
    """Whether a joined verb is told of somebody else: "four were shot and one was killed"."""
    return any(child.dep_ in ("nsubj", "nsubjpass", "dobj", "obj") for child in verb.children)


def _has_object(verb: Token) -> bool:
    return any(child.dep_ in ("dobj", "obj") for child in verb.children)


@cache
def _words(name: str) -> dict[str, Measure]:
    grammar = lexicon.load("figures")["grammar"]
    return {word: measure for measure in Measure for word in grammar[measure][name]}


@cache
def _pairs(side: str) -> dict[tuple[str, str], Measure]:
    grammar = lexicon.load("figures")["grammar"]
    found: dict[tuple[str, str], Measure] = {}
    for measure in Measure:
        for entry in grammar[measure]["pair"]:
            first, second, *mark = entry.split()
            if bool(mark) == (side == "subject"):
                found[first, second] = measure
    return found


@cache
def _told() -> frozenset[str]:
    return frozenset(word for name in ("past", "state") for word in words(name))


@cache
def _counted_nouns() -> frozenset[str]:
    return frozenset(
        (
            "death",
            "fatality",
            "arrest",
            "killing",
            "murder",
            "homicide",
            "kidnapping",
            "abduction",
            "detention",
        )
    )
