"""What a form shows at once: whether the vehicle is free, who else wants it, why not, and what
else there is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zna_network.models.booking import Booking
from zna_network.models.van import Vehicle
from zna_network.queries import van as van_queries
from zna_network.queries import van_requests as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, NotFoundError
from zna_network.services.permissions import Permission
from zna_network.services.van import drafts, rules
from zna_network.services.van.free_slots import Slot, nearest
from zna_network.services.van.occupancy import UNKNOWN_VEHICLE, Taken, taken
from zna_network.services.van.request_checks import END_FIRST
from zna_network.services.van.rules import Moment, Refusal
from zna_network.services.van.trip_facts import Trip


@dataclass(frozen=True)
class Availability:
    """``is_free``: it may be asked for as it is. ``in_the_way`` has the vehicle, ``competing`` asks
    for it too; ``before`` and ``after`` are the nearest slots that would do, and
    ``other_vehicles`` those that are free at these very hours."""

    vehicle: Vehicle
    slot: Slot
    in_the_way: tuple[Taken, ...]
    competing: tuple[Taken, ...]
    refusals: tuple[Refusal, ...]
    before: Slot | None
    after: Slot | None
    other_vehicles: tuple[Vehicle, ...]

    @property
    def is_free(self) -> bool:
        return not self.in_the_way and not self.refusals

    @property
    def may_wait(self) -> bool:
        """Only somebody else's booking is in the way: the waiting list is open."""
        return bool(self.in_the_way) and not self.refusals

    @property
    def label(self) -> str:
        """In a sentence."""
        name = self.vehicle.name
        if self.in_the_way:
            return f"{name} est déjà pris sur ce créneau."
        if self.refusals:
            return f"{name} ne peut pas être demandé sur ce créneau."
        others = len(self.competing)
        if not others:
            return f"{name} est libre sur ce créneau."
        asks = "une autre demande attend" if others == 1 else f"{others} autres demandes attendent"
        return f"{name} est libre, mais {asks} une décision pour ce créneau."


def answer(
    ctx: Context,
    vehicle_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    organisation_id: int | None,
    but: int | None = None,
) -> Availability:
    """``but`` is the booking that is being changed. A constant number of queries, whatever there is
    in the calendar. Raises NotFoundError and InvalidError."""
    ctx.require(Permission.VAN_READ)
    if ends_at <= starts_at:
        raise InvalidError(END_FIRST, field="returns_at")
    fleet = {one.id: one for one in ctx.session.scalars(van_queries.vehicles(lent=False))}
    vehicle = fleet.get(vehicle_id)
    if vehicle is None:
        raise NotFoundError(UNKNOWN_VEHICLE)
    used = rules.days_used(ctx, organisation_id, starts_at, ends_at, but)
    around = _around(ctx, list(fleet.values()), starts_at, ends_at, but)
    there = [one for one in around if one.vehicle_id == vehicle_id]
    own = [one for one in there if organisation_id and one.organisation_id == organisation_id]
    refusals = _refusals(ctx, vehicle, starts_at, ends_at, used.get(vehicle_id, frozenset()), own)
    in_the_way = tuple(taken(one) for one in there if one.state.blocks)
    competing = tuple(taken(one) for one in there if one.state.awaits_decision and one not in own)
    before = after = None
    if in_the_way or refusals:
        before, after = nearest(
            ctx,
            vehicle,
            starts_at,
            ends_at,
            organisation_id=organisation_id,
            but=but,
        )
    return Availability(
        vehicle,
        Slot(starts_at, ends_at),
        in_the_way,
        competing,
        refusals,
        before,
        after,
        _others(ctx, fleet, vehicle_id, starts_at, ends_at, used, around),
    )


def _around(
    ctx: Context,
    fleet: list[Vehicle],
    starts_at: datetime,
    ends_at: datetime,
    but: int | None,
) -> list[Booking]:
    """What would be at the same time as the trip and its turn-round, for each vehicle its own."""
    longest = max(one.turnround_minutes for one in fleet)
    ids = [one.id for one in fleet]
    until = ends_at + timedelta(minutes=longest)
    turnrounds = {one.id: timedelta(minutes=one.turnround_minutes) for one in fleet}
    return [
        one
        for one in ctx.session.scalars(queries.around(ids, starts_at, until, but))
        if one.block_start < ends_at + turnrounds[one.vehicle_id]
    ]


def _refusals(
    ctx: Context,
    vehicle: Vehicle,
    starts_at: datetime,
    ends_at: datetime,
    used: frozenset[date],
    own: list[Booking],
) -> tuple[Refusal, ...]:
    trip = Trip(vehicle, starts_at, ends_at, ctx.now, None, used)
    found = rules.broken(trip, Moment.REQUEST)
    at_once = [one for one in own if one.starts_at < ends_at and one.ends_at > starts_at]
    return (*found, *(drafts.own_refusal(one) for one in at_once[:1]))


def _others(
    ctx: Context,
    fleet: dict[int, Vehicle],
    vehicle_id: int,
    starts_at: datetime,
    ends_at: datetime,
    used: dict[int, frozenset[date]],
    around: list[Booking],
) -> tuple[Vehicle, ...]:
    busy = {one.vehicle_id for one in around if one.state.blocks}
    return tuple(
        one
        for one in fleet.values()
        if one.id != vehicle_id
        and one.id not in busy
        and rules.allows(
            Trip(one, starts_at, ends_at, ctx.now, None, used.get(one.id, frozenset())),
            Moment.REQUEST,
        )
    )
