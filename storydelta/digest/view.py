"""What the templates are given: a digest as frozen values, every text of them already in words and cleaned.

`docs/templates.md` documents each field; a test checks that it names them all. Texts are plain, not markup: the
templates escape them. Links are http or https, or None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storydelta.model import ChangeKind, Measure, Stance


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time in words: `full` and `plain` in the story's zone, with weekday and without; `short` for tables; `utc`
    beside, empty where it is the same or only the day is known.
    """

    at: datetime
    iso: str
    full: str
    plain: str
    short: str
    utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The sentence that states something, split around the words that tell it, and where to read it.

    `link` leads to the document, `link_to_sentence` to the sentence in it where the browser knows how. `document`
    is what the document is stored under, to look it up by.
    """

    lead_in: str
    marked: str
    lead_out: str
    title: str
    publisher: str
    document: str
    link: str | None
    link_to_sentence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one voice says: in words, since when, through whom (empty where it speaks for itself), and the proof.

    `leads`: it is the one that is held. `contradicts`: it excludes the one that is held.
    """

    voice: str
    says: str
    sign: str
    via: str
    since: Moment
    proof: Proof
    leads: bool
    contradicts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCard:
    """One change, or those that one voice made of several actors in one sentence. `words` is the whole change in one line; `title` the same as a headline.

    `sign` and `label` tell the kind of change without colour. `before` and `after` are the values in words, empty
    where there was or is none. `measure` is set on figures, `actor` on responsibility. `sent_by` and `reason`: the
    alert rule that sent it or held it back, and why. `causes`: who said what made it change, the telling one first.
    """

    kind: ChangeKind
    sign: str
    label: str
    title: str
    words: str
    subject: str
    measure: Measure | None
    actor: str
    before: str
    after: str
    at: Moment
    causes: tuple[Word, ...]
    rule: str
    sent_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """Where one measure stands: the value that is held, the spread between the voices, and everybody's word.
    `confirmed`: more than a few documents without a publisher give it.
    """

    measure: Measure
    label: str
    value: str
    spread: str
    disputed_by: tuple[str, ...]
    confirmed: bool
    since: Moment
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceBefore:
    """A stance that a speaker took earlier, with the moment from which it was held."""

    stance: Stance
    sign: str
    word: str
    since: Moment
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One speaker's stance on one actor. `disputed_by`: the voices that say otherwise. `history`: the stances that
    it took before this one, as far as they are remembered, the oldest first.
    """

    actor: str
    stance: Stance
    sign: str
    word: str
    own: bool
    since: Moment
    proof: Proof
    disputed_by: tuple[str, ...]
    history: tuple[StanceBefore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One speaker, with a cell or None for each actor of the matrix."""

    speaker: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Who says what about whom, for at most a handful of actors, so that it fits a page: more actors are more
    matrices. Speakers who say nothing about any of them are left out.
    """

    actors: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What is in dispute, in one line, and the words on both sides."""

    subject: str
    words: str
    held: tuple[Word, ...]
    against: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """One document that was read since the last digest. `language`: in words, of one that is not in English."""

    title: str
    publisher: str
    published: Moment
    link: str | None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source is: `state` is `ok`, `failing`, `down` or `stale`; `problem` in words, empty where there is none.

    `since`: of one that is not in order, when it was last reached; None where it never was. `changed`: when it last
    gave something new, as far as that is known.
    """

    name: str
    state: str
    since: Moment | None
    problem: str
    changed: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One level of a toll over time, in the coordinates of its chart, from `x` to `until_x` at `y`; its range from
    `low_y` up to `high_y`. `labelled`: there is room for its label, which begins
    or ends at `x` as `anchor` says ("start", "end").
    """

    x: float
    until_x: float
    y: float
    low_y: float
    high_y: float
    label: str
    voice: str
    at: Moment
    labelled: bool
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """What a voice said, in the coordinates of its chart. `contradicts`: it excludes the figure that stands, or one
    that stood. `labelled`: it is the one that stands, so its label is drawn; it begins or ends at `x` as `anchor` says.
    """

    x: float
    y: float
    label: str
    voice: str
    at: Moment
    contradicts: bool
    labelled: bool
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A measure over time as steps in a box of `width` by `height`, above a line at `base_y`. `summary` says it in
    words; `path` is the line of the steps, as SVG writes it; `dots` are the words of the voices, those that
    contradict where it ends among them.
    """

    measure: Measure
    label: str
    summary: str
    width: int
    height: int
    base_y: float
    steps: tuple[Step, ...]
    path: str
    dots: tuple[Dot, ...]
    begin: Moment
    end: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The report of what changed since the last digest, and of where the story stands. The context of a template.

    `changes` are in order of weight, those that alert first. `headline` is the weightiest in words, `deck` the
    weightiest of another subject, or empty. `labels` are the headings in the report's language.
    """

    story: str
    title: str
    language: str
    edition: int
    known_at: Moment
    made_at: Moment
    headline: str
    deck: str
    changes: tuple[ChangeCard, ...]
    held_back: tuple[ChangeCard, ...]
    figures: tuple[FigureRow, ...]
    matrices: tuple[Matrix, ...]
    disputes: tuple[Dispute, ...]
    charts: tuple[Chart, ...]
    ingested: tuple[Ingested, ...]
    sources: tuple[SourceHealth, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much of a digest a page shows. `brief`: what is left out is only counted, not folded away. The numbers:
    changes `told` in full and `further` ones in a line each, entries `listed` in other lists, `matrices` with so many
    `speakers` each, and `voices` on each figure.
    """

    brief: bool
    told: int
    further: int
    listed: int
    matrices: int
    speakers: int
    voices: int
