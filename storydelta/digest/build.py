"""Builds the digest of an edition: what changed, in order of weight, and where the story now stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from storydelta.digest.chart import Past, charts, past_of
from storydelta.digest.net import net
from storydelta.digest.phrases import load_phrases
from storydelta.digest.safety import clean, link, shown, titled
from storydelta.digest.standing import disputes, figure_rows, matrices
from storydelta.digest.statements import Teller
from storydelta.digest.together import tell_together
from storydelta.digest.view import ChangeCard, Digest, Ingested, SourceHealth
from storydelta.digest.words import (
    actor_name,
    capitalise,
    contradicting,
    describe,
    form,
    headline,
    say,
    telling,
)
from storydelta.language import foreign_language
from storydelta.model import ChangeKind, Edition, Ledger, Measure, Stance, Statement, Verdict
from storydelta.story import Story

_LONGEST_TITLE = 160


class Published(Protocol):
    """What a digest tells of a document that was read; a `Revision` is one."""

    @property
    def document(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def publisher(self) -> str | None: ...
    @property
    def published_at(self) -> datetime: ...


def build_digest(
    story: Story,
    *,
    edition: Edition,
    verdicts: Sequence[Verdict],
    ledger: Ledger,
    now: datetime,
    ingested: Sequence[Published] = (),
    held_back: Sequence[Verdict] = (),
    sources: Sequence[SourceHealth] = (),
    history: Sequence[Past] | None = None,
    disputes_before: Sequence[tuple[Measure, Statement]] = (),
    templates: Path | None = None,
) -> Digest:
    """The digest of `edition`: `verdicts` are reported as changes, those on one position as what they come to;
    `held_back` are only mentioned.

    `ledger` is the standing that is shown. `history` (time, measure, range, voice) draws a chart for each measure;
    left out, it is what the ledger remembers; `disputes_before` are drawn in it. `templates`: the user's own, whose phrases go before ours. Without verdicts it is the standing alone.
    """
    teller = Teller(phrases=load_phrases(story.language, templates), zone=story.timezone, now=now)
    weighed = tell_together(sorted(net(verdicts), key=_weight), teller.phrases)
    cards = tuple(_card(verdict, teller) for verdict in weighed)
    first = weighed[0] if weighed else None
    labels = teller.phrases.labels
    return Digest(
        story=story.slug,
        title=clean(story.title) or story.slug,
        language=story.language,
        edition=edition.number,
        known_at=teller.moment(edition.made_at),
        made_at=teller.moment(now),
        headline=headline(first.change, teller.phrases) if first else labels["nothing_changed"],
        deck=_deck(weighed, teller),
        changes=cards,
        held_back=tuple(_card(verdict, teller) for verdict in held_back),
        figures=figure_rows(ledger, teller),
        matrices=matrices(ledger, teller),
        disputes=disputes(ledger, teller),
        charts=charts(past_of(ledger) if history is None else history, ledger, teller, disputes_before),
        ingested=tuple(_ingested(document, teller) for document in ingested),
        sources=tuple(replace(s, name=shown(s.name), problem=clean(s.problem)) for s in sources),
        labels=labels,
    )


def _weight(verdict: Verdict) -> tuple[bool, int, int]:
    """Alerts first; then deaths, then who did it, then other counts; mere rewordings last."""
    change = verdict.change
    if change.change is ChangeKind.REQUALIFIED:
        return (not verdict.alert, 9, 0)
    if change.subject.measure is not None:
        rank = 0 if change.subject.measure is Measure.KILLED else 2
        return (not verdict.alert, rank, list(Measure).index(change.subject.measure))
    weighty = change.after == Stance.CLAIMS or change.change is ChangeKind.STANCE_CHANGED
    return (not verdict.alert, 1, 0 if weighty else 1)


def _deck(weighed: Sequence[Verdict], teller: Teller) -> str:
    """The weightiest change of another sort than the headline's, else of another subject."""
    if not weighed:
        return ""
    top = weighed[0].change.subject
    others = [v.change for v in weighed[1:] if v.change.subject.key != top.key]
    of_another_sort = [change for change in others if change.subject.kind != top.kind]
    chosen = next(iter(of_another_sort or others), None)
    return headline(chosen, teller.phrases) if chosen else ""


def _card(verdict: Verdict, teller: Teller) -> ChangeCard:
    change, phrases = verdict.change, teller.phrases
    kind, subject = phrases.changes[form(change)], change.subject
    measure = subject.measure
    held, against = telling(change), contradicting(change)
    told = [cause for cause in (held, against) if cause]
    causes = [*told, *(cause for cause in change.causes if cause not in told)]
    return ChangeCard(
        kind=change.change,
        sign=kind.sign,
        label=kind.word,
        title=headline(change, phrases),
        words=describe(change, zone=teller.zone, phrases=phrases),
        subject=capitalise(phrases.measures[measure]) if measure else _actor(verdict),
        measure=measure,
        actor="" if measure else _actor(verdict),
        before=say(change.before, phrases) if change.before else "",
        after=say(change.after, phrases) if change.after else "",
        at=teller.moment(change.at),
        causes=tuple(
            teller.word(
                cause, leads=cause.value == change.after, contradicts=against is not None and cause == against
            )
            for cause in causes
        ),
        rule=change.rule,
        sent_by=verdict.rule,
        reason=clean(verdict.reason),
    )


def _actor(verdict: Verdict) -> str:
    actor = verdict.change.subject.actor
    return actor_name(actor) if actor else verdict.change.subject.kind


def _ingested(document: Published, teller: Teller) -> Ingested:
    labels = teller.phrases.labels
    return Ingested(
        title=titled(document.title, document.document, _LONGEST_TITLE) or labels["untitled"],
        publisher=shown(document.publisher or "") or labels["no_publisher"],
        published=teller.moment(document.published_at),
        link=link(document.document),
        language=foreign_language(document.text or document.title) or "",
    )
