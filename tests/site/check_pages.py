"""Pages looked over by axe in a real Chromium, light and dark, narrow and wide, and by html-validate.

    python tests/site/check_pages.py --tools build/npm/node_modules FOLDER_OR_PAGE_OR_ADDRESS...

Prints a line for each page, each violation and how many pages were looked at; fails where there is one. Pages are copied, with axe
in them, so that nothing but a browser and node is needed.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

WIDTHS = (320, 1200)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>', re.IGNORECASE)
_RESULT = re.compile(r'<pre class="axe-result">(.*?)</pre>', re.DOTALL)
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
  kept.className = "axe-result";
  kept.textContent = told.data;
  document.body.append(kept);
}});</script>
<body style="margin: 0">{pages}
"""
_PAGE = '<iframe title="page" src="{page}" style="border: 0; width: {width}px; height: 2000px"></iframe>'


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tools", type=Path, required=True, help="where axe-core and html-validate are")
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("pages", nargs="+")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storydelta-pages-") as folder:
        pages = list(_pages(given.pages, Path(folder)))
        looked, wrong = look_at_all(pages, given.tools, given.browser)
    sys.stdout.write(f"{len(pages)} pages, {looked} looks, {wrong} violations\n")
    return 1 if wrong or not looked else 0


def look_at_all(pages: Sequence[Path], tools: Path, browser: str) -> tuple[int, int]:
    """How often the pages were looked at, and how much was found; a line is printed for each."""
    looked = wrong = 0
    for complaint in validate(pages, tools):
        wrong += 1
        sys.stdout.write(f"{complaint}\n")
    for number, page in enumerate(pages, 1):
        sys.stdout.write(f"[{number}/{len(pages)}] {page}\n")
        sys.stdout.flush()
        for dark in (False, True):
            looked += len(WIDTHS)
            for complaint in look_at(page, tools / "axe-core" / "axe.min.js", browser, dark=dark):
                wrong += 1
                sys.stdout.write(f"{page}{complaint}\n")
    return looked, wrong


def _pages(places: Iterable[str], folder: Path) -> Iterator[Path]:
    """The pages themselves; what an address answers with is kept in the folder."""
    for number, place in enumerate(places):
        if place.startswith("http://"):
            kept = folder / f"page-{number}.html"
            with urlopen(place, timeout=30) as answer:
                kept.write_bytes(answer.read())
            yield kept
        else:
            path = Path(place)
            yield from sorted(path.rglob("*.html")) if path.is_dir() else [path]


def validate(pages: Sequence[Path], tools: Path) -> list[str]:
    """What html-validate has to say of the pages, by the HTML standard."""
    program = tools / "html-validate" / "bin" / "html-validate.mjs"
    with tempfile.NamedTemporaryFile("w", suffix=".json") as config:
        json.dump({"root": True, "extends": ["html-validate:standard"]}, config)
        config.flush()
        command = ["node", program, "--config", config.name, "--formatter", "text", *pages]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    found = done.stdout.strip().splitlines()
    if done.returncode and not found:
        found = [f"html-validate failed: {done.stderr.strip()[:500]}"]
    return found


def look_at(page: Path, axe: Path, browser: str, *, dark: bool) -> Iterator[str]:
    """What is wrong with a page at each of the widths, in words: " at 320, dark: …". It is looked at in frames, since
    no window is as narrow as a phone.
    """
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
        name = Path(copy.name).name
        frame.write(_FRAME.format(pages="".join(_PAGE.format(page=name, width=width) for width in WIDTHS)))
        copy.flush()
        frame.flush()
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=20000"]
        options += [f"--window-size={max(WIDTHS)},2000", *(["--force-dark-mode"] if dark else [])]
        done = subprocess.run(
            [browser, *options, "--dump-dom", Path(frame.name).as_uri()],
            capture_output=True, text=True, check=True, timeout=120,
        )  # fmt: skip
    results = [json.loads(html.unescape(result)) for result in _RESULT.findall(done.stdout)]
    told = {(result["width"], result["dark"]): result for result in results}
    for width in WIDTHS:
        for complaint in _complaints(told.get((width, dark)), width):
            yield f" at {width}{', dark' if dark else ''}: {complaint}"


def _complaints(result: dict[str, Any] | None, width: int) -> Iterator[str]:
    if result is None:
        yield "axe gave no result"
        return
    if result["needs"] > width:
        yield f"needs {result['needs']} pixels"
    for name, what, where in result["violations"]:
        yield f"{name}: {what}: {where}"


if __name__ == "__main__":
    sys.exit(main())
