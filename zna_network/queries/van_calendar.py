"""The bookings as the calendar, the list and the feeds show them: plain rows, in a number of
statements that does not depend on how many there are."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from zna_network.models.booking import (
    BLOCKING,
    Booking,
    BookingState,
    Stop,
    StopCount,
    TripReport,
)
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Commune, Qpv
from zna_network.models.van import Vehicle
from zna_network.queries.listing import SortKeys

CLOSED = frozenset({BookingState.REFUSED, BookingState.CANCELLED, BookingState.EXPIRED})


@dataclass(frozen=True)
class BookingFilter:
    """What narrows the bookings; each part left out narrows nothing. ``since`` and ``until`` are
    instants, half-open: what takes place in between, if only in part. ``words`` are folded."""

    vehicle_id: int | None = None
    organisation_id: int | None = None
    states: frozenset[BookingState] = field(default_factory=frozenset)
    insee: str = ""
    since: datetime | None = None
    until: datetime | None = None
    number: int | None = None
    words: tuple[str, ...] = ()


_NAME = func.coalesce(func.nullif(Organisation.acronym, ""), Organisation.name)
_SHOWN = (
    Booking.id,
    Booking.number,
    Booking.state,
    Booking.starts_at,
    Booking.ends_at,
    Booking.block_end,
    Booking.vehicle_id,
    Booking.organisation_id,
    _NAME.label("who"),
)
BOOKING_SORTS: SortKeys = {
    "start": (Booking.starts_at, Booking.id),
    "number": (Booking.number,),
    "who": (Organisation.sort_key, Booking.starts_at, Booking.id),
    "vehicle": (Vehicle.name, Booking.starts_at, Booking.id),
    "state": (
        case({state.value: rank for rank, state in enumerate(BookingState)}, value=Booking.state),
        Booking.starts_at,
        Booking.id,
    ),
}


def drawn(wanted: BookingFilter) -> Select:  # type: ignore[type-arg]
    """What a calendar draws of each booking, by its start."""
    return (
        select(*_SHOWN)
        .outerjoin(Organisation, Organisation.id == Booking.organisation_id)
        .where(*_conditions(wanted))
        .order_by(Booking.starts_at, Booking.id)
    )


def places_of(booking_ids: list[int]) -> Select[int, str, str | None]:
    """(booking, commune, QPV) of the stops of these, in their order."""
    return _places().where(Stop.booking_id.in_(booking_ids))


def _places() -> Select[int, str, str | None]:
    return (
        select(Stop.booking_id, Commune.name, Qpv.name)
        .join(Commune, Commune.insee == Stop.insee)
        .outerjoin(Qpv, Qpv.id == Stop.qpv_id)
        .order_by(Stop.booking_id, Stop.position)
    )


def taken_spans(since: datetime, until: datetime) -> Select[int, datetime, datetime]:
    """(vehicle, from, to) of all that blocks a vehicle meanwhile, the turn-round included."""
    return select(Booking.vehicle_id, Booking.block_start, Booking.block_end).where(
        Booking.state.in_(BLOCKING), Booking.block_start < until, Booking.block_end > since
    )


def borrowers() -> Select[int, str]:
    """The organisations that have booked something."""
    booked = select(Booking.id).where(Booking.organisation_id == Organisation.id).exists()
    return (
        select(Organisation.id, _NAME)
        .where(booked)
        .order_by(Organisation.sort_key, Organisation.id)
    )


def visited_communes() -> Select[str, str]:
    """The communes that a stop names."""
    named = select(Stop.id).where(Stop.insee == Commune.insee).exists()
    return select(Commune.insee, Commune.name).where(named).order_by(Commune.sort_key)


def listed(wanted: BookingFilter, sort: str) -> Select[int]:
    """The ids to be paginated by ``BOOKING_SORTS``: what is counted and sorted weighs nothing. What
    a sort names is joined for it only."""
    statement = select(Booking.id).where(*_conditions(wanted))
    if sort == "vehicle":
        return statement.join(Vehicle, Vehicle.id == Booking.vehicle_id)
    if sort == "who":
        return statement.outerjoin(Organisation, Organisation.id == Booking.organisation_id)
    return statement


def rows_of(booking_ids: list[int]) -> Select:  # type: ignore[type-arg]
    """What the list shows of these, in no order."""
    return (
        select(*_SHOWN, Organisation.name.label("organisation"), Vehicle.name.label("vehicle"))
        .join(Vehicle, Vehicle.id == Booking.vehicle_id)
        .outerjoin(Organisation, Organisation.id == Booking.organisation_id)
        .where(Booking.id.in_(booking_ids))
    )


def exported(wanted: BookingFilter) -> Select:  # type: ignore[type-arg]
    """Whole, by their start, with what is asked and what came of it."""
    return (
        select(
            *_SHOWN,
            Organisation.name.label("organisation"),
            Vehicle.name.label("vehicle"),
            Booking.purpose,
            Booking.target_groups,
            Booking.expected_people,
            Booking.requested_at,
            Booking.decided_at,
            TripReport.referrals_made,
        )
        .join(Vehicle, Vehicle.id == Booking.vehicle_id)
        .outerjoin(Organisation, Organisation.id == Booking.organisation_id)
        .outerjoin(TripReport, TripReport.booking_id == Booking.id)
        .where(*_conditions(wanted))
        .order_by(Booking.starts_at, Booking.id)
    )


def exported_stops(wanted: BookingFilter) -> Select:  # type: ignore[type-arg]
    """(booking, commune, QPV, place, whether it was done, people met) of their stops."""
    met = select(func.sum(StopCount.people)).where(StopCount.stop_id == Stop.id).scalar_subquery()
    return (
        _places()
        .add_columns(Stop.place, Stop.was_done, met)
        .join(Booking, Booking.id == Stop.booking_id)
        .where(*_conditions(wanted))
    )


def _conditions(wanted: BookingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for column, value in (
        (Booking.vehicle_id, wanted.vehicle_id),
        (Booking.organisation_id, wanted.organisation_id),
        (Booking.number, wanted.number),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.states:
        conditions.append(Booking.state.in_(wanted.states))
    if wanted.since is not None:
        conditions.append(Booking.ends_at > wanted.since)
    if wanted.until is not None:
        conditions.append(Booking.starts_at < wanted.until)
    if wanted.insee:
        there = select(Stop.booking_id).where(Stop.insee == wanted.insee)
        conditions.append(Booking.id.in_(there))
    if wanted.words:
        named = select(Organisation.id).where(
            and_(*(Organisation.search_text.contains(word) for word in wanted.words))
        )
        conditions.append(Booking.organisation_id.in_(named))
    return conditions
