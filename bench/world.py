"""A small world to run a story in: documents that raise a toll one by one, and the account of what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.postgres import postgres_server
from flows import steps
from flows.send_deliveries import deliver
from flows.settings import Settings
from flows.wiring import House, build_house
from storage.check import check_store
from storage.store import Store
from storydelta.model import DeliveryState, Item, Range

START = datetime(2024, 3, 1, tzinfo=UTC)
SLUG = "harbour-blast"
DATABASES = ("sqlite", "postgresql")
STORY = """
title = "Harbour blast"
every = "15 min"

[[sources]]
kind = "folder"
path = "documents"

[[channels]]
kind = "file"
to = ["digests"]
"""


def lay_out(folder: Path, database: str = "", slugs: Iterable[str] = (SLUG,)) -> Settings:
    """Stories in a folder, whose claims are read by surface rules alone; the tables are made."""
    (folder / "stories" / "documents").mkdir(parents=True)
    for slug in slugs:
        (folder / "stories" / f"{slug}.toml").write_text(STORY)
    settings = Settings(home=folder / "home", stories=(folder / "stories",), database=database, model="none")
    build_house(settings).store.close()
    return settings


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database for `lay_out`: on a PostgreSQL server of its own, which ends with the block, or
    empty for SQLite.
    """
    if kind == "sqlite":
        yield ""
        return
    with postgres_server() as server:
        yield str(server.get_uri())


def item(number: int) -> Item:
    """The document of that number, which knows of one more dead than the one before."""
    return Item(
        url=f"https://example.org/{number}", title=f"Harbour blast, report {number}",
        text=f"At least {10 + number} people were killed in the blast at the harbour, police said. Report {number}.",
        publisher="The Examiner", published_at=START + timedelta(seconds=number), id=str(number),
    )  # fmt: skip


def put(folder: Path, number: int) -> None:
    """Puts the document into the folder that the story's source reads, whole or not at all."""
    found = item(number)
    assert found.published_at
    head = (
        f"url: {found.url}\ntitle: {found.title}\npublisher: {found.publisher}\n"
        f"published: {found.published_at.isoformat()}\n"
    )
    unfinished = folder / "stories" / "documents" / f".{number}.part"
    unfinished.write_text(f"{head}\n{found.text}\n")
    unfinished.rename(unfinished.with_name(f"{number}.txt"))


def run(
    house: House, items: Iterable[Item], holder: str, now: datetime, slug: str = SLUG, lease: float = 900
) -> bool:
    """One run with what the source offers, and its deliveries; False where another run has the story. `lease`: for so
    many seconds it is this run's; 0 is a run that lost it at once and goes on.
    """
    story = house.story(slug)
    if not house.store.lease(slug, holder, now, lease):
        return False
    reader = house.reader(story)
    sifted = steps.revise(items, story, house.store, now)
    readings = steps.read(sifted.belonging, reader)
    steps.publish(house.store, story, reader, readings, now, sifted=sifted)
    for due in house.store.due_deliveries(now):
        deliver(house, due, holder, now)
    house.store.release(slug, holder)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the documents that there were. Everything that is lost or doubled should be 0."""

    documents: int
    editions: int
    digests: int
    documents_lost: int
    documents_doubled: int
    claims_lost: int
    claims_doubled: int
    editions_lost: int
    editions_doubled: int
    deliveries_lost: int
    deliveries_doubled: int
    findings: tuple[str, ...]

    @property
    def clean(self) -> bool:
        faults = {name: value for name, value in asdict(self).items() if name.endswith(("_lost", "_doubled"))}
        return not any(faults.values()) and not self.findings


def account(house: House, documents: int, slug: str = SLUG) -> Account:
    """Looks through all that the store and the folder of digests hold, after a last run that was let end."""
    store, reader = house.store, house.reader(house.story(slug))
    expected = {item(n).url: item(n) for n in range(documents)}
    revisions = Counter(stored.revision.document for stored in store.revisions(slug))
    claims_lost = claims_doubled = 0
    for reading in store.readings(slug):
        should = expected[reading.revision.document]
        wanted = Counter(
            map(repr, reader.read(title=should.title, text=should.text, publisher=should.publisher))
        )
        stored = Counter(map(repr, reading.claims))
        claims_lost += (wanted - stored).total()
        claims_doubled += (stored - wanted).total()
    sent = [d for d in store.deliveries(slug) if d.state is DeliveryState.SENT]
    digests = store.digests(slug)
    pages = list((house.settings.home / "digests").glob(f"{slug}-*.html"))
    lost, doubled = _editions(store, slug, documents)
    told = Counter(edition for digest in digests for edition in range(digest.since + 1, digest.edition + 1))
    return Account(
        documents=documents, editions=sum(1 for _ in store.editions(slug)), digests=len(digests),
        documents_lost=len(expected.keys() - revisions.keys()),
        documents_doubled=sum(count - 1 for count in revisions.values()),
        claims_lost=claims_lost, claims_doubled=claims_doubled, editions_lost=lost, editions_doubled=doubled,
        deliveries_lost=len({d.edition for d in digests} - {d.edition for d in sent})
        + len(digests) - len(pages) + sum(1 for e in store.editions(slug) if not told[e.number]),
        deliveries_doubled=len(sent) - len({d.edition for d in sent}) + sum(n - 1 for n in told.values()),
        findings=tuple(finding.problem for finding in check_store(store) if finding.story in (None, slug)),
    )  # fmt: skip


def _editions(store: Store, slug: str, documents: int) -> tuple[int, int]:
    """Editions that are missing, and those that say again what one before them said: each must go on from the value
    at which the one before it ended, and the last must end at the last document's.
    """
    lost = doubled = 0
    value = 0
    for before, after in _moves(store, slug):
        lost += before > value
        doubled += before < value
        value = after
    return lost + (value != (9 + documents if documents else 0)), doubled


def _moves(store: Store, slug: str) -> Iterator[tuple[int, int]]:
    for edition in store.editions(slug):
        for verdict in edition.verdicts:
            before, after = verdict.change.before, verdict.change.after
            assert isinstance(after, Range)
            yield before.low if isinstance(before, Range) else 0, after.low
