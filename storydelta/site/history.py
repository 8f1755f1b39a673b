"""A story's past as the pages tell it: its figures as they moved, and each edition in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storydelta.digest import SourceHealth, build_digest
from storydelta.digest.chart import Past, past_of
from storydelta.digest.view import Digest
from storydelta.digest.words import contradicting, telling
from storydelta.model import ChangeKind, Edition, Ledger, Measure, Range, Statement, Verdict
from storydelta.site.names import edition_file
from storydelta.site.view import Line, StoryLine
from storydelta.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that is known of a story now. `edition` is the latest, `verdicts` every change so far, the oldest first."""

    story: Story
    edition: Edition
    ledger: Ledger
    verdicts: tuple[Verdict, ...]
    sources: tuple[SourceHealth, ...] = ()


def past(verdicts: Sequence[Verdict], ledger: Ledger) -> list[Past]:
    """How the figures moved, as it was known at the time: an entry for each change of a figure. What lies before
    the first of them is as it is known by now: a story may have begun before it was watched.
    """
    moves: list[Past] = []
    for verdict in verdicts:
        change = verdict.change
        if change.subject.measure and isinstance(change.after, Range):
            cause = telling(change)
            voice = cause.voice.written if cause else ""
            moves.append((change.at, change.subject.measure, change.after, voice))
    watched = {measure: at for at, measure, *_ in reversed(moves)}
    earlier = past_of(ledger, watched)
    told = {measure for _, measure, *_ in earlier}
    return [*earlier, *(move for move in moves if move[1] not in told or move[0] > watched[move[1]])]


def disputes_before(verdicts: Sequence[Verdict]) -> list[tuple[Measure, Statement]]:
    """What contradicted a figure when it came to be disputed."""
    changes = [verdict.change for verdict in verdicts if verdict.change.change is ChangeKind.DISPUTED]
    found = [(change.subject.measure, contradicting(change)) for change in changes]
    return [(measure, against) for measure, against in found if measure and against]


def edition_digest(edition: Edition, history: History, templates: Path | None = None) -> Digest:
    """What an edition changed and what it knew. Where no change of it alerted, the headline is still the first."""
    known = [v for v in history.verdicts if v.change.at <= edition.made_at]
    digest = build_digest(
        history.story,
        edition=edition,
        verdicts=[v for v in edition.verdicts if v.alert],
        held_back=[v for v in edition.verdicts if not v.alert],
        ledger=edition.ledger,
        now=edition.made_at,
        templates=templates,
        history=past(known, edition.ledger),
        disputes_before=disputes_before(known),
    )
    return digest if digest.changes else _headed(digest)


def standing_digest(history: History, templates: Path | None = None) -> Digest:
    """Where the story stands, under the headline of its latest edition."""
    digest = build_digest(
        history.story,
        edition=history.edition,
        verdicts=[v for v in history.edition.verdicts if v.alert],
        held_back=[v for v in history.edition.verdicts if not v.alert],
        ledger=history.ledger,
        now=history.edition.made_at,
        sources=history.sources,
        templates=templates,
        history=past(history.verdicts, history.ledger),
        disputes_before=disputes_before(history.verdicts),
    )
    return digest if digest.changes else _headed(digest)


def _headed(digest: Digest) -> Digest:
    first = digest.held_back[:1]
    return replace(digest, headline=first[0].title) if first else digest


def line(digest: Digest) -> Line:
    """An edition as the timeline shows it."""
    return Line(
        number=digest.edition,
        at=digest.known_at,
        headline=digest.headline,
        deck=digest.deck,
        changes=len(digest.changes) + len(digest.held_back),
        alert=bool(digest.changes),
        path=edition_file(digest.edition),
    )


def story_line(digest: Digest) -> StoryLine:
    """A story as the index of all stories shows it."""
    return StoryLine(
        title=digest.title,
        at=digest.known_at,
        edition=digest.edition,
        headline=digest.headline,
        figures=tuple((row.label, row.value, bool(row.disputed_by)) for row in digest.figures),
        path=f"{digest.story}/index.html",
    )
