"""The tables, one class each. Rows stay in this room; what goes in and out are the domain's types.

A claim's particulars are one JSON payload, so that a new kind of claim needs no migration.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import AnyText, UtcTime


class Base(DeclarativeBase):
    """Constraints have names, so that a migration can speak of them on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, str: AnyText, dict[str, Any]: JSON, bytes: LargeBinary}  # noqa: RUF012 - SQLAlchemy reads it


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"))]


class StoryRow(Base):
    """A story that was ever run, its schedule, and the lease of the run that works on it."""

    __tablename__ = "stories"

    id: Mapped[Id] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    lease_holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]


class SourceRow(Base):
    """How a source of a story fared, when it last gave something new (`changed_at`), and what its last fetch left for
    the next one.
    """

    __tablename__ = "sources"

    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    succeeded_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failures: Mapped[int]
    problem: Mapped[str | None]
    reported: Mapped[bool]
    next_due_at: Mapped[datetime | None]
    state: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime | None]


class DocumentRow(Base):
    """A document of a story. `url_hash` carries the index, since addresses can be longer than one may be;
    `number` and `fingerprint` are those of its latest revision.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("story_id", "url_hash"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"))
    url: Mapped[str]
    url_hash: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(32))


class RevisionRow(Base):
    """One observed text. `label` is the id that the domain gave it; `why` is why it does not belong; `trimmed`
    where the text was let go to save room.
    """

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("document_id", "number"), Index(None, "story_id", "seen_at", "id"))

    id: Mapped[Id] = mapped_column(primary_key=True)
    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"))
    document_id: Mapped[Id] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    label: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(32))
    title: Mapped[str]
    text: Mapped[str]
    publisher: Mapped[str | None]
    published_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    belongs: Mapped[bool]
    why: Mapped[str]
    trimmed: Mapped[bool] = mapped_column(server_default=false())
    author: Mapped[str | None]


class ClaimRow(Base):
    """A claim of a revision, with where it stands in the text and its particulars."""

    __tablename__ = "claims"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy wants it

    revision_id: Mapped[Id] = mapped_column(
        ForeignKey("revisions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    field: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    payload: Mapped[dict[str, Any]]


class LedgerRow(Base):
    """The ledger as the last run of a story left it, edition or not. It is packed by subjects, as `ledgers` says."""

    __tablename__ = "ledgers"

    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    ledger: Mapped[bytes]


class EditionRow(Base):
    """A numbered version of the ledger, never changed. The ledger is packed by subjects, the verdicts are packed JSON."""

    __tablename__ = "editions"
    __table_args__ = (Index(None, "story_id", "made_at", "number"),)

    story_id: Mapped[Id] = mapped_column(ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    ledger: Mapped[bytes]
    verdicts: Mapped[bytes]


class HeldRow(Base):
    """A verdict of an edition that waits for the next digest."""

    __tablename__ = "held_verdicts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["story_id", "edition"], ["editions.story_id", "editions.number"], ondelete="CASCADE"
        ),
        Index(None, "story_id", "edition"),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    story_id: Mapped[Id]
    edition: Mapped[int]
    verdict: Mapped[bytes]


class DigestRow(Base):
    """A rendered digest. `since` is the edition that it starts from: 0 where it tells the story from the start."""

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("story_id", "edition"),
        ForeignKeyConstraint(
            ["story_id", "edition"], ["editions.story_id", "editions.number"], ondelete="CASCADE"
        ),
    )

    id: Mapped[Id] = mapped_column(primary_key=True)
    story_id: Mapped[Id]
    edition: Mapped[int]
    since: Mapped[int]
    made_at: Mapped[datetime]
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]


class AttachmentRow(Base):
    """A file that goes with a digest."""

    __tablename__ = "attachments"

    digest_id: Mapped[Id] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]


class DeliveryRow(Base):
    """One digest for one channel and recipient. While it is being sent, `claimed_by` says by whom."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "ix_deliveries_pending",
            "due_at",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    digest_id: Mapped[Id] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    recipient: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    problem: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
