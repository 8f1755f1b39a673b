"""How a source of a story stands, in a word: for digests, the site and whoever asks."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.records import SourceState
from storydelta.story import Story

_PATIENCE = timedelta(minutes=10)


def standing(state: SourceState, story: Story, now: datetime) -> str:
    """How the source stands, in a word: "ok", "never visited"; "failing", and "down" once that was reported; "stale"
    where it was not visited when it should have been, so that nobody knows what it holds.
    """
    if state.problem:
        return "down" if state.reported else "failing"
    if state.succeeded_at is None:
        return "never visited"
    due = max(state.next_due_at or state.succeeded_at, state.succeeded_at + story.every)
    return "stale" if now > due + max(story.every, _PATIENCE) else "ok"
