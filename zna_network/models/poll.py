"""Date polls: the dates proposed for a meeting, and who can come when."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
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
from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime, only_where
from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Contact, Organisation


class PollState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            PollState.DRAFT: "En préparation",
            PollState.OPEN: "Ouvert",
            PollState.CLOSED: "Clos",
            PollState.CANCELLED: "Abandonné",
        }[self]


class Choice(StrEnum):
    YES = "yes"
    IF_NEEDED = "if_needed"
    NO = "no"

    @property
    def label(self) -> str:
        return {Choice.YES: "Oui", Choice.IF_NEEDED: "Si besoin", Choice.NO: "Non"}[self]


class DatePoll(Timestamped, Base):
    """A meeting looking for its date. It has place, visio and notice as the meeting will: closing
    it on one of its options makes the meeting, once (``meeting_id`` is unique).

    ``with_holds``: each option is also a tentative event in the calendars of those who are asked.
    ``deadline`` is an instant; nobody answers after it, and staff may still close or extend."""

    __tablename__ = "date_poll"
    __table_args__ = (
        CheckConstraint(
            "(state = 'closed') = (meeting_id IS NOT NULL)", name="closed_on_a_meeting"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"), index=True)
    title: Mapped[str] = mapped_column(String(160))
    place: Mapped[str] = mapped_column(String(300), default="")
    visio_url: Mapped[str] = mapped_column(String(500), default="")
    notice: Mapped[str] = mapped_column(Text, default="")
    deadline: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[PollState] = mapped_column(EnumText(PollState), default=PollState.DRAFT)
    with_holds: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(Text, default="")
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1)

    committee: Mapped[Committee] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])
    options: Mapped[list["PollOption"]] = relationship(
        back_populates="poll",
        order_by="PollOption.starts_at, PollOption.id",
        cascade="all, delete-orphan",
    )
    invitees: Mapped[list["PollInvitee"]] = relationship(
        back_populates="poll", order_by="PollInvitee.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    def takes_answers(self, now: datetime) -> bool:
        return self.state is PollState.OPEN and now < self.deadline


class PollOption(Base):
    """One date proposed. Taken off, it keeps its row and its votes; ``uid`` and ``sequence`` are
    those of its tentative event."""

    __tablename__ = "poll_option"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(
            "uq_poll_option_live",
            "poll_id",
            "starts_at",
            "ends_at",
            unique=True,
            **only_where(Column("removed_at", Integer).is_(None)),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)

    poll: Mapped[DatePoll] = relationship(back_populates="options")
    votes: Mapped[list["PollVote"]] = relationship(
        back_populates="option", cascade="all, delete-orphan"
    )

    @property
    def is_live(self) -> bool:
        return self.removed_at is None


class PollInvitee(Timestamped, Base):
    """Somebody asked for their dates, by a link of their own, derived from ``link_salt`` as those
    of invitations are. ``is_essential``: the meeting makes no sense without them. ``suits_none``
    goes with a comment; it is an answer, and its votes are all « no »."""

    __tablename__ = "poll_invitee"
    __table_args__ = (
        Index(
            "uq_poll_invitee_address_live",
            "poll_id",
            "email",
            unique=True,
            **only_where(Column("removed_at", Integer).is_(None) & (Column("email", String) != "")),
        ),
        Index(
            "uq_poll_invitee_contact_live",
            "poll_id",
            "contact_id",
            unique=True,
            **only_where(Column("removed_at", Integer).is_(None)),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("date_poll.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(170))
    function: Mapped[str] = mapped_column(String(160), default="")
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    is_essential: Mapped[bool] = mapped_column(default=False)
    link_salt: Mapped[str] = mapped_column(String(32))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    suits_none: Mapped[bool] = mapped_column(default=False)
    comment: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    poll: Mapped[DatePoll] = relationship(back_populates="invitees")
    contact: Mapped[Contact | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    entered_by: Mapped[User | None] = relationship()
    votes: Mapped[list["PollVote"]] = relationship(
        back_populates="invitee", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_live(self) -> bool:
        return self.removed_at is None

    @property
    def organisation_label(self) -> str:
        return self.organisation.short_name if self.organisation else self.organisation_name


class PollVote(Base):
    """What one person says of one date; changed until the deadline."""

    __tablename__ = "poll_vote"
    __table_args__ = (UniqueConstraint("invitee_id", "option_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(ForeignKey("poll_invitee.id", ondelete="CASCADE"))
    option_id: Mapped[int] = mapped_column(
        ForeignKey("poll_option.id", ondelete="CASCADE"), index=True
    )
    choice: Mapped[Choice] = mapped_column(EnumText(Choice))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    invitee: Mapped[PollInvitee] = relationship(back_populates="votes")
    option: Mapped[PollOption] = relationship(back_populates="votes")


class PollReminder(Base):
    """A reminder put in the outbox; the unique key makes it happen once, whatever the number of
    workers. ``counted_on`` is the deadline's date for the automatic one, the day for others."""

    __tablename__ = "poll_reminder"
    __table_args__ = (UniqueConstraint("invitee_id", "kind", "counted_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitee_id: Mapped[int] = mapped_column(ForeignKey("poll_invitee.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
