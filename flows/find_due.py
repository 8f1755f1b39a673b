"""Which stories are to be run now. Asked by every look that takes place, whoever takes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from flows.pace_runs import next_run
from flows.wiring import House
from storage.records import StoryState
from storydelta.errors import StoryError
from storydelta.stories import known_stories, load_story
from storydelta.story import Story

AGAIN = timedelta(minutes=15)
RECENT = timedelta(hours=1)
"""A file that was written within this time may have another schedule than the one that the last run went by."""

FAR = timedelta(hours=25)
"""What is scheduled for later than this is held against the file at every look: the clock may have been put back."""


def due_stories(house: House, now: datetime, *, adaptive: bool = False) -> tuple[str, ...]:
    """The slugs of the stories that have a file and are due: first those that never ran, then the longest due.

    What is paused is not. A file whose schedule was made tighter counts from now on, not only after the next run.
    """
    known = known_stories(house.settings.stories)
    states = {state.slug: state for state in house.store.stories() if state.next_due_at is not None}
    for slug in known.keys() & states.keys():
        _bring_forward(house, known[slug], states[slug], now, adaptive=adaptive)
    due = (*sorted(known.keys() - states.keys()), *house.store.due_stories(now))
    return tuple(slug for slug in due if slug in known and not _is_paused(known[slug]))


def is_due(house: House, slug: str, now: datetime, within: timedelta = timedelta(0)) -> bool:
    """Whether the story is due now or within that time. To be asked under the story's lease: another process may
    have run it since somebody looked.
    """
    state = house.store.story(slug)
    return state is None or state.next_due_at is None or state.next_due_at <= now + within


def put_off(house: House, slug: str, now: datetime) -> None:
    """A story that cannot be run, its file being broken for one, is tried again later, and not with every look."""
    with house.store.writing(slug, now) as work:
        work.schedule(now + AGAIN)


def _bring_forward(house: House, path: Path, state: StoryState, now: datetime, *, adaptive: bool) -> None:
    is_far = state.next_due_at is not None and state.next_due_at > now + FAR
    story = _story_at(path, since=None if is_far else now - RECENT)
    due_at = next_run(story, now, state.changed_at, adaptive=adaptive) if story else None
    if due_at and state.next_due_at and due_at < state.next_due_at:
        with house.store.writing(state.slug, now) as work:
            work.schedule(due_at)


def _is_paused(path: Path) -> bool:
    story = _story_at(path)
    return story is not None and story.paused


def _story_at(path: Path, since: datetime | None = None) -> Story | None:
    """The story of a file; None where the file is older than that, or cannot be read, which its run will say."""
    try:
        written = path.stat()
        if since and written.st_mtime < since.timestamp():
            return None
        return _load(path, written.st_mtime_ns, written.st_size)
    except (OSError, StoryError):
        return None


@lru_cache(maxsize=1000)
def _load(path: Path, _written: int, _size: int) -> Story:
    return load_story(path)
