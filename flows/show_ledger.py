"""What `ledger` shows a person in a terminal, and what it prints for a program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from storydelta.claims.contract import statement_to_json, subject_to_json, value_to_json
from storydelta.digest import build_digest
from storydelta.digest.moments import short
from storydelta.digest.phrases import load_phrases
from storydelta.digest.safety import clean
from storydelta.ledger import is_stale, last_said
from storydelta.model import Edition, Ledger, Position

if TYPE_CHECKING:
    from storydelta.digest.view import Cell, Digest, FigureRow
    from storydelta.story import Story


def show_ledger(edition: Edition, ledger: Ledger, story: Story, now: datetime) -> None:
    """The positions at a moment: figures with everybody's latest, who says what about whom and said before, what is
    in dispute between whom, and what nobody has confirmed for long.
    """
    view = build_digest(story, edition=edition, verdicts=(), ledger=ledger, now=now)
    console = Console(highlight=False)
    console.print(Text(f"{view.title} · edition {view.edition} · {view.known_at.plain}", style="bold"))

    def told_at(at: datetime) -> str:
        return short(at, story.timezone, phrases, now=now)

    phrases = load_phrases(story.language)
    console.print(_figures(view, ledger, now, told_at))
    for matrix in view.matrices:
        table = Table("who says", *matrix.actors)
        for row in matrix.rows:
            table.add_row(row.speaker, *(_stance(cell) for cell in row.cells))
        console.print(table)
    for dispute in view.disputes:
        console.print(Text(f"In dispute: {dispute.words}"))
    for position in _stale(ledger, now):
        name = position.subject.measure or f"{position.lead.voice.written} on {_actor(position)}"
        console.print(Text(f"Stale: {clean(name)}, last said {told_at(last_said(position, ledger))}"))


def _figures(view: Digest, ledger: Ledger, now: datetime, told_at: Callable[[datetime], str]) -> Table:
    table = Table("", "stands at", "since", "last said", "who says so", "others")
    for figure in view.figures:
        position = ledger.positions[f"figure/{figure.measure}"]
        stale = " (stale)" if is_stale(position, ledger, now) else ""
        unconfirmed = "" if position.confirmed else " (unconfirmed)"
        leading = [word.voice for word in figure.words if word.leads]
        table.add_row(
            figure.label, figure.value + unconfirmed, figure.since.short,
            told_at(last_said(position, ledger)) + stale, ", ".join(leading), _others(figure),
        )  # fmt: skip
    return table


def _others(figure: FigureRow) -> str:
    """Everybody else's latest, the newest first, those who contradict what is held marked."""
    words = [word for word in figure.words if not word.leads]
    return "\n".join(
        f"{'≠ ' if word.contradicts else ''}{word.says} ({word.voice}, {word.since.short})" for word in words
    )


def _stance(cell: Cell | None) -> str:
    """A stance since when, with what the speaker said before, and a mark where others contradict it."""
    if cell is None:
        return ""
    before = [f"before: {stance.word} ({stance.since.short})" for stance in reversed(cell.history)]
    return "\n".join([f"{'≠ ' if cell.disputed_by else ''}{cell.word} ({cell.since.short})", *before])


def _stale(ledger: Ledger, now: datetime) -> list[Position]:
    return [position for _, position in sorted(ledger.positions.items()) if is_stale(position, ledger, now)]


def _actor(position: Position) -> str:
    return position.subject.actor.written if position.subject.actor else position.subject.kind


def ledger_to_json(edition: Edition, ledger: Ledger, now: datetime) -> dict[str, Any]:
    """The ledger for programs: each position with its voices, what the leading one said before, and when it was last
    confirmed.
    """
    return {
        "story": edition.story,
        "edition": edition.number,
        "made_at": edition.made_at.isoformat(),
        "positions": [_position_to_json(p, ledger, now) for _, p in sorted(ledger.positions.items())],
    }


def _position_to_json(position: Position, ledger: Ledger, now: datetime) -> dict[str, Any]:
    earlier = [
        s
        for s in ledger.heard.get(position.subject.key, ())
        if s.voice.id == position.lead.voice.id and s.said_at < position.lead.said_at
    ]
    return {
        **subject_to_json(position.subject),
        "value": value_to_json(position.value),
        "since": position.since.isoformat(),
        "last_said": last_said(position, ledger).isoformat(),
        "stale": is_stale(position, ledger, now),
        "rule": position.rule,
        "disputed_by": [voice.written for voice in position.disputed_by],
        "confirmed": position.confirmed,
        "lead": statement_to_json(position.lead),
        "statements": [statement_to_json(statement) for statement in position.statements],
        "history": [
            {"value": value_to_json(s.value), "said_at": s.said_at.isoformat(), "document": s.document}
            for s in earlier
        ],
    }
