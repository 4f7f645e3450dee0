"""The vehicles and those who drive them."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.booking import AWAITING, BLOCKING, Booking, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle
from zna_network.queries.listing import SortKeys

DRIVER_SORTS: SortKeys = {
    "name": (Driver.name, Driver.id),
    "organisation": (Organisation.sort_key, Driver.name, Driver.id),
    "licence": (Driver.licence_until, Driver.name, Driver.id),
}


def vehicle_named(name: str) -> Select[Vehicle]:
    return select(Vehicle).where(func.lower(Vehicle.name) == name.lower())


def vehicle_slugs() -> Select[str]:
    return select(Vehicle.slug)


def every_vehicle() -> Select[Vehicle]:
    """Those in service first."""
    return select(Vehicle).order_by(Vehicle.retired_at.is_not(None), Vehicle.name)


def coming(now: datetime, each: int, vehicle_id: int | None = None) -> Select[Booking]:
    """What each vehicle is kept for from now on, whoever has it out included: the first ``each``
    by their start."""
    rank = (
        func.row_number().over(partition_by=Booking.vehicle_id, order_by=Booking.starts_at)
    ).label("rank")
    held = or_(
        Booking.state == BookingState.OUT,
        and_(Booking.state.in_(BLOCKING), Booking.block_end > now),
    )
    ranked = select(Booking.id, rank).where(held)
    if vehicle_id is not None:
        ranked = ranked.where(Booking.vehicle_id == vehicle_id)
    first = ranked.subquery()
    return (
        select(Booking)
        .join(first, first.c.id == Booking.id)
        .where(first.c.rank <= each)
        .options(
            joinedload(Booking.organisation),
            selectinload(Booking.stops).joinedload(Stop.commune),
            selectinload(Booking.stops).joinedload(Stop.qpv),
        )
        .order_by(Booking.starts_at)
    )


def last_promises() -> Select[int, datetime]:
    """For each vehicle, when the last trip that is promised ends."""
    return (
        select(Booking.vehicle_id, func.max(Booking.ends_at))
        .where(Booking.state == BookingState.APPROVED)
        .group_by(Booking.vehicle_id)
    )


def promised(vehicle_id: int, now: datetime) -> Select[Booking]:
    """Trips of this vehicle that are under way or to come, by their start."""
    return (
        select(Booking)
        .where(
            Booking.vehicle_id == vehicle_id,
            or_(
                Booking.state == BookingState.OUT,
                and_(Booking.state == BookingState.APPROVED, Booking.ends_at > now),
            ),
        )
        .options(joinedload(Booking.organisation))
        .order_by(Booking.starts_at)
    )


def awaiting_on(vehicle_id: int) -> Select[Booking]:
    return select(Booking).where(Booking.vehicle_id == vehicle_id, Booking.state.in_(AWAITING))


def driver(driver_id: int, *, lock: bool = False) -> Select[Driver]:
    found = select(Driver).where(Driver.id == driver_id).options(joinedload(Driver.organisation))
    if lock:
        found = found.with_for_update(of=Driver).execution_options(populate_existing=True)
    return found


def drivers_of(organisation_id: int) -> Select[Driver]:
    """Those who may be named in a booking, by their names."""
    return (
        select(Driver)
        .where(Driver.organisation_id == organisation_id, Driver.archived_at.is_(None))
        .order_by(Driver.name, Driver.id)
    )


def drivers(
    organisation_id: int | None, *, archived: bool = False, to_check_on: date | None = None
) -> Select[Driver]:
    """``organisation_id``: its own only. ``to_check_on``: those whose licence or insurance nobody
    has seen, or is no longer good that day."""
    found = (
        select(Driver)
        .join(Organisation, Organisation.id == Driver.organisation_id)
        .options(joinedload(Driver.organisation))
        .where(Driver.archived_at.is_not(None) if archived else Driver.archived_at.is_(None))
    )
    if organisation_id is not None:
        found = found.where(Driver.organisation_id == organisation_id)
    return found.where(_to_check(to_check_on)) if to_check_on else found


def drivers_to_check(today: date) -> Select[int]:
    return select(func.count(Driver.id)).where(Driver.archived_at.is_(None), _to_check(today))


def organisations_with_drivers() -> Select[Organisation]:
    return (
        select(Organisation)
        .where(Organisation.id.in_(select(Driver.organisation_id)))
        .order_by(Organisation.sort_key)
    )


def trips_of(driver_id: int, now: datetime) -> Select[Booking]:
    """What this person is to drive, promised, under way or asked for, by its start."""
    return (
        select(Booking)
        .where(
            Booking.driver_id == driver_id,
            or_(
                Booking.state == BookingState.OUT,
                and_(Booking.state.in_({BookingState.APPROVED, *AWAITING}), Booking.ends_at > now),
            ),
        )
        .options(joinedload(Booking.vehicle))
        .order_by(Booking.starts_at)
    )


def next_drives(driver_ids: list[int], now: datetime) -> Select[int | None, datetime]:
    """For each of these drivers, when their next promised trip leaves."""
    return (
        select(Booking.driver_id, func.min(Booking.starts_at))
        .where(
            Booking.driver_id.in_(driver_ids),
            Booking.state == BookingState.APPROVED,
            Booking.ends_at > now,
        )
        .group_by(Booking.driver_id)
    )


def _to_check(today: date) -> ColumnElement[bool]:
    return or_(
        Driver.licence_until.is_(None),
        Driver.insured_until.is_(None),
        Driver.licence_until < today,
        Driver.insured_until < today,
    )
