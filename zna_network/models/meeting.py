"""Meetings, their agenda and its attachments."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.committee import Committee


class MeetingState(StrEnum):
    PLANNED = "planned"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {MeetingState.PLANNED: "Prévue", MeetingState.CANCELLED: "Annulée"}[self]


class MeetingSeries(Base):
    """Meetings planned at once, each a row of its own that is then moved or cancelled alone.
    ``rule`` says in French how they were planned, for instance « le troisième jeudi du mois »."""

    __tablename__ = "meeting_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    rule: Mapped[str] = mapped_column(String(200))
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))


class Meeting(Timestamped, Base):
    """One sitting of a committee. ``uid`` is the calendar's, for life; ``sequence`` rises with
    each change of time or place and with the cancellation (RFC 5546, 2.1.4)."""

    __tablename__ = "meeting"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(300), default="")
    visio_url: Mapped[str] = mapped_column(String(500), default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[MeetingState] = mapped_column(
        EnumText(MeetingState), default=MeetingState.PLANNED
    )
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("meeting_series.id", ondelete="SET NULL"), index=True
    )
    revision: Mapped[int] = mapped_column(default=1)

    committee: Mapped[Committee] = relationship()
    series: Mapped["MeetingSeries | None"] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="meeting", order_by="AgendaItem.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_cancelled(self) -> bool:
        return self.state is MeetingState.CANCELLED

    def accepts_answers(self, now: datetime) -> bool:
        """An answer can be given and changed until the meeting begins."""
        return not self.is_cancelled and now < self.starts_at


class AgendaItem(Base):
    """``minutes_allotted`` is a length in minutes; none where no time is set. ``decision_awaited``
    is what the meeting is asked to decide, in words; empty where it is only told something."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        CheckConstraint("minutes_allotted IS NULL OR minutes_allotted > 0", name="positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    presenter: Mapped[str] = mapped_column(String(160), default="")
    minutes_allotted: Mapped[int | None]
    description: Mapped[str] = mapped_column(Text, default="")
    decision_awaited: Mapped[str] = mapped_column(String(400), default="")
    revision: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship(back_populates="agenda")
    attachments: Mapped[list["Attachment"]] = relationship(
        order_by="Attachment.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class Attachment(Base):
    """A file kept in the database, so that one backup holds the whole state."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    agenda_item_id: Mapped[int] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="CASCADE"), index=True
    )
    filename: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
