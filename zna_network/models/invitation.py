"""Invitations (convocations), answers and reminders."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
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
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import Contact, Organisation


class Answer(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"
    TENTATIVE = "tentative"
    DECLINED = "declined"
    REPRESENTED = "represented"

    @property
    def label(self) -> str:
        return {
            Answer.ON_SITE: "Présent sur place",
            Answer.REMOTE: "Présent en visio",
            Answer.TENTATIVE: "Peut-être",
            Answer.DECLINED: "Absent",
            Answer.REPRESENTED: "Représenté",
        }[self]


class AnswerChannel(StrEnum):
    LINK = "link"
    AGENT = "agent"
    CALENDAR = "calendar"

    @property
    def label(self) -> str:
        return {
            AnswerChannel.LINK: "par le lien",
            AnswerChannel.AGENT: "saisie par un agent",
            AnswerChannel.CALENDAR: "par l’agenda",
        }[self]


def _among_live(column: str, extra: str = "") -> dict[str, Any]:
    """The condition of an index on those who are still invited."""
    condition: ColumnElement[bool] = Column("removed_at", Integer).is_(None)
    if extra:
        condition = condition & (Column(extra, String) != "")
    return only_where(condition)


class Invitation(Timestamped, Base):
    """One person convened to one meeting.

    ``link_salt`` is random; the link's token is derived from it and a server key, so that a
    reminder carries the same link while the database alone gives none away. Changing the salt
    revokes the link: ``RetiredLink`` remembers the old one.

    ``sent_sequence`` is the highest SEQUENCE that this person was sent or told by hand (none: not
    yet convened); it may run ahead of the meeting's, see ``invitation_mails``. ``convened_at`` is
    when they were last told of the meeting as it stands; none after a change for those who have
    no e-mail and are to be told again. A change of time or place empties ``answer`` and keeps it
    as ``outdated_answer`` (« à reconfirmer ») until the person answers again.

    ``asked_sequence`` is the first version sent since the time or place last changed: an answer
    from a calendar to a version below says nothing of the meeting as it is.
    ``calendar_sequence`` and ``calendar_stamp`` are the SEQUENCE and DTSTAMP of the last answer
    taken from their calendar client: one that is not newer changes nothing."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index(
            "uq_invitation_address_live",
            "meeting_id",
            "email",
            unique=True,
            **_among_live("email", "email"),
        ),
        Index(
            "uq_invitation_contact_live",
            "meeting_id",
            "contact_id",
            unique=True,
            **_among_live("contact_id"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    represents_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    name: Mapped[str] = mapped_column(String(170))
    function: Mapped[str] = mapped_column(String(160), default="")
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    is_required: Mapped[bool] = mapped_column(default=True)
    link_salt: Mapped[str] = mapped_column(String(32))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_sequence: Mapped[int | None]
    asked_sequence: Mapped[int | None]
    convened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[Answer | None] = mapped_column(EnumText(Answer))
    outdated_answer: Mapped[Answer | None] = mapped_column(EnumText(Answer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_via: Mapped[AnswerChannel | None] = mapped_column(EnumText(AnswerChannel))
    calendar_sequence: Mapped[int | None]
    calendar_stamp: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(Text, default="")
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship()
    contact: Mapped[Contact | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    represents: Mapped["Invitation | None"] = relationship(
        remote_side=[id], back_populates="representatives"
    )
    representatives: Mapped[list["Invitation"]] = relationship(back_populates="represents")
    answers: Mapped[list["Rsvp"]] = relationship(
        back_populates="invitation", order_by="Rsvp.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_live(self) -> bool:
        return self.removed_at is None

    @property
    def is_convened(self) -> bool:
        return self.sent_sequence is not None

    @property
    def organisation_label(self) -> str:
        """The organisation's short name, or what was typed for one that the directory lacks."""
        return self.organisation.short_name if self.organisation else self.organisation_name


class RetiredLink(Base):
    """The hash of a link that was renewed or switched off: whoever opens it is told so."""

    __tablename__ = "retired_link"

    link_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    retired_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rsvp(Base):
    """One answer as it was given; the last one counts, none is overwritten."""

    __tablename__ = "rsvp"

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    answer: Mapped[Answer] = mapped_column(EnumText(Answer))
    channel: Mapped[AnswerChannel] = mapped_column(EnumText(AnswerChannel))
    comment: Mapped[str] = mapped_column(Text, default="")
    representative_name: Mapped[str] = mapped_column(String(170), default="")
    representative_function: Mapped[str] = mapped_column(String(160), default="")
    representative_email: Mapped[str] = mapped_column(String(254), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    invitation: Mapped[Invitation] = relationship(back_populates="answers")
    actor: Mapped[User | None] = relationship()


class ReminderKind(StrEnum):
    SEVEN_DAYS = "j-7"
    TWO_DAYS = "j-2"
    BY_HAND = "by_hand"

    @property
    def label(self) -> str:
        return {
            ReminderKind.SEVEN_DAYS: "J-7",
            ReminderKind.TWO_DAYS: "J-2",
            ReminderKind.BY_HAND: "à la main",
        }[self]


class Reminder(Base):
    """A reminder put in the outbox, in the same transaction as the mail.

    The unique key is what makes it happen once, whatever the number of workers: ``counted_on``
    is the meeting's date for the automatic ones (a postponed meeting reminds again) and the day
    of sending for those sent by hand (one a day and a person at the most)."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("invitation_id", "kind", "counted_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    kind: Mapped[ReminderKind] = mapped_column(EnumText(ReminderKind))
    counted_on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
