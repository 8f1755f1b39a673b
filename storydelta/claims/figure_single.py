"""Single victims without a number: "John Smith, 43, was shot dead", "a woman died": one each, by the parse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from storydelta import lexicon
from storydelta.claims.figure_grammar import roles
from storydelta.claims.figure_people import is_perpetrator
from storydelta.claims.figure_surface import Mention
from storydelta.model import Measure, Qualifier, Range
from storydelta.quantity import Count

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_ONE = Range(low=1, high=1, qualifier=Qualifier.EXACT)
_ROLES = frozenset(("nsubj", "nsubjpass", "dobj", "conj", "appos", "pobj", "ROOT"))
_DETERMINERS = frozenset(("a", "an", "the", "his", "her", "their", "its", "another", "my", "our"))
_MEASURES = frozenset((Measure.KILLED, Measure.INJURED, Measure.KIDNAPPED, Measure.DETAINED))
_CAPITAL = re.compile(r"[A-Z][a-z]+")


def find_mentions(doc: Doc, counts: Sequence[Count]) -> Iterator[tuple[Mention, str]]:
    """The single victims of a sentence with their population as written: a name, or "woman"."""
    starts = {count.number[0] for count in counts}
    for token in doc:
        if token.dep_ not in _ROLES or _is_counted(token, starts):
            continue
        if token.tag_ not in ("NN", "NNP") and not _is_aged(token):
            continue
        written = _written(token)
        if written is None:
            continue
        for role in roles(token):
            if role.measure in _MEASURES and role.rule not in ("nominal", "counted_noun"):
                first = next(token.subtree) if token.dep_ == "nsubj" else token
                start = min(first.idx if first.i <= token.i else token.idx, token.idx)
                count = Count(
                    start=start,
                    end=token.idx + len(token),
                    number=(token.idx, token.idx + len(token)),
                    range=_ONE,
                )
                rule = "named" if token.tag_ == "NNP" else "single"
                yield (
                    Mention(
                        count=count, measure=role.measure, rule=rule, confidence=0.8,
                        start=min(start, role.word.idx), end=max(count.end, role.word.idx + len(role.word)),
                    ),
                    written,
                )  # fmt: skip
                break


def find_in_headline(plain: str) -> Iterator[tuple[Mention, str]]:
    """The single victims of a headline that leaves out articles and auxiliaries, which a parser takes for doers: "Officer
    wounded, suspect killed in traffic stop".
    """
    for match in _headline().finditer(plain):
        if match["joint"] and not _TELLS.search(plain, 0, match.start()):
            continue  # "Father, daughter found dead" are two
        told = next(name for name in _HEADLINE_WORDS if match[name])
        low, high = match.span("who")
        count = Count(start=low, end=high, number=(low, high), range=_ONE)
        yield (
            Mention(
                count=count, measure=Measure(told), rule="single", confidence=0.8, start=low, end=match.end(told)
            ),
            match["who"],
        )  # fmt: skip


_HEADLINE_WORDS = {
    "killed": r"(?:fatally )?killed|dead|slain|dies|shot dead|fatally shot|shot to death|shot and killed|stabbed to death|found dead|gunned down",
    "injured": r"wounded|injured|hurt|hospitalized|critically (?:wounded|injured|hurt)|seriously (?:wounded|injured|hurt)",
    "detained": r"arrested|charged|in custody|jailed|held|detained",
}
_TELLS = re.compile(
    r"\b(?:killed|dead|slain|dies|shot|wounded|injured|hurt|arrested|charged|held|jailed|custody)\b",
    re.IGNORECASE,
)


@cache
def _headline() -> re.Pattern[str]:
    persons = lexicon.alternatives(_persons())
    told = "|".join(rf"(?P<{name}>{words})" for name, words in _HEADLINE_WORDS.items())
    before = r"(?:(?!a |an |the |his |her |their |one |two |three |four |five |six |seven |eight |nine )[a-z][\w-]* ){0,2}?"
    return re.compile(
        rf"(?:^|(?P<joint>[,;] (?:and )?)|: ){before}(?P<who>{persons})(?:, \d{{1,2}},?)? (?:{told})(?=[,;:.]|$| (?:in|at|by|after|when|as|on|during|while|near|outside|following|over|for|and|with)\b)",
        re.IGNORECASE,
    )


def _is_counted(token: Token, starts: set[int]) -> bool:
    return any(child.idx in starts or child.dep_ == "nummod" for child in token.children if child.i < token.i)


def _is_aged(token: Token) -> bool:
    """Whether a word ends "a 19-year-old", who is a person."""
    return (
        token.lower_ == "old"
        and token.i > 1
        and token.nbor(-1).text == "-"
        and token.nbor(-2).lower_ in ("year", "month")
        and not (token.dep_ == "amod" or (token.head.i == token.i + 1 and token.head.pos_ == "NOUN"))
    )


def _written(token: Token) -> str | None:
    """How the single person is written, or None where it is none."""
    left = [t for t in token.lefts if t.dep_ in ("compound", "amod", "nmod")]
    determiners = {t.lower_ for t in token.lefts if t.dep_ in ("det", "poss")}
    if token.dep_ == "appos" and is_perpetrator(token.head.text):
        return None  # "the suspect, John Smith, died": told of the suspect
    if token.tag_ == "NNP":
        words = [t.text for t in left if t.dep_ == "compound"] + [token.text]
        named = len(words) > 1 and all(_CAPITAL.match(w) for w in words) and not determiners
        if words[-1].lower() in _no_names():  # "Oakford Police"; in capitals also "Girl Found Dead"
            words = words[:-1]
            named = named and words[-1].lower() in _persons()
        return " ".join(words) if named else None
    if _is_aged(token):
        return "".join(t.text for t in token.doc[max(0, token.i - 4) : token.i + 1])
    possessed = {t.lower_ for t in token.lefts if t.dep_ == "poss" and t.tag_ in ("NN", "NNS", "NNP")}
    if token.lower_ not in _persons() or determiners - _DETERMINERS - possessed:
        return None
    return token.text


@cache
def _no_names() -> frozenset[str]:
    """Last words of what is written like a name and is none: "Oakford Police", "Lake Drive"."""
    return frozenset(lexicon.load("people")["not_names"])


@cache
def _persons() -> frozenset[str]:
    return frozenset(lexicon.load("people")["persons"])
