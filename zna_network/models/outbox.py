"""The outbox: every mail is a row written in the transaction that causes it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from zna_network.models.base import Base, EncryptedBytes, EncryptedText, EnumText, UtcDateTime


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {
            OutboxState.PENDING: "En attente",
            OutboxState.SENDING: "Envoi en cours",
            OutboxState.SENT: "Envoyé",
            OutboxState.FAILED: "En échec",
            OutboxState.SUPERSEDED: "Remplacé",
            OutboxState.CANCELLED: "Annulé",
        }[self]


class OutboxMessage(Base):
    """One mail to one recipient.

    ``content`` is the finished message, encrypted since it holds links that give access; it is
    the same at each attempt. A professional's address is in clear, so that the staff find it; that
    of somebody who is helped, or visits a forum, is encrypted (``private_…``). ``thread_key`` keeps
    order: a message waits for the earlier ones of its thread. ``dedup_key`` makes a cause produce
    one mail only. A row ``sending`` whose ``claimed_until`` is past was held by a worker that died:
    nobody knows whether the server took the mail, so the very same bytes go again and
    ``redelivered`` says so."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "state", "available_at"),
        Index("ix_outbox_message_thread", "thread_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    sender: Mapped[str] = mapped_column(String(254))
    public_recipient: Mapped[str] = mapped_column("recipient", String(254), index=True)
    public_name: Mapped[str] = mapped_column("recipient_name", String(170), default="")
    private_recipient: Mapped[str] = deferred(mapped_column(EncryptedText, default=""))
    private_name: Mapped[str] = deferred(mapped_column(EncryptedText, default=""))
    subject: Mapped[str] = mapped_column(String(300))
    content: Mapped[bytes | None] = deferred(mapped_column(EncryptedBytes))
    state: Mapped[OutboxState] = mapped_column(EnumText(OutboxState), default=OutboxState.PENDING)
    thread_key: Mapped[str] = mapped_column(String(80), default="")
    dedup_key: Mapped[str | None] = mapped_column(String(160), unique=True)
    meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("meeting.id", ondelete="SET NULL"), index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    available_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str] = mapped_column(String(80), default="")
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redelivered: Mapped[bool] = mapped_column(default=False)
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def recipient(self) -> str:
        return self.public_recipient or self.private_recipient

    @property
    def recipient_name(self) -> str:
        return self.public_name if self.public_recipient else self.private_name

    @property
    def shown_recipient(self) -> str:
        """As the staff see it: who has no business with a person sees no address of theirs."""
        return self.public_recipient or "Une personne (adresse protégée)"
