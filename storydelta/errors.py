"""What can go wrong, as a tree. Every message says what to do, in one or two lines.

StorydeltaError
├── StoryError            a story file: unknown, unreadable, or a key that is wrong
├── DocumentError         one document: no text, no date, not what it says it is
├── SourceError           a whole source: absent, unreadable, out of bounds
├── RenderError           a template that does not render
├── DeliveryError         one delivery: refused for good, or for now
└── StoreError            the database: unreachable, of a newer version, not writable
    └── StoryBusyError    another run holds the story's lease
"""

from __future__ import annotations


class StorydeltaError(Exception):
    """Anything that Storydelta says is wrong. `str()` is fit for a user, without a traceback."""


class StoryError(StorydeltaError):
    """A story that is not known, or a story file that cannot be used. Names the file and the key."""


class DocumentError(StorydeltaError):
    """One document that cannot be ingested; the others of its source go on."""


class SourceError(StorydeltaError):
    """A source that gave nothing; the other sources go on."""


class RenderError(StorydeltaError):
    """A template that is missing or does not render."""


class DeliveryError(StorydeltaError):
    """A delivery that did not go out. `permanent` where trying again cannot help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class StoreError(StorydeltaError):
    """A database that cannot be used as it is."""


class StoryBusyError(StoreError):
    """Another run of the same story is under way; it will do the work."""
