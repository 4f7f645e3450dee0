"""The day of a meeting: its screen, the time that each point takes, the code of the room."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, UtcDateTime
from zna_network.models.meeting import AgendaItem, Meeting


class MeetingDay(Base):
    """One row once the meeting's screen was opened. ``item`` is the point being treated, since
    ``item_since``; none in a pause. The room's code, derived from ``link_salt``, leads to the page
    where people say that they are there; closing the meeting ends it.

    ``revision`` is compared: of two people who press « suivant », the second finds it done."""

    __tablename__ = "meeting_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), unique=True
    )
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="SET NULL"))
    item_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_salt: Mapped[str] = mapped_column(String(32))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship()
    item: Mapped[AgendaItem | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class ItemTiming(Base):
    """How long a point has taken so far, in seconds, what is running apart."""

    __tablename__ = "item_timing"
    __table_args__ = (CheckConstraint("spent_seconds >= 0", name="spent"),)

    agenda_item_id: Mapped[int] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True
    )
    spent_seconds: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
