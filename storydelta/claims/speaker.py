"""Who says so: the speaker of a statement, with the office they speak for.

A speaker is written as the text has it, office included: "Maria Zakharova, a spokeswoman for Russia's Foreign
Ministry". The id is the person's own where a person is named; an unnamed spokesperson has the id of the body that
is spoken for, and an anonymous official an id like `us_official`. "Reports" are a speaker as written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from storydelta.claims.passage import Passage
from storydelta.claims.speaker_phrase import appositions, bounds, is_pronoun, subject_of
from storydelta.lexicon import load
from storydelta.model import Name
from storydelta.names import BODY, GROUP, PERSON, STATE, Mention, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from storydelta.names import Names
    from storydelta.text import Sentence

_ABBREVIATION, _SHORTEST_STATEMENT, _LONGEST_OFFICE, _MOST_WORDS = 3, 12, 90, 16
"""Characters that may be capitals without shouting; bounds of a statement, of an office, of a speaker's words."""

_QUOTED, _REMEMBERED = 30, 60
"""Sentences around this one that one quotation may span, and in which a full name is remembered."""

_BACK = 6
"""Sentences before this one in which a pronoun's antecedent is looked for."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """A sentence without its outer attribution: `core` starts at `start` of the sentence; `hedged`: "police believe"."""

    core: str
    start: int
    speaker: Name | None = None
    hedged: bool = False


def find_speaker(passage: Passage, start: int, end: int) -> Name | None:
    """The speaker of the statement that `passage.plain[start:end]` makes, or None where the document itself speaks."""
    spoken = attribution(passage)
    if spoken.speaker is not None and spoken.start <= start and end <= spoken.start + len(spoken.core):
        return spoken.speaker
    doc = _parsed(passage)
    if doc is None:
        return _quoted(passage, start)
    covering = [t for t in doc if start <= t.idx < end and not t.is_punct and not t.is_space]
    for token in covering:
        node = token
        while node.dep_ != "ROOT":
            if node.dep_ in ("ccomp", "parataxis") and node.head.lemma_.lower() in _says():
                subject = _speaking(node.head)
                if subject is not None and not any(t in covering for t in (node.head,)):
                    return speaker_of(passage, doc, subject, spoken)
            node = node.head
        break
    return _quoted(passage, start)


def newspaper_case(passage: Passage) -> str:
    """The sentence for reading: as it stands, or with names in their usual case where all is in capitals."""
    plain = passage.plain
    raw = passage.sentence.raw
    if raw.isupper() and len(raw) > _ABBREVIATION and len(plain.upper()) == len(plain):
        return passage.article.names.recase(plain.upper())
    return plain


def _parsed(passage: Passage) -> Doc | None:
    if passage.article.parser is None or passage.parsed is None:
        return None
    text = newspaper_case(passage)
    return passage.parsed if text == passage.plain else passage.article.parser(text)


@cache
def _says() -> frozenset[str]:
    listed = load("speech")["verbs"]
    return frozenset((*listed["says"], *listed["believes"], *listed["denies"], *listed["doubts"]))


def _speaking(verb: Token) -> Token | None:
    subject = subject_of(verb)
    return (
        None
        if subject is None
        or subject.dep_ == "expl"
        or (subject.lower_ in ("it", "there") and subject.dep_ == "nsubjpass")
        else subject
    )


# Attributions on the surface


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    verbs = "|".join(sorted(load("speech")["surface"]["after"], key=len, reverse=True))
    who = r"[^,:;\"]{2,90}?"
    return {
        "dash": re.compile(r"\s-\s(?P<who>[^,:;\"-]{2,60}?(?:-[^\s-]+)*)[.!]?$"),
        "colon": re.compile(r"^(?P<who>[A-Z][^,:;\"]{1,50}): (?=\S)"),
        "apposed": re.compile(rf",\"? (?P<who>[A-Z][^,:;\"]{{2,60}}?)(?P<tail>, (?:the |an? |its |their )[^,:;\"]{{2,90}}), (?P<verb>{verbs})(?: (?:on|in|at|to|during|after|late|early|from|earlier|yesterday|today|reporters|CNN|Reuters|AFP|journalists|state|local)\b[^\"]{{0,90}}|, [^\"]{{0,60}})?[.!]?$"),
        "told_by": re.compile(r",\"? (?P<who>[A-Z][^,:;\"]{2,60}?)(?P<tail>, (?:the |an? |its |their )[^,:;\"]{2,90}), (?P<verb>told) [^\"]{2,80}[.!]?$"),
        "before": re.compile(rf"(?:,\"?|[?!.,]?\"|'|,') (?P<who>{who}) (?:has |have |had |also |later |then )?(?P<verb>{verbs})(?: (?:on|in|at|to|during|after|late|early|from|earlier|yesterday|today|reporters|CNN|Reuters|AFP|journalists|state|local)\b[^\"]{{0,90}}|, [^\"]{{0,60}})?[.!]?$"),
        "after": re.compile(rf"(?:,\"?|[?!.,]?\"|,?') (?P<verb>{verbs}) (?P<who>{who})(?P<tail>, [^\"]{{0,120}})?[.!]?$"),
        "told": re.compile(rf"(?:,\"?|[?!.,]?\") (?P<who>{who}) (?P<verb>told) [^\"]{{2,80}}[.!]?$"),
        "according": re.compile(r",? according to (?P<who>[^,;\"]{2,120}?)(?P<tail>, [^\"]{0,100})?[.!]?$"),
        "opening": re.compile(r"(?:(?<=^)|(?<=\] )|(?<=- ))\"?[Aa]ccording to (?P<who>[^,;\"]{2,120}), "),
    }  # fmt: skip


_DATELINE = re.compile(
    r"^(?:[A-Z][\w.' ]{1,40}(?:\([A-Z][\w ]+\))?(?:, [^()\[\]]{2,40})? ?\([^()]{2,60}\) ?-{1,2} ?(?:\[[^\[\]]*\] ?)*|(?:\[[^\[\]]{2,60}\] ?)+)"
)
"""What a news agency sets before its text: "LIMA, 22 Jan 89 (EFE) -- [text]", "KABUL (Reuters) -"."""


_ASIDE = re.compile(
    r" - (?:at least |about |more than |over |up to )?(?:\d[\d,]*|dozens|scores|hundreds|live|latest|report)\b[^-]{0,40}$",
    re.IGNORECASE,
)
"""What a headline sets behind a dash that is no speaker: "- 11 dead"."""


_APPOSED = re.compile(r"(?:[A-Z][\w'.-]*\W?){1,5}, (?:the|an?|its|their|head|chief|leader)\b[^,]*")
"""A person and an office, as before "said" in "Jane Doe, the mayor, said ...": no statement, but who makes one."""
_WHEN = (
    "on",
    "in",
    "at",
    "to",
    "during",
    "after",
    "late",
    "early",
    "from",
    "by",
    "earlier",
    "yesterday",
    "today",
)
"""Words that begin a time or a place, and no speaker: "..., she said on Tuesday"."""


@lru_cache(maxsize=4096)
def _split(text: str, names: Any) -> tuple[str, int, str | None, bool]:
    """(core, its offset, who, hedged) of a sentence, from its outer attribution."""
    opening = _opening(text, names)
    start, end, who, hedged = opening, len(text), None, False
    for kind in ("opening", "colon", "dash", "according", "told_by", "told", "apposed", "before", "after"):
        found = _patterns()[kind].search(text, opening)
        if (
            not found
            or not _can_speak(found["who"], names)
            or re.match(r", (?:who|which|whose|and|but)\b", found.groupdict().get("tail") or "")
        ):
            continue
        core = (found.end(), end) if kind in ("opening", "colon") else (start, found.start())
        stated = text[core[0] : core[1]].strip()
        if len(stated) < _SHORTEST_STATEMENT or " " not in stated:
            continue
        if kind == "after" and _APPOSED.fullmatch(stated):
            continue
        start, end = core
        who = found["who"]
        hedged = "verb" in found.groupdict() and found["verb"] in load("speech")["surface"]["hedged"]
        if found.groupdict().get("tail"):
            who = _with_office(who, found["tail"])
        break
    if who is None and (aside := _ASIDE.search(text, start)):
        end = aside.start()
    while start < end and text[start] in "\"' ":
        start += 1
    while end > start and text[end - 1] in " ,":
        end -= 1
    if who is not None and text[start:end].count('"') % 2:
        end -= text[end - 1] == '"'
    return text[start:end], start, who, hedged


def _opening(text: str, names: Names) -> int:
    """Where a sentence begins behind its dateline or label."""
    dateline, label = _DATELINE.match(text), _patterns()["colon"].search(text)
    if label and not _is_voice(label["who"], names):
        return label.end()
    return dateline.end() if dateline else 0


def _is_voice(who: str, names: Names) -> bool:
    """True for who can speak before a colon ("Kyiv: ..."); "Tigray conflict: ..." tells what it is about."""
    known = names.kind(names.name(who).id) is not None
    return known or who.lower().split()[-1] in load("speech")["speakers"]["people"]


def _with_office(who: str, tail: str) -> str:
    """As in "Jane Doe" with ", a spokeswoman for the ministry" where that is what follows."""
    office = re.match(
        rf", (?:the |an? |its |their )?(?:[\w'-]+ ){{0,5}}?(?:{'|'.join(sorted(words('spokespeople') | words('offices'), key=len, reverse=True))})\b[^,]*",
        tail,
    )
    return who + office.group() if office and len(office.group()) < _LONGEST_OFFICE else who


def _can_speak(who: str, names: Names) -> bool:
    who = who.strip()
    parts = who.split()
    lowered = [part.lower().strip(".'") for part in parts]
    if (
        not parts
        or len(parts) > _MOST_WORDS
        or parts[0][0].isdigit()
        or lowered[0] in _WHEN
        or who.lower() in load("speech")["noise"]["not_speakers"]
    ):
        return False
    if set(lowered) & {
        "that",
        "was",
        "were",
        "is",
        "are",
        "has",
        "have",
        "had",
        "who",
        "which",
        "killed",
        "dead",
        "after",
        "when",
        "because",
        "while",
        "but",
        "he'd",
        "not",
        "injured",
        "hurt",
        "wounded",
        "missing",
        "as",
        "then",
    }:
        return False
    head = re.split(r" (?:of|for|in|from|at|on|with) ", who.lower())[0].split()[-1].strip(".'")
    people = load("speech")["speakers"]["people"]
    if (
        head in people
        or lowered[-1] in people
        or any(
            part in ("spokesman", "spokeswoman", "spokesperson", "minister", "president", "chief")
            for part in lowered
        )
    ):
        return True
    mentions = names.spot(who)
    if mentions:
        return True
    capitals = [part for part in parts if part[:1].isupper()]
    return len(capitals) >= max(1, (len(parts) + 1) // 2) and not (
        len(parts) == 1 and lowered[0] in ("the", "a", "it's")
    )


def attribution(passage: Passage) -> Attribution:
    """The sentence's statement apart from who makes it: "Hospital hit by shells - mayor", ", police said"."""
    text = newspaper_case(passage)
    core, start, who, hedged = _split(text, passage.article.names)
    if who is None:
        return Attribution(core, start, _quoted(passage, 0))
    speaker = _surface_name(passage, who)
    return Attribution(core, start, speaker, hedged)


def _surface_name(passage: Passage, who: str) -> Name | None:
    who = re.sub(r"^(?:the|its|his|her|their) ", "", who.strip(" ."), flags=re.IGNORECASE)
    if who.lower() in ("he", "she", "it", "they"):
        return _earlier(passage, who.lower())
    return _known_by_now(passage, _definite(passage, who) or who)


# Names of speakers


def speaker_of(
    passage: Passage, doc: Doc, token: Token, spoken: Attribution, text: str | None = None
) -> Name | None:
    """The speaker that a noun or pronoun of the sentence stands for. `text`: the words, where `doc` has stand-ins."""
    text = doc.text if text is None else text
    if is_pronoun(token):
        return _pronoun(passage, doc, token, spoken, text)
    start, end = bounds(token)
    for apposition in appositions(token):
        if apposition.lemma_.lower() in words("spokespeople") | words("offices") | frozenset(
            load("speech")["speakers"]["people"]
        ):
            end = max(end, bounds(apposition)[1])
    for mention in passage.article.names.spot(text):
        if mention.start < end <= mention.end or mention.start <= start < mention.end:
            start, end = min(start, mention.start), max(end, mention.end)
    written = (
        re.sub(r"^(?:the|both|its|his|her|their) ", "", text[start:end], flags=re.IGNORECASE)
        .strip(" ,;:\"'")
        .removesuffix("'s")
    )
    if not written:
        return None
    return _known_by_now(passage, _definite(passage, written) or written)


def _pronoun(passage: Passage, doc: Doc, token: Token, spoken: Attribution, text: str) -> Name | None:
    for other in reversed(doc[: token.i]):
        if other.pos_ in ("VERB", "AUX") and other.lemma_.lower() in _says() and other.i < token.i:
            subject = _speaking(other)
            if subject is not None and not is_pronoun(subject) and subject.i < token.i:
                return speaker_of(passage, doc, subject, spoken, text)
    for other in doc[: token.i] if token.lower_ in ("it", "they", "he", "she") else ():
        named = other.pos_ in ("NOUN", "PROPN") and not is_pronoun(other)
        if named and other.dep_ in ("nsubj", "nsubjpass") and other.head != token.head:
            return speaker_of(passage, doc, other, spoken, text)
    return spoken.speaker or _earlier(passage, token.lower_)


def _known_by_now(passage: Passage, written: str) -> Name:
    """The name; a bare last name means the person whose full name came before."""
    names = passage.article.names
    name = names.name(written)
    last = written.rsplit(maxsplit=1)[-1]
    bare = re.sub(r"^(?:Mr|Mrs|Ms|Dr|Gen|Col)\.? ", "", written)
    if " " not in bare and bare[:1].isupper() and names.kind(name.id) is None:
        full = re.compile(rf"((?:[A-Z][\w'-]+ ){{1,3}}){re.escape(last)}\b")
        here = passage.sentence.index
        for sentence in passage.article.sentences[max(0, here - _REMEMBERED) : here + 1]:
            found = full.search(sentence.plain)
            if found and not names.spot(found.group(1)):
                return Name(written=written, id=names.name(found.group()).id)
    return name


_DEFINITE = re.compile(
    r"^(?:that |this |same )?(?P<head>group|organi[sz]ation|ministry|army|military|government|agency|movement|rebels|militants|guerrillas|company|statement|communique|source|sources|spokesman|spokeswoman|spokesperson|network|cartel|front|militia|committee|council|embassy|garrison|command|insurgents|office)$"
)


def _definite(passage: Passage, written: str) -> str | None:
    """What "the ministry", "the group" stood for when it was first named."""
    found = _DEFINITE.match(written.lower())
    if not found:
        return None
    head = found["head"]
    if head in (
        "group",
        "organization",
        "organisation",
        "movement",
        "militants",
        "rebels",
        "guerrillas",
        "network",
        "cartel",
        "front",
        "militia",
        "insurgents",
    ):
        mention = last_mention(passage, (GROUP,))
        return mention[1] if mention else None
    pattern = re.compile(
        rf"(?:(?:[A-Z][\w.]*(?:'s)?|of|the|foreign|defence|defense|interior|health|emergencies) ){{1,6}}{head}\b",
        re.IGNORECASE if head == "x" else 0,
    )
    for sentence in reversed(
        passage.article.sentences[max(0, passage.sentence.index - _BACK) : passage.sentence.index]
    ):
        earlier = [m.group() for m in pattern.finditer(sentence.plain)]
        for found_there in reversed(earlier):
            phrase = re.sub(r"^(?:(?:The|the|of|A|In|On|And|But) )+", "", found_there)
            if passage.article.names.spot(phrase):
                return phrase
    return None


def last_mention(passage: Passage, kinds: tuple[str, ...]) -> tuple[Mention, str] | None:
    """The last known name of some kinds before this sentence, with its written form."""
    sentences = passage.article.sentences
    for index in range(passage.sentence.index - 1, max(-1, passage.sentence.index - 1 - _BACK), -1):
        plain = sentences[index].plain
        found = [m for m in passage.article.names.spot(plain) if m.kind in kinds]
        if found:
            last = found[-1]
            return last, plain[last.start : last.end]
    return None


def _earlier(passage: Passage, pronoun: str) -> Name | None:
    """The speaker or the first party of the sentence before, for a pronoun at the start of a sentence."""
    index = passage.sentence.index
    if index == 0:
        return None
    for back in range(index - 1, max(-1, index - 4), -1):
        before = passage.article.sentences[back]
        if before.field != passage.sentence.field:
            break
        earlier = Passage(before, passage.article)
        _, _, who, _ = _split(newspaper_case(earlier), passage.article.names)
        if who and who.lower() not in ("he", "she", "it", "they"):
            name = _surface_name(earlier, who)
            if name and _fits(passage.article.names, name, pronoun):
                return name
        body = _BODY.match(before.plain)
        if body and pronoun in ("it", "they"):
            return _known_by_now(earlier, body["who"])
        for mention in passage.article.names.spot(before.plain):
            name = passage.article.names.name(before.plain[mention.start : mention.end])
            if not mention.place and _fits(passage.article.names, name, pronoun):
                return name
        person = re.search(r"(?:[A-Z][\w'-]+ ){1,3}[A-Z][\w'-]+", before.plain)
        if person and pronoun in ("he", "she") and not passage.article.names.spot(person.group()):
            return passage.article.names.name(person.group())
    return None


_BODY = re.compile(
    r"(?:The|An?) (?P<who>(?:[\w'-]+ ){0,4}?(?:ministry|army|military|police|government|agency|committee|commission|council|embassy|company|organi[sz]ation|hospital|court|inquiry|airline|operator)"
    r"(?: (?:in|of|for) (?:[A-Z][\w'-]+ ?)+)?)(?<! )\b"
)
"""A body as the first words of a sentence, for "it" in the next."""


def _fits(names: Names, name: Name, pronoun: str) -> bool:
    kind = names.kind(name.id)
    if pronoun in ("he", "she"):
        return kind == PERSON or (kind is None and name.written[:1].isupper())
    if pronoun in ("it", "they", "we"):
        return kind in (STATE, GROUP, BODY) or kind is None
    return False


def _same_paragraph(one: Sentence, other: Sentence) -> bool:
    return one.field == other.field and one.paragraph == other.paragraph


def _quoted(passage: Passage, start: int) -> Name | None:
    """The speaker of a quotation that was opened in an earlier sentence and still goes on."""
    sentence = passage.sentence
    if sentence.field == "title":
        return None
    nearby = passage.article.sentences
    before = [
        s for s in nearby[max(0, sentence.index - _QUOTED) : sentence.index] if _same_paragraph(s, sentence)
    ]
    after = [s for s in nearby[sentence.index + 1 : sentence.index + _QUOTED] if _same_paragraph(s, sentence)]
    opened = sum(s.plain.count('"') for s in before) + passage.plain[:start].count('"')
    if opened % 2 == 0:
        return None
    for other in (*reversed(before), *after):
        earlier = Passage(other, passage.article)
        _, _, who, _ = _split(newspaper_case(earlier), passage.article.names)
        if who:
            return _surface_name(earlier, who)
    return None
