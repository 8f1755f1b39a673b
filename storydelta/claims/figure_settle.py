"""The figures of one document in each other's light: what only the whole text shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from storydelta.claims.figure_people import is_narrower, is_perpetrator
from storydelta.claims.figure_same_person import OWN_HAND as _OWN_HAND
from storydelta.claims.figure_same_person import attackers, distinct
from storydelta.claims.figure_settle_places import of_places, stands_before
from storydelta.model import Claim, Figure, Measure, Qualifier, Scope


def settle(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The figures of one document in each other's light.

    People who were shot may be dead: such a count is no count of injured where the document also tells of dead. A
    single victim is the whole toll where nobody else is counted and the act was violent. Of two totals, the one that
    stands first is the whole, and the other may be a part of it; a list of people is a part of any larger number.
    """
    figures = [c for c in claims if isinstance(c, Figure)]
    apart = _singles(figures)
    told = {c.measure for c in figures if c.rule not in apart and c.rule not in _SHOT and c.count.high != 0}
    dead = any(
        c.measure is Measure.KILLED and c.count.high != 0 and c.scope is not Scope.OTHER for c in figures
    )
    hurt = any(c.measure is Measure.INJURED and c.count.high != 0 for c in figures)
    wholes = _wholes(figures)
    of_a_place = of_places(figures)
    tolls = _tolls(figures)
    singles = {m: [c for c in figures if c.measure is m and c.rule in apart] for m in Measure}
    alone = {measure: distinct(found) for measure, found in singles.items()}
    own_hand, both = attackers(figures), _both(figures)
    settled: list[Claim] = []
    for claim in claims:
        if not isinstance(claim, Figure):
            settled.append(claim)
        elif _is_of_victims(claim) and hurt and (claim.rule == _VICTIMS or not _tells_of_dead(figures)):
            continue  # the victims may be wounded
        elif claim.scope is Scope.TOTAL and (
            _is_within(claim, wholes.get(claim.measure))
            or _is_some_of(claim, figures)
            or id(claim) in of_a_place
            or _is_of_bodies_found(claim, tolls)
            or (dead and _may_be_dead(claim))
            or _counts_dead_too(claim, figures)
            or _is_private(claim)
            or _is_outnumbered(claim, figures)
            or _is_gunned_down(claim, figures)
        ):
            settled.append(replace(claim, scope=Scope.PART))
        elif claim is both:
            settled.append(replace(claim, scope=Scope.TOTAL))
        elif claim.rule not in apart or claim.scope is not Scope.PART:
            if claim.rule != _OWN_HAND or claim in own_hand:
                settled.append(claim)
        elif claim in alone[claim.measure]:
            alike = singles[claim.measure]
            whole = claim.measure not in told and len(alone[claim.measure]) == 1 and _are_whole(alike)
            settled.append(replace(claim, scope=Scope.TOTAL) if whole else claim)
    return tuple(settled)


def _singles(figures: Sequence[Figure]) -> frozenset[str]:
    """The rules that read single victims; where one died by accident, also that which reads who died by the own hand."""
    own_hand = [c for c in figures if c.rule == _OWN_HAND]
    told = [c.evidence.text.lower() for c in figures if c.measure is Measure.KILLED]
    if not own_hand or any(c.rule == _LIST + "own_hand" for c in figures):
        return _SINGLES
    accident = any(_ACCIDENT.search(text) for text in told)
    alone = accident or not any(_OF_OTHERS.search(text) for text in told)
    return _SINGLES | {_OWN_HAND} if alone else _SINGLES


def _is_outnumbered(claim: Figure, figures: Sequence[Figure]) -> bool:
    """Whether a list of people is shorter than a number that the text states: the number knows better."""
    return claim.rule.startswith(_LIST) and any(
        other.measure is claim.measure
        and other.scope is Scope.TOTAL
        and not other.rule.startswith(_LIST)
        and (other.count.low or 0) > (claim.count.low or 0)
        for other in figures
    )


def _both(figures: Sequence[Figure]) -> Figure | None:
    """The two of whom a text says that both died, where nobody else counts its dead."""
    counted = [
        c
        for c in figures
        if c.measure is Measure.KILLED and c.scope is not Scope.OTHER and c.rule not in (*_SINGLES, _OWN_HAND)
    ]
    return counted[0] if counted and all(_BOTH.search(c.evidence.text) for c in counted) else None


def _is_gunned_down(claim: Figure, figures: Sequence[Figure]) -> bool:
    """Whether people were "gunned down", which some survive: where the text knows of fewer dead."""
    return (
        claim.measure is Measure.KILLED
        and bool(_GUNNED_DOWN.search(claim.evidence.text.lower()))
        and any(
            other.measure is Measure.KILLED
            and other.scope is Scope.TOTAL
            and 0 < (other.count.low or 0) < (claim.count.low or 0)
            and not _GUNNED_DOWN.search(other.evidence.text.lower())
            for other in figures
        )
    )


def _wholes(figures: Sequence[Figure]) -> dict[Measure, Figure]:
    """The first total of each measure: a title or an opening sentence gives the whole before its parts."""
    first: dict[Measure, Figure] = {}
    for claim in sorted(figures, key=lambda c: (c.evidence.field == "text", c.evidence.start)):
        if claim.scope is Scope.TOTAL:
            first.setdefault(claim.measure, claim)
    return first


def _is_within(claim: Figure, whole: Figure | None) -> bool:
    """Whether a total is but a part of a larger one that came before: of a narrower population, or small and exact.

    An earlier toll in a page that tells how the toll grew stays a total, for it speaks of the same people: it is
    called a toll, or is a bound ("at least 40"), or is no tenth of the whole.
    """
    if whole is None or claim.count.high is None or not 0 < claim.count.high < (whole.count.low or 0):
        return False
    if claim.rule == "figure.condition" or (
        _tells_of_bodies(claim) and not _FEARED.search(whole.evidence.text.lower())
    ):
        return True
    if is_narrower(whole.population):
        return _noun(whole) == "civilians" and is_narrower(claim.population) and _noun(claim) not in _FIGHTERS
    if is_narrower(claim.population):
        return True
    if claim.speaker is not None and whole.speaker is not None and claim.speaker.id != whole.speaker.id:
        return False  # another voice may well count fewer
    small = claim.count.high * _SMALL <= (whole.count.low or 0)
    return small and claim.count.qualifier is Qualifier.EXACT and claim.rule not in _TOLLS


def _is_some_of(claim: Figure, figures: Sequence[Figure]) -> bool:
    """Whether a narrower population stands beside an exact number of people at large, wherever that is told, by another
    voice too: 52 officers hurt, and 152 people.
    """
    return is_narrower(claim.population) and any(
        whole.measure is claim.measure
        and whole.scope is Scope.TOTAL
        and whole.population is None
        and stands_before(whole, claim)
        and whole.count.qualifier is not Qualifier.VAGUE
        and (whole.count.low or 0) > (claim.count.high or claim.count.low or 0)
        for whole in figures
    )


def _tolls(figures: Sequence[Figure]) -> dict[tuple[str, int], int]:
    """The largest toll of each sentence that gives one."""
    tolls: dict[tuple[str, int], int] = {}
    for claim in figures:
        if claim.rule in _TOLLS:
            at = claim.evidence.where
            tolls[at] = max(tolls.get(at, 0), claim.count.low)
    return tolls


def _is_of_bodies_found(claim: Figure, tolls: dict[tuple[str, int], int]) -> bool:
    """Whether bodies are counted that were found, in a sentence that also gives a larger toll."""
    toll = tolls.get(claim.evidence.where, 0)
    return toll > claim.count.low and _tells_of_bodies(claim)


def _noun(claim: Figure) -> str:
    return (claim.population or "").lower().split()[-1]


def _tells_of_bodies(claim: Figure) -> bool:
    """Whether bodies are counted that have been found: some of the dead, where more dead are told."""
    return claim.rule in _OF_BODIES and bool(_BODIES_FOUND.search(claim.evidence.text.lower()))


_FIGHTERS = frozenset(
    ("civilians", "soldiers", "troops", "policemen", "policewomen", "police", "officers", "guards", "rebels", "militants", "insurgents",
     "fighters", "guerrillas", "terrorists", "personnel")
)  # fmt: skip
"""Populations that are none of the civilians."""
_FEARED = re.compile(r"\b(?:feared|believed|presumed|thought|may|could|might)\b")
_OF_BODIES = frozenset(("figure.count_noun", "figure.passive", "figure.reduced"))
_BODIES_FOUND = re.compile(
    r"\b(?:bodies|corpses)(?: \w+){0,4}? (?:found|recovered|retrieved|pulled|exhumed|unearthed|brought out|dug out)\b"
    r"|\b(?:found|find|recovered|retrieved|pulled|exhumed|unearthed|brought out|dug out|taken out|received)(?: [\w,]+){1,4}? (?:bodies|corpses)\b"
)
_SMALL = 10
"""How many times larger the whole must be for a count without a population to be a part of it."""


_ONE_OF_SEVERAL = re.compile(
    r"\b(?:a |the )?(?:second|third|fourth|fifth|2nd|3rd|4th) (?:man|woman|boy|girl|person|victim|teen|teenager|child|officer|student)\b"
)
_FOUND_SHOT = re.compile(r"\b(?:found|discovered|located)\b.{0,80}\b(?:gunshot|gun shot|shot|bullet|stab)")
_SHOT = frozenset(("figure.shot", "figure.shoots", "figure.list_shot"))
"""Rules that read who was hit, alive or dead."""


_EVENT = re.compile(
    r"\b(?:kill|murder|slain|shot|shoot|gun|stabb|beaten|strangl|fire|blaze|crash|collision|accident|blast|explo|bomb|attack"
    r"|flood|quake|storm|hurricane|cyclone|tornado|landslide|avalanche|collaps|derail|sank|capsiz|drown|poison|scene|outbreak|virus)"
)
_VICTIMS = "figure.victims_were"
_OF_VICTIMS = frozenset(("figure.dead_were", _VICTIMS, "figure.list_identified", "figure.list_named"))
_DEAD = re.compile(r"\b(?:dead|deceased|died|killed|fatal|bodies|slain|murder)")
_LIST = "figure.list_"
_ACCIDENT = re.compile(
    r"\b(?:accident|unintention|unsecured|unattended|playing with|found gun|loaded (?:hand)?gun|(?:found|finds|with) (?:a |the |his |her )?(?:\w+ )?(?:gun|pistol|handgun|shotgun|rifle)\b)"
)
_OF_OTHERS = re.compile(
    r"\b(?:before|then|murder|homicide|standoff|victims?|gunm[ae]n|shooter|wife|girlfriend|husband|boyfriend)\b"
)
"""What is told of somebody who first shot others."""
_BOTH = re.compile(r"(?:^|; |\b[Tt]hey )[Bb]oth ")
_GUNNED_DOWN = re.compile(r"\bgun(?:s|ned|ning)? down\b")
_NAMED = "figure.named"
_TOLLS = frozenset(("figure.toll", "figure.toll_to", "figure.toll_now", "figure.label"))
_SINGLES = frozenset((_NAMED, "figure.single"))


def _are_whole(singles: Sequence[Figure]) -> bool:
    """Whether one victim, told several times, can be the toll."""
    others = any(_ONE_OF_SEVERAL.search(claim.evidence.text.lower()) for claim in singles)
    return not others and any(_is_whole(claim) for claim in singles)


def _is_whole(claim: Figure) -> bool:
    """Whether a single victim can be the toll: not an attacker, and not a death in bed."""
    if is_perpetrator(claim.population) and claim.measure is not Measure.DETAINED:
        return False
    if claim.measure is not Measure.KILLED:
        return True
    return bool(
        re.search(
            r"\b(?:kill|murdered|slain|assassinated|executed|shot|gunned|stabb|beaten|behead|strangl)",
            claim.evidence.text.lower(),
        )
    )


def _counts_dead_too(claim: Figure, figures: Sequence[Figure]) -> bool:
    """Whether a total of injured is that of all who were hit: five, where another sentence says one dead, four hurt."""
    if claim.measure is not Measure.INJURED or claim.count.qualifier is not Qualifier.EXACT:
        return False
    exact = [c for c in figures if c.scope is Scope.TOTAL and c.count.qualifier is Qualifier.EXACT]
    dead = {c.evidence.start: c.count.low for c in exact if c.measure is Measure.KILLED and c.count.low}
    if claim.evidence.start in dead:
        return False
    hurt = [c for c in exact if c.measure is Measure.INJURED and c.evidence.start in dead]
    return any((c.count.low or 0) + (dead[c.evidence.start] or 0) == claim.count.low for c in hurt)


def _is_private(claim: Figure) -> bool:
    """Whether a list of people died as everybody does: "his parents died when he was ten"."""
    return claim.rule == "figure.list_fate" and not _EVENT.search(claim.evidence.text.lower())


def _is_of_victims(claim: Figure) -> bool:
    return claim.rule in _OF_VICTIMS and not _DEAD.search(claim.evidence.text.lower())


def _tells_of_dead(figures: Sequence[Figure]) -> bool:
    return any(
        c.measure is Measure.KILLED and c.count.high != 0 and c.rule not in _OF_VICTIMS for c in figures
    )


def _may_be_dead(claim: Figure) -> bool:
    """Whether people who were hit are counted, some of whom may have died: "found four with gunshot wounds"."""
    if claim.rule in _SHOT:
        return True
    return claim.measure is Measure.INJURED and bool(_FOUND_SHOT.search(claim.evidence.text.lower()))
