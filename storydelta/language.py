"""Which language a text is in, so that a text that is not read for its language says so."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from py3langid.langid import MODEL_FILE, LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]+")
_COMMON = frozenset(
    ("the", "of", "and", "to", "in", "a", "that", "for", "was", "were", "is", "are", "by", "with", "from", "on", "at",
     "said", "has", "have", "had", "it", "as", "after")
)  # fmt: skip
_ENGLISH = 0.15
"""Share of these words from which a text is taken for English without asking the library. English news has .3 and
more of them, other languages below .1, of words that look the same."""

_SURE = 0.6
"""Probability from which the library is believed: it is right at this level from one sentence on, and unsure of the
few words of a headline."""

_READ = frozenset(("en", "pcm", "zxx"))
"""English, Nigerian Pidgin, for which the library takes short headlines, and what it takes for no language."""

_UNNAMED = "another language"

_HEAD = 5_000
"""Characters that are looked at."""


@lru_cache(maxsize=256)
def foreign_language(text: str) -> str | None:
    """The English name of the language of a text that is not in English ("German"); None for English, and for what is
    too short to tell.
    """
    head = text[:_HEAD]
    words = [word.lower() for word in _WORD.findall(head)]
    if not words or sum(word in _COMMON for word in words) >= _ENGLISH * len(words):
        return None
    code, probability = _identifier().classify(head)
    return None if code in _READ or probability < _SURE else _name(code)


def _name(code: str) -> str:
    try:
        return Locale.parse(code).get_display_name("en") or _UNNAMED
    except (UnknownLocaleError, ValueError):
        return _UNNAMED


@cache
def _identifier() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
