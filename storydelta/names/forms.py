"""Written forms of names: how they are looked up, and what they are made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache, lru_cache

from storydelta.lexicon import alternatives, load

_REMEMBERED = 20_000
"""Forms kept, far above a day's names."""


@lru_cache(_REMEMBERED)
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


def member_of(folded: str, known: Container[str] = ()) -> str:
    """What a folded form is a part of: "members of the rebel army" gives "rebel army".

    Words of `known` are not taken apart: "armed forces" stays what it is, though "armed" may open a name.
    """
    while folded not in known and (opener := openers().match(folded)):
        folded = folded[opener.end() :]
    return folded


@cache
def openers() -> re.Pattern[str]:
    """Words before a group's name: "members of the ..."."""
    listed = alternatives((*words("group_openers"), *words("hedges")))
    return re.compile(rf"(?:{listed}) (?:the |of the |of )?(?=\w)")
