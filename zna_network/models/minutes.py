"""Attendance, minutes, decisions and actions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.models.organisation import Organisation


class Presence(StrEnum):
    PRESENT = "present"
    REMOTE = "remote"
    REPRESENTED = "represented"
    EXCUSED = "excused"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        return {
            Presence.PRESENT: "Présent",
            Presence.REMOTE: "À distance",
            Presence.REPRESENTED: "Représenté",
            Presence.EXCUSED: "Excusé",
            Presence.ABSENT: "Absent",
        }[self]


class Attendance(Base):
    """Who was there, once somebody has ticked it: until then an invitation's answer stands.
    Without an invitation for somebody who came unannounced; ``email`` then serves to send the
    minutes, and an invited person's is the invitation's. ``arrived_at`` is when they said so
    themselves, from the code of the room or their own link; ``to_confirm`` while nobody has looked
    at a name that somebody gave so without being on the list."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "invitation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    name: Mapped[str] = mapped_column(String(170))
    function: Mapped[str] = mapped_column(String(160), default="")
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    presence: Mapped[Presence] = mapped_column(EnumText(Presence))
    represented_by: Mapped[str] = mapped_column(String(170), default="")
    arrived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    to_confirm: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)

    invitation: Mapped[Invitation | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class MinutesState(StrEnum):
    DRAFT = "draft"
    VALIDATED = "validated"
    SENT = "sent"

    @property
    def label(self) -> str:
        return {
            MinutesState.DRAFT: "Brouillon",
            MinutesState.VALIDATED: "Validé",
            MinutesState.SENT: "Envoyé",
        }[self]


class Minutes(Timestamped, Base):
    """The compte-rendu of a meeting: sections, then versions frozen at each validation."""

    __tablename__ = "minutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), unique=True
    )
    state: Mapped[MinutesState] = mapped_column(EnumText(MinutesState), default=MinutesState.DRAFT)
    chair: Mapped[str] = mapped_column(String(170), default="")
    secretary: Mapped[str] = mapped_column(String(170), default="")
    validated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    validated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship()
    validated_by: Mapped[User | None] = relationship()
    sections: Mapped[list["MinutesSection"]] = relationship(
        back_populates="minutes",
        order_by="MinutesSection.position, MinutesSection.id",
        cascade="all, delete-orphan",
    )
    versions: Mapped[list["MinutesVersion"]] = relationship(
        order_by="MinutesVersion.number", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class MinutesSection(Base):
    """The text of one topic. ``revision`` is compared at each save: a save made from an older
    text is refused and shown beside the newer one, so that no word is lost. It counts the texts
    only: following the agenda's order and titles leaves it as it is."""

    __tablename__ = "minutes_section"
    __table_args__ = (UniqueConstraint("minutes_id", "agenda_item_id"),)
    LAST_POSITION = 1_000_000

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(
        ForeignKey("minutes.id", ondelete="CASCADE"), index=True
    )
    agenda_item_id: Mapped[int | None] = mapped_column(
        ForeignKey("agenda_item.id", ondelete="SET NULL")
    )
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1)

    minutes: Mapped[Minutes] = relationship(back_populates="sections")
    agenda_item: Mapped[AgendaItem | None] = relationship()
    updated_by: Mapped[User | None] = relationship()
    history: Mapped[list["MinutesSectionRevision"]] = relationship(
        order_by="MinutesSectionRevision.revision", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_miscellaneous(self) -> bool:
        """« Points divers », after the agenda's own."""
        return self.position == self.LAST_POSITION

    @property
    def was_removed(self) -> bool:
        """Its point has left the agenda since; the text stays."""
        return self.agenda_item_id is None and not self.is_miscellaneous


class MinutesSectionRevision(Base):
    """A text that was once the section's, kept so that it can be read and restored."""

    __tablename__ = "minutes_section_revision"
    __table_args__ = (UniqueConstraint("section_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("minutes_section.id", ondelete="CASCADE"))
    revision: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    author: Mapped[User | None] = relationship()


class MinutesVersion(Base):
    """Minutes as validated: the values and the document that was handed out. What was said when
    they were opened again stays with the version that it set aside. ``texts`` are the sections as
    they were (``{"section_id", "title", "text"}``), which a draft can be made from again."""

    __tablename__ = "minutes_version"
    __table_args__ = (UniqueConstraint("minutes_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"))
    number: Mapped[int]
    texts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reopened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    reopen_reason: Mapped[str] = mapped_column(Text, default="")

    created_by: Mapped[User | None] = relationship(foreign_keys=[created_by_id])
    reopened_by: Mapped[User | None] = relationship(foreign_keys=[reopened_by_id])


class Decision(Timestamped, Base):
    """What was decided, and under which topic: ``owner`` in words, since a decision may belong
    to a body. ``search_text`` is its folded copy, that the register is searched by.
    ``client_id`` is made by the screen that it was typed on: sent twice, it is written once."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    section_id: Mapped[int | None] = mapped_column(
        ForeignKey("minutes_section.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200), default="")
    decided_on: Mapped[date] = mapped_column(Date)
    search_text: Mapped[str] = mapped_column(Text, default="")
    client_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship()
    section: Mapped[MinutesSection | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        return {
            ActionState.OPEN: "Ouverte",
            ActionState.DONE: "Faite",
            ActionState.DROPPED: "Abandonnée",
        }[self]


class ActionItem(Timestamped, Base):
    """Who does what by when. It comes back in each meeting of the committee until closed.

    ``owner_email`` is where reminders go, empty for none; the owner closes it from a link derived
    from ``link_salt``. ``told_at`` is when they were told of it as it stands; none until its
    minutes are validated, and after a change. ``closed_by`` says who closed it, in words.
    ``client_id`` as a decision's."""

    __tablename__ = "action_item"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    section_id: Mapped[int | None] = mapped_column(
        ForeignKey("minutes_section.id", ondelete="SET NULL")
    )
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    owner_email: Mapped[str] = mapped_column(String(254), default="")
    link_salt: Mapped[str] = mapped_column(String(32))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[ActionState] = mapped_column(EnumText(ActionState), default=ActionState.OPEN)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    client_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    revision: Mapped[int] = mapped_column(default=1)

    meeting: Mapped[Meeting] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_open(self) -> bool:
        return self.state is ActionState.OPEN

    def is_late(self, on: date) -> bool:
        """Still open on that day, though it was due before."""
        return self.is_open and self.due_on is not None and self.due_on < on
