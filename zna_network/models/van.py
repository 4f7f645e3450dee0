"""CUA Mobile: the vehicles that are lent, their rules, and who may drive them."""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, Text, Time
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.base import Base, EncryptedText, EnumText, Timestamped, UtcDateTime
from zna_network.models.organisation import Organisation


class Energy(StrEnum):
    DIESEL = "diesel"
    PETROL = "petrol"
    HYBRID = "hybrid"
    ELECTRIC = "electric"

    @property
    def label(self) -> str:
        return {
            Energy.DIESEL: "Gazole",
            Energy.PETROL: "Essence",
            Energy.HYBRID: "Hybride",
            Energy.ELECTRIC: "Électrique",
        }[self]


class Vehicle(Timestamped, Base):
    """A vehicle and the rules of its lending; each is judged in ``services.van.rules``.

    ``turnround_minutes`` follow each trip, during which nobody else has it. ``opening_days`` are
    weekdays (0 for Monday) on which it may leave and come back, ``opens_at`` and ``closes_at``
    local wall times. ``notice_days`` and ``horizon_days`` are counted on local dates from the day
    of the request; ``longest_hours`` is the longest trip; ``quota_days`` the most days of use an
    association has in twelve months (none: no quota). ``escalation_days`` and ``expiry_days`` are
    how long a request may wait for its decision. ``mileage_gap_km``: more than this between two
    trips is flagged. The dates ``insurance_until`` and ``inspection_until`` are the last good ones.
    ``equipment`` and ``checklist`` are lists of plain words."""

    __tablename__ = "vehicle"
    __table_args__ = (
        CheckConstraint("turnround_minutes BETWEEN 0 AND 1440", name="turnround"),
        CheckConstraint("longest_hours BETWEEN 1 AND 744", name="longest"),
        CheckConstraint("closes_at > opens_at", name="opening"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    plate: Mapped[str] = mapped_column(String(20), default="")
    seats: Mapped[int | None]
    energy: Mapped[Energy] = mapped_column(EnumText(Energy), default=Energy.DIESEL)
    home: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    equipment: Mapped[list[str]] = mapped_column(JSON, default=list)
    checklist: Mapped[list[str]] = mapped_column(JSON, default=list)
    turnround_minutes: Mapped[int] = mapped_column(default=60)
    opening_days: Mapped[list[int]] = mapped_column(JSON, default=list)
    opens_at: Mapped[time] = mapped_column(Time)
    closes_at: Mapped[time] = mapped_column(Time)
    opens_on_holidays: Mapped[bool] = mapped_column(default=False)
    notice_days: Mapped[int] = mapped_column(default=5)
    horizon_days: Mapped[int] = mapped_column(default=365)
    longest_hours: Mapped[int] = mapped_column(default=72)
    quota_days: Mapped[int | None]
    escalation_days: Mapped[int] = mapped_column(default=3)
    expiry_days: Mapped[int] = mapped_column(default=10)
    mileage_gap_km: Mapped[int] = mapped_column(default=20)
    insurance_until: Mapped[date | None] = mapped_column(Date)
    inspection_until: Mapped[date | None] = mapped_column(Date)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012

    @property
    def is_lent(self) -> bool:
        return self.retired_at is None


class Driver(Timestamped, Base):
    """Somebody of an association (or of the CUA) who may take the wheel. No licence number is
    kept: only until when the licence that was shown is good, and who saw it is in the journal."""

    __tablename__ = "driver"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(EncryptedText, default="")
    licence_until: Mapped[date | None] = mapped_column(Date)
    insured_until: Mapped[date | None] = mapped_column(Date)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012
