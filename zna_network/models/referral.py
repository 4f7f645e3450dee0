"""Referrals (orientations): from whoever met the person to the organisation that can help, and
what came of it."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Column, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.attendee import AgeBand
from zna_network.models.base import Base, EncryptedText, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation
from zna_network.models.person import Person
from zna_network.models.referral_terms import (
    AppointmentState,
    Callback,
    EventKind,
    Evidence,
    NonTakeUpCause,
    OutcomeResult,
    Period,
    ReferralOrigin,
    ReferralState,
    RefusalReason,
    Side,
    Step,
    Urgency,
)
from zna_network.models.stand import Stand
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup

__all__ = [
    "Appointment",
    "AppointmentState",
    "Callback",
    "EventKind",
    "Evidence",
    "NonTakeUpCause",
    "Outcome",
    "OutcomeResult",
    "Period",
    "Referral",
    "ReferralEvent",
    "ReferralOrigin",
    "ReferralRight",
    "ReferralState",
    "RefusalReason",
    "Side",
    "Step",
    "Urgency",
]

_LIVE = Column("closed_at", Integer).is_(None)


class Referral(Timestamped, Base):
    """One referral. ``client_id`` is drawn by the device or the form that sends it: sent again, it
    counts once. ``number`` is what people say (« O-00042 »).

    Where the person lives and what they are is copied here (``commune_insee``, ``qpv_id``, ``lot``,
    ``age_band``, ``target_group``): the figures of that moment, which stay when the file is
    anonymised. ``sender`` refers, ``receiver`` is referred to. The receiver's link is derived from
    ``link_salt`` as invitations' are, works until ``link_expires_at`` and not once revoked.

    ``made_at`` is when it was made, at the stand perhaps without network; ``received_at`` when the
    server had it. ``sent_at``: the first mail to the receiver. ``seen_at``: the receiver opened it
    (the sender's receipt). ``decided_at``: accepted, refused, expired or withdrawn. ``moved_at``:
    the last event, from which the reminder (``reminded_at``) and the escalation (``escalated_at``)
    are counted. ``closed_at``: nothing is expected any more."""

    __tablename__ = "referral"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_not_open"),
        CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name="refused_for_a_reason"),
        CheckConstraint("lot IS NULL OR lot BETWEEN 1 AND 3", name="lot"),
        Index("ix_referral_receiver", "receiver_id", "state", "made_at"),
        Index("ix_referral_sender", "sender_id", "state", "made_at"),
        Index("ix_referral_made", "made_at"),
        Index("ix_referral_clock", "state", "sent_at"),
        # What awaits somebody is counted on each visit: among the live ones, from the index alone.
        Index(
            "ix_referral_live",
            "moved_at",
            "state",
            "sent_at",
            "escalated_at",
            "receiver_id",
            "sender_id",
            "person_id",
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    referrer: Mapped[str] = mapped_column(String(160), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    device_id: Mapped[int | None] = mapped_column(
        ForeignKey("device.id", ondelete="SET NULL"), index=True
    )
    stand_id: Mapped[int | None] = mapped_column(
        ForeignKey("stand.id", ondelete="SET NULL"), index=True
    )
    diagnostic_id: Mapped[int | None] = mapped_column(
        ForeignKey("diagnostic.id", ondelete="SET NULL"), index=True
    )
    origin: Mapped[ReferralOrigin] = mapped_column(EnumText(ReferralOrigin))
    need: Mapped[str] = mapped_column(EncryptedText, default="")
    cause: Mapped[NonTakeUpCause | None] = mapped_column(EnumText(NonTakeUpCause))
    urgency: Mapped[Urgency] = mapped_column(EnumText(Urgency), default=Urgency.NORMAL)
    callback: Mapped[Callback] = mapped_column(EnumText(Callback))
    callback_when: Mapped[str] = mapped_column(EncryptedText, default="")
    commune_insee: Mapped[str | None] = mapped_column(ForeignKey("commune.insee"), index=True)
    qpv_id: Mapped[int | None] = mapped_column(ForeignKey("qpv.id"), index=True)
    lot: Mapped[int | None]
    age_band: Mapped[AgeBand | None] = mapped_column(EnumText(AgeBand))
    target_group: Mapped[TargetGroup | None] = mapped_column(EnumText(TargetGroup))
    state: Mapped[ReferralState] = mapped_column(
        EnumText(ReferralState), default=ReferralState.OPEN
    )
    step: Mapped[Step] = mapped_column(EnumText(Step), default=Step.IDENTIFIED)
    refusal: Mapped[RefusalReason | None] = mapped_column(EnumText(RefusalReason))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    link_salt: Mapped[str] = mapped_column(String(32), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    link_revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person] = relationship()
    sender: Mapped[Organisation] = relationship(foreign_keys=[sender_id])
    receiver: Mapped[Organisation] = relationship(foreign_keys=[receiver_id])
    created_by: Mapped[User | None] = relationship()
    stand: Mapped[Stand | None] = relationship()
    commune: Mapped[Commune | None] = relationship()
    qpv: Mapped[Qpv | None] = relationship()
    rights: Mapped[list["ReferralRight"]] = relationship(
        back_populates="referral", cascade="all, delete-orphan", order_by="ReferralRight.position"
    )
    events: Mapped[list["ReferralEvent"]] = relationship(
        back_populates="referral", order_by="ReferralEvent.id"
    )
    outcomes: Mapped[list["Outcome"]] = relationship(
        back_populates="referral", order_by="Outcome.id"
    )
    appointments: Mapped[list["Appointment"]] = relationship(
        back_populates="referral", order_by="Appointment.starts_at"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def shown_number(self) -> str:
        """As it is printed and said: « O-00042 »."""
        return f"O-{self.number:05d}"

    @property
    def is_live(self) -> bool:
        """Whether something is still expected of somebody."""
        return self.closed_at is None

    @property
    def was_kept_back(self) -> bool:
        """Informed, the person wanted nothing sent: the organisation was never told, and must not
        find it in its list (``queries.referrals.reached_receiver`` says the same in SQL)."""
        is_over = self.state is ReferralState.OPEN and self.closed_at is not None
        return is_over and self.sent_at is None and self.seen_at is None


class ReferralRight(Base):
    """A right that the referral is about."""

    __tablename__ = "referral_right"
    __table_args__ = (Index("ix_referral_right_code", "right_code", "referral_id"),)

    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), primary_key=True
    )
    right_code: Mapped[str] = mapped_column(ForeignKey("right.code"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    referral: Mapped[Referral] = relationship(back_populates="rights")
    right: Mapped[Right] = relationship()


class ReferralEvent(Base):
    """One passage. The database refuses to change or delete it, save that the words of a person
    whose file is anonymised are emptied. ``author`` is a function or an organisation, in words."""

    __tablename__ = "referral_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"), index=True)
    kind: Mapped[EventKind] = mapped_column(EnumText(EventKind))
    side: Mapped[Side] = mapped_column(EnumText(Side))
    author: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ReferralState] = mapped_column(EnumText(ReferralState))
    step: Mapped[Step] = mapped_column(EnumText(Step))
    detail: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    words: Mapped[str] = mapped_column(EncryptedText, default="")

    referral: Mapped[Referral] = relationship(back_populates="events")


_IN_FORCE = Column("replaced_at", Integer).is_(None)


class Outcome(Base):
    """What came of one right. A correction is another row, and ``replaced_at`` ends the former:
    one in force for each right of a referral, held by a unique index. ``amount_cents`` per
    ``period``. ``before`` and ``after`` are the person's rights (code → ``RightStatus``) as known
    when the referral was made and when the outcome was recorded."""

    __tablename__ = "outcome"
    __table_args__ = (
        CheckConstraint("amount_cents IS NULL OR amount_cents BETWEEN 0 AND 100000000", name="sum"),
        CheckConstraint("(amount_cents IS NULL) = (period IS NULL)", name="amount_per_period"),
        CheckConstraint("result <> 'refused' OR amount_cents IS NULL", name="refused_has_no_sum"),
        Index(
            "uq_outcome_in_force",
            "referral_id",
            "right_code",
            unique=True,
            sqlite_where=_IN_FORCE,
            postgresql_where=_IN_FORCE,
        ),
        Index("ix_outcome_referral", "referral_id"),
        Index("ix_outcome_right", "right_code", "result"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id", ondelete="CASCADE"))
    right_code: Mapped[str] = mapped_column(ForeignKey("right.code"))
    result: Mapped[OutcomeResult] = mapped_column(EnumText(OutcomeResult))
    amount_cents: Mapped[int | None]
    period: Mapped[Period | None] = mapped_column(EnumText(Period))
    effective_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[Evidence] = mapped_column(EnumText(Evidence))
    before: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(200))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    referral: Mapped[Referral] = relationship(back_populates="outcomes")
    right: Mapped[Right] = relationship()

    @property
    def yearly_cents(self) -> int:
        """Twelve months of a monthly amount; a one-off as it is."""
        return (self.amount_cents or 0) * (12 if self.period is Period.MONTHLY else 1)


class Appointment(Timestamped, Base):
    """A meeting that the receiver proposes to the person. Its calendar holds no name."""

    __tablename__ = "appointment"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(
        ForeignKey("referral.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    place: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(EncryptedText, default="")
    state: Mapped[AppointmentState] = mapped_column(
        EnumText(AppointmentState), default=AppointmentState.PROPOSED
    )
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)

    referral: Mapped[Referral] = relationship(back_populates="appointments")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012
