"""Work in progress on the directory: imports, record reviews, dismissed duplicates."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EnumText, UtcDateTime
from zna_network.models.organisation import Contact, Organisation


class ImportBatch(Base):
    """A file read and kept until it is applied or dropped.

    ``rows`` is the list of parsed rows, each ``{"line": int, "values": {column: text}}``."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    filename: Mapped[str] = mapped_column(String(200))
    source_format: Mapped[str] = mapped_column(String(20))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    summary: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)


class ReviewState(StrEnum):
    """Where a « Fiche à jour ? » stands."""

    SENT = "sent"
    CONFIRMED = "confirmed"
    CORRECTION_PROPOSED = "correction_proposed"
    CORRECTION_APPLIED = "correction_applied"
    CORRECTION_REFUSED = "correction_refused"
    REVOKED = "revoked"


class RecordReview(Base):
    """A referent asked to confirm or correct their organisation's record, by a link.

    ``proposal`` is ``{field: proposed value}``; ``before`` the values shown at that moment, so
    that an agent sees what has changed meanwhile."""

    __tablename__ = "record_review"

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
    comment: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    decision_reason: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship()
    contact: Mapped[Contact | None] = relationship()


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
