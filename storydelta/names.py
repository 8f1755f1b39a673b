"""Who is meant by a name: alias data to ids, so that Daesh and the Islamic State are one.

An id is a state's for the state, its seat and its bodies ("Moscow", "Russian officials", "the Russian army"),
`russia_foreign_ministry` for an office of a state, and a person's own for a person, whatever the office: a state
and its head are two voices. A spokesperson without a name speaks with the id of the office.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from storydelta.lexicon import load
from storydelta.model import Name

STATE, GROUP, BODY, PERSON = "state", "group", "body", "person"

_REMEMBERED, _DEEPEST, _LONGEST_ACRONYM = 20_000, 4, 5
"""Names kept with their ids, far above a day's; how deep a name nests; letters of capitals that are no word."""

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:'[^\W_]+)*")
_GAP = re.compile(r"[ \-'\"()\[\]/]{0,3}")
_WORDS_IN_CAPITALS = frozenset(
    {"is", "who", "it", "may", "sl", "car", "sisi", "let", "right sector", "red flag"}
)
_COMMON_PHRASES = frozenset(
    {"islamic group", "red flag", "direct action", "patriotic front", "army of justice", "black september", "right sector", "gulf clan",
     "resistance front", "revolutionary struggle", "polisario front", "islamic movement", "security council", "sandinista front",
     "sinai province", "islamic republic", "islamic emirate", "no 10", "number 10", "white house", "guatemala city", "central african",
     "ministry of defence", "people liberation army", "islamic jihad", "revolutionary guard", "popular revolutionary army", "north korean"}
)  # fmt: skip
_OFFICIAL = frozenset({"official", "officials", "ministry", "minister", "department", "commander", "general"})
_UNIT = re.compile(r"(?:\d+\w*|first|second|third|fourth|fifth|sixth) \w+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name in a text: `plain[start:end]` stands for `id`. `place`: it may as well be a mere place."""

    start: int
    end: int
    id: str
    kind: str
    place: bool = False


@dataclass(frozen=True, eq=False)  # by identity: it is large, loaded once, and a key of caches
class Names:
    """`ids`: folded written form -> id; forms that are not listed get an id made of their words.

    `kinds`: id -> state, group, body or person. `seats` and `people`: the folded forms that are capitals and
    demonyms. `exact` count only in capitals, `lower` also in lower case. `holders`: "russia president" -> person.
    """

    ids: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)
    seats: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    lower: frozenset[str] = frozenset()
    holders: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def name(self, written: str) -> Name:
        """The name with its id: `name("the Kremlin").id == "russia"` where the aliases say so."""
        found = self._known.get(written)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = self._known[written] = _resolve(self, written)
        return Name(written=written, id=found)

    def kind(self, name_id: str) -> str | None:
        """What an id stands for: state, group, body or person; None where the aliases do not know it."""
        return self.kinds.get(name_id)

    def listed(self, written: str) -> str | None:
        """The id of a form that the aliases list as it stands."""
        return self.ids.get(fold(written))

    def spot(self, plain: str) -> list[Mention]:
        """The known names in a plain text, in order, the longest at each place."""
        tokens = [(m.start(), m.end(), fold(m.group())) for m in _TOKEN.finditer(plain)]
        capitals = plain.isupper()
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            mention, length = self._longest(plain, tokens, position, capitals=capitals)
            if mention:
                found.append(mention)
            position += length
        return found

    def recase(self, capitals: str) -> str:
        """A text in capitals as it would stand in a newspaper, as far as the aliases know, at the same offsets."""
        lowered = capitals.lower()
        if len(lowered) != len(capitals):
            return capitals
        for mention in self.spot(capitals):
            form = capitals[mention.start : mention.end]
            if fold(form) not in self.exact:
                form = re.sub(r"[^\W\d_]+(?:'[^\W\d_]+)?", lambda word: word.group().capitalize(), form)
            lowered = lowered[: mention.start] + form + lowered[mention.end :]
        return re.sub(r"(?:^|[.!?:] |- )[\"']?[^\W\d_]", lambda opening: opening.group().upper(), lowered)

    def _longest(
        self, plain: str, tokens: Sequence[tuple[int, int, str]], position: int, *, capitals: bool
    ) -> tuple[Mention | None, int]:
        start = tokens[position][0]
        for words in self._forms.get(tokens[position][2], ()):
            end_at = position + len(words)
            if end_at > len(tokens) or any(tokens[position + i][2] != w for i, w in enumerate(words)):
                continue
            last = end_at - 1
            if any(not _GAP.fullmatch(plain, tokens[i][1], tokens[i + 1][0]) for i in range(position, last)):
                continue
            form, end = " ".join(words), tokens[last][1]
            if not self._cased(plain[start:end], form, capitals=capitals):
                continue
            name_id = self.ids[form]
            return Mention(start, end, name_id, self.kinds.get(name_id, GROUP), form in self.seats), len(
                words
            )
        return None, 1

    def _cased(self, surface: str, form: str, *, capitals: bool) -> bool:
        if capitals:
            return form not in _WORDS_IN_CAPITALS
        if form in self.exact:
            return surface.replace("'s", "").isupper()
        if not surface[0].islower() or form in self.lower:
            return True
        return (
            " " in form and form not in _COMMON_PHRASES and self.kinds.get(self.ids[form]) in (STATE, GROUP)
        )

    @cached_property
    def _forms(self) -> dict[str, list[tuple[str, ...]]]:
        """Listed forms as words by their first word, the longest first."""
        forms: dict[str, list[tuple[str, ...]]] = {}
        for form in self.ids:
            words = tuple(form.split())
            forms.setdefault(words[0], []).append(words)
        for same_start in forms.values():
            same_start.sort(key=len, reverse=True)
        return forms


def load_names(extra: Mapping[str, Sequence[str]] | None = None) -> Names:
    """The alias lexicon with a story's own aliases on top: id, or any known form of the name -> other forms."""
    return _with_aliases(_lexicon(), extra) if extra else _lexicon()


def member_of(folded: str, known: Container[str] = ()) -> str:
    """What a folded form is a part of: "members of the rebel army" gives "rebel army".

    Words of `known` are not taken apart: "armed forces" stays what it is, though "armed" may open a name.
    """
    while folded not in known and (opener := _openers().match(folded)):
        folded = folded[opener.end() :]
    return folded


def speaks_for(names: Names, speaker: Name) -> frozenset[str]:
    """The ids whose acts are the speaker's own: its own, and the state or group in whose name an office speaks."""
    own = {speaker.id, *_serves().get(speaker.id, ())}
    folded = fold(speaker.written)
    if _official().search(folded):
        own |= {mention.id for mention in names.spot(speaker.written) if mention.kind in (STATE, GROUP)}
    return frozenset(own)


def fold(written: str) -> str:
    """Lower case, no article, no possessive, one blank between words: the form in which aliases are looked up."""
    plain = written.casefold().replace("’", "'").replace("-", " ").replace(".", "")
    plain = re.sub(r"'s?(?= |$)", "", plain)
    return re.sub(r"^(?:the|a|an) ", "", " ".join(re.sub(r"[^\w' ]", " ", plain).split()))


def slug(folded: str) -> str:
    """An id of lower-case letters, digits and underscores."""
    ascii_form = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_form or folded).strip("_") or "unnamed"


@cache
def words(list_name: str) -> frozenset[str]:
    """A word list of the lexicon `names_words`, folded."""
    return frozenset(fold(word) for word in load("names_words")[list_name])


@cache
def _openers() -> re.Pattern[str]:
    listed = sorted((*words("group_openers"), *words("hedges")), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, listed))}) (?:the |of the |of )?(?=\w)")


@cache
def _spoken_for() -> re.Pattern[str]:
    roles = "|".join(sorted(words("spokespeople"), key=len, reverse=True))
    return re.compile(
        rf"(?:(?P<of>.+?) )?(?:\w+ )?(?:{roles})(?: (?:for|of|from|at|in|by) (?:the )?(?P<for>.+)| (?P<who>.+))?"
    )


@cache
def _office() -> re.Pattern[str]:
    """As in "chief", "deputy foreign minister", "president John Doe": an office and, after it, its holder."""
    offices = "|".join(sorted(words("offices"), key=len, reverse=True))
    return re.compile(rf"(?P<office>(?:[\w']+ ){{0,3}}?(?:{offices}))(?P<who>(?: [\w']+){{1,4}})?")


def _resolve(names: Names, written: str) -> str:
    folded = fold(written)
    if folded in names.ids:
        return names.ids[folded]
    head, _, rest = re.sub(r" ?[(\[]", ",", written).partition(",")
    for part in (head, *re.split(r"[)\],]", rest)):
        listed = names.ids.get(fold(part))
        if listed and (part is head or names.kinds.get(listed) != STATE):
            return listed
    return _taken_apart(names, fold(head) or folded) or slug(fold(head) or folded)


def _taken_apart(names: Names, folded: str, depth: int = 0) -> str | None:
    """The id of a form that is not listed, from its parts; None where none of them is known."""
    if folded in names.ids:
        return names.ids[folded]
    if depth > _DEEPEST or " " not in folded:
        return None
    spoken = _spoken_for().fullmatch(folded)
    if spoken and any(spoken.group("of", "for", "who")):
        return _spokesperson(names, spoken, depth)
    prefix, rest = _known_prefix(names, folded)
    if prefix:
        return _with_prefix(names, prefix, rest, depth)
    opener = _openers().match(folded)
    inner = _taken_apart(names, folded[opener.end() :], depth + 1) if opener else None
    return inner or _of_state(names, folded, depth) or _titled(names, folded)


def _of_state(names: Names, folded: str, depth: int) -> str | None:
    """As in "officials in Kabul", "the army of Chad"."""
    found = re.fullmatch(r"(?P<body>.+?) (?:in|of|from) (?:the )?(?P<state>.+)", folded)
    state = names.ids.get(found["state"]) if found else None
    if found is None or state is None or names.kinds.get(state) != STATE:
        return None
    return _with_prefix(names, state, found["body"], depth + 1)


@cache
def _official() -> re.Pattern[str]:
    """Words that make somebody the voice of a state or a group."""
    official = words("spokespeople") | words("offices") | words("state_bodies") | _OFFICIAL
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(official)))})\b")


@cache
def _titles() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:{'|'.join(sorted(words('titles'), key=len, reverse=True))}) )+(?=\w)")


def _titled(names: Names, folded: str) -> str | None:
    """As in "Gen John Smith"."""
    title = _titles().match(folded)
    if title is None:
        return None
    person = folded[title.end() :]
    if person.split()[0] in words("of_an_office"):
        return None
    return names.ids.get(person) or slug(person)


def _spokesperson(names: Names, spoken: re.Match[str], depth: int) -> str:
    """A person where one is named, else the body that is spoken for."""
    if spoken["who"]:
        return names.ids.get(spoken["who"]) or slug(spoken["who"])
    body = spoken["for"] or spoken["of"]
    return _taken_apart(names, body, depth + 1) or slug(body)


def _known_prefix(names: Names, folded: str) -> tuple[str | None, str]:
    parts = folded.split()
    for length in range(min(len(parts) - 1, 8), 0, -1):
        found = names.ids.get(" ".join(parts[:length]))
        if found:
            return found, " ".join(parts[length:])
    return None, folded


def _with_prefix(names: Names, prefix: str, rest: str, depth: int) -> str:
    """The id of a known name followed by other words: "Russian army", "FMLN guerrillas", "US president Jane Doe"."""
    kind = names.kinds.get(prefix)
    if _is_body_of(kind, rest):
        return prefix
    inner = _taken_apart(names, re.sub(r"^(?:based|backed|led|linked) ", "", rest), depth + 1)
    if inner == prefix or (inner and names.kinds.get(inner) in (PERSON, GROUP)):
        return inner
    held = names.holders.get(f"{prefix} {rest}")
    return held or _holder_named(names, rest) or (prefix if kind == PERSON else f"{prefix}_{slug(rest)}")


def _is_body_of(kind: str | None, rest: str) -> bool:
    """True for "officials" after a state, for "guerrillas" and "12th front" after a group."""
    if kind == STATE:
        return rest in words("state_bodies")
    if kind == BODY and rest in words("state_bodies"):
        return True
    return kind in (GROUP, BODY) and bool(rest in words("group_bodies") or _UNIT.fullmatch(rest))


def _holder_named(names: Names, rest: str) -> str | None:
    """The person in "president Jane Doe"."""
    office = _office().fullmatch(rest)
    if not office or not office["who"] or re.match(r" (?:of|for|in|at|and|s)\b", office["who"]):
        return None
    person = office["who"].strip()
    return names.ids.get(person) or slug(person)


@cache
def _serves() -> dict[str, tuple[str, ...]]:
    """Person or body -> the states and groups that it speaks for."""
    found: dict[str, tuple[str, ...]] = {}
    for party, servants in load("names_offices")["serves"].items():
        for servant in servants:
            found[servant] = (*found.get(servant, ()), party)
    return found


@cache
def _lexicon() -> Names:
    ids: dict[str, str] = {}
    kinds: dict[str, str] = {}
    seats: set[str] = set()
    people: set[str] = set()
    exact: set[str] = set()
    lower: set[str] = set()
    for name_id, kind, role, form in _listed_forms():
        folded = fold(form)
        ids.setdefault(folded, name_id)
        kinds.setdefault(name_id, kind)
        if role == "seats":
            seats.add(folded)
        elif role == "people":
            people.add(folded)
        if form.isupper() and len(folded) <= _LONGEST_ACRONYM:
            exact.add(folded)
        elif form[0].islower():
            lower.add(folded)
    spelled = {fold(form) for _, _, _, form in _listed_forms() if not form.isupper()}
    holders = dict(load("names_offices")["holders"])
    return Names(
        ids, kinds, frozenset(seats), frozenset(people), frozenset(exact - spelled), frozenset(lower), holders
    )  # fmt: skip


def _listed_forms() -> Iterator[tuple[str, str, str, str]]:
    """(id, kind, role of the form, form) of every entry, states first: an earlier entry keeps a shared form."""
    for state, forms in load("names_states")["states"].items():
        for role in ("names", "seats", "people"):
            for form in forms[role]:
                yield state, STATE, role, form
    offices = load("names_offices")
    for state, forms in offices["states_forces"].items():
        for form in forms:
            yield state, STATE, "names", form
    for kind, table in (
        (GROUP, load("names_groups")["groups"]),
        (BODY, offices["bodies"]),
        (PERSON, offices["persons"]),
    ):
        for name_id, forms in table.items():
            yield from ((name_id, kind, "names", form) for form in forms)


def _with_aliases(names: Names, extra: Mapping[str, Sequence[str]]) -> Names:
    ids, kinds = dict(names.ids), dict(names.kinds)
    lower = set(names.lower)
    for key, forms in extra.items():
        name_id = ids.get(fold(key)) or (key if key in kinds else slug(fold(key)))
        for form in (key.replace("_", " "), *forms):
            ids[fold(form)] = name_id
            if form[:1].islower() and form in forms:
                lower.add(fold(form))
        kinds.setdefault(name_id, GROUP)
    return Names(
        ids, kinds, names.seats, names.people, names.exact, frozenset(lower), names.holders
    )  # fmt: skip
