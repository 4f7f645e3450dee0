"""Work in progress on the directory: imports, record reviews, dismissed duplicates."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, UtcDateTime
from zna_network.models.organisation import Contact, Organisation


class ImportBatch(Base):
    """A file read and kept until it is applied or dropped.

    ``columns`` pairs the file's headings with ours, ``ignored`` are the headings left aside.
    ``plan_digest`` sums up what its lines would do to the directory: applying compares it with
    what the person saw. ``summary`` counts the lines by status, and what was written."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    source_format: Mapped[str] = mapped_column(String(20))
    remark: Mapped[str] = mapped_column(String(200), default="")
    columns: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    ignored: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    plan_digest: Mapped[str] = mapped_column(String(64), default="")
    summary: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)

    created_by: Mapped[User | None] = relationship()


class LineStatus(StrEnum):
    """What applying a line does."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"

    @property
    def label(self) -> str:
        return {
            LineStatus.CREATED: "Créée",
            LineStatus.CHANGED: "Modifiée",
            LineStatus.UNCHANGED: "Inchangée",
            LineStatus.REJECTED: "Rejetée",
        }[self]

    @property
    def plural(self) -> str:
        return f"{self.label}s"


class ImportLine(Base):
    """One line of a batch: its text (``values``: {column: text}, ``faults`` found when reading)
    and the plan made of it. ``changes`` are {"label", "before", "after"}; ``suggestions`` are
    {"value", "label", "hint"}: ``choice`` is the value that an agent picked, « new » or nothing."""

    __tablename__ = "import_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        Index("ix_import_line_status", "batch_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    number: Mapped[int]
    values: Mapped[dict[str, str]] = mapped_column(JSON)
    faults: Mapped[list[str]] = mapped_column(JSON, default=list)
    choice: Mapped[str] = mapped_column(String(40), default="")
    status: Mapped[LineStatus] = mapped_column(EnumText(LineStatus))
    title: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL")
    )
    changes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    remarks: Mapped[list[str]] = mapped_column(JSON, default=list)
    suggestions: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    has_suggestions: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation | None] = relationship()


class ReviewState(StrEnum):
    """Where a « Fiche à jour ? » stands."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    CORRECTION_PROPOSED = "correction_proposed"
    CORRECTION_APPLIED = "correction_applied"
    CORRECTION_REFUSED = "correction_refused"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return {
            ReviewState.SENT: "Sans réponse",
            ReviewState.CONFIRMED: "Confirmée",
            ReviewState.CORRECTION_PROPOSED: "Correction à traiter",
            ReviewState.CORRECTION_APPLIED: "Correction appliquée",
            ReviewState.CORRECTION_REFUSED: "Correction refusée",
            ReviewState.REVOKED: "Lien annulé",
        }[self]


class RecordReview(Base):
    """A referent asked to confirm or correct their organisation's record, by a link.

    ``proposal`` is ``{part: {field: proposed value}}`` (the parts are those of
    ``services.review_parts``); ``before`` the values shown at that moment, in the same shape, so
    that an agent sees what has changed meanwhile; ``applied`` the parts that were accepted. A
    contact has one open link at a time: a new one revokes the one before."""

    __tablename__ = "record_review"
    __table_args__ = (
        Index(
            "uq_record_review_open",
            "contact_id",
            unique=True,
            sqlite_where=Column("state", String) == "sent",
            postgresql_where=Column("state", String) == "sent",
        ),
        Index("ix_record_review_state", "state", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    recipient: Mapped[str] = mapped_column(String(254))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[ReviewState] = mapped_column(EnumText(ReviewState), default=ReviewState.SENT)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    proposal: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    applied: Mapped[list[str]] = mapped_column(JSON, default=list)
    comment: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decision_reason: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship()
    contact: Mapped[Contact | None] = relationship()
    decided_by: Mapped[User | None] = relationship()


class DismissedDuplicate(Base):
    """Two organisations that an agent has looked at and found to be different."""

    __tablename__ = "dismissed_duplicate"
    __table_args__ = (CheckConstraint("low_id < high_id", name="ordered"),)

    low_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    high_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    dismissed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    dismissed_at: Mapped[datetime] = mapped_column(UtcDateTime)
