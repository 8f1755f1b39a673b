"""What a figure is the count of: the whole event, a part of it, or something else; or no figure at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from storydelta.claims.figure_elsewhere import is_in_bracket, is_of_worst_place, is_place_of_list
from storydelta.claims.figure_people import is_perpetrator
from storydelta.claims.figure_share import goes_on, how_many_make
from storydelta.claims.figure_surface import Mention, find_mentions
from storydelta.claims.figure_time import AFTERMATH, of_another_month, of_another_year
from storydelta.context import Category, categories
from storydelta.model import Measure, Scope
from storydelta.quantity import find_counts

if TYPE_CHECKING:
    from storydelta.claims.passage import Passage
    from storydelta.quantity import Count

_INCLUDING = re.compile(
    r"(?:\bincluding|\binclude[sd]?|\bamong them|\bamong whom|\bamong the (?:dead|victims|killed|injured|wounded|missing|fatalities"
    r"|detained|arrested)|\bof whom|\bof which|\bof them|\bof these|\bof those|\bsuch as|\bnotably|\bas many as"
    r"|\bcomprising|\bcounting)(?P<rest>[^.;)\"]*)$"
)
_COUNTING_IN = re.compile(
    r"(?:^|[.;:] |\"|, )(?:including|counting) (?!.*\bincluding)[^,;]{1,60}, (?:a total of )?$"
)
"""Before the whole, which comes last: "Including the gunman, three are dead"."""
_ELSEWHERE = re.compile(r"\W*(?:Elsewhere|Separately)\b")
_ALONE = re.compile(r"(?:^|[.;:\"-] |, |\band )in (?:[\w'-]+ ){1,5}alone,? (?:[\w'-]+ ){0,4}$")
_SINCE = re.compile(
    r"\bsince (?!(?:the |then\b|[\w ]*\b(?:war|conflict|invasion|20\d\d|19\d\d)))", re.IGNORECASE
)
_LATELY = re.compile(
    r"\b(?:over|in|during|within) the (?:past|last) (?:(?:few|two|three|several|\d) )?(?:days|weeks?)\b",
    re.IGNORECASE,
)
_SINCE_START = re.compile(
    r"\bsince the (?:start|beginning) of (?:january|february|march|april|may|june|july|august|september|october|november|december|the (?:month|week))\b(?! (?:19|20)\d\d)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:killed|died|wounded|injured|were|was|left|killing|injuring|wounding|leaving|missing|dead)\b"
)
_OF_THEM = re.compile(
    r"(?: (?:other|more))? of (?:them|those|these|whom|(?:the|their|its) (?:\w+ )?(?:dead|victims|injured|wounded|killed|fatalities"
    r"|casualties|deaths|survivors|hostages|deceased|bodies|detained|arrested|missing|detainees|attackers|gunmen|suspects"
    r"|assailants|shooters|militants|bombers))\b"
)
_OF_THE_DEAD = re.compile(
    r"(?:^|[.;:\"] ?|, (?:and |but )?|\b(?:and|but) )(?:out )?of (?:all |the |those |these |its |their )+(?:[\w,'-]+ ){0,3}?"
    r"(?:dead|victims|injured|wounded|killed|hurt|fatalities|casualties|deaths|died|survivors|hostages|detained|arrested"
    r"|missing|detainees|displaced|evacuated|kidnapped|abducted)(?: (?!was|were|and\b)[\w'-]+){0,4}, $"
)
"""A whole that the sentence opens with: "Of the dead, ...", "Of those killed in the blast, ..."."""
_IDENTIFIED = re.compile(
    r" (?:\w+ )?(?:bodies|victims|dead|people killed) (?:(?:have|has|had|were|was|are|so far|now|already|been) ){1,4}"
    r"(?:formally )?identified\b| bodies identified\b"
)
_ONE_KILLED = re.compile(r"\b(?:kill(?:ed|s|ing)|died|dies|shot dead|murdered|dead|fatally)\b", re.IGNORECASE)
_BACK = 6
"""Sentences before this one in which the figure is looked for that "others" come on top of."""
_REACHED = r"(?:reached|rescued|found|freed|released|located|traced|saved|evacuated|recovered|identified|contacted|escaped|returned|fled|survived)"
_FREED = re.compile(
    rf"\b{_REACHED} (?:about |some |at least |nearly )?$|\b(?:free|rescue|release|reach|find|trace)[sd]? $"
)
_ARE_FREED = re.compile(
    rf"[^.;,]{{0,40}}?\b(?:have|has|had|were|was|are|is)(?: since| now| later| also)?(?: been)? {_REACHED}\b"
)
_AMONG = re.compile(r"[^.;,]{0,60}\b(?:were|was|are|is) (?:also )?(?:among|part of) the\b")
_FROM = re.compile(
    r"\b(?:(?:up|down) from|compared (?:with|to)|revised from|rather than|instead of|not|previous(?:ly)?(?: \w+){0,4}"
    r"|(?:earlier|initial|previous|preliminary|official (?=toll|count|figure|estimate|tally|number|death)|first|prior)(?: \w+){0,3} (?:of|at|put at|was|said)|from"
    r"|(?:earlier|initial|previous|preliminary|first) (?:statements?|reports?|counts?|tall(?:y|ies)|estimates?|figures?)(?: [\w'-]+){0,6}"
    r" (?:of|said|put|gave|spoke)"
    r"|earlier,? (?:[\w'-]+ ){1,5}?had (?:said|told|put|reported|given)[^.;,]{0,40}"
    r"|(?:earlier|initially|previously|originally|first) (?:said|reported|put|announced|stated|given|told)[^.;,]{0,40})"
    r" (?:an? |the )?(?:(?:earlier|previous|initial|preliminary|official|reported|estimate|figure|count|toll|of|at) ){0,4}$"
)
_FIRST_WORD = re.compile(r"\b(?:initial|preliminary|first)\b(?!.*\b(?:had|earlier|previous)\b)")
"""What was said first may be all that is known yet: it is history only beside another count, or told as such."""
_NOT = re.compile(r"(?:\bnot|\bnever|n't)(?: (?!only\b|just\b)[\w-]+){1,3}$")
_AFTER_THE_DEED = re.compile(
    r"\b(?:days?|weeks?|months?|years?) after (?:the|a|an|his|her|their) (?:[\w'-]+ ){0,4}?(?:shooting|murder|killing|death|attack"
    r"|stabbing|slaying|bombing|blast|fire|crash|incident|robbery|homicide|disappearance|body|bodies)\b"
)
"""Arrests come after the deed, however long: "two months after the shooting officers arrested a third man"."""
_BE = re.compile(r" (?:were|was|are|is) (?:also )?")
_AND = re.compile(r"(?:,|\band|;) $")
_PLACE = re.compile(
    r" (?:more )?(?:in|at|near|on|outside|from) (?:the |a )?(?!(?:very )?(?:critical|serious|grave|stable|intensive|custody|fair)\b)[\w']+"
)
_JOINED = re.compile(
    r"(?: (?!(?:and|or|people|others?|were|was|in)\b)[\w'-]+){1,4}(?:, and|,| and| as well as| plus) (?:the )?"
)
_NEAR = 120
_ENTRIES = 6
"""So many counts behind a whole may make it up."""
_PARTS = frozenset(
    (
        "included",
        "victims_were",
        "of_those_were",
        "highest",
        "among",
        "among_past",
        "among_victims",
        "among_them_were",
        "dead_were",
        "together_with",
        "fatally",
        "how_badly",
        "elsewhere",
    )
)
"""Rules that read a part by their own words."""
OWN_NOUN = frozenset(("count_noun", "counted_noun"))
"""Rules that read a noun which says by itself what happened, deaths, arrests, and no verb says it."""
_CHARGES = frozenset(("counts_of_murder", "murder_charges"))
_PRESUPPOSED = frozenset(("of_noun", "noun_of", "counts_of_murder", "murder_charges", "multiple"))
"""Rules that read what a sentence takes for granted: whoever denies "the murder of six priests" denies no murder."""
_BOTH = re.compile(r"both (?:were|are|was|have|had|face|remain|died|suffered)\b", re.IGNORECASE)
_OTHERS = re.compile(
    r" (?:(?!(?:and|but|or|as|after|while|when)\b)\w+ )?(?:others?|more(?! than\b))\b"
    r"|(?: (?!(?:and|but|or|with|as|after|while|when)\b)\w+){0,2} (?:others|more(?! than\b))\b"
)


def scope_of(
    passage: Passage, mention: Mention, population: str | None, before: Sequence[Mention]
) -> Scope | None:
    """The scope of a mention, None where the sentence does not state it. `before`: the mentions on its left."""
    plain, count = passage.plain, mention.count
    start, end = min(count.start, mention.start), max(count.end, mention.end)
    cues = categories(plain, count.start, count.end) | categories(plain, start, end)
    if mention.rule in _PRESUPPOSED:
        cues -= {Category.NEGATED, Category.HYPOTHETICAL}
    if mention.measure is Measure.DETAINED and _AFTER_THE_DEED.search(plain.lower()):
        cues -= {Category.DATED}
    if Category.DATED in cues and mention.measure is not Measure.DETAINED and AFTERMATH.search(plain.lower()):
        cues -= {Category.DATED}
    if mention.measure is Measure.DISPLACED and (
        _SINCE.search(plain) or _SINCE_START.search(plain) or _LATELY.search(plain)
    ):
        cues -= {Category.HISTORY}  # people flee for weeks: "150,000 have fled since the start of December"
    if Category.UNREAL in cues or Category.NEGATED in cues:
        return None
    if _NOT.search(plain[count.end : max(count.end, mention.end)].lower()):
        return None
    lead = plain[max(0, count.start - 120) : count.start].lower()
    if (
        cues
        or _is_superseded(plain, lead)
        or of_another_year(passage, start, end)
        or of_another_month(passage, start)
    ):
        return Scope.OTHER
    if _is_part(passage, mention, lead, population, before):
        return Scope.PART
    return Scope.TOTAL


def _is_superseded(plain: str, lead: str) -> bool:
    """Whether a count is named as the one before: "up from 133", "an earlier toll of 12"."""
    before = _FROM.search(lead)
    if before is None:
        return False
    return not (_FIRST_WORD.search(before.group()) and len(find_counts(plain)) == 1)


def is_of_them(plain: str, count: Count) -> bool:
    """Whether a count is some of those told last: "90 of them", "three of the dead"."""
    return bool(_OF_THEM.match(plain[count.end : count.end + 60].lower()))


def included(plain: str, counts: Sequence[Count], read: Sequence[Mention]) -> Iterator[Mention]:
    """Counts of a list of who is among those just counted: "... injured, including three nurses and two boys"."""
    taken = {mention.count.start for mention in read}
    for count in counts:
        if count.start in taken:
            continue
        lead, tail = (
            plain[max(0, count.start - 120) : count.start].lower(),
            plain[count.end : count.end + 60].lower(),
        )
        start, rule = count.start, "included"
        found = _INCLUDING.search(lead)
        if found and not _CLAUSE.search(found["rest"]):
            start = count.start - len(lead) + found.start()
        elif _FROM.search(lead):
            if any(c.end <= count.start and c.start not in taken for c in _between(counts, read, count)):
                continue  # "2,909 deaths out of 6,242 cases, up from about 5,800"
            rule = "superseded"
        elif (_AND.search(lead) and _PLACE.match(tail)) or is_place_of_list(plain, count, read):
            rule = "elsewhere"
        elif is_in_bracket(plain, count.start, count.end) or goes_on(plain, count, counts, read):
            rule = "included"
        elif not is_of_them(plain, count) or _FREED.search(lead) or _ARE_FREED.match(tail):
            continue
        whole = next((m for m in reversed(read) if m.count.end <= start), None)
        if whole is not None and count.start - whole.end < _NEAR:
            yield replace(whole, count=count, rule=rule, start=count.start, end=count.end)


def _adds_up(one: Mention, read: Sequence[Mention]) -> bool:
    """Whether those told behind a count make it up: "46 drowned, 37 men and nine women"."""
    behind = (m.count for m in read if m.measure is one.measure and m.count.start >= one.count.end)
    return any(how_many_make(one.count.range.low, islice(behind, _ENTRIES)))


def _between(counts: Sequence[Count], read: Sequence[Mention], count: Count) -> list[Count]:
    """The counts between the last that was read and this one."""
    last = max((m.count.end for m in read if m.count.end <= count.start), default=0)
    return [c for c in counts if last <= c.start < count.start]


def shares(plain: str, read: Sequence[Mention]) -> list[tuple[Mention, Mention]]:
    """Neighbours that only together make a total: "three soldiers and five civilians", "four here and three there"."""
    pairs = []
    for one, other in pairwise(read):
        if one.measure is not other.measure or one.count.end > other.count.start:
            continue
        if is_of_them(plain, other.count) or other.rule == "how_badly" or _adds_up(one, read):
            continue
        if _OF_THE_DEAD.search(plain[max(0, other.count.start - _NEAR) : other.count.start].lower()):
            continue
        if other.rule == "elsewhere" or _JOINED.fullmatch(plain[one.count.end : other.count.start].lower()):
            pairs.append((one, other))
    return pairs


def _is_part(
    passage: Passage, mention: Mention, lead: str, population: str | None, before: Sequence[Mention]
) -> bool:
    plain, count = passage.plain, mention.count
    tail = plain[count.end : count.end + 120].lower()
    if mention.rule not in _CHARGES and _is_included(mention, lead, before):
        return True
    if mention.rule in _PARTS or (is_of_them(plain, count) and not count.every) or _AMONG.match(tail):
        return True
    if _OF_THE_DEAD.search(lead) or _IDENTIFIED.match(tail) or _BOTH.match(plain, count.start):
        return True
    perpetrators = is_perpetrator(population) and mention.measure in (Measure.KILLED, Measure.INJURED)
    of_worst = is_of_worst_place(plain, min(count.start, mention.start), max(count.end, mention.end))
    if perpetrators or of_worst or _ELSEWHERE.match(plain) or _ALONE.search(lead):
        return True
    if count.further or _OTHERS.match(tail[:24]):
        return _adds_to_the_same(passage, mention, before)
    return False


def _adds_to_the_same(passage: Passage, mention: Mention, before: Sequence[Mention]) -> bool:
    """Whether "others" come on top of people of the same fate. Where nothing is told before, the injured are told
    beside the dead of a headline.
    """
    told = before[-1].measure if before else _told_before(passage, mention)
    if told is None:
        return mention.measure is not Measure.INJURED
    return told is mention.measure


def _is_included(mention: Mention, lead: str, before: Sequence[Mention]) -> bool:
    including = _INCLUDING.search(lead)
    if including is None or _COUNTING_IN.search(lead):
        return False
    if including["rest"].endswith(", and ") and before and before[-1].measure is not mention.measure:
        return False  # the list is over: "killed three, among them a nurse, and 14 people were hurt"
    if mention.rule in OWN_NOUN and all(m.measure is not mention.measure for m in before):
        return False  # "6,000 cases, including 31 deaths" are all that died
    return not _CLAUSE.search(including["rest"]) or bool(_BE.fullmatch(including["rest"]))


def _told_before(passage: Passage, mention: Mention) -> Measure | None:
    """What is told last before "others": of one person in the same sentence ("a woman was killed and three others
    hurt"), or by the sentences before; None where there is nothing.
    """
    here, measure = passage.sentence.index, mention.measure
    if measure is not Measure.KILLED and _ONE_KILLED.search(passage.plain, 0, mention.count.start):
        return Measure.KILLED
    for sentence in reversed(passage.article.sentences[max(0, here - _BACK) : here]):
        told = _last_told(sentence.plain)
        if told is not None:
            return told
        if measure is not Measure.KILLED and _ONE_KILLED.search(sentence.plain):
            return Measure.KILLED
    return None


@lru_cache(maxsize=256)
def _last_told(plain: str) -> Measure | None:
    read = sorted(find_mentions(plain, find_counts(plain)), key=lambda m: (m.count.start, m.confidence))
    return read[-1].measure if read else None
