"""What goes to the comité technique about a referral, and what leaves for the evaluation."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, Timestamped, UtcDateTime
from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.models.referral import Referral


class CaseSheet(Timestamped, Base):
    """Fiche de suivi de situation individuelle: one referral before one meeting, pseudonymised.
    ``blocking_point``, ``proposal`` and ``decision`` name nobody. The decision, once taken, comes
    back to the referral as an event."""

    __tablename__ = "case_sheet"
    __table_args__ = (UniqueConstraint("referral_id", "meeting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    agenda_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="SET NULL")
    )
    blocking_point: Mapped[str] = mapped_column(Text, default="")
    proposal: Mapped[str] = mapped_column(Text, default="")
    decision: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date | None] = mapped_column(Date)
    revision: Mapped[int] = mapped_column(default=1)

    referral: Mapped[Referral] = relationship()
    meeting: Mapped[Meeting] = relationship()
    agenda_item: Mapped[AgendaItem | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


_IN_USE = Column("retired_at", Integer).is_(None)


class EvaluationMapping(Base):
    """The columns of the export to the DGCS as staff have adapted them: a table in CSV, kept with
    its version. The one not retired is in use, at most one; without any, ours is."""

    __tablename__ = "evaluation_mapping"
    __table_args__ = (
        Index(
            "uq_evaluation_mapping_in_use",
            "is_only",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(40), unique=True)
    content: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(String(200))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Always true: what the unique index bears on.
    is_only: Mapped[bool] = mapped_column(default=True)


class EvaluationExport(Base):
    """One export to the DGCS: what left, for what reason the rest stayed, and the fingerprint of
    the file (SHA-256); the file itself is not kept."""

    __tablename__ = "evaluation_export"
    __table_args__ = (Index("ix_evaluation_export_made", "made_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(String(200))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    mapping_version: Mapped[str] = mapped_column(String(40))
    rows: Mapped[int]
    left_out: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    fingerprint: Mapped[str] = mapped_column(String(64))

    user: Mapped[User | None] = relationship()
