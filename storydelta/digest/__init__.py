"""What a digest says: changes, standing and sources in words, as the values that templates are given."""

from __future__ import annotations

from storydelta.digest.build import Published, build_digest
from storydelta.digest.together import tell_together
from storydelta.digest.view import Digest, SourceHealth
from storydelta.digest.words import describe, say

__all__ = ["Digest", "Published", "SourceHealth", "build_digest", "describe", "say", "tell_together"]
