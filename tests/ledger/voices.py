"""Readings in a few words, for tests of what is held: who said what when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count

from storydelta.compare import compare
from storydelta.model import (
    Evidence,
    Figure,
    Ledger,
    Measure,
    Range,
    Reading,
    Responsibility,
    Revision,
    Scope,
    Stance,
)
from storydelta.names import Names
from tests.samples import KINDS, exactly

NAMES = Names(ids={"kremlin": "russia", "moscow": "russia", "russia": "russia", "isis": "islamic_state"})
NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

_numbers = count(1)


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)


def evidence(sentence: str, telling: str = "", field="text") -> Evidence:
    start = sentence.index(telling) if telling else 0
    return Evidence(
        field=field, start=0, end=len(sentence), text=sentence, focus=(start, start + len(telling or sentence))
    )  # fmt: skip


def figure(
    value: int | Range,
    *,
    speaker=None,
    measure=Measure.KILLED,
    scope=Scope.TOTAL,
    sentence="",
    telling="",
    field="text",
) -> Figure:
    value = exactly(value) if isinstance(value, int) else value
    return Figure(
        evidence=evidence(
            sentence or f"A count of {value.low} {measure} was given by {speaker}.", telling, field
        ),
        speaker=NAMES.name(speaker) if speaker else None,
        rule="test",
        measure=measure,
        count=value,
        scope=scope,
    )


def stance(value: Stance, actor: str, *, speaker=None, sentence="") -> Responsibility:
    return Responsibility(
        evidence=evidence(sentence or f"{speaker} {value} {actor}."),
        speaker=NAMES.name(speaker) if speaker else None,
        rule="test",
        stance=value,
        actor=NAMES.name(actor),
    )


def reading(
    publisher, hours: float, *claims, url=None, seen=None, published=None, title="", text=""
) -> Reading:
    """What a publisher put out so many hours after noon: claims, or plain numbers of killed. A document of its own
    unless `url` says which.
    """
    number = next(_numbers)
    document = url or (f"https://{publisher.lower()}.example/{number}" if publisher else f"file-{number}")
    when = published or at(hours)
    revision = Revision(
        id=f"{document}#{number}", document=document, title=title, text=text, publisher=publisher, published_at=when,
        seen_at=at(hours if seen is None else seen),
    )  # fmt: skip
    said = tuple(
        figure(c, sentence=f"{publisher} counts {c.low if isinstance(c, Range) else c} dead.")
        if isinstance(c, int | Range)
        else c
        for c in claims
    )
    return Reading(revision=revision, claims=said)


def tell(*readings: Reading, ledger=None, each=True, now=None, **more):
    """The ledger after the readings, run by run or all in one, and every change on the way."""
    held = ledger or Ledger()
    changes = []
    for batch in [[r] for r in readings] if each else [list(readings)]:
        moment = now or max([r.revision.seen_at for r in batch], default=NOON)
        held, found = compare(held, batch, moment, kinds=KINDS, names=NAMES, **more)
        changes += found
    return held, changes


def killed(ledger: Ledger):
    """The number that the ledger holds for the killed, None where it holds none."""
    position = ledger.positions.get("figure/killed")
    return position and position.value.low


def story_of(changes) -> list[str]:
    """Changes in short: "raised 60-70"."""
    return [f"{c.change} {_short(c.before)}-{_short(c.after)}" for c in changes]


def _short(value) -> str:
    return "" if value is None else str(value.low if isinstance(value, Range) else value)
