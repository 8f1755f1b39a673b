"""Stories in a store, and what a strict reader of HTML sees in the pages that are made of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urldefrag

import html5lib

from storydelta.model import Edition, Reading
from tests.digest.samples import STORY, run


def publish(store, readings, story=STORY):
    """One run: the readings recorded and compared, and an edition of what changed."""
    now = max(reading.revision.seen_at for reading in readings) + timedelta(minutes=1)
    with store.writing(story.slug, now) as work:
        new = work.record(readings)
        latest = work.latest_edition()
        ledger, verdicts = run(work.ledger(), new, now)
        if verdicts:
            number = latest.number + 1 if latest else 1
            work.publish(
                Edition(story=story.slug, number=number, made_at=now, ledger=ledger, verdicts=verdicts)
            )
        else:
            work.keep_ledger(ledger)


def with_text(reading: Reading) -> Reading:
    """The reading with a text that holds its claims' sentences where they say they are: from character 100 on."""
    text = "x" * 50 + "\n\n" + " " * 48
    for claim in reading.claims[:1]:
        text += claim.evidence.text
    return replace(reading, revision=replace(reading.revision, text=text), claims=reading.claims[:1])


def parse(page: str):
    """The page as a tree; fails on whatever the parser complains about."""
    parser = html5lib.HTMLParser(strict=True)
    return parser.parse(page)


def links(page: str) -> set[str]:
    """Where the page leads to, without fragments."""
    names = ("href", "src")
    found = {value for element in parse(page).iter() for name in names if (value := element.get(name))}
    return {urldefrag(address).url for address in found}
