"""The names that are known, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from storydelta.model import Name
from storydelta.names.forms import fold, words
from storydelta.names.resolving import resolve
from storydelta.names.sorts import GROUP, STATE

_REMEMBERED = 20_000
"""Names kept with their ids, far above a day's."""

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:'[^\W_]+)*")
_GAP = re.compile(r"[ \-'\"()\[\]/]{0,3}")


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
    demonyms, `states` what the state of an id is called. `exact` count only in capitals, `lower` also in lower case.
    `holders`: "russia president" -> person.
    """

    ids: Mapping[str, str]
    kinds: Mapping[str, str] = field(default_factory=dict)
    seats: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    lower: frozenset[str] = frozenset()
    holders: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def name(self, written: str) -> Name:
        """The name with its id: `name("the Kremlin").id == "russia"` where the aliases say so."""
        found = self._known.get(written)
        if found is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = self._known[written] = resolve(self, written)
        return Name(written=written, id=found)

    def noun(self, name: Name) -> Name:
        """The name, a state's own for its adjective: in "an Israeli strike" the actor is Israel."""
        if fold(name.written) in self.people and name.id in self.states:
            return Name(written=self.states[name.id], id=name.id)
        return name

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
        for parts in self._forms.get(tokens[position][2], ()):
            end_at = position + len(parts)
            if end_at > len(tokens) or any(tokens[position + i][2] != w for i, w in enumerate(parts)):
                continue
            last = end_at - 1
            if any(not _GAP.fullmatch(plain, tokens[i][1], tokens[i + 1][0]) for i in range(position, last)):
                continue
            form, end = " ".join(parts), tokens[last][1]
            if not self._cased(plain[start:end], form, capitals=capitals):
                continue
            name_id = self.ids[form]
            mention = Mention(start, end, name_id, self.kinds.get(name_id, GROUP), form in self.seats)
            return mention, len(parts)
        return None, 1

    def _cased(self, surface: str, form: str, *, capitals: bool) -> bool:
        if capitals:
            return form not in words("words_in_capitals")
        if form in self.exact:
            return surface.replace("'s", "").isupper()
        if not surface[0].islower() or form in self.lower:
            return True
        return (
            " " in form
            and form not in words("common_phrases")
            and self.kinds.get(self.ids[form]) in (STATE, GROUP)
        )

    @cached_property
    def _forms(self) -> dict[str, list[tuple[str, ...]]]:
        """Listed forms as words by their first word, the longest first."""
        forms: dict[str, list[tuple[str, ...]]] = {}
        for form in self.ids:
            parts = tuple(form.split())
            forms.setdefault(parts[0], []).append(parts)
        for same_start in forms.values():
            same_start.sort(key=len, reverse=True)
        return forms
