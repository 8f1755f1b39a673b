"""The digest of any stretch of a story's history, made from the store when somebody asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from flows.source_standing import standing
from storage.records import SourceState
from storage.store import Store
from storydelta.digest import Digest, SourceHealth, build_digest
from storydelta.digest.phrases import load_phrases
from storydelta.digest.statements import Teller
from storydelta.model import Edition, Verdict
from storydelta.sources import source_key, source_name
from storydelta.story import Story

_WORST_FIRST = ("down", "stale", "failing", "ok")


def compose_digest(
    store: Store,
    story: Story,
    edition: Edition,
    *,
    now: datetime,
    since: int | datetime | None = None,
    templates: Path | None = None,
) -> Digest:
    """The digest of `edition` with the changes after `since`, an edition or a time; left out: after the digest
    before it, so that the digest of a digested edition tells what the one that was sent told.

    The standing is what that edition knew; of the sources, how they are today.
    """
    after = _digested_before(store, story, edition) if since is None else since
    verdicts = changes_until(store, story, edition, after)
    begin = after if isinstance(after, datetime) else _made_at(store, story, after)
    ingested = [
        kept.revision
        for kept in store.revisions(story.slug)
        if kept.belongs
        and kept.revision.seen_at <= edition.made_at
        and (begin is None or kept.revision.seen_at > begin)
    ]
    return build_digest(
        story, edition=edition, verdicts=[v for v in verdicts if v.alert], ledger=edition.ledger, now=now,
        ingested=ingested, held_back=[v for v in verdicts if not v.alert],
        sources=health(story, store.source_states(story.slug), now, templates), templates=templates,
    )  # fmt: skip


def changes_until(store: Store, story: Story, edition: Edition, after: int | datetime) -> tuple[Verdict, ...]:
    """The verdicts after an edition or a time, those of `edition` being the last."""
    return tuple(v for v in store.changes_since(story.slug, after) if v.change.at <= edition.made_at)


def health(
    story: Story, states: Mapping[str, SourceState], now: datetime, templates: Path | None = None
) -> list[SourceHealth]:
    """How each source stands, those that are not in order first; none that was never visited."""
    teller = Teller(phrases=load_phrases(story.language, templates), zone=story.timezone, now=now)
    known = [(source_name(entry), states.get(source_key(entry))) for entry in story.sources]
    found = [_health(name, s, story, teller) for name, s in known if s and (s.succeeded_at or s.failed_at)]
    return sorted(found, key=lambda source: _WORST_FIRST.index(source.state))


def _health(name: str, state: SourceState, story: Story, teller: Teller) -> SourceHealth:
    stands = standing(state, story, teller.now)
    reached = None if stands == "ok" else state.succeeded_at
    changed = state.changed_at if state.changed_at and state.changed_at <= teller.now else None
    return SourceHealth(
        name=name, state=stands, since=teller.moment(reached) if reached else None, problem=state.problem or "",
        changed=teller.moment(changed) if changed else None,
    )  # fmt: skip


def _digested_before(store: Store, story: Story, edition: Edition) -> int:
    return max((d.edition for d in store.digests(story.slug) if d.edition < edition.number), default=0)


def _made_at(store: Store, story: Story, number: int) -> datetime | None:
    found = store.edition(story.slug, number) if number else None
    return found.made_at if found else None
