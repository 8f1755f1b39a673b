"""What all rules read in one sentence, and which reading of a count is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from storydelta.claims import figure_grammar, figure_surface
from storydelta.claims.figure_grammar import is_told_of_another
from storydelta.claims.figure_scope import OWN_NOUN, included
from storydelta.claims.figure_surface import Mention
from storydelta.claims.figure_turns import (
    as_condition,
    as_died,
    died_in_hospital,
    died_of_it,
    is_done,
    tells_of_condition,
)
from storydelta.model import Measure

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from storydelta.quantity import Count

FAR = frozenset(("toll",))
"""Rules whose words may stand far from the count: "the toll of the collision of two trains"."""


_OF_SUBJECTS = frozenset(("passive", "state", "fate", "suffered", "to_hospital", "condition", "shot"))
"""Surface rules that read a subject in front of its verb, over what stands between them."""


_ATTACKER = re.compile(
    r"[,;:] (?:the )?(?:suspected |alleged )?(?:gunman|suspect|shooter|attacker|assailant)\b", re.IGNORECASE
)


def all_readings(plain: str, doc: Doc | None, counts: Sequence[Count]) -> list[Mention]:
    """What both kinds of rules read, often the same thing several times."""
    found = list(figure_surface.find_mentions(plain, counts))
    if doc is None:
        return found
    own = [m for m in found if m.rule not in _OF_SUBJECTS or not is_told_of_another(doc, m)]
    return [*own, *figure_grammar.find_mentions(doc, counts)]


def surest(plain: str, counts: Sequence[Count], readings: Sequence[Mention]) -> list[Mention]:
    """One reading for each count and measure, the surest, and the counts of who is included."""
    best: dict[tuple[int, Measure], Mention] = {}
    for mention in (
        as_died(m, plain) for m in readings if is_done(m, plain) and not died_in_hospital(m, plain)
    ):
        key = (mention.count.start, mention.measure)
        if key not in best or best[key].confidence < mention.confidence:
            best[key] = mention
    for key in {(m.count.start, m.measure) for m in readings if tells_of_condition(m, plain)} & best.keys():
        best[key] = as_condition(best[key])
    for start in [start for start, measure in best if measure is Measure.KILLED]:
        if died_of_it(best.get((start, Measure.INJURED)), best[start, Measure.KILLED], plain):
            del best[start, Measure.INJURED]
    found = [m for _, m in sorted(best.items()) if not _has_nearer(m, best.values(), counts, plain)]
    return sorted([*found, *included(plain, counts, found)], key=lambda mention: mention.count.start)


def _has_nearer(mention: Mention, others: Iterable[Mention], counts: Sequence[Count], plain: str) -> bool:
    """Whether a verb is told of a count over the head of another that is the count's own: "kills 12 and injures 30",
    "killed 12 people and 30 others were hurt". A noun for the people is no verb: "killed 12 and 30 hostages". A toll
    yields to whatever else is told of the count: "a toll of many dead and at least 550 injured"; and so does a word
    behind a later count: "11 dead and 21 missing".
    """
    rivals = [o for o in others if o.count is mention.count and o.measure is not mention.measure]
    if mention.rule in FAR:
        return bool(rivals)
    verbs = [o for o in rivals if o.rule not in OWN_NOUN]
    attacker = _ATTACKER.search(plain, mention.count.end, mention.end)
    if attacker and any(o.end <= attacker.start() for o in verbs):
        return True  # "Nine injured in shooting, suspect dead"
    behind = [c for c in counts if mention.count.end <= c.start and c.end <= mention.end]
    if behind and any(o.end <= behind[0].start for o in verbs):
        return True
    between = [c for c in counts if mention.start < c.start and c.end <= mention.count.start]
    return bool(between) and any(o.start >= between[-1].end or o.end > o.count.end for o in verbs)
