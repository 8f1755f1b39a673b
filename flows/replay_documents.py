"""A history through the same steps as a scheduled run, into a temporary store: to test alert rules before trusting
them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from flows import steps
from storage.store import open_store
from storydelta.claims.reader import Reader
from storydelta.model import Item, Verdict
from storydelta.story import Belonging, SourceEntry, Story


def rehearsal(about: str) -> Story:
    """A story with the default rules, for documents that are handed in."""
    return Story(
        slug="replay", title=about or "Replay", belongs=Belonging(about=about),
        sources=(SourceEntry.model_validate({"kind": "jsonl", "path": "-"}),),
    )  # fmt: skip


def replay_documents(
    items: Sequence[Item], story: Story, reader: Reader
) -> Iterator[tuple[Verdict, Mapping[str, str]]]:
    """The verdicts of one run for each distinct `published_at`, in order of time, each with the ids of the
    documents by revision. Every item must be dated. Nothing is delivered.
    """
    quiet = story.model_copy(update={"channels": ()})
    with (
        tempfile.TemporaryDirectory(prefix="storydelta-") as folder,
        open_store(f"sqlite:///{Path(folder) / 'replay.sqlite3'}") as store,
    ):
        for now, group in groupby(sorted(items, key=_moment), key=_moment):
            sifted = steps.revise(group, quiet, store, now)
            readings = steps.read(sifted.belonging, reader)
            outcome = steps.publish(store, quiet, reader, readings, now, sifted=sifted, rehearsed=True)
            for verdict in outcome.verdicts:
                yield verdict, {c.revision: c.revision.rpartition("@")[0] for c in verdict.change.causes}


def compare_replays(
    items: Sequence[Item], one: Story, other: Story, build: Callable[[None, Story], Reader]
) -> list[tuple[Verdict | None, Verdict | None]]:
    """The alerts of two story files over one history, side by side, in order of time: both where they agree, else
    one and None.
    """
    verdicts = [
        {_told(v): v for v, _ in replay_documents(items, story, build(None, story)) if v.alert}
        for story in (one, other)
    ]
    keys = sorted({**verdicts[0], **verdicts[1]})
    return [(verdicts[0].get(key), verdicts[1].get(key)) for key in keys]


def _told(verdict: Verdict) -> tuple[datetime, str, str]:
    change = verdict.change
    return change.at, change.subject.key, change.change


def _moment(item: Item) -> datetime:
    assert item.published_at is not None
    return item.published_at
