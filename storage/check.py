"""Looks the whole database over: whether it is sound as a database, and whether what it holds fits together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storage.columns import storable
from storage.engine import reading
from storage.ledgers import read_whole
from storage.mapping import VERDICT, VERDICTS, fingerprint, revision_of, unpack
from storage.store import Store
from storage.tables import ClaimRow, DocumentRow, EditionRow, HeldRow, LedgerRow, RevisionRow, StoryRow
from storydelta.claims import KINDS
from storydelta.claims.contract import claim_from_json
from storydelta.claims.kind import Kind
from storydelta.errors import StorydeltaError

_PAGE = 200
_RESTORE = "restore the database from a copy"
_REREAD = "the editions are not touched by it; export the story, and restore it if it matters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong with the database, in words, with what to do. `story` None: with all of it."""

    story: str | None
    problem: str
    remedy: str


def check_store(store: Store, *, kinds: Sequence[Kind] = KINDS, at_most: int = 100) -> tuple[Finding, ...]:
    """What is wrong, at most so many findings; empty where all is well. Reads every row once; waits for nobody."""
    claims = tuple(kind.claim for kind in kinds)
    found: list[Finding] = []
    with reading(store.engine) as session:
        for finding in _findings(session, claims):
            found.append(finding)
            if len(found) == at_most:
                break
    return tuple(found)


def _findings(session: Session, claims: Sequence[type]) -> Iterator[Finding]:
    yield from _of_database(session)
    for id_, slug in session.execute(select(StoryRow.id, StoryRow.slug).order_by(StoryRow.slug)).all():
        yield from _of_editions(session, id_, slug)
        yield from _of_documents(session, id_, slug)
        yield from _of_texts(session, id_, slug, claims)


def _of_database(session: Session) -> Iterator[Finding]:
    if session.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL enforces its keys, and checks its pages with amcheck
    for (said,) in session.execute(text("PRAGMA integrity_check(10)")):
        if said != "ok":
            yield Finding(story=None, problem=f"the database file is damaged: {said}", remedy=_RESTORE)
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        problem = f"row {row} of {table} refers to a row of {parent} that is not there"
        yield Finding(story=None, problem=problem, remedy=_RESTORE)


def _of_editions(session: Session, story_id: int, slug: str) -> Iterator[Finding]:
    """Numbers without a gap, and everything packed can be read."""
    expected = 1
    query = select(EditionRow).where(EditionRow.story_id == story_id).order_by(EditionRow.number)
    for row in session.scalars(query.execution_options(yield_per=_PAGE)):
        if row.number != expected:
            problem = f"editions {expected} to {row.number - 1} are missing"
            yield Finding(story=slug, problem=problem, remedy=_RESTORE)
        expected = row.number + 1
        yield from _unreadable(slug, f"the ledger of edition {row.number}", read_whole, row.ledger)
        yield from _unreadable(slug, f"the changes of edition {row.number}", unpack, VERDICTS, row.verdicts)
    for packed in session.scalars(select(LedgerRow.ledger).where(LedgerRow.story_id == story_id)):
        yield from _unreadable(slug, "the standing ledger", read_whole, packed)
    for packed in session.scalars(select(HeldRow.verdict).where(HeldRow.story_id == story_id)):
        yield from _unreadable(slug, "a change that waits for the next digest", unpack, VERDICT, packed)


def _unreadable(slug: str, what: str, read: Callable[..., object], *arguments: object) -> Iterator[Finding]:
    try:
        read(*arguments)
    except StorydeltaError as problem:
        yield Finding(story=slug, problem=f"{what} cannot be read: {problem}", remedy=_RESTORE)


def _of_documents(session: Session, story_id: int, slug: str) -> Iterator[Finding]:
    """Each document has its revisions without a gap, and knows its latest."""
    counted = (
        select(
            RevisionRow.document_id,
            func.count().label("count"),
            func.max(RevisionRow.number).label("last"),
        )
        .where(RevisionRow.story_id == story_id)
        .group_by(RevisionRow.document_id)
        .subquery()
    )
    wrong = (
        select(DocumentRow.url, DocumentRow.number, func.coalesce(counted.c.count, 0))
        .outerjoin(counted, counted.c.document_id == DocumentRow.id)
        .where(
            DocumentRow.story_id == story_id,
            (func.coalesce(counted.c.count, 0) != DocumentRow.number)
            | (counted.c.last != DocumentRow.number),
        )
        .order_by(DocumentRow.id)
    )
    for url, number, count in session.execute(wrong):
        problem = f"{url} should have {number} revisions and has {count}"
        yield Finding(story=slug, problem=problem, remedy=_RESTORE)


def _of_texts(session: Session, story_id: int, slug: str, claims: Sequence[type]) -> Iterator[Finding]:
    """Each text is the one that its fingerprint was taken of, and each claim stands where it says."""
    query = (
        select(RevisionRow, DocumentRow.url)
        .join(DocumentRow, DocumentRow.id == RevisionRow.document_id)
        .where(RevisionRow.story_id == story_id)
        .order_by(RevisionRow.id)
    )
    last = 0
    while rows := session.execute(query.where(RevisionRow.id > last).limit(_PAGE)).all():
        by_id = {row.id: (row, url) for row, url in rows}
        for row, url in rows:
            if not row.trimmed and fingerprint(revision_of(row, url)) != row.fingerprint:
                problem = f"the text of {url} (revision {row.number}) is not the one that was stored"
                yield Finding(story=slug, problem=problem, remedy=_RESTORE)
        stated = session.scalars(select(ClaimRow).where(ClaimRow.revision_id.in_(by_id)))
        for claim in stated.all():
            row, url = by_id[claim.revision_id]
            what = f"claim {claim.ordinal} of {url} (revision {row.number})"
            yield from _unreadable(slug, what, claim_from_json, claim.payload, claims)
            if not _fits(row, claim):
                yield Finding(
                    story=slug, problem=f"{what} does not stand in the text where it says", remedy=_REREAD
                )
        last = rows[-1][0].id
        session.expunge_all()


def _fits(row: RevisionRow, claim: ClaimRow) -> bool:
    if row.trimmed and claim.field == "text":
        return True
    field = row.title if claim.field == "title" else row.text
    written = claim.payload.get("evidence", {}).get("text")
    return isinstance(written, str) and field[claim.start : claim.end] == storable(written)
