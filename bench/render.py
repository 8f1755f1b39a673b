"""What it costs to render a digest of 50 changes with charts, and to write a site of 1,000 editions after one more.

    python -m bench.render [--editions 1000] [--changes 50]

Prints JSON: milliseconds and size for the digest; for the site seconds to write it whole, once more with nothing new,
and after one new edition, each with the number of files that were written. The stories are invented.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.claims import NAMES, START, blame, evidence, reading, toll
from flows.write_site import Written, write_site
from storage.store import Store, open_store
from storydelta.claims import KINDS
from storydelta.compare import compare
from storydelta.digest import build_digest
from storydelta.model import Edition, Ledger, Measure, Name, Reading, Stance, Verdict
from storydelta.render import render
from storydelta.significance import judge
from storydelta.story import AlertRules, Story

STORY = Story.model_validate(
    {
        "slug": "flood",
        "title": "Flood on the lower Vara",
        "sources": [{"kind": "folder", "path": "documents"}],
    }
)
SPEAKERS, ACTORS = 12, 7


def document(number: int) -> Reading:
    """A document with a higher toll, and a stance that moves."""
    sentences = [
        f"Rescuers counted {number + 1} dead by the evening.",
        f"Speaker {number % SPEAKERS} spoke of company {number % ACTORS} in statement {number}.",
    ]
    text = "\n\n".join(
        [*sentences, *(f"The river kept rising, line {n} of report {number}." for n in range(20))]
    )
    counted, blamed = (evidence(text, sentence, telling=12) for sentence in sentences)
    speaker, actor = f"Speaker {number % SPEAKERS}", f"company {number % ACTORS}"
    return reading(
        f"https://paper.example/{number}", START + timedelta(hours=number), f"Paper {number % 9}",
        toll(list(Measure)[number % 6], number + 1, counted, Name(written="Rescuers", id="rescuers")),
        blame(
            list(Stance)[number // SPEAKERS % len(Stance)], Name(written=actor, id=actor), blamed,
            Name(written=speaker, id=speaker),
        ),
        title=f"Report {number}", text=text,
    )  # fmt: skip


def moved(ledger: Ledger, one: Reading) -> tuple[Ledger, tuple[Verdict, ...]]:
    now = one.revision.seen_at
    after, changes = compare(ledger, [one], now, kinds=KINDS, names=NAMES)
    rules = AlertRules()
    verdicts = judge(changes, rules, ledger=after, now=now, last_digest_at=None, recent=(), timezone="UTC")
    return after, verdicts


def publish(store: Store, number: int) -> None:
    """One more document, which makes one more edition."""
    one = document(number)
    with store.writing(STORY.slug, one.revision.seen_at) as work:
        work.record([one])
        latest = work.latest_edition()
        ledger, verdicts = moved(work.ledger(), one)
        work.publish(
            Edition(
                story=STORY.slug, number=latest.number + 1 if latest else 1, made_at=one.revision.seen_at,
                ledger=ledger, verdicts=verdicts,
            )
        )  # fmt: skip


def digest_of(changes: int) -> dict[str, Any]:
    """Milliseconds to build and to render a digest that tells of so many changes, and what it weighs."""
    ledger, verdicts, number = Ledger(), [], 0
    while len({verdict.change.subject.key for verdict in verdicts}) < changes:
        ledger, found = moved(ledger, document(number))
        verdicts, number = [*verdicts, *found], number + 1
    now = START + timedelta(hours=number)
    alerting = [Verdict(change=v.change, alert=True, rule=v.rule, reason=v.reason) for v in verdicts]
    edition = Edition(story=STORY.slug, number=1, made_at=now, ledger=ledger, verdicts=tuple(alerting))
    built, rendered = [], []
    for _ in range(7):
        started = perf_counter()
        digest = build_digest(STORY, edition=edition, verdicts=alerting, ledger=ledger, now=now)
        built.append(perf_counter() - started)
        started = perf_counter()
        message = render(digest)
        rendered.append(perf_counter() - started)
    return {
        "changes": changes,
        "told": len(digest.changes),
        "charts": len(digest.charts),
        "images": sum(a.media_type == "image/png" for a in message.attachments),
        "build_ms": round(1000 * median(built), 1),
        "render_ms": round(1000 * median(rendered), 1),
        "html_kib": len(message.html.encode()) // 1024,
    }


def site_of(editions: int) -> dict[str, Any]:
    """Seconds to write a site of so many editions whole, again, and after one more."""
    with tempfile.TemporaryDirectory() as folder:
        with open_store(f"sqlite:///{folder}/store.sqlite3") as store:
            for number in range(editions):
                publish(store, number)
            site = Path(folder) / "site"
            whole = timed(store, site)
            again = timed(store, site)
            publish(store, editions)
            after = timed(store, site)
        size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return {
        "editions": editions,
        "whole": whole,
        "again": again,
        "after_one_more": after,
        "site_mib": round(size / 2**20, 1),
    }


def timed(store: Store, site: Path) -> dict[str, Any]:
    started = perf_counter()
    written: Written = write_site(store, [STORY], site)
    return {"seconds": round(perf_counter() - started, 2), "files_written": len(written.paths)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--editions", type=int, default=1000)
    parser.add_argument("--changes", type=int, default=50)
    given = parser.parse_args()
    told = {
        "python": platform.python_version(),
        "digest": digest_of(given.changes),
        "site": site_of(given.editions),
    }
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
