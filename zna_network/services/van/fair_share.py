"""How many days each association has had of the vehicles: a share is the association's, whoever of
it asked.

A day is a local date on which it has one vehicle, for an hour or until the evening; two trips of
one vehicle on one date are one day. Promised trips count, whatever became of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zna_network.models.booking import AWAITING, Booking
from zna_network.queries import van_decisions as queries
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.van.trip_facts import a_year_before, days_of, most_in_a_year

# More than twelve months, whatever the zone and the year.
_A_YEAR = timedelta(days=368)
_Days = set[tuple[int, date]]


@dataclass(frozen=True)
class Share:
    """Days ``used`` in the twelve months that end today, promised ``to_come`` after today, and
    ``pending`` in the requests that await their decision; ``remaining`` of the vehicle's quota
    once the booking at hand is granted, below zero when it goes beyond, none without a quota."""

    used: int
    to_come: int
    pending: int
    remaining: int | None


def turn(organisation_id: int) -> str:
    """For ``take_turns``: two trips of one association are not granted at once, each as if the
    other was not there. A name and not its row: merging two records of the directory holds their
    rows while it changes their bookings, and each would wait for the other."""
    return f"van.share:{organisation_id}"


def of_each(ctx: Context, bookings: Sequence[Booking]) -> dict[int, Share]:
    """The share of the association of each of these, by booking. One query."""
    ids = {one.organisation_id for one in bookings if one.organisation_id is not None}
    if not ids:
        return {}
    since = min([ctx.now, *(one.starts_at for one in bookings)]) - _A_YEAR
    held: dict[int | None, dict[int, _Days]] = defaultdict(dict)
    pending: dict[int | None, _Days] = defaultdict(set)
    for booking_id, organisation_id, vehicle_id, state, begin, end in ctx.session.execute(
        queries.uses(ids, since, queries.HELD | AWAITING)
    ):
        days = {(vehicle_id, day) for day in days_of(begin, end)}
        if state in AWAITING:
            pending[organisation_id] |= days
        else:
            held[organisation_id][booking_id] = days
    return {
        one.id: _share(ctx, one, held[one.organisation_id], pending[one.organisation_id])
        for one in bookings
        if one.organisation_id is not None
    }


def _share(ctx: Context, booking: Booking, held: dict[int, _Days], pending: _Days) -> Share:
    today = local_date(ctx.now)
    had = {pair for days in held.values() for pair in days}
    return Share(
        used=sum(a_year_before(today) < day <= today for _, day in had),
        to_come=sum(day > today for _, day in had),
        pending=len(pending),
        remaining=_remaining(booking, held),
    )


def _remaining(booking: Booking, held: dict[int, _Days]) -> int | None:
    """As the rule of the quota counts it (``rules.is_over_quota``)."""
    if not booking.vehicle.quota_days:
        return None
    others = frozenset(
        day
        for other_id, days in held.items()
        for vehicle_id, day in days
        if other_id != booking.id and vehicle_id == booking.vehicle_id
    )
    asked = days_of(booking.starts_at, booking.ends_at)
    return booking.vehicle.quota_days - most_in_a_year(others, asked)
