"""Small stories to store: invented people, invented places."""

from datetime import UTC, datetime, timedelta

from storydelta.model import (
    Attachment,
    Change,
    ChangeKind,
    Delivery,
    Edition,
    Evidence,
    Figure,
    Ledger,
    Measure,
    Message,
    Name,
    Position,
    Reading,
    Responsibility,
    Revision,
    Scope,
    Stance,
    Statement,
    Subject,
    Verdict,
)
from tests.samples import exactly

NOON = datetime(2024, 3, 25, 12, tzinfo=UTC)
STORY = "bridge-collapse"
URL = "https://courier.example/bridge"
KILLED = Subject(kind="figure", measure=Measure.KILLED)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def evidence(text: str) -> Evidence:
    return Evidence(field="text", start=0, end=len(text), text=text, focus=(0, 3))


def revision(text="Rescuers counted 4 dead.", *, url=URL, id="r1", title="Bridge falls", seen=0.0):  # noqa: A002 - the field's name
    return Revision(
        id=id,
        document=url,
        title=title,
        text=text,
        publisher="The Courier",
        author="Ann Lee",
        published_at=at(seen),
        seen_at=at(seen),
    )


def figure(number=4, text="Rescuers counted 4 dead."):
    return Figure(
        evidence=evidence(text), speaker=Name(written="Rescuers", id="rescuers"), rule="count", confidence=0.9,
        measure=Measure.KILLED, count=exactly(number), scope=Scope.TOTAL,
    )  # fmt: skip


def blame(text="The Guild did it."):
    actor = Name(written="The Guild", id="guild")
    return Responsibility(evidence=evidence(text), rule="blame", stance=Stance.SUSPECTS, actor=actor)


def reading(*args, claims=None, **kwargs):
    return Reading(
        revision=revision(*args, **kwargs), claims=(figure(), blame()) if claims is None else claims
    )


def statement(number=4, minutes=0.0):
    return Statement(
        voice=Name(written="Rescuers", id="rescuers"), value=exactly(number), said_at=at(minutes), seen_at=at(minutes),
        document=URL, revision="r1", title="Bridge falls", publisher=None, evidence=evidence("4 dead"), rule="count",
    )  # fmt: skip


def ledger(number=4):
    said = statement(number)
    position = Position(
        subject=KILLED, value=said.value, lead=said, statements=(said,), since=NOON, rule="newest_leads"
    )
    return Ledger(positions={KILLED.key: position})


def verdict(number=4, minutes=0.0, *, alert=True):
    change = Change(
        subject=KILLED, change=ChangeKind.FIRST, before=None, after=exactly(number), causes=(statement(number),),
        at=at(minutes), rule="first_word",
    )  # fmt: skip
    return Verdict(change=change, alert=alert, rule="moved", reason="a first figure")


def edition(number=1, *, killed=4, minutes=0.0, story=STORY):
    return Edition(
        story=story,
        number=number,
        made_at=at(minutes),
        ledger=ledger(killed),
        verdicts=(verdict(killed, minutes),),
    )


def message(number=1, *, story=STORY, minutes=0.0):
    return Message(
        story=story, edition=number, subject="4 dead", html="<p>4 dead</p>", text="4 dead", made_at=at(minutes),
        attachments=(
            Attachment(name="chart.png", media_type="image/png", content=b"\x89PNG\x00\xff"),
            Attachment(name="series.csv", media_type="text/csv", content=b""),
        ),
    )  # fmt: skip


def delivery(key="k1", number=1, *, story=STORY, minutes=0.0, recipient="desk@courier.example"):
    return Delivery(
        key=key, story=story, edition=number, channel="email", recipient=recipient, due_at=at(minutes)
    )


def publish(store, number=1, *, killed=4, minutes=0.0, story=STORY, deliveries=()):
    """One edition, with a digest where deliveries are given."""
    with store.writing(story, at(minutes)) as work:
        work.publish(edition(number, killed=killed, minutes=minutes, story=story))
        if deliveries:
            work.enqueue(message(number, story=story, minutes=minutes), deliveries, since=number - 1)
