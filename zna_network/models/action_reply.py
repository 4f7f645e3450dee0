"""What the owners of actions answer from their links."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, UtcDateTime
from zna_network.models.minutes import ActionItem


class ReplyKind(StrEnum):
    DONE = "done"
    OTHER_DATE = "other_date"
    CANNOT = "cannot"

    @property
    def label(self) -> str:
        return {
            ReplyKind.DONE: "C’est fait",
            ReplyKind.OTHER_DATE: "Autre date proposée",
            ReplyKind.CANNOT: "Ne peut pas le faire",
        }[self]


class ReplyState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"

    @property
    def label(self) -> str:
        return {
            ReplyState.WAITING: "Attend une réponse",
            ReplyState.ACCEPTED: "Acceptée",
            ReplyState.REFUSED: "Non retenue",
            ReplyState.OVERTAKEN: "Dépassée",
        }[self]


_WAITING = Column("state", String) == "waiting"


class ActionReply(Base):
    """What the owner of an action said from their link; never rewritten, and the last one counts.
    ``proposed_on`` is the day that they offer instead. What only tells (``DONE``) awaits nobody:
    it is accepted at once. ``answer`` is what those who follow the action said of it."""

    __tablename__ = "action_reply"
    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_when_treated"),
        CheckConstraint("(kind = 'other_date') = (proposed_on IS NOT NULL)", name="date_offered"),
        Index(
            "uq_action_reply_waiting",
            "action_id",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(
        ForeignKey("action_item.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[ReplyKind] = mapped_column(EnumText(ReplyKind))
    name: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text, default="")
    proposed_on: Mapped[date | None] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ReplyState] = mapped_column(EnumText(ReplyState), default=ReplyState.WAITING)
    answer: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    action: Mapped[ActionItem] = relationship()
    settled_by: Mapped[User | None] = relationship()
