"""Where a story stands: figures with their voices, who says what about whom, and what is in dispute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from babel.numbers import format_decimal

from storydelta.digest.safety import shown
from storydelta.digest.statements import Teller
from storydelta.digest.view import Cell, Dispute, FigureRow, Matrix, MatrixRow, StanceBefore
from storydelta.digest.words import AGAINST, capitalise, clause, say
from storydelta.ledger import height
from storydelta.model import Ledger, Measure, Position, Qualifier, Range, Stance, Statement

ACTORS_A_MATRIX = 5  # so many columns of names are readable in a mail


def figure_rows(ledger: Ledger, teller: Teller) -> tuple[FigureRow, ...]:
    """A row for each measure that is known, in the order of `Measure`."""
    known = {p.subject.measure: p for p in ledger.positions.values() if p.subject.measure}
    return tuple(_figure_row(known[measure], measure, teller) for measure in Measure if measure in known)


def _figure_row(position: Position, measure: Measure, teller: Teller) -> FigureRow:
    against = {voice.id for voice in position.disputed_by}
    return FigureRow(
        measure=measure,
        label=capitalise(teller.phrases.measures[measure]),
        value=say(position.value, teller.phrases),
        spread=_spread(position.statements, teller),
        disputed_by=tuple(shown(voice.written) for voice in position.disputed_by),
        confirmed=position.confirmed,
        since=teller.moment(position.since),
        words=tuple(
            teller.word(s, leads=s == position.lead, contradicts=s.voice.id in against)
            for s in reversed(position.statements)
        ),
    )


def _spread(statements: Iterable[Statement], teller: Teller) -> str:
    """As in "93–139", or nothing where all voices give one number."""
    heights = [
        height(s.value)
        for s in statements
        if isinstance(s.value, Range) and s.value.qualifier is not Qualifier.VAGUE
    ]
    if len(set(heights)) < 2:  # noqa: PLR2004 - two numbers make a spread
        return ""
    low, high = (format_decimal(n, locale=teller.phrases.locale) for n in (min(heights), max(heights)))
    return teller.phrases.numbers["range"].format(low=low, high=high)


def matrices(ledger: Ledger, teller: Teller) -> tuple[Matrix, ...]:
    """Speakers by actors, the most spoken about first, at most five actors in one matrix."""
    cells: dict[tuple[str, str], Cell] = {}
    names: dict[str, str] = {}
    actors: dict[str, str] = {}
    said = [(s, p) for p in _responsibility(ledger) for s in p.statements]
    for statement, position in sorted(said, key=lambda pair: pair[0].said_at):
        assert position.subject.actor
        names[statement.voice.id] = shown(statement.voice.written)
        actors[position.subject.actor.id] = shown(position.subject.actor.written)
        earlier = _earlier(statement, ledger.heard.get(position.subject.key, ()), teller)
        cells[statement.voice.id, position.subject.actor.id] = _cell(position, statement, earlier, teller)
    by_actor, by_speaker = Counter(actor for _, actor in cells), Counter(speaker for speaker, _ in cells)
    columns = sorted(actors, key=lambda actor: (-by_actor[actor], actors[actor].casefold()))
    speakers = sorted(names, key=lambda speaker: (-by_speaker[speaker], names[speaker].casefold()))
    bands = [columns[i : i + ACTORS_A_MATRIX] for i in range(0, len(columns), ACTORS_A_MATRIX)]
    return tuple(_matrix(band, speakers, cells, names, actors) for band in bands)


def _matrix(
    band: Sequence[str],
    speakers: Sequence[str],
    cells: dict[tuple[str, str], Cell],
    names: dict[str, str],
    actors: dict[str, str],
) -> Matrix:
    named = {key: replace(cell, actor=actors[key[1]]) for key, cell in cells.items()}
    rows = [(speaker, tuple(named.get((speaker, actor)) for actor in band)) for speaker in speakers]
    return Matrix(
        actors=tuple(actors[actor] for actor in band),
        rows=tuple(MatrixRow(speaker=names[speaker], cells=row) for speaker, row in rows if any(row)),
    )


def _earlier(latest: Statement, heard: Iterable[Statement], teller: Teller) -> tuple[StanceBefore, ...]:
    """What the voice said before its latest word where that was another stance, the oldest first."""
    before = sorted(
        (
            s
            for s in heard
            if s.voice.id == latest.voice.id and s.said_at < latest.said_at and s.value in set(Stance)
        ),
        key=lambda s: s.said_at,
    )
    moves = [s for last, s in zip([None, *before], before, strict=False) if not last or last.value != s.value]
    if moves and moves[-1].value == latest.value:
        moves.pop()
    return tuple(
        StanceBefore(
            stance=(stance := Stance(str(s.value))),
            sign=teller.phrases.stances[stance].sign,
            word=teller.phrases.stances[stance].word,
            since=teller.moment(s.said_at),
            proof=teller.proof(s),
        )
        for s in moves
    )


def _cell(
    position: Position, statement: Statement, earlier: tuple[StanceBefore, ...], teller: Teller
) -> Cell:
    actor, stance = position.subject.actor, Stance(str(statement.value))
    assert actor
    words = teller.phrases.stances[stance]
    return Cell(
        actor=shown(actor.written),
        stance=stance,
        sign=words.sign,
        word=words.word,
        own=statement.voice.id == actor.id,
        since=teller.moment(statement.said_at),
        proof=teller.proof(statement),
        disputed_by=tuple(shown(voice.written) for voice in position.disputed_by),
        history=earlier,
    )


def disputes(ledger: Ledger, teller: Teller) -> tuple[Dispute, ...]:
    """Figures that another voice contradicts, then actors whom some hold responsible and others do not."""
    labels = teller.phrases.labels
    found = []
    for measure in Measure:
        position = ledger.positions.get(f"figure/{measure}")
        if position and position.disputed_by:
            against = {voice.id for voice in position.disputed_by}
            subject = capitalise(teller.phrases.measures[measure])
            others = [s for s in position.statements if s.voice.id in against]
            value = say(position.value, teller.phrases)
            found.append(
                Dispute(
                    subject=subject,
                    words=f"{subject}: {value}, {labels['disputed_by']} {_names(others)}",
                    held=(teller.word(position.lead, leads=True),),
                    against=tuple(teller.word(s, contradicts=True) for s in others),
                )
            )
    by_actor: dict[str, list[Position]] = {}
    for position in _responsibility(ledger):
        assert position.subject.actor
        by_actor.setdefault(position.subject.actor.id, []).append(position)
    disputed = [positions for positions in by_actor.values() if any(p.disputed_by for p in positions)]
    return (*found, *(_actor_dispute(positions, teller) for positions in disputed))


def _actor_dispute(positions: Sequence[Position], teller: Teller) -> Dispute:
    held = [p for p in positions if p.value not in AGAINST and p.disputed_by]
    against = [p for p in positions if p.value in AGAINST]
    subject = positions[0].subject
    assert subject.actor
    sides = [clause(p.lead.voice, p.value, p.subject, teller.phrases) for p in (*held[:1], *against[:1])]
    sentences = (teller.phrases.sentences["first"].format(**side) for side in sides)
    return Dispute(
        subject=shown(subject.actor.written),
        words="; ".join(capitalise(sentence) for sentence in sentences),
        held=tuple(teller.word(p.lead, leads=True) for p in held),
        against=tuple(teller.word(p.lead, contradicts=True) for p in against),
    )


def _names(statements: Iterable[Statement]) -> str:
    return ", ".join(shown(s.voice.written) for s in statements)


def _responsibility(ledger: Ledger) -> list[Position]:
    return [p for p in ledger.positions.values() if p.subject.actor and p.value in set(Stance)]
