"""Who is meant by a name: alias data to ids, so that Daesh and the Islamic State are one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from storydelta.model import Name


@dataclass(frozen=True, slots=True)
class Names:
    """`ids`: folded written form -> id. Forms that are not listed get an id made of their words."""

    ids: Mapping[str, str]

    def name(self, written: str) -> Name:
        """The name with its id: `name("the Kremlin").id == "russia"` where the aliases say so."""
        folded = fold(written)
        return Name(written=written, id=self.ids.get(folded) or slug(folded))


def fold(written: str) -> str:
    """Lower case, no article, no possessive, one blank between words: the form in which aliases are looked up."""
    plain = written.casefold().replace("’", "'").replace("-", " ").replace(".", "")
    plain = re.sub(r"'s?(?= |$)", "", plain)
    return re.sub(r"^(?:the|a|an) ", "", " ".join(re.sub(r"[^\w' ]", " ", plain).split()))


def slug(folded: str) -> str:
    """An id of lower-case letters, digits and underscores."""
    ascii_form = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", ascii_form or folded).strip("_") or "unnamed"
