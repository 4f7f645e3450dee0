"""What comes back by mail: answers of calendar clients, proposed times, addresses that fail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EncryptedBytes, EnumText, UtcDateTime, only_where
from zna_network.models.invitation import Invitation
from zna_network.models.meeting import Meeting


class IncomingKind(StrEnum):
    REPLY = "reply"
    COUNTER = "counter"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            IncomingKind.REPLY: "Réponse d’agenda",
            IncomingKind.COUNTER: "Autre horaire proposé",
            IncomingKind.BOUNCE: "Adresse en échec",
            IncomingKind.AUTOMATIC: "Message automatique",
            IncomingKind.OTHER: "Message",
        }[self]


class IncomingState(StrEnum):
    """``held`` waits for a person, who then applies it or sets it aside."""

    APPLIED = "applied"
    HELD = "held"
    IGNORED = "ignored"
    SET_ASIDE = "set_aside"

    @property
    def label(self) -> str:
        return {
            IncomingState.APPLIED: "Prise en compte",
            IncomingState.HELD: "À vérifier",
            IncomingState.IGNORED: "Sans effet",
            IncomingState.SET_ASIDE: "Écartée",
        }[self]


class IncomingMail(Base):
    """One mail read from the answering mailbox, handled in the transaction that writes this row.

    ``digest`` is the SHA-256 of its octets: read again after a crash, it is found and done nothing
    with. ``content`` is kept, encrypted, for those that wait for a person only. ``reason`` says in
    French why it was held or had no effect."""

    __tablename__ = "incoming_mail"
    __table_args__ = (Index("ix_incoming_mail_state", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[str] = mapped_column(String(250), default="")
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    from_address: Mapped[str] = mapped_column(String(254), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[IncomingKind] = mapped_column(EnumText(IncomingKind))
    state: Mapped[IncomingState] = mapped_column(EnumText(IncomingState))
    reason: Mapped[str] = mapped_column(Text, default="")
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="SET NULL"), index=True
    )
    meeting_id: Mapped[int | None] = mapped_column(
        ForeignKey("meeting.id", ondelete="SET NULL"), index=True
    )
    uid: Mapped[str] = mapped_column(String(250), default="")
    attendee: Mapped[str] = mapped_column(String(254), default="")
    partstat: Mapped[str] = mapped_column(String(20), default="")
    sequence: Mapped[int | None]
    stamp: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(Text, default="")
    delegate_email: Mapped[str] = mapped_column(String(254), default="")
    delegate_name: Mapped[str] = mapped_column(String(170), default="")
    proposed_start: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_end: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[bytes | None] = deferred(mapped_column(EncryptedBytes))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1)

    invitation: Mapped[Invitation | None] = relationship()
    meeting: Mapped[Meeting | None] = relationship()
    settled_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OVERTAKEN = "overtaken"

    @property
    def label(self) -> str:
        return {
            ProposalState.OPEN: "À examiner",
            ProposalState.ACCEPTED: "Acceptée",
            ProposalState.DECLINED: "Déclinée",
            ProposalState.OVERTAKEN: "Dépassée",
        }[self]


class TimeProposal(Base):
    """Another time that an invited person proposes from their calendar (METHOD:COUNTER). One open
    proposal a person at a time: a newer one overtakes it."""

    __tablename__ = "time_proposal"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(
            "uq_time_proposal_open",
            "invitation_id",
            unique=True,
            **only_where(Column("decided_at", Integer).is_(None)),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(
        ForeignKey("invitation.id", ondelete="CASCADE"), index=True
    )
    meeting_id: Mapped[int] = mapped_column(
        ForeignKey("meeting.id", ondelete="CASCADE"), index=True
    )
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_mail.id", ondelete="SET NULL"))
    sequence: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    comment: Mapped[str] = mapped_column(Text, default="")
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ProposalState] = mapped_column(
        EnumText(ProposalState), default=ProposalState.OPEN
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    revision: Mapped[int] = mapped_column(default=1)

    invitation: Mapped[Invitation] = relationship()
    meeting: Mapped[Meeting] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class AddressTrouble(Base):
    """An address that mail servers gave back (RFC 3464). ``is_permanent``: it will not work until
    it is corrected; ``status`` is the enhanced code, for instance 5.1.1. A contact corrected, or
    somebody who says that it is settled, ends it (``settled_at``)."""

    __tablename__ = "address_trouble"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    is_permanent: Mapped[bool]
    status: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    times: Mapped[int] = mapped_column(default=1)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
