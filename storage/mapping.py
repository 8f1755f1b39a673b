"""Between rows and the domain's types."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from storage.columns import storable
from storage.tables import AttachmentRow, DeliveryRow, DigestRow, RevisionRow
from storydelta.claims.contract import claim_to_json
from storydelta.errors import StoreError
from storydelta.model import (
    Attachment,
    Delivery,
    DeliveryState,
    Message,
    Reading,
    Revision,
    Verdict,
)

VERDICT = TypeAdapter(Verdict)
VERDICTS = TypeAdapter(tuple[Verdict, ...])

Packed = TypeVar("Packed")

_LEVEL = 3
"""Of compression: a twentieth of the size at a third of the time of the default."""


def fingerprint(revision: Revision) -> str:
    """What tells two texts of a document apart: every character of title and text counts."""
    return _digest(f"{len(revision.title)}:{revision.title}{revision.text}")


def url_hash(url: str) -> str:
    return _digest(url)


def _digest(text: str) -> str:
    return hashlib.blake2b(storable(text).encode(), digest_size=16).hexdigest()


def revision_values(revision: Revision, *, belongs: bool, why: str) -> dict[str, Any]:
    """The columns of a revision's row, without its place in the story."""
    return {
        "label": revision.id,
        "title": revision.title,
        "text": revision.text,
        "publisher": revision.publisher,
        "author": revision.author,
        "published_at": revision.published_at,
        "seen_at": revision.seen_at,
        "belongs": belongs,
        "why": why,
    }


def revision_of(row: RevisionRow, url: str) -> Revision:
    return Revision(
        id=row.label,
        document=url,
        title=row.title,
        text=row.text,
        publisher=row.publisher,
        author=row.author,
        published_at=row.published_at,
        seen_at=row.seen_at,
    )


def claim_values(reading: Reading) -> list[dict[str, Any]]:
    """The columns of a reading's claims, without their revision."""
    return [
        {
            "ordinal": ordinal,
            "kind": claim.kind,
            "field": claim.evidence.field,
            "start": claim.evidence.start,
            "end": claim.evidence.end,
            "payload": claim_to_json(claim),
        }
        for ordinal, claim in enumerate(reading.claims)
    ]


def pack(kind: TypeAdapter[Packed], value: Packed) -> bytes:
    """The value as compressed JSON: changes repeat their sentences."""
    return zlib.compress(to_json(kind, value), _LEVEL)


def unpack(kind: TypeAdapter[Packed], packed: bytes) -> Packed:
    """What `pack` was given. StoreError where it is not that."""
    with readable():
        return from_json(kind, zlib.decompress(packed))


def to_json(kind: TypeAdapter[Packed], value: Packed) -> bytes:
    try:
        return kind.dump_json(value)
    except PydanticSerializationError:  # a lone surrogate, which only Python's own JSON lets through
        return json.dumps(kind.dump_python(value, mode="json"), separators=(",", ":")).encode()


def from_json(kind: TypeAdapter[Packed], written: bytes) -> Packed:
    try:
        return kind.validate_json(written)
    except ValidationError:
        return kind.validate_python(json.loads(written))


@contextmanager
def readable() -> Iterator[None]:
    """What is read within was packed by this program. StoreError where it was not."""
    try:
        yield
    except (zlib.error, ValueError) as problem:
        raise StoreError(
            "the database holds a value that this version cannot read: update Storydelta, or restore it from a copy"
        ) from problem


def message_of(row: DigestRow, attachments: Iterable[AttachmentRow], slug: str) -> Message:
    return Message(
        story=slug,
        edition=row.edition,
        subject=row.subject,
        html=row.html,
        text=row.text,
        made_at=row.made_at,
        attachments=tuple(
            Attachment(name=a.name, media_type=a.media_type, content=a.content) for a in attachments
        ),
    )


def delivery_of(row: DeliveryRow, slug: str, edition: int) -> Delivery:
    return Delivery(
        key=row.key,
        story=slug,
        edition=edition,
        channel=row.channel,
        recipient=row.recipient,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        due_at=row.due_at,
        problem=row.problem,
    )
