"""Changes that one voice made in one breath, told as one: "US, Britain and Ukraine were behind it"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from babel.lists import format_list

from storydelta.digest.phrases import Phrases, load_phrases
from storydelta.digest.safety import shown
from storydelta.digest.words import SEVERAL, telling, with_article
from storydelta.model import ChangeKind, Name, Statement, Verdict

_TOLD_TOGETHER = frozenset({ChangeKind.FIRST, ChangeKind.STANCE_CHANGED, ChangeKind.WITHDRAWN})


def tell_together(verdicts: Sequence[Verdict], phrases: Phrases | None = None) -> list[Verdict]:
    """The verdicts, those on several actors by one voice in one sentence made one, at the place of the first."""
    phrases = phrases or load_phrases()
    groups: dict[object, list[Verdict]] = {}
    for number, verdict in enumerate(verdicts):
        cause = telling(verdict.change)
        key = _breath(verdict, cause) if cause else None
        groups.setdefault(key or number, []).append(verdict)
    return [group[0] if len(group) == 1 else _as_one(group, phrases) for group in groups.values()]


def _breath(verdict: Verdict, cause: Statement) -> object:
    """What verdicts told together have in common; None for one that stands alone."""
    change = verdict.change
    actor = change.subject.actor
    if change.change not in _TOLD_TOGETHER or actor is None or actor.id == cause.voice.id:
        return None
    sentence = (cause.revision, cause.evidence.where)
    told = (change.change, change.before, change.after, verdict.alert, verdict.rule)
    return (change.subject.kind, cause.voice.id, sentence, told)


def _as_one(group: Sequence[Verdict], phrases: Phrases) -> Verdict:
    causes = [(verdict, cause) for verdict in group if (cause := telling(verdict.change))]
    spoken = sorted(causes, key=lambda pair: pair[1].evidence.focus)
    first, cause = spoken[0]
    subject = first.change.subject
    actors = [
        with_article(shown(v.change.subject.actor.written), phrases)
        for v, _ in spoken
        if v.change.subject.actor
    ]
    focus = (cause.evidence.focus[0], max(c.evidence.focus[1] for _, c in spoken))
    several = replace(
        first.change,
        subject=replace(subject, actor=Name(written=format_list(actors, locale=phrases.locale), id=SEVERAL)),
        causes=(replace(cause, evidence=replace(cause.evidence, focus=focus)),),
    )
    return replace(first, change=several)
