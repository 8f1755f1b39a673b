"""The kinds of claim. To add one: a module here, and a line in `KINDS`."""

from __future__ import annotations

from storydelta.claims.arrest import ARREST
from storydelta.claims.figure import FIGURE
from storydelta.claims.kind import Kind
from storydelta.claims.responsibility import RESPONSIBILITY
from storydelta.claims.warning import WARNING

KINDS: tuple[Kind, ...] = (FIGURE, RESPONSIBILITY, WARNING, ARREST)
