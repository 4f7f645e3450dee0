"""Bookings of CUA Mobile: who has the vehicle when, for what, and what became of it.

Blocking a vehicle is the database's business: an exclusion constraint on PostgreSQL, triggers on
SQLite (``models.guards``)."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import Base, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Commune, Qpv, Right, TargetGroup
from zna_network.models.van import Driver, Vehicle


class BookingState(StrEnum):
    REQUESTED = "requested"
    WAITING = "waiting"
    APPROVED = "approved"
    OUT = "out"
    RETURNED = "returned"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    MAINTENANCE = "maintenance"

    @property
    def label(self) -> str:
        return {
            BookingState.REQUESTED: "Demandée",
            BookingState.WAITING: "En liste d’attente",
            BookingState.APPROVED: "Accordée",
            BookingState.OUT: "En sortie",
            BookingState.RETURNED: "Rentrée",
            BookingState.REFUSED: "Refusée",
            BookingState.CANCELLED: "Annulée",
            BookingState.EXPIRED: "Sans réponse à temps",
            BookingState.MAINTENANCE: "Indisponible",
        }[self]

    @property
    def blocks(self) -> bool:
        """Whether nobody else can have the vehicle meanwhile."""
        return self in BLOCKING

    @property
    def awaits_decision(self) -> bool:
        return self in AWAITING


BLOCKING = frozenset({BookingState.APPROVED, BookingState.OUT, BookingState.MAINTENANCE})
AWAITING = frozenset({BookingState.REQUESTED, BookingState.WAITING})

booking_rights = Table(
    "booking_rights",
    Base.metadata,
    Column("booking_id", ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True),
    Column("right_code", ForeignKey("right.code"), primary_key=True, index=True),
)
booking_partners = Table(
    "booking_partners",
    Base.metadata,
    Column("booking_id", ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisation.id"), primary_key=True, index=True),
)


class BookingSeries(Base):
    """What several bookings were made from: local wall times, so that 9 h stays 9 h on both sides
    of a change of the clocks. Each occurrence is a booking with a state of its own."""

    __tablename__ = "booking_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    every_weeks: Mapped[int]
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    leaves_at: Mapped[time] = mapped_column(Time)
    returns_at: Mapped[time] = mapped_column(Time)
    nights: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Booking(Timestamped, Base):
    """One period of one vehicle, asked for or not: maintenance is one too, without association.

    ``starts_at`` and ``ends_at`` are what was asked for; ``block_start`` to ``block_end`` is what
    nobody else can have, the turn-round after the trip included and a departure before its hour,
    half-open. ``client_id`` is the form's: a request sent twice is one. ``number`` is said on the
    phone (CM-0042).
    ``late_told_at``: the next borrower was warned that the vehicle is not back; ``eve_told_at``:
    the borrower was reminded the day before; ``report_asked_at``: the report was asked for.
    ``decided_by`` is the name shown with the decision, until ``erased_at``, when names leave.
    Calendars know it by ``uid`` and ``sequence``; the latter rises with whatever a calendar
    shows."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("block_end > block_start", name="block"),
        CheckConstraint(
            "organisation_id IS NOT NULL OR state IN ('maintenance', 'cancelled')", name="borrower"
        ),
        Index("ix_booking_vehicle_block", "vehicle_id", "block_start", "block_end"),
        Index("ix_booking_state_start", "state", "starts_at"),
        # A calendar's month is found in it without reading the bookings of other months.
        Index("ix_booking_period", "starts_at", "ends_at", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("booking_series.id"), index=True)
    state: Mapped[BookingState] = mapped_column(EnumText(BookingState))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    block_start: Mapped[datetime] = mapped_column(UtcDateTime)
    block_end: Mapped[datetime] = mapped_column(UtcDateTime)
    purpose: Mapped[str] = mapped_column(Text, default="")
    target_groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    expected_people: Mapped[int | None]
    equipment: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs: Mapped[str] = mapped_column(Text, default="")
    driver_id: Mapped[int | None] = mapped_column(ForeignKey("driver.id"), index=True)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    eve_told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)

    vehicle: Mapped[Vehicle] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    series: Mapped[BookingSeries | None] = relationship()
    driver: Mapped[Driver | None] = relationship()
    requested_by: Mapped[User | None] = relationship()
    rights: Mapped[list[Right]] = relationship(secondary=booking_rights, order_by=Right.position)
    partners: Mapped[list[Organisation]] = relationship(
        secondary=booking_partners, order_by=Organisation.sort_key
    )
    stops: Mapped[list["Stop"]] = relationship(
        back_populates="booking", order_by="Stop.position", cascade="all, delete-orphan"
    )
    events: Mapped[list["BookingEvent"]] = relationship(
        back_populates="booking", order_by="BookingEvent.id"
    )
    report: Mapped["TripReport | None"] = relationship(back_populates="booking")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def reference(self) -> str:
        return f"CM-{self.number:04d}"

    @property
    def publics(self) -> list[TargetGroup]:
        return [TargetGroup(value) for value in self.target_groups]

    @property
    def is_maintenance(self) -> bool:
        """Also of a row that is not written yet, which has its association and no id of it."""
        return self.organisation_id is None and self.organisation is None


class Stop(Base):
    """One place of a trip, in its order. ``was_done``: none before the report says it."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("booking_id", "position"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    position: Mapped[int]
    insee: Mapped[str] = mapped_column(ForeignKey("commune.insee"), index=True)
    qpv_id: Mapped[int | None] = mapped_column(ForeignKey("qpv.id"), index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_public: Mapped[bool] = mapped_column(default=True)
    was_done: Mapped[bool | None]
    uid: Mapped[str] = mapped_column(String(80), unique=True)

    booking: Mapped[Booking] = relationship(back_populates="stops")
    commune: Mapped[Commune] = relationship()
    qpv: Mapped[Qpv | None] = relationship()
    counts: Mapped[list["StopCount"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def where(self) -> str:
        """« Place de la mairie, Achicourt »."""
        area = self.qpv.name if self.qpv else self.commune.name
        return f"{self.place}, {area}" if self.place else area


class StopCount(Base):
    """People met at a stop; ``target_group`` is one of ``TargetGroup``'s values, or empty for
    those who are in none of the four."""

    __tablename__ = "stop_count"
    __table_args__ = (CheckConstraint("people >= 0", name="people"),)

    stop_id: Mapped[int] = mapped_column(
        ForeignKey("stop.id", ondelete="CASCADE"), primary_key=True
    )
    target_group: Mapped[str] = mapped_column(String(40), primary_key=True)
    people: Mapped[int]


class TripReport(Base):
    """What the trip brought, said in a minute after it."""

    __tablename__ = "trip_report"
    __table_args__ = (CheckConstraint("referrals_made >= 0", name="referrals"),)

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True
    )
    referrals_made: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text, default="")
    reported_by: Mapped[str] = mapped_column(String(200))
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    booking: Mapped[Booking] = relationship(back_populates="report")

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class BookingAct(StrEnum):
    REQUESTED = "requested"
    EDITED = "edited"
    APPROVED = "approved"
    WAITING = "waiting"
    RECONSIDERED = "reconsidered"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ESCALATED = "escalated"
    BLOCKED = "blocked"
    LEFT = "left"
    RETURNED = "returned"
    REPORTED = "reported"

    @property
    def label(self) -> str:
        return {
            BookingAct.REQUESTED: "Demande déposée",
            BookingAct.EDITED: "Modifiée",
            BookingAct.APPROVED: "Accordée",
            BookingAct.WAITING: "Mise en liste d’attente",
            BookingAct.RECONSIDERED: "De nouveau à décider",
            BookingAct.REFUSED: "Refusée",
            BookingAct.CANCELLED: "Annulée",
            BookingAct.EXPIRED: "Close sans réponse",
            BookingAct.ESCALATED: "Relance : décision attendue",
            BookingAct.BLOCKED: "Véhicule indisponible",
            BookingAct.LEFT: "Départ",
            BookingAct.RETURNED: "Retour",
            BookingAct.REPORTED: "Compte rendu de sortie",
        }[self]


class BookingEvent(Base):
    """One line of a booking's history; the database refuses to change or delete it."""

    __tablename__ = "booking_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    act: Mapped[BookingAct] = mapped_column(EnumText(BookingAct))
    state: Mapped[BookingState] = mapped_column(EnumText(BookingState))
    author: Mapped[str] = mapped_column(String(200))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    booking: Mapped[Booking] = relationship(back_populates="events")
