"""Who wants a vehicle at the same time, what each association has had of it, and where nobody has
been: what a decision is made of."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from zna_network.models.booking import (
    AWAITING,
    Booking,
    BookingAct,
    BookingEvent,
    BookingState,
    Stop,
    StopCount,
)
from zna_network.models.van import Vehicle

# An association has used the days of its trips that were promised, whatever became of the paper.
HELD = frozenset({BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED})


def overlapping(
    vehicle_id: int,
    starts_at: datetime,
    ends_at: datetime,
    states: Collection[BookingState] = AWAITING,
    *,
    but: int | None = None,
    lock: bool = False,
) -> Select[Booking]:
    """Those in these states that would need the vehicle at some instant of this half-open period,
    the oldest request first."""
    found = (
        select(Booking)
        .where(
            Booking.vehicle_id == vehicle_id,
            Booking.state.in_(states),
            Booking.block_start < ends_at,
            Booking.block_end > starts_at,
        )
        .options(
            joinedload(Booking.vehicle),
            joinedload(Booking.organisation),
            joinedload(Booking.driver),
            joinedload(Booking.requested_by),
            selectinload(Booking.stops).joinedload(Stop.commune),
            selectinload(Booking.stops).joinedload(Stop.qpv),
        )
        .order_by(Booking.requested_at, Booking.id)
    )
    if but is not None:
        found = found.where(Booking.id != but)
    if lock:
        found = found.with_for_update(of=Booking).execution_options(populate_existing=True)
    return found


def uses(
    organisation_ids: Collection[int], since: datetime, states: Collection[BookingState]
) -> Select[int, int | None, int, BookingState, datetime, datetime]:
    """Booking, association, vehicle, state and period of the trips that end after ``since``."""
    return select(
        Booking.id,
        Booking.organisation_id,
        Booking.vehicle_id,
        Booking.state,
        Booking.starts_at,
        Booking.ends_at,
    ).where(
        Booking.organisation_id.in_(organisation_ids),
        Booking.state.in_(states),
        Booking.ends_at > since,
    )


def visited(insee: Collection[str], qpvs: Collection[int]) -> Select[str, int | None]:
    """Commune and neighbourhood of the stops really made in these communes, or elsewhere in these
    neighbourhoods (one lies in two communes), each pair once."""
    return (
        select(Stop.insee, Stop.qpv_id).where(_in(insee, qpvs), Stop.was_done.is_(True)).distinct()
    )


def planned_visits(
    insee: Collection[str], qpvs: Collection[int], before: datetime
) -> Select[str, int | None, datetime]:
    """Commune, neighbourhood and instant of the stops promised there."""
    return (
        select(Stop.insee, Stop.qpv_id, Stop.starts_at)
        .join(Booking, Stop.booking_id == Booking.id)
        .where(
            _in(insee, qpvs),
            Stop.was_done.is_(None),
            Stop.starts_at < before,
            Booking.state.in_((BookingState.APPROVED, BookingState.OUT)),
        )
    )


def _in(insee: Collection[str], qpvs: Collection[int]) -> ColumnElement[bool]:
    return or_(Stop.insee.in_(insee), Stop.qpv_id.in_(qpvs))


def groups_met() -> Select[int | None, str]:
    """Association and target group, where somebody of it was met at a stop really made."""
    return (
        select(Booking.organisation_id, StopCount.target_group)
        .join(Stop, StopCount.stop_id == Stop.id)
        .join(Booking, Stop.booking_id == Booking.id)
        .where(Stop.was_done.is_(True), StopCount.people > 0, StopCount.target_group != "")
        .distinct()
    )


def awaiting_since() -> Select[int, datetime]:
    """For each booking that awaits its decision, the last instant when it came to be decided."""
    return (
        select(BookingEvent.booking_id, func.max(BookingEvent.at))
        .join(Booking, BookingEvent.booking_id == Booking.id)
        .where(
            Booking.state.in_(AWAITING),
            BookingEvent.act.in_((BookingAct.REQUESTED, BookingAct.RECONSIDERED)),
        )
        .group_by(BookingEvent.booking_id)
    )


def last_put_to_decision(booking_id: int) -> Select[datetime]:
    return select(func.max(BookingEvent.at)).where(
        BookingEvent.booking_id == booking_id,
        BookingEvent.act.in_((BookingAct.REQUESTED, BookingAct.RECONSIDERED)),
    )


def awaiting() -> Select[int, BookingState, datetime, datetime, datetime | None, int, int]:
    """What the clock looks at, without the objects: booking, state, when asked for, start, when
    staff were told that it waits, and the vehicle's two delays in days."""
    return (
        select(
            Booking.id,
            Booking.state,
            Booking.requested_at,
            Booking.starts_at,
            Booking.escalated_at,
            Vehicle.escalation_days,
            Vehicle.expiry_days,
        )
        .join(Vehicle, Booking.vehicle_id == Vehicle.id)
        .where(Booking.state.in_(AWAITING))
        .order_by(Booking.id)
    )


def freed_before(booking_id: int, author: str) -> Select[int]:
    """How many times the network itself put it back to be decided."""
    return select(func.count(BookingEvent.id)).where(
        BookingEvent.booking_id == booking_id,
        BookingEvent.act == BookingAct.RECONSIDERED,
        BookingEvent.author == author,
    )
