"""What a claim about a warning holds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from storydelta.model import Claim, Name


class Act(StrEnum):
    """What a claim tells of a warning: that it was given, or what somebody made of it."""

    WARNED = "warned"
    HEEDED = "heeded"
    DISREGARDED = "disregarded"
    DENIED = "denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forewarning(Claim):
    """A claim about a warning. `speaker`: who gave it, or who answers it; of a warning by nobody named, who says so.

    `danger` and `when` are as written. `heeded` and `answered_by`: what the same sentence says was made of it.
    """

    kind: ClassVar[str] = "warning"

    act: Act
    warner: Name | None = None
    addressee: Name | None = None
    danger: str | None = None
    when: str | None = None
    heeded: bool | None = None
    answered_by: Name | None = None
