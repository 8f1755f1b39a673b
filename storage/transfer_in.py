"""A story that was exported, into a store that does not have it: all of it, or nothing."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from storage import watch
from storage.columns import UtcTime
from storage.engine import writing
from storage.ledgers import LEDGER, ledger_from_json
from storage.mapping import VERDICT, VERDICTS
from storage.store import Store
from storage.tables import (
    AttachmentRow,
    Base,
    ClaimRow,
    DeliveryRow,
    DigestRow,
    DocumentRow,
    EditionRow,
    HeldRow,
    LedgerRow,
    RevisionRow,
    SourceRow,
    StoryRow,
)
from storage.transfer import DELIVERY, DIGEST, DOCUMENT, LATER, REVISION, SOURCE, VERSION
from storydelta.claims import KINDS
from storydelta.claims.contract import claim_from_json
from storydelta.claims.kind import Kind
from storydelta.errors import StoreError, StorydeltaError
from storydelta.model import Claim

_PAGE = 500
_TYPES = ("story", "source", "document", "revision", "edition", "held", "ledger", "digest", "delivery")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The story that came in, and how many lines there were of each type."""

    story: str
    counts: dict[str, int]


def import_story(store: Store, lines: Iterable[str], *, kinds: Sequence[Kind] = KINDS) -> Imported:
    """Stores the story that `export_story` wrote. What was still to be sent is still to be sent.

    StoreError, with the number of the line, where the store has the story already, or the lines are not whole.
    """
    intake = _Intake(claims=tuple(kind.claim for kind in kinds))
    checksum = blake2b(digest_size=16)
    number, ended = 0, False
    with writing(store.engine) as session:
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
                if ended := record["type"] == "end":
                    _check_end(record, number - 1, checksum.hexdigest())
                    break
                intake.take(session, record)
            except (KeyError, TypeError, ValueError, zlib.error) as problem:
                raise StoreError(
                    f"line {number} cannot be imported ({_said(problem)}): this is no export of a story that this version reads"
                ) from problem
            except StorydeltaError as problem:
                raise StoreError(f"line {number} cannot be imported: {problem}") from problem
            checksum.update(line.encode())
        if not ended:
            raise StoreError(f"the export ends after line {number} without its last line: it is not whole")
        intake.flush(session)
    return Imported(story=intake.slug, counts=intake.counts)


def _said(problem: Exception) -> str:
    """What is wrong with a line, for who does not know Python."""
    if isinstance(problem, json.JSONDecodeError):
        return f"it is not JSON from its character {problem.pos + 1} on"
    if isinstance(problem, KeyError):
        return f"there is no {problem} in it, or nothing of that name came before"
    return str(problem)


def _check_end(record: dict[str, Any], lines: int, checksum: str) -> None:
    if (record["lines"], record["checksum"]) != (lines, checksum):
        raise StoreError("the lines before it are not those that were exported: the file was cut or changed")


@dataclass(slots=True)
class _Intake:
    """What is known so far while the lines come in. Revisions and claims are written page by page."""

    claims: tuple[type[Claim], ...]
    slug: str = ""
    story_id: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    documents: dict[str, int] = field(default_factory=dict)
    digests: dict[int, int] = field(default_factory=dict)
    waiting: list[dict[str, Any]] = field(default_factory=list)
    last: str = ""

    def take(self, session: Session, record: dict[str, Any]) -> None:
        kind = record["type"]
        if kind not in _TYPES or (not self.story_id and kind != "story"):
            raise ValueError(f"a line of type {kind!r} has no place here")
        if kind != self.last or len(self.waiting) >= _PAGE:
            self.flush(session)
        self.last = kind
        getattr(self, f"_{kind}")(session, record)
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def flush(self, session: Session) -> None:
        """Writes the documents or revisions that wait; a revision's claims follow it."""
        if not self.waiting:
            return
        table = DocumentRow if self.last == "document" else RevisionRow
        payloads = [row.pop("claims", []) for row in self.waiting]
        added = insert(table).returning(table.id, sort_by_parameter_order=True)
        ids = session.scalars(added, self.waiting).all()
        if table is DocumentRow:
            self.documents |= {row["url_hash"]: id_ for id_, row in zip(ids, self.waiting, strict=True)}
        claims = [
            _claim_values(id_, ordinal, payload)
            for id_, stated in zip(ids, payloads, strict=True)
            for ordinal, payload in enumerate(stated)
        ]
        if claims:
            session.execute(insert(ClaimRow), claims)
        self.waiting.clear()

    def _story(self, session: Session, record: dict[str, Any]) -> None:
        if record["version"] != VERSION or self.story_id:
            raise StoreError("it is of another version, or the second story in the file: update Storydelta")
        self.slug = str(record["slug"])
        if watch.id_of(session, self.slug):
            raise StoreError(
                f"the store has the story {self.slug!r} already: it is imported where it is not yet, and never mixed"
            )
        session.execute(insert(StoryRow), {"slug": self.slug, **_values(StoryRow, record, ("next_due_at",))})
        self.story_id = watch.id_of(session, self.slug)

    def _source(self, session: Session, record: dict[str, Any]) -> None:
        session.execute(insert(SourceRow), self._mine(SourceRow, record, SOURCE))

    def _document(self, _session: Session, record: dict[str, Any]) -> None:
        self.waiting.append(self._mine(DocumentRow, record, DOCUMENT))

    def _revision(self, _session: Session, record: dict[str, Any]) -> None:
        for payload in record["claims"]:
            claim_from_json(payload, self.claims)
        values = self._mine(RevisionRow, record, REVISION)
        values |= {"document_id": self.documents[record["document"]], "claims": record["claims"]}
        self.waiting.append(values)

    def _edition(self, session: Session, record: dict[str, Any]) -> None:
        values = self._mine(EditionRow, record, ("number", "made_at"))
        values |= {
            "ledger": _ledger(record["ledger"]),
            "verdicts": _packed(VERDICTS, record["verdicts"]),
        }
        session.execute(insert(EditionRow), values)

    def _held(self, session: Session, record: dict[str, Any]) -> None:
        values = self._mine(HeldRow, record, ("edition",)) | {"verdict": _packed(VERDICT, record["verdict"])}
        session.execute(insert(HeldRow), values)

    def _ledger(self, session: Session, record: dict[str, Any]) -> None:
        values = {"story_id": self.story_id, "ledger": _ledger(record["ledger"])}
        session.execute(insert(LedgerRow), values)

    def _digest(self, session: Session, record: dict[str, Any]) -> None:
        session.execute(insert(DigestRow), self._mine(DigestRow, record, DIGEST))
        where = (DigestRow.story_id == self.story_id, DigestRow.edition == record["edition"])
        id_ = session.scalars(select(DigestRow.id).where(*where)).one()
        self.digests[record["edition"]] = id_
        for ordinal, file in enumerate(record["attachments"]):
            content = base64.b64decode(file["content"], validate=True)
            values = {"name": file["name"], "media_type": file["media_type"], "content": content}
            session.execute(insert(AttachmentRow), {"digest_id": id_, "ordinal": ordinal, **values})

    def _delivery(self, session: Session, record: dict[str, Any]) -> None:
        values = _values(DeliveryRow, record, DELIVERY)
        session.execute(insert(DeliveryRow), values | {"digest_id": self.digests[record["edition"]]})

    def _mine(self, table: type[Base], record: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
        return {"story_id": self.story_id, **_values(table, record, names)}


def _values(table: type[Base], record: dict[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The columns as the record gives them; times are read."""
    columns = table.__table__.c
    stated = {name: record.get(name) if name in LATER else record[name] for name in names}
    return {
        name: datetime.fromisoformat(value)
        if isinstance(columns[name].type, UtcTime) and value is not None
        else value
        for name, value in stated.items()
    }


def _claim_values(revision_id: int, ordinal: int, payload: dict[str, Any]) -> dict[str, Any]:
    evidence = payload["evidence"]
    place = {name: evidence[name] for name in ("field", "start", "end")}
    return {
        "revision_id": revision_id,
        "ordinal": ordinal,
        "kind": payload["kind"],
        "payload": payload,
        **place,
    }


def _packed(kind: TypeAdapter[Any], value: Any) -> bytes:
    """The value as it was, once it is known that it can be read."""
    _validate(kind, value)
    return zlib.compress(
        json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"), 3
    )


def _ledger(value: Any) -> bytes:
    _validate(LEDGER, value)
    return ledger_from_json(value)


def _validate(kind: TypeAdapter[Any], value: Any) -> None:
    try:
        kind.validate_python(value)
    except ValidationError as problem:
        raise ValueError(f"{problem.error_count()} fields are not as they should be") from problem
