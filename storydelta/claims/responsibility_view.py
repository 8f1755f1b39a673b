"""A sentence as the rules of responsibility look at it: its grammar and the known names in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from storydelta.claims.speaker_phrase import bounds, is_pronoun
from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import GROUP, PERSON, STATE, Mention, Names, fold, member_of, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


@cache
def lexicon(*path: str) -> frozenset[str]:
    """A word list of the lexicon `responsibility`: `lexicon("hedges", "suspect")`."""
    found: Any = load("responsibility")
    for key in path:
        found = found[key]
    return frozenset(found)


def lemma_of(token: Token) -> str:
    """The lemma in lower case, right also where the tagger is known to get it wrong ("staged": "stag")."""
    lemma = token.lemma_.lower()
    corrected: str = load("responsibility")["acts"]["misread"].get(lemma, lemma)
    return corrected


@dataclass(frozen=True)
class View:
    """`text` is the core of a sentence, without "- Kremlin" or "according to ..."; `doc` its grammar, token by token."""

    text: str
    doc: Doc
    names: Names

    @cached_property
    def mentions(self) -> list[Mention]:
        return self.names.spot(self.text)

    def mention_at(self, token: Token) -> Mention | None:
        """The known name that a token is part of."""
        start = token.idx
        return next((m for m in self.mentions if m.start <= start < m.end), None)

    def mentions_in(self, start: int, end: int) -> list[Mention]:
        return [m for m in self.mentions if start <= m.start and m.end <= end]

    def span(self, head: Token, *, inside: bool = True) -> tuple[int, int]:
        """The noun phrase around a token; a known name in it is never cut."""
        start, end = bounds(head, inside=inside)
        own = self.mention_at(head)
        if own:
            start, end = min(start, own.start), max(end, own.end)
        for mention in self.mentions:
            if mention.start < end <= mention.end or mention.start <= start < mention.end:
                start, end = min(start, mention.start), max(end, mention.end)
        return start, self._with_name(start, end) if inside else end

    def _with_name(self, start: int, end: int) -> int:
        """The end of "members of the rebel organization" with the name that the parser tied elsewhere."""
        last = self.text[start:end].rsplit(" ", 1)[-1]
        name = _NAME_BEHIND.match(self.text, end) if " of " in self.text[start:end] else None
        return name.end() if name and last in lexicon("actors", "groups") else end


_NAME_BEHIND = re.compile(r" [A-Z][\w'-]+(?: [A-Z][\w'-]+)+")

Party: TypeAlias = "tuple[Name, tuple[int, int]]"
"""A name and where it stands."""


def as_actor(view: View, head: Token, *, loose: bool) -> Party | None:
    """The party that a noun stands for, with its span; None for nobody in particular and for what cannot act.

    `loose`: the rule has said that an actor stands here, so a capitalised name will do; otherwise it has to be a
    group or a state that the aliases know, or a kind of people that is known by its head ("Zapata Front rebels").
    """
    if (
        is_pronoun(head)
        or head.lower_ in lexicon("actors", "never")
        or head.pos_ in ("ADP", "CCONJ", "SCONJ", "PUNCT", "NUM")
    ):
        return None
    start, end = _without_act(view, head)
    written = _without_hedges(view.text[start:end])
    quoted = written.rpartition('"')[2].strip()
    if (
        written.count('"') == 1
        and (view.text[:start].endswith('"') or view.text[end:].startswith('"'))
        and view.names.kind(view.names.name(quoted or written).id) is None
    ):
        written = written.replace('"', "")  # "separatist" groups
    elif written.count('"') % 2:
        written = written.rpartition('"')[2].strip() or written.partition('"')[0].strip()
    if not written:
        return None
    start = max(start, view.text.rfind(written, 0, end))
    party = view.names.name(written), (start, start + len(written))
    own = view.mention_at(head)
    if own and own.kind == STATE and _are_nationals(view, head):
        return None
    if view.names.kind(party[0].id) == PERSON or (own and own.kind not in (STATE, GROUP)):
        return party if loose else None
    if own:
        return None if own.place and not loose else party
    return _set_beside(view, head) or _unlisted(view, head, party, loose=loose)


def _are_nationals(view: View, head: Token) -> bool:
    """As in "a Ukrainian", "three Russians", who are not the state."""
    people = fold(head.text) in view.names.people and head.tag_.startswith("N") and head.head.pos_ != "NOUN"
    return people and any(
        c.dep_ == "nummod" or c.lower_ in ("a", "an", "some", "several") for c in head.lefts
    )


def _without_act(view: View, head: Token) -> tuple[int, int]:
    """The party's phrase, without the act that the parser may have tied to it: "Syria for the gas attack"."""
    start, end = view.span(head)
    for word in head.doc[head.i + 1 :]:
        if word.idx >= end:
            break
        if word.dep_ != "prep" or view.mention_at(word) or not head.is_ancestor(word):
            continue
        of_harm = any(
            c.dep_ == "pobj" and c.lemma_.lower() in lexicon("acts", "nouns", "any") for c in word.children
        )
        if of_harm or (word.head == head and word.lower_ in ("for", "with", "to", "at", "over")):
            return start, max(head.idx + len(head), word.idx - 1)
    return start, end


def _unlisted(view: View, head: Token, party: Party, *, loose: bool) -> Party | None:
    """A party whose head is no known name: "FMLN guerrillas", "Zapata Front", "police", "drug traffickers"."""
    name, span = party
    folded, lower = fold(name.written), head.lower_
    group = next((m.id for m in view.mentions_in(*span) if m.kind == GROUP), None)
    if group is not None and view.names.kind(name.id) == STATE:
        return Name(written=name.written, id=group), span  # "Congo's M23 rebels"
    if loose and view.names.kind(name.id) in (STATE, GROUP):
        return party  # "Ukraine's general staff", "the leadership of Hezbollah"
    whole = member_of(_without_count(folded), _forces())
    if whole in _forces():
        return Name(written=name.written, id=view.names.name(whole).id), span
    if whole != folded and whole not in words("generic") and view.names.kind(name.id) is None:
        name = Name(written=name.written, id=view.names.name(whole).id)
        party = name, span
    heads = lexicon("actors", "heads") if loose else lexicon("actors", "armed")
    acts = lower in heads or (loose and head.lemma_.lower() in heads)
    parties = [m for m in view.mentions_in(*span) if m.kind in (STATE, GROUP)]
    if acts and parties:
        group = next((m.id for m in parties if m.kind == GROUP), name.id)
        return Name(written=name.written, id=name.id if view.names.kind(name.id) else group), span
    generic = folded in words("generic") or lower in words("generic")
    if generic and any(c.lower_ in ("unidentified", "unknown") for c in head.lefts):
        return None
    known = acts and (_has_origin(head) or _has_sort(head) or (loose and not generic))
    named = whole != folded and name.written.rpartition(" ")[2][:1].isupper()
    proper = loose and (named or (head.pos_ == "PROPN" and not generic))  # "members of the Blue Valley Front"
    return party if known or proper else None


def _without_count(folded: str) -> str:
    """As in "two soldiers", "about 30 policemen"."""
    return _COUNT.sub("", folded)


_COUNT = re.compile(
    r"^(?:(?:about|around|nearly|at least|more than|over|up to) )?(?:\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|scores of|hundreds of) (?=\w)"
)


def _forces() -> frozenset[str]:
    return lexicon("actors", "state_forces")


def _set_beside(view: View, head: Token) -> Party | None:
    """The group named in an apposition: "the Maoist organization, Shining Path"."""
    for child in head.children:
        if child.dep_ == "appos" and (mention := view.mention_at(child)) and mention.kind == GROUP:
            written = view.text[mention.start : mention.end]
            return view.names.name(written), (mention.start, mention.end)
    for mention in view.mentions:  # wherever the parser has tied it, if it is set between commas
        between = view.text[head.idx + len(head) : mention.start]
        if (
            mention.kind == GROUP
            and between in (", ", ", the ")
            and view.text[mention.end : mention.end + 1] == ","
        ):
            return view.names.name(view.text[mention.start : mention.end]), (mention.start, mention.end)
    return None


def _has_origin(head: Token) -> bool:
    """True where a capitalised word says which rebels, which army."""
    return any(
        t.text[:1].isupper() and t.i > 0 and t.dep_ in ("compound", "amod", "poss", "nmod") and len(t) > 1
        for t in head.subtree if t.i < head.i or t.head.lower_ == "of" or t.dep_ == "poss" or _is_whole_of(t.head, head)
    )  # fmt: skip


def _is_whole_of(noun: Token, member: Token) -> bool:
    """True for the front in "members of the Zapata Front"."""
    return noun.dep_ == "pobj" and noun.head.lower_ == "of" and noun.head.head == member


def _has_sort(head: Token) -> bool:
    """True where a word says what sort of group or gang it is: "drug trafficking gangs", "far-right groups"."""
    before = head.doc[head.left_edge.i : head.i]
    return any(t.lower_ in lexicon("actors", "sorts") for t in before) or any(
        before.text.lower().endswith(sort) or f"{sort} " in f"{before.text.lower()} "
        for sort in lexicon("actors", "sorts")
        if "-" in sort
    )


_BEFORE_A_NAME = frozenset(
    {
        "the",
        "a",
        "an",
        "these",
        "those",
        "both",
        "even",
        "especially",
        "only",
        "mainly",
        "also",
        "its",
        "his",
        "her",
        "their",
    }
)


def _without_hedges(written: str) -> str:
    hedges = words("hedges") | _BEFORE_A_NAME
    parts = written.split(" ")
    while parts and parts[0].lower() in hedges and " ".join(parts).lower() not in _forces():
        parts = parts[1:]
    return " ".join(parts).strip(" ,;:\"'").removesuffix("'s")
