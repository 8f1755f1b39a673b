"""A store that has been in use for long, made in a minute: documents of a realistic length with the claims in them,
and editions with their digests, written in bulk through the project's own tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from bench.world import START
from flows.settings import Settings
from flows.wiring import build_reader
from storage.engine import write_connection
from storage.mapping import claim_values, fingerprint, revision_values, url_hash
from storage.store import Store
from storage.tables import AttachmentRow, Base, DigestRow, DocumentRow, EditionRow, RevisionRow, StoryRow
from storydelta.model import Reading, Revision

CLAIMS = 4
"""In each document."""

LENGTH = 2_500
"""Characters of each document's text."""

_SHAPES = 40
_TABLES = Base.metadata.tables
_PAGE = 5_000
_WORDS = """
harbour crane ship quay customs port market school bridge road water night morning street house window roof
council mayor company union workers families owner captain crew cargo grain steel diesel smoke glass engine
insurance contract inquiry report hearing statement letter office court judge lawyer record archive photograph
waited said closed opened asked stood walked carried described remembered noticed repeated explained returned
the a of in on to for with from by near under after before during without against between over along across
large small old new grey quiet narrow heavy early late local northern southern empty crowded broken public
yesterday today often already still again later nearby slowly rarely almost perhaps however meanwhile together
""".split()  # noqa: SIM905 - words, as one reads them


def fill(store: Store, slug: str, documents: int, *, editions: int = 0) -> None:
    """Adds so many documents with their claims to a story that the store knows, all seen before `START`; and so many
    editions that repeat its latest, each with its digest and delivery, as long ago.
    """
    with write_connection(store.engine) as connection:
        story = connection.execute(select(StoryRow.id).where(StoryRow.slug == slug)).scalar_one()
        document = _next_id(connection, DocumentRow)
        revision = _next_id(connection, RevisionRow)
        for numbers in _pages(range(documents), _PAGE):
            _add_page(connection, story, numbers, document, revision)
        if editions:
            _repeat_latest(connection, story, editions)
        if connection.dialect.name == "postgresql":
            _move_sequences(connection)
    _renew_figures(store)


def _add_page(
    connection: Connection, story: int, numbers: Sequence[int], document: int, revision: int
) -> None:
    documents, revisions, claims = [], [], []
    for number in numbers:
        made, stated = _reading(number)
        print_ = fingerprint(made)
        documents.append(
            {"id": document + number, "story_id": story, "url": made.document, "url_hash": url_hash(made.document), "number": 1, "fingerprint": print_}
        )  # fmt: skip
        place: dict[str, Any] = {
            "id": revision + number, "story_id": story, "document_id": document + number, "number": 1,
            "fingerprint": print_, "trimmed": False,
        }  # fmt: skip
        revisions.append(place | revision_values(made, belongs=True, why=""))
        claims += [{"revision_id": revision + number, **values} for values in stated]
    connection.execute(insert(_TABLES["documents"]), documents)
    connection.execute(insert(_TABLES["revisions"]), revisions)
    connection.execute(insert(_TABLES["claims"]), claims)


def _reading(number: int) -> tuple[Revision, list[dict[str, Any]]]:
    """A document like any other in length, and its claims' columns."""
    shape, stated = _shapes()[number % _SHAPES]
    seen = START - timedelta(days=200) + timedelta(seconds=15 * number % (180 * 86_400))
    made = Revision(
        id=f"https://archive.example/{number}@{number:012x}", document=f"https://archive.example/{number}",
        title="Harbour blast: what is known", text=f"{shape} Dispatch {number:07}.", publisher="The Examiner",
        published_at=seen, seen_at=seen,
    )  # fmt: skip
    return made, stated


@cache
def _shapes() -> tuple[tuple[str, list[dict[str, Any]]], ...]:
    """Texts, each with the claims that the engine reads in it."""
    reader = build_reader(Settings(model="none"))
    chance = random.Random(7)
    found = []
    for _ in range(_SHAPES):
        dead, hurt, missing = (chance.randrange(100, 1_000) for _ in range(3))
        told = (
            f"At least {dead} people were killed in the blast at the harbour, police said.",
            f"{hurt} people were injured, the ministry of health said.",
            f"{missing} people were missing, rescuers said.",
            f"Police said that {dead} people were killed in the blast at the harbour.",
        )
        written = " ".join(f"{sentence} {_prose(chance, LENGTH // 4 - len(sentence))}" for sentence in told)
        claims = reader.read(title="", text=written)
        assert len(claims) == CLAIMS, claims
        revision = Revision(
            id="", document="", title="", text=written, publisher=None, published_at=START, seen_at=START
        )
        found.append((written, claim_values(Reading(revision=revision, claims=claims))))
    return tuple(found)


@cache
def prose_of(number: int, length: int = 1_500) -> str:
    """The same prose for the same number."""
    return _prose(random.Random(number), length)


def _prose(chance: random.Random, length: int) -> str:
    """Sentences of words that count nobody."""
    said = ""
    while len(said) < length:
        said += " ".join(chance.choices(_WORDS, k=chance.randrange(8, 22))).capitalize() + ". "
    return said.strip()


def _repeat_latest(connection: Connection, story: int, editions: int) -> None:
    latest = _row(
        connection, select(_TABLES["editions"]).where(EditionRow.story_id == story), EditionRow.number
    )
    digest = _row(
        connection, select(_TABLES["digests"]).where(DigestRow.story_id == story), DigestRow.edition
    )
    files = [
        dict(row)
        for row in connection.execute(
            select(_TABLES["attachments"]).where(AttachmentRow.digest_id == digest["id"])
        ).mappings()
    ]
    last, first_digest = latest["number"], _next_id(connection, DigestRow)
    for numbers in _pages(range(1, editions + 1), 500):
        moments = {n: START + timedelta(days=20) - timedelta(minutes=editions - n) for n in numbers}
        connection.execute(
            insert(_TABLES["editions"]),
            [latest | {"number": last + n, "made_at": moments[n]} for n in numbers],
        )
        connection.execute(
            insert(_TABLES["digests"]),
            [
                digest | {"id": first_digest + n, "edition": last + n, "since": last + n - 1, "made_at": moments[n]}
                for n in numbers
            ],
        )  # fmt: skip
        connection.execute(
            insert(_TABLES["attachments"]),
            [file | {"digest_id": first_digest + n} for n in numbers for file in files],
        )
        connection.execute(
            insert(_TABLES["deliveries"]),
            [
                {
                    "key": f"filled-{story}-{n}", "digest_id": first_digest + n, "channel": "file",
                    "recipient": "digests", "state": "sent", "attempts": 1, "due_at": moments[n],
                    "settled_at": moments[n],
                }
                for n in numbers
            ],
        )  # fmt: skip


def _row(connection: Connection, query: Any, newest: Any) -> dict[str, Any]:
    return dict(connection.execute(query.order_by(newest.desc()).limit(1)).mappings().one())


def _next_id(connection: Connection, table: Any) -> int:
    return int(connection.execute(select(func.coalesce(func.max(table.id), 0))).scalar_one()) + 1


def _move_sequences(connection: Connection) -> None:
    """Ids that were given by hand are none that the database gives again."""
    for name in ("documents", "revisions", "digests"):
        connection.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        )


def _renew_figures(store: Store) -> None:
    from storage.backup import tidy  # noqa: PLC0415 - what `storydelta maintain` does at night

    tidy(store)


def _pages(numbers: range, size: int) -> Iterator[range]:
    return (numbers[at : at + size] for at in range(0, len(numbers), size))
