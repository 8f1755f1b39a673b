"""Who did it, from the words around a deed: whose missile, whose role, and whose daily work it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storydelta.claims.responsibility_harm import is_act
from storydelta.claims.responsibility_view import View, lexicon
from storydelta.claims.speaker_phrase import is_pronoun, object_of, preposition
from storydelta.names import GROUP, STATE, fold, words

if TYPE_CHECKING:
    from spacy.tokens import Token


def wielder(view: View, noun: Token) -> Token | None:
    """For "a Russian missile" or "Hamas gunfire", the word that says whose it is; for "strikes by Israel", Israel."""
    if noun.lemma_.lower() not in lexicon("acts", "nouns", "weapons") and not is_act(noun):
        return None
    for child in _before(noun):
        mention = view.mention_at(child)
        if mention and _attributes(view, child, noun, mention.kind, place=mention.place):
            return child
    forces = [
        c for c in noun.lefts
        if c.lower_ in ("army", "police", "military", "government", "junta", "navy") and c.dep_ in ("compound", "amod", "poss")
    ]  # fmt: skip
    if (
        forces
        and noun.lemma_.lower() in lexicon("acts", "nouns", "weapons")
        and not any(map(view.mention_at, noun.lefts))
    ):
        return forces[0]
    weapon = noun.lemma_.lower() in lexicon("acts", "nouns", "weapons")
    by = preposition(noun, "by", "from", *(("of",) if weapon else ()))
    if by is None:
        return None
    armed = by.lower_ in lexicon("actors", "armed")  # "a raid by PKK militants"
    known = [m for t in (by, *(by.lefts if armed else ())) if (m := view.mention_at(t))]
    return by if any(m.kind in (STATE, GROUP) for m in known) else None


def _before(noun: Token) -> list[Token]:
    """The words before a noun, with those that the parser ties to its compound: "a Ukrainian fighter jet"."""
    return [t for c in noun.lefts for t in ((*c.lefts, c) if c.dep_ == "compound" else (c,))]


def _attributes(view: View, child: Token, noun: Token, kind: str, *, place: bool) -> bool:
    """True where a name before an act says who did it, not where or to whom."""
    mention = view.mention_at(child)
    if mention is None or place or kind not in (STATE, GROUP):
        return False
    between = [t for t in noun.doc[child.i + 1 : noun.i] if not mention.start <= t.idx < mention.end]
    if not all(_may_stand_between(view, t) for t in between):
        return False
    lemma = noun.lemma_.lower()
    weapon, military = (
        lemma in lexicon("acts", "nouns", "weapons"),
        lemma in lexicon("acts", "nouns", "military"),
    )
    if kind == GROUP:
        return is_act(noun) or military or weapon
    form = fold(view.text[mention.start : mention.end])
    if child.tag_.startswith("JJ") or form in view.names.people or form in _ADJECTIVES:
        if weapon or (military and lemma not in lexicon("acts", "nouns", "ambiguous")):
            return True
        by_weapon = any(
            t.lower_ in ("air", "drone", "missile", "rocket", "artillery", "military") for t in between
        )
        return military and (targets(noun) or by_weapon)
    return child.dep_ == "poss" and military and targets(noun)


_ADJECTIVES = frozenset({"us", "uk", "un", "saudi"})


def _may_stand_between(view: View, token: Token) -> bool:
    if token.lower_ in lexicon("acts", "nouns", "between") or token.lower_ in lexicon("actors", "armed"):
        return True
    mention = view.mention_at(token)
    return mention is not None and mention.place


def targets(noun: Token) -> bool:
    return preposition(noun, "on", "against", "upon") is not None


def owner_of(view: View, noun: Token) -> Token | None:
    """Whose role it is: "Syrian involvement", "the army's role", "involvement by the army"."""
    for child in noun.children:
        if child.dep_ == "poss" and not is_pronoun(child) and child.tag_ != "PRP$":
            return child
        if (
            child.dep_ in ("amod", "compound", "nmod")
            and (mention := view.mention_at(child))
            and mention.kind in (STATE, GROUP)
        ):
            return child
    return (
        preposition(noun, "by", "of")
        if noun.lemma_ in ("involvement", "participation", "complicity", "responsibility", "role")
        else None
    )


def deep(view: View, head: Token, word: str) -> Token | None:
    """A known party behind a preposition that the parser tied to a nearer noun: "blame for the ambush on the FARC"."""
    for token in head.subtree:
        if (
            token.dep_ == "prep"
            and token.lower_ == word
            and (noun := object_of(token)) is not None
            and (m := view.mention_at(noun))
            and m.kind in (STATE, GROUP)
        ):
            return noun
    return None


def believed_to_be(view: View, doer: Token) -> Token | None:
    """For "gunmen believed to be members of the ELN", the ELN."""
    for child in doer.children:
        if child.dep_ in ("acl", "relcl") and child.lemma_.lower() in (
            "believe",
            "suspect",
            "think",
            "allege",
            "presume",
            "identify",
            "describe",
            "say",
            "claim",
        ):
            for token in child.subtree:
                mention = view.mention_at(token)
                if mention and mention.kind == GROUP:
                    return token
    return None


def holder_of(office: Token) -> Token:
    """For "the crown prince, John Doe, ordered" the name; else the noun itself."""
    named = (c for c in office.children if c.dep_ == "appos" and c.pos_ == "PROPN")
    return next(named, office) if office.lower_ in words("offices") else office


_POLICE = frozenset(
    {"police", "policeman", "policemen", "officers", "guards", "guard", "gendarmes", "agents"}
)


def daily_work(view: View, verb: Token, actor: Token, victim: Token | None) -> bool:
    """Fighting: what armed men do to each other, and what police and soldiers do to men in arms and to things."""
    itself = (
        verb.lemma_ == "blow" and victim is not None and victim.lower_ in ("himself", "herself", "themselves")
    )
    fighters = (
        victim is not None
        and not itself
        and (
            victim.lemma_.lower() in lexicon("acts", "nouns", "fighters")
            or any(m.kind == GROUP for m in view.mentions_in(*view.span(victim)))
        )
    )
    foreign = any(m.kind == STATE for m in view.mentions_in(*view.span(actor)))
    if actor.lower_ in lexicon("actors", "of_state") and not (foreign and actor.lower_ not in _POLICE):
        return fighters or verb.lemma_.lower() in (
            "raid",
            "seize",
            "capture",
            "destroy",
            "take",
            "hold",
            "overrun",
            "storm",
            "launch",
            "target",
        )
    return fighters and not any(m.kind in (GROUP, STATE) for m in view.mentions_in(*view.span(actor)))
