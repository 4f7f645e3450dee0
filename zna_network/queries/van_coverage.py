"""Where CUA Mobile has been, where it goes next, and whom it met there: counted by the database."""

from collections.abc import Collection
from datetime import datetime
from typing import TypeVarTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from zna_network.models.booking import (
    Booking,
    BookingAct,
    BookingEvent,
    BookingState,
    Stop,
    StopCount,
)
from zna_network.models.referral import Referral

Ts = TypeVarTuple("Ts")
# A trip that was cancelled after all brought nobody anywhere, whatever had been noted before.
WENT = (BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED)
COMING = (BookingState.APPROVED, BookingState.OUT)


def done_stops(
    since: datetime | None = None, until: datetime | None = None
) -> Select[str, int | None, int, datetime, int]:
    """(INSEE code, QPV, stops, start of the last one, people met) for each place where stops were
    really made in this half-open period."""
    met = (
        select(StopCount.stop_id, func.sum(StopCount.people).label("people"))
        .group_by(StopCount.stop_id)
        .subquery()
    )
    found = (
        select(
            Stop.insee,
            Stop.qpv_id,
            func.count(Stop.id),
            func.max(Stop.starts_at),
            func.coalesce(func.sum(met.c.people), 0),
        )
        .join(Booking, Booking.id == Stop.booking_id)
        .outerjoin(met, met.c.stop_id == Stop.id)
        .group_by(Stop.insee, Stop.qpv_id)
    )
    return _done(found, since, until)


def people_met(
    since: datetime | None = None, until: datetime | None = None
) -> Select[str, int | None, str, int]:
    """(INSEE code, QPV, target group or empty, people) at the stops really made."""
    found = (
        select(Stop.insee, Stop.qpv_id, StopCount.target_group, func.sum(StopCount.people))
        .join(StopCount, StopCount.stop_id == Stop.id)
        .join(Booking, Booking.id == Stop.booking_id)
        .group_by(Stop.insee, Stop.qpv_id, StopCount.target_group)
    )
    return _done(found, since, until)


def planned_stops(now: datetime) -> Select[str, int | None, int, datetime]:
    """(INSEE code, QPV, stops, start of the next one) for each place where one is to come."""
    return (
        select(Stop.insee, Stop.qpv_id, func.count(Stop.id), func.min(Stop.starts_at))
        .join(Booking, Booking.id == Stop.booking_id)
        .where(Booking.state.in_(COMING), Stop.ends_at > now, Stop.was_done.is_(None))
        .group_by(Stop.insee, Stop.qpv_id)
    )


def first_done_stop() -> Select[datetime | None]:
    return _done(
        select(func.min(Stop.starts_at)).join(Booking, Booking.id == Stop.booking_id), None, None
    )


def public_stops(now: datetime, insee: Collection[str] = ()) -> Select[Stop]:
    """What anybody may know is to come or going on, by its hour. Those of a trip that had been
    granted and was cancelled are among them: somebody may have read of them. Not those that a
    report says already that they were not made."""
    granted = (
        select(BookingEvent.id)
        .where(BookingEvent.booking_id == Booking.id, BookingEvent.act == BookingAct.APPROVED)
        .exists()
    )
    found = _public().where(
        Stop.ends_at > now,
        Stop.was_done.is_not(False),
        or_(
            Booking.state.in_(COMING),
            and_(Booking.state == BookingState.CANCELLED, granted),
        ),
    )
    return found.where(Stop.insee.in_(insee)) if insee else found


def public_stop(stop_id: int) -> Select[Stop]:
    return _public().where(Stop.id == stop_id)


def stop_of(booking_id: int, stop_id: int) -> Select[Stop]:
    return _with_places(select(Stop).join(Stop.booking)).where(
        Stop.booking_id == booking_id, Stop.id == stop_id
    )


def referrals_made(organisation_id: int, since: datetime, until: datetime) -> Select[int]:
    """How many people's referrals this organisation made in this half-open period."""
    return select(func.count(Referral.id)).where(
        Referral.sender_id == organisation_id,
        Referral.made_at >= since,
        Referral.made_at < until,
    )


def counted_stops(booking_id: int) -> Select[Stop]:
    """The stops of a trip with the people met there, in their order."""
    return (
        select(Stop)
        .where(Stop.booking_id == booking_id)
        .options(joinedload(Stop.commune), joinedload(Stop.qpv), selectinload(Stop.counts))
        .order_by(Stop.position)
        .execution_options(populate_existing=True)
    )


def _done(found: Select[*Ts], since: datetime | None, until: datetime | None) -> Select[*Ts]:
    found = found.where(Stop.was_done.is_(True), Booking.state.in_(WENT))
    if since is not None:
        found = found.where(Stop.starts_at >= since)
    return found if until is None else found.where(Stop.starts_at < until)


def _public() -> Select[Stop]:
    return (
        _with_places(select(Stop).join(Stop.booking))
        .where(Stop.is_public)
        .order_by(Stop.starts_at, Stop.id)
    )


def _with_places(found: Select[Stop]) -> Select[Stop]:
    return found.options(
        joinedload(Stop.commune),
        joinedload(Stop.qpv),
        contains_eager(Stop.booking).joinedload(Booking.organisation),
        contains_eager(Stop.booking).selectinload(Booking.rights),
        contains_eager(Stop.booking).selectinload(Booking.partners),
    )
