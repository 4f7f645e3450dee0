"""Minutes read by those who were there: the call for comments, and what they say."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, UtcDateTime
from zna_network.models.minutes import ActionItem, Minutes, MinutesSection


class MinutesReader(Base):
    """Somebody asked to read a draft before it is validated, by a link of their own, derived from
    ``link_salt``. ``reads_until`` is an instant; asked again, it moves, and so does ``sent_at``.
    ``read_at`` is when they first said something: looking at the page writes nothing.
    ``agreed_at``: they have nothing to say against the draft."""

    __tablename__ = "minutes_reader"
    __table_args__ = (UniqueConstraint("minutes_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(
        ForeignKey("minutes.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(170))
    organisation_name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254))
    link_salt: Mapped[str] = mapped_column(String(32))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reads_until: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    minutes: Mapped[Minutes] = relationship()


class CommentState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    SET_ASIDE = "set_aside"

    @property
    def label(self) -> str:
        return {
            CommentState.OPEN: "À traiter",
            CommentState.TAKEN: "Prise en compte",
            CommentState.SET_ASIDE: "Écartée",
        }[self]


class MinutesComment(Base):
    """A remark on a draft, by a reader from their link or by an account; never rewritten.
    ``quoted`` is the section's revision that it speaks of. ``client_id`` makes one of a button
    pressed twice. ``told_at`` is when its reader was told what became of it."""

    __tablename__ = "minutes_comment"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_when_not_open"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    minutes_id: Mapped[int] = mapped_column(
        ForeignKey("minutes.id", ondelete="CASCADE"), index=True
    )
    section_id: Mapped[int | None] = mapped_column(
        ForeignKey("minutes_section.id", ondelete="SET NULL")
    )
    reader_id: Mapped[int | None] = mapped_column(
        ForeignKey("minutes_reader.id", ondelete="SET NULL"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    author_name: Mapped[str] = mapped_column(String(170))
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    quoted: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[CommentState] = mapped_column(EnumText(CommentState), default=CommentState.OPEN)
    reply: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    minutes: Mapped[Minutes] = relationship()
    section: Mapped[MinutesSection | None] = relationship()
    reader: Mapped[MinutesReader | None] = relationship()
    settled_by: Mapped[User | None] = relationship(foreign_keys=[settled_by_id])

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class ActionReminder(Base):
    """A reminder put in the outbox to an action's owner, once for each due date and kind."""

    __tablename__ = "action_reminder"
    __table_args__ = (UniqueConstraint("action_id", "kind", "counted_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action_item.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    action: Mapped[ActionItem] = relationship()
