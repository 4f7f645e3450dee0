"""Handing the vehicle over, out and back, and who is invited on board."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from zna_network.models.account import User
from zna_network.models.base import (
    Base,
    EncryptedBytes,
    EncryptedText,
    EnumText,
    Timestamped,
    UtcDateTime,
)
from zna_network.models.booking import Booking
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle


class Direction(StrEnum):
    OUT = "out"
    BACK = "back"

    @property
    def label(self) -> str:
        return {Direction.OUT: "Départ", Direction.BACK: "Retour"}[self]


class Handover(Base):
    """The state of the vehicle when it changes hands (état des lieux).

    ``client_id`` is made on the phone, so that what is sent again is kept once; ``at`` is the
    phone's time and ``received_at`` the server's. ``mileage`` is in km and never falls for a
    vehicle: the database refuses it. ``energy_percent``: fuel or charge. ``checklist`` holds
    ``{"label": …, "is_fine": …, "remark": …}``. Signatures are strokes, as JSON lists of points.
    ``gap_km``: what nobody's trip explains, when it is more than the vehicle's threshold."""

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("booking_id", "direction"),
        CheckConstraint("mileage >= 0", name="mileage"),
        CheckConstraint("energy_percent BETWEEN 0 AND 100", name="energy"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"), index=True)
    direction: Mapped[Direction] = mapped_column(EnumText(Direction))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    mileage: Mapped[int]
    energy_percent: Mapped[int]
    gap_km: Mapped[int | None]
    checklist: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    remarks: Mapped[str] = mapped_column(Text, default="")
    giver: Mapped[str] = mapped_column(EncryptedText, default="")
    receiver: Mapped[str] = mapped_column(EncryptedText, default="")
    giver_signature: Mapped[str] = mapped_column(EncryptedText, default="")
    receiver_signature: Mapped[str] = mapped_column(EncryptedText, default="")
    recorded_by: Mapped[str] = mapped_column(String(200))
    revision: Mapped[int] = mapped_column(default=1)

    booking: Mapped[Booking] = relationship()
    vehicle: Mapped[Vehicle] = relationship()
    photos: Mapped[list["HandoverPhoto"]] = relationship(
        order_by="HandoverPhoto.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class HandoverPhoto(Base):
    """A picture made again from the pixels of what was sent, without its metadata."""

    __tablename__ = "handover_photo"
    __table_args__ = (UniqueConstraint("handover_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id", ondelete="CASCADE"))
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(EncryptedBytes)
    media_type: Mapped[str] = mapped_column(String(40))
    caption: Mapped[str] = mapped_column(String(160), default="")


class GuestRole(StrEnum):
    DRIVER = "driver"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        return {GuestRole.DRIVER: "Conducteur", GuestRole.PARTNER: "Partenaire à bord"}[self]


class GuestAnswer(StrEnum):
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        return {
            GuestAnswer.ACCEPTED: "Sera là",
            GuestAnswer.TENTATIVE: "Peut-être",
            GuestAnswer.DECLINED: "Ne viendra pas",
        }[self]


class BookingGuest(Timestamped, Base):
    """Somebody invited to a trip by mail, with a calendar event of their own and a link to answer
    without an account, derived from ``link_salt`` as invitations' are. ``sent_sequence`` is the
    last SEQUENCE that they were sent; one taken off keeps its row, for the cancellation. ``told``
    is the trip as they were last told it, so that only what changed for them is written again;
    ``outdated_answer`` is what they had answered before it moved."""

    __tablename__ = "booking_guest"
    __table_args__ = (UniqueConstraint("booking_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[GuestRole] = mapped_column(EnumText(GuestRole))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(160), default="")
    email: Mapped[str] = mapped_column(String(254))
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    link_salt: Mapped[str] = mapped_column(String(32), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_sequence: Mapped[int | None]
    told: Mapped[dict[str, str] | None] = mapped_column(JSON)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[GuestAnswer | None] = mapped_column(EnumText(GuestAnswer))
    outdated_answer: Mapped[GuestAnswer | None] = mapped_column(EnumText(GuestAnswer))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text, default="")
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=1)

    booking: Mapped[Booking] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012


class CalendarFeed(Base):
    """A secret address that calendars subscribe to: one association's bookings, or one vehicle's.
    Revoked for good by ``revoked_at``; the address is derived from ``link_salt``."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (vehicle_id IS NULL)", name="one_subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    vehicle_id: Mapped[int | None] = mapped_column(ForeignKey("vehicle.id"), index=True)
    link_salt: Mapped[str] = mapped_column(String(32), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation | None] = relationship()
    vehicle: Mapped[Vehicle | None] = relationship()
    created_by: Mapped[User | None] = relationship()
