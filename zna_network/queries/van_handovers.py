"""Handovers of the vehicles, and who has them now."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from zna_network.models.booking import Booking, BookingState, Stop
from zna_network.models.handover import Direction, Handover, HandoverPhoto
from zna_network.models.van import Driver


def by_id(handover_id: int, *, lock: bool = False) -> Select[Handover]:
    found = select(Handover).where(Handover.id == handover_id)
    if lock:
        found = found.with_for_update(of=Handover).execution_options(populate_existing=True)
    return found


def by_client_id(client_id: str) -> Select[Handover]:
    return select(Handover).where(Handover.client_id == client_id)


def of_booking(booking_id: int) -> Select[Handover]:
    """The departure first; the photos' pictures are read when they are shown."""
    return (
        select(Handover)
        .where(Handover.booking_id == booking_id)
        .options(selectinload(Handover.photos).options(defer(HandoverPhoto.content)))
        .order_by(Handover.id)
    )


def of_booking_alone(booking_id: int, direction: Direction) -> Select[Handover]:
    return select(Handover).where(
        Handover.booking_id == booking_id, Handover.direction == direction
    )


def neighbours(vehicle_id: int, handover_id: int) -> Select[int, int]:
    """The (highest mileage before, lowest after) this handover of the vehicle."""
    mine = Handover.vehicle_id == vehicle_id
    before = select(func.max(Handover.mileage)).where(mine, Handover.id < handover_id)
    after = select(func.min(Handover.mileage)).where(mine, Handover.id > handover_id)
    return select(before.scalar_subquery(), after.scalar_subquery())


def last_before(vehicle_id: int, handover_id: int | None = None) -> Select[Handover]:
    """The last handover of the vehicle, or the one before this."""
    found = select(Handover).where(Handover.vehicle_id == vehicle_id)
    if handover_id is not None:
        found = found.where(Handover.id < handover_id)
    return found.order_by(Handover.id.desc()).limit(1)


def first_after(vehicle_id: int, handover_id: int) -> Select[Handover]:
    return (
        select(Handover)
        .where(Handover.vehicle_id == vehicle_id, Handover.id > handover_id)
        .order_by(Handover.id)
        .limit(1)
    )


def last_mileages() -> Select[int, int]:
    """(vehicle, mileage): it never falls, so the highest is the last."""
    return select(Handover.vehicle_id, func.max(Handover.mileage)).group_by(Handover.vehicle_id)


def photo(photo_id: int) -> Select[HandoverPhoto, int]:
    """With the id of its booking."""
    return (
        select(HandoverPhoto, Handover.booking_id)
        .join(Handover, Handover.id == HandoverPhoto.handover_id)
        .where(HandoverPhoto.id == photo_id)
    )


def out(vehicle_id: int | None = None, but: int | None = None) -> Select[Booking]:
    """The trips whose vehicle has left and is not back, the first to leave first."""
    found = (
        select(Booking)
        .where(Booking.state == BookingState.OUT)
        .options(
            joinedload(Booking.organisation),
            joinedload(Booking.vehicle),
            joinedload(Booking.driver),
        )
        .order_by(Booking.left_at, Booking.id)
    )
    if vehicle_id is not None:
        found = found.where(Booking.vehicle_id == vehicle_id)
    return found if but is None else found.where(Booking.id != but)


def to_hand_over(
    now: datetime, until: datetime, organisation_id: int | None = None
) -> Select[Booking]:
    """What leaves before ``until`` and what is to come back: the granted ones that are not over,
    and those that are out; of one association or of all."""
    found = (
        select(Booking)
        .where(
            or_(
                Booking.state == BookingState.OUT,
                (Booking.state == BookingState.APPROVED)
                & (Booking.starts_at < until)
                & (Booking.ends_at > now),
            )
        )
        .options(
            joinedload(Booking.organisation),
            joinedload(Booking.vehicle),
            joinedload(Booking.driver),
            selectinload(Booking.stops).joinedload(Stop.commune),
            selectinload(Booking.stops).joinedload(Stop.qpv),
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return (
        found
        if organisation_id is None
        else found.where(Booking.organisation_id == organisation_id)
    )


def last_of_each(vehicle_ids: Collection[int]) -> Select[Handover]:
    """The last handover of each of these vehicles."""
    last = (
        select(func.max(Handover.id))
        .where(Handover.vehicle_id.in_(vehicle_ids))
        .group_by(Handover.vehicle_id)
    )
    return select(Handover).where(Handover.id.in_(last))


def drivers_of(organisation_ids: Collection[int]) -> Select[Driver]:
    """Those who may still take the wheel for these associations."""
    return (
        select(Driver)
        .where(Driver.organisation_id.in_(organisation_ids), Driver.archived_at.is_(None))
        .order_by(Driver.name, Driver.id)
    )


def late(before: datetime) -> Select[int]:
    """The ids of the trips that should have been back before then, and are not."""
    return (
        select(Booking.id)
        .where(Booking.state == BookingState.OUT, Booking.ends_at < before)
        .order_by(Booking.ends_at, Booking.id)
    )


def next_granted(vehicle_id: int, after: datetime, before: datetime) -> Select[Booking]:
    """The first trip granted for this vehicle that is to leave before ``before``, and was not
    over at ``after``."""
    return (
        select(Booking)
        .where(
            Booking.vehicle_id == vehicle_id,
            Booking.state == BookingState.APPROVED,
            Booking.ends_at > after,
            Booking.starts_at < before,
        )
        .options(joinedload(Booking.organisation))
        .order_by(Booking.starts_at, Booking.id)
        .limit(1)
    )


def blocked_vehicles(now: datetime) -> Select[int]:
    """The ids of those that nobody may have now: repairs, inspection."""
    return select(Booking.vehicle_id).where(
        Booking.state == BookingState.MAINTENANCE,
        Booking.block_start <= now,
        Booking.block_end > now,
    )


def next_of_vehicles(now: datetime) -> Select[Booking]:
    """The next trip granted for each vehicle, by its start."""
    rank = (
        func.row_number()
        .over(partition_by=Booking.vehicle_id, order_by=(Booking.starts_at, Booking.id))
        .label("rank")
    )
    coming = (
        select(Booking.id, rank)
        .where(Booking.state == BookingState.APPROVED, Booking.ends_at > now)
        .subquery()
    )
    return (
        select(Booking)
        .join(coming, coming.c.id == Booking.id)
        .where(coming.c.rank == 1)
        .options(joinedload(Booking.organisation))
    )
