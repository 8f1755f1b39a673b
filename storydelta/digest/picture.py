"""A chart's SVG as a PNG image, for mail programs, which draw no SVG. The font comes along, so that every machine
draws the same.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

_ZOOM = 2  # so that it is sharp on screens of twice the density
_PAPER = "#fffdf8"


def picture_of(svg: str) -> bytes | None:
    """The image as PNG; None where the library or the font is not installed: then mail goes without."""
    font = _font()
    if font is None or find_spec("resvg_py") is None:
        return None
    return bytes(
        import_module("resvg_py").svg_to_bytes(
            svg_string=svg,
            background=_PAPER,
            zoom=_ZOOM,
            skip_system_fonts=True,
            font_files=[str(font)],
            font_family="Source Serif Pro",
            serif_family="Source Serif Pro",
        )
    )


@cache
def _font() -> Path | None:
    """The file of the font, found without running its package."""
    found = find_spec("font_source_serif_pro")
    for folder in (found.submodule_search_locations or []) if found else []:
        path = Path(folder) / "files" / "SourceSerifPro-Regular.ttf"
        if path.exists():
            return path
    return None
