"""What outlives a run: stories, documents, claims, editions and the outbox, on SQLite or PostgreSQL."""

from __future__ import annotations

from storage.records import DigestRecord, SourceState, StoredRevision, StoryState
from storage.store import Store, open_store
from storage.work import Work

__all__ = ["DigestRecord", "SourceState", "Store", "StoredRevision", "StoryState", "Work", "open_store"]
