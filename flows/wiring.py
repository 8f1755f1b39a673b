"""The composition root: the only place that reads settings and builds the store, the reader and the channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.settings import read_settings
from storydelta.claims import KINDS
from storydelta.claims.reader import Reader
from storydelta.names import load_names
from storydelta.syntax import load_parser


def build_reader(aliases: Mapping[str, Sequence[str]] | None = None) -> Reader:
    """The claim engine with the model that the settings name and a story's own aliases."""
    settings = read_settings()
    parser = None if settings.model == "none" else load_parser(settings.model)
    return Reader(kinds=KINDS, names=load_names(aliases or {}), parser=parser)
