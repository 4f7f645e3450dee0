"""Committees (instances) and their validated composition."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Contact, Organisation


class CommitteeKind(StrEnum):
    TECHNICAL = "comite_technique"
    STEERING = "copil"

    @property
    def label(self) -> str:
        return {
            CommitteeKind.TECHNICAL: "Comité technique",
            CommitteeKind.STEERING: "COPIL",
        }[self]


class Committee(Timestamped, Base):
    """``led_by`` is the grantee that prepares and animates it; none for the CUA's own."""

    __tablename__ = "committee"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CommitteeKind] = mapped_column(EnumText(CommitteeKind))
    name: Mapped[str] = mapped_column(String(160), unique=True)
    description: Mapped[str] = mapped_column(Text, default="")
    led_by_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    led_by: Mapped[Organisation | None] = relationship()
    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="committee", order_by="Membership.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class MembershipState(StrEnum):
    PROPOSED = "proposed"
    VALIDATED = "validated"
    SET_ASIDE = "set_aside"
    LEFT = "left"

    @property
    def label(self) -> str:
        return {
            MembershipState.PROPOSED: "Proposé",
            MembershipState.VALIDATED: "Validé",
            MembershipState.SET_ASIDE: "Écarté",
            MembershipState.LEFT: "Sorti",
        }[self]


class Seat(StrEnum):
    """In what capacity a member sits."""

    FULL = "titulaire"
    SUBSTITUTE = "suppleant"
    GUEST = "invite"

    @property
    def label(self) -> str:
        return {Seat.FULL: "Titulaire", Seat.SUBSTITUTE: "Suppléant", Seat.GUEST: "Invité"}[self]


class Membership(Base):
    """One person in one committee; ``events`` keeps every decision taken about it."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("committee_id", "contact_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(
        ForeignKey("committee.id", ondelete="CASCADE"), index=True
    )
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    seat: Mapped[Seat] = mapped_column(EnumText(Seat), default=Seat.FULL)
    state: Mapped[MembershipState] = mapped_column(
        EnumText(MembershipState), default=MembershipState.PROPOSED
    )
    reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)

    committee: Mapped[Committee] = relationship(back_populates="memberships")
    contact: Mapped[Contact] = relationship()
    events: Mapped[list["MembershipEvent"]] = relationship(
        back_populates="membership", order_by="MembershipEvent.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class MembershipEvent(Base):
    """One step in a membership's history; never changed once written."""

    __tablename__ = "membership_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[MembershipState] = mapped_column(EnumText(MembershipState))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    membership: Mapped[Membership] = relationship(back_populates="events")
    actor: Mapped[User | None] = relationship()
