"""The table of `docs/mail.md`: what mail programs know of the features that a digest's mail uses.

    python tests/delivery/check_mail.py build/pages build/npm/node_modules/caniemail docs/mail.md

The mail is that of the demo's last digest with a chart. Needs node.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from storage.store import open_store
from storydelta.delivery.email import with_pictures

PROGRAMS = ("Gmail", "Outlook for Windows", "Outlook elsewhere", "Apple Mail", "Thunderbird")
_TABLE = re.compile(r"(<!-- the table -->\n).*?(<!-- the end of the table -->\n)", re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path, help="the demo's folder, with its store in it")
    parser.add_argument("library", type=Path, help="the npm package caniemail")
    parser.add_argument("docs", type=Path, help="the page that holds the table")
    given = parser.parse_args()
    found = look_up(mail_of(given.demo), given.library)
    version = json.loads((given.library / "package.json").read_text())["version"]
    page = given.docs.read_text("utf-8")
    given.docs.write_text(_TABLE.sub(lambda m: m[1] + table(found, version) + m[2], page), "utf-8")
    lacking = [f for f in found["features"] if any(f[name] in ("no", "partly") for name in PROGRAMS)]
    sys.stdout.write(f"{len(found['features'])} features in a mail, {len(lacking)} not known everywhere\n")
    return 0 if found["features"] else 1


def mail_of(demo: Path) -> str:
    """The HTML of the newest mail that shows a chart."""
    with open_store(f"sqlite:///{demo}/storydelta.sqlite3") as store:
        for state in store.stories():
            for digest in store.digests(state.slug):
                message = store.message(state.slug, digest.edition)
                if message and '<img src="cid:' in (page := with_pictures(message)):
                    return page
    raise SystemExit(f"{demo}: no digest with a chart")


def look_up(page: str, library: Path) -> dict[str, Any]:
    """What the data say of the page's features."""
    with tempfile.NamedTemporaryFile("w", suffix=".html", encoding="utf-8") as file:
        file.write(page)
        file.flush()
        script = Path(__file__).with_suffix(".mjs")
        done = subprocess.run(
            ["node", script, library, file.name], capture_output=True, text=True, check=True, timeout=120
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def table(found: dict[str, Any], version: str) -> str:
    """The features that not all programs know, as Markdown, and the names of the others."""
    everywhere = [f["title"] for f in found["features"] if all(f[name] == "yes" for name in PROGRAMS)]
    rows = [f for f in found["features"] if f["title"] not in everywhere]
    lines = [
        f"Data of {found['updated']} (the package `caniemail` {version}), newest versions of each program; “?” where the data do not say.",
        "",
        f"| feature | {' | '.join(PROGRAMS)} |",
        f"| --- {'| --- ' * len(PROGRAMS)}|",
        *(f"| {_code(f['title'])} | {' | '.join(f[name] for name in PROGRAMS)} |" for f in rows),
        "",
        f"Known to all of them: {', '.join(map(_code, everywhere))}.",
    ]
    return "\n".join(lines) + "\n"


def _code(title: str) -> str:
    """Titles that hold markup stand as code."""
    return f"`{title}`" if re.search(r"[<@:=]", title) else title


if __name__ == "__main__":
    sys.exit(main())
