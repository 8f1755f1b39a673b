"""A chart's SVG as a PNG image, for mail programs, which draw no SVG. The font comes along, so that every machine
draws the same.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import resvg_py

_ZOOM = 2  # so that it is sharp on screens of twice the density
_PAPER = "#fffdf8"


def picture_of(svg: str) -> bytes:
    """The image as PNG."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background=_PAPER,
            zoom=_ZOOM,
            skip_system_fonts=True,
            font_files=[str(_font())],
            font_family="Source Serif Pro",
            serif_family="Source Serif Pro",
        )
    )


@cache
def _font() -> Path:
    """The file of the font, found without running its package."""
    found = find_spec("font_source_serif_pro")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "files" / "SourceSerifPro-Regular.ttf"
