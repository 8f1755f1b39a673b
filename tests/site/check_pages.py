"""Pages looked over by axe in a real Chromium, light and dark, narrow and wide.

    python tests/site/check_pages.py --axe node_modules/axe-core/axe.min.js FOLDER_OR_PAGE...

Prints a line for each violation and how many pages were looked at; fails where there is one. Pages are copied, with axe
in them, so that nothing but a browser is needed.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

WIDTHS = (320, 1200)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>', re.IGNORECASE)
_RESULT = re.compile(r'<pre id="axe-result">(.*?)</pre>', re.DOTALL)
_RUN = """
addEventListener("load", () => axe.run(document, {resultTypes: ["violations"]}).then((found) => {
  parent.postMessage(JSON.stringify({
    width: innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    needs: document.documentElement.scrollWidth,
    violations: found.violations.map((v) => [v.id, v.help, v.nodes[0].html.slice(0, 200)]),
  }), "*");
}));
"""
_FRAME = """<!doctype html><title>frame</title>
<script>addEventListener("message", (told) => {{
  const kept = document.createElement("pre");
  kept.id = "axe-result";
  kept.textContent = told.data;
  document.body.append(kept);
}});</script>
<body style="margin: 0"><iframe title="page" src="{page}" style="border: 0; width: {width}px; height: 2000px"></iframe>
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--axe", type=Path, required=True, help="axe.min.js of the package axe-core")
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("pages", nargs="+", type=Path)
    given = parser.parse_args()
    looked, wrong = 0, 0
    for page in _pages(given.pages):
        for width in WIDTHS:
            for dark in (False, True):
                looked += 1
                for complaint in look_at(page, given.axe, given.browser, width=width, dark=dark):
                    wrong += 1
                    sys.stdout.write(f"{page} at {width}{', dark' if dark else ''}: {complaint}\n")
    sys.stdout.write(f"{looked} looks at pages, {wrong} violations\n")
    return 1 if wrong or not looked else 0


def _pages(places: Iterable[Path]) -> Iterator[Path]:
    for place in places:
        yield from sorted(place.rglob("*.html")) if place.is_dir() else [place]


def look_at(page: Path, axe: Path, browser: str, *, width: int, dark: bool) -> Iterator[str]:
    """What is wrong with a page, in words. It is looked at in a frame, since no window is as narrow as a phone."""
    text = _POLICY.sub("", page.read_text("utf-8"))
    probe = f"<script>{axe.read_text('utf-8')}</script><script>{_RUN}</script></body>"
    beside = {
        "mode": "w",
        "encoding": "utf-8",
        "suffix": ".html",
        "dir": page.parent,
        "prefix": ".looked-at-",
    }
    with tempfile.NamedTemporaryFile(**beside) as copy, tempfile.NamedTemporaryFile(**beside) as frame:
        copy.write(text.replace("</body>", probe))
        frame.write(_FRAME.format(page=Path(copy.name).name, width=width))
        copy.flush()
        frame.flush()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000"]
        options += [f"--window-size={max(WIDTHS)},2000", *(["--force-dark-mode"] if dark else [])]
        done = subprocess.run(
            [browser, *options, "--dump-dom", Path(frame.name).as_uri()],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
    found = _RESULT.search(done.stdout)
    if not found:
        yield "axe gave no result"
        return
    told = json.loads(html.unescape(found[1]))
    if (told["width"], told["dark"]) != (width, dark):
        yield f"was looked at {told['width']} wide, dark: {told['dark']}"
    if told["needs"] > width:
        yield f"needs {told['needs']} pixels"
    for name, what, where in told["violations"]:
        yield f"{name}: {what}: {where}"


if __name__ == "__main__":
    sys.exit(main())
