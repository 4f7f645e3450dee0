"""The workshops of a forum, their sessions, and the seats in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.attendee import Attendee
from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.forum import Forum
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Right, TargetGroup

SLOT_MINUTES = 5

workshop_rights = Table(
    "workshop_rights",
    Base.metadata,
    Column("workshop_id", ForeignKey("workshop.id", ondelete="CASCADE"), primary_key=True),
    Column("right_code", ForeignKey("right.code"), primary_key=True, index=True),
)


class Room(Base):
    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("forum_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    seats: Mapped[int | None]


class Workshop(Timestamped, Base):
    """What is offered; its sessions say when and where. ``target_groups`` are values of
    ``TargetGroup``."""

    __tablename__ = "workshop"

    id: Mapped[int] = mapped_column(primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text, default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    target_groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    revision: Mapped[int] = mapped_column(default=1)

    forum: Mapped[Forum] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    rights: Mapped[list[Right]] = relationship(secondary=workshop_rights, order_by=Right.position)
    sessions: Mapped[list["Session"]] = relationship(
        back_populates="workshop", order_by="Session.starts_at", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def publics(self) -> list[TargetGroup]:
        """Those it is meant for; none stands for everybody."""
        return [TargetGroup(value) for value in self.target_groups]


class Session(Timestamped, Base):
    """One sitting of a workshop. ``host`` is the person who leads it, as the programme names them,
    and ``host_key`` its folded form: a host, like a room, cannot be in two places at once.
    ``capacity`` is a number of seats."""

    __tablename__ = "workshop_session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity BETWEEN 1 AND 2000", name="capacity"),
        UniqueConstraint("id", "capacity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(
        ForeignKey("workshop.id", ondelete="CASCADE"), index=True
    )
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    capacity: Mapped[int]
    host: Mapped[str] = mapped_column(String(160), default="")
    host_key: Mapped[str] = mapped_column(String(160), default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)

    workshop: Mapped[Workshop] = relationship(back_populates="sessions")
    room: Mapped[Room] = relationship()
    slots: Mapped[list["TakenSlot"]] = relationship(cascade="all, delete-orphan")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class TakenSlot(Base):
    """Five minutes of a room's or a host's day. ``holder`` is ``room:<id>`` or
    ``host:<forum id>:<host key>``, ``slot`` the number of five-minute steps since 1970: the
    primary key refuses a second session there, on either engine."""

    __tablename__ = "workshop_slot"

    holder: Mapped[str] = mapped_column(String(200), primary_key=True)
    slot: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(
        ForeignKey("workshop_session.id", ondelete="CASCADE"), index=True
    )


class SeatState(StrEnum):
    SEATED = "seated"
    WAITING = "waiting"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            SeatState.SEATED: "Inscrit",
            SeatState.WAITING: "En liste d’attente",
            SeatState.CANCELLED: "Annulé",
        }[self]


class SeatNews(StrEnum):
    """What happened to a seat without its holder asking for it, and that they must learn."""

    PROMOTED = "promoted"
    MOVED = "moved"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            SeatNews.PROMOTED: "Une place s’est libérée",
            SeatNews.MOVED: "Horaire ou salle changés",
            SeatNews.CANCELLED: "Séance annulée",
        }[self]


class Seat(Timestamped, Base):
    """An attendee's request for a session. Those who have a seat have a ``seat_number`` between 1
    and the session's capacity, unique in the session: the database itself cannot seat one too
    many. ``capacity`` follows the session's by the foreign key, so lowering it below a number in
    use is refused too. The waiting list is in the order of ``waiting_since``, then ``id``.

    ``news`` is the last thing that the person must learn, since ``news_at``; ``told_at``: a mail
    left, staff told them, or they said that they had read it. Until then somebody must call."""

    __tablename__ = "workshop_seat"
    __table_args__ = (
        UniqueConstraint("session_id", "attendee_id"),
        UniqueConstraint("session_id", "seat_number"),
        ForeignKeyConstraint(
            ["session_id", "capacity"],
            ["workshop_session.id", "workshop_session.capacity"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint(
            "seat_number IS NULL OR (seat_number BETWEEN 1 AND capacity)", name="within_capacity"
        ),
        CheckConstraint("(seat_number IS NOT NULL) = (state = 'seated')", name="numbered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int]
    capacity: Mapped[int]
    attendee_id: Mapped[int] = mapped_column(
        ForeignKey("attendee.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[SeatState] = mapped_column(EnumText(SeatState))
    seat_number: Mapped[int | None]
    waiting_since: Mapped[datetime] = mapped_column(UtcDateTime)
    promoted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    news: Mapped[SeatNews | None] = mapped_column(EnumText(SeatNews))
    news_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    session: Mapped[Session] = relationship()
    attendee: Mapped[Attendee] = relationship()
