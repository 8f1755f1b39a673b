"""The pictures of the documentation, taken of the demo's digest and site in Chromium.

storydelta demo --folder build/pictures && storydelta site -o build/pictures/site
python tests/site/take_pictures.py build/pictures docs
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

# name, page within the demo's folder, width, height, dark
PICTURES = (
    ("digest", "digests/moscow-concert-hall-00008.html", 820, 1300, False),
    ("digest-dark", "digests/moscow-concert-hall-00008.html", 500, 1000, True),
    ("site", "site/moscow-concert-hall/index.html", 1000, 1900, False),
    ("site-edition", "site/moscow-concert-hall/editions/00008.html", 1000, 1300, False),
    ("site-document", "", 1000, 900, False),
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path, help="the demo's folder, with its site in it")
    parser.add_argument("docs", type=Path, help="where the pictures go")
    parser.add_argument("--browser", default="chromium")
    given = parser.parse_args()
    for name, page, width, height, dark in PICTURES:
        shown = given.demo / page if page else edited_document(given.demo)
        picture = given.docs / f"{name}.png"
        options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--window-size={width},{height}", *(["--force-dark-mode"] if dark else [])]
        subprocess.run(
            [given.browser, *options, f"--screenshot={picture}", shown.absolute().as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        sys.stdout.write(f"{picture}\n")
    return 0


def edited_document(demo: Path) -> Path:
    """A document that has a second version."""
    pages = sorted((demo / "site/moscow-concert-hall/documents").glob("*.html"))
    return next(page for page in pages if 'id="v2"' in page.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
