"""Who wants a vehicle at the same time, side by side, with what helps to choose. It suggests; a
person decides, and says why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from zna_network.models.booking import Booking, Stop
from zna_network.queries import van as van_queries
from zna_network.queries import van_decisions as queries
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.van import choosing, fair_share
from zna_network.services.van.choosing import Candidate
from zna_network.services.van.occupancy import Taken, taken

__all__ = ["Candidate", "Competition", "of"]


@dataclass(frozen=True)
class Competition:
    """``rows`` in the order of the suggestion, the booking itself among them; ``in_the_way`` is
    what already has the vehicle during the booking."""

    rows: tuple[Candidate, ...]
    in_the_way: tuple[Taken, ...]


@dataclass
class _Been:
    """Where somebody has been or is to go, and whom they met."""

    communes: set[str] = field(default_factory=set)
    quarters: set[int | None] = field(default_factory=set)
    communes_from: dict[str, datetime] = field(default_factory=dict)
    quarters_from: dict[int, datetime] = field(default_factory=dict)
    met: set[tuple[int | None, str]] = field(default_factory=set)


def of(ctx: Context, booking: Booking) -> Competition:
    """The booking and the requests that would need the vehicle at the same time, those on the
    waiting list included. For the staff. A constant number of queries."""
    ctx.require(Permission.VAN_DECIDE)
    others = ctx.session.scalars(
        queries.overlapping(
            booking.vehicle_id, booking.block_start, booking.block_end, but=booking.id
        )
    ).all()
    bookings = [one for one in (booking, *others) if one.organisation_id is not None]
    shares = fair_share.of_each(ctx, bookings)
    been = _been(ctx, [stop for one in bookings for stop in one.stops])
    blocking = _blocking(ctx, [booking, *others])
    rows = [_candidate(one, shares[one.id], been, _during(one, blocking)) for one in bookings]
    ranked = sorted(rows, key=choosing.rank)
    if ranked:
        ranked[0] = replace(ranked[0], suggestion=choosing.suggestion(ranked))
    return Competition(tuple(ranked), _during(booking, blocking))


def _candidate(
    booking: Booking, share: fair_share.Share, been: _Been, in_the_way: tuple[Taken, ...]
) -> Candidate:
    quarters = {stop.qpv.name: stop for stop in booking.stops if stop.qpv is not None}
    groups = booking.publics
    return Candidate(
        booking=booking,
        share=share,
        first_visits=tuple(
            dict.fromkeys(stop.commune.name for stop in booking.stops if _is_new(stop, been))
        ),
        quarters=tuple(quarters),
        new_quarters=tuple(name for name, stop in quarters.items() if _is_new_quarter(stop, been)),
        new_groups=tuple(g for g in groups if (booking.organisation_id, g.value) not in been.met),
        unreached_groups=tuple(g for g in groups if g.value not in {met for _, met in been.met}),
        in_the_way=in_the_way,
    )


def _is_new(stop: Stop, been: _Been) -> bool:
    """Nobody has been there, and nobody else is to go before."""
    planned = been.communes_from.get(stop.insee)
    return stop.insee not in been.communes and (planned is None or planned >= stop.starts_at)


def _is_new_quarter(stop: Stop, been: _Been) -> bool:
    if stop.qpv_id is None:
        return False
    planned = been.quarters_from.get(stop.qpv_id)
    return stop.qpv_id not in been.quarters and (planned is None or planned >= stop.starts_at)


def _been(ctx: Context, stops: Sequence[Stop]) -> _Been:
    been = _Been(met={(row[0], row[1]) for row in ctx.session.execute(queries.groups_met())})
    if not stops:
        return been
    insee = {stop.insee for stop in stops}
    qpvs = {stop.qpv_id for stop in stops if stop.qpv_id is not None}
    for commune, quarter in ctx.session.execute(queries.visited(insee, qpvs)):
        been.communes.add(commune)
        been.quarters.add(quarter)
    before = max(stop.starts_at for stop in stops)
    for commune, quarter, at in ctx.session.execute(queries.planned_visits(insee, qpvs, before)):
        been.communes_from[commune] = min(at, been.communes_from.get(commune, at))
        if quarter is not None:
            been.quarters_from[quarter] = min(at, been.quarters_from.get(quarter, at))
    return been


def _blocking(ctx: Context, bookings: Sequence[Booking]) -> list[Booking]:
    first = min(one.block_start for one in bookings)
    last = max(one.block_end for one in bookings)
    return list(ctx.session.scalars(van_queries.blocking(bookings[0].vehicle_id, first, last)))


def _during(booking: Booking, blocking: Sequence[Booking]) -> tuple[Taken, ...]:
    return tuple(
        taken(other)
        for other in blocking
        if other.id != booking.id
        and other.block_start < booking.block_end
        and other.block_end > booking.block_start
    )
