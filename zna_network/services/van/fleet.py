"""The vehicles as their pages show them: who has each now, what comes next, what to renew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zna_network.models.booking import Booking, BookingState
from zna_network.models.van import Vehicle
from zna_network.queries import van_fleet as queries
from zna_network.services.context import Context
from zna_network.services.french_time import local_date, long_date
from zna_network.services.permissions import Permission
from zna_network.services.van.vehicles import vehicle_to_read

# How long before a date people are told to renew what ends that day.
RENEW_WITHIN = timedelta(days=45)
COMING = 8


@dataclass(frozen=True)
class Alert:
    """``tone`` is a component's: warning, or danger when trips cannot go on."""

    words: str
    tone: str


@dataclass(frozen=True)
class VehicleLine:
    """``now`` has it at this moment, the turn-round after a trip aside; ``is_late`` when it should
    be back. ``following`` are the next ones, one that should have left by now included."""

    vehicle: Vehicle
    now: Booking | None
    is_late: bool
    following: tuple[Booking, ...]
    alerts: tuple[Alert, ...]

    @property
    def next(self) -> Booking | None:
        return self.following[0] if self.following else None


def overview(ctx: Context) -> list[VehicleLine]:
    """Every vehicle, those in service first; a constant number of queries."""
    ctx.require(Permission.VAN_READ)
    coming: dict[int, list[Booking]] = {}
    for booking in ctx.session.scalars(queries.coming(ctx.now, each=3)):
        coming.setdefault(booking.vehicle_id, []).append(booking)
    ends = dict(ctx.session.execute(queries.last_promises()).all())
    return [
        _line(ctx, vehicle, coming.get(vehicle.id, []), ends.get(vehicle.id))
        for vehicle in ctx.session.scalars(queries.every_vehicle())
        if vehicle.is_lent or ctx.may(Permission.VAN_MANAGE)
    ]


def one_vehicle(ctx: Context, vehicle_id: int) -> VehicleLine:
    vehicle = vehicle_to_read(ctx, vehicle_id)
    coming = ctx.session.scalars(queries.coming(ctx.now, COMING, vehicle_id)).all()
    ends = dict(ctx.session.execute(queries.last_promises()).all())
    return _line(ctx, vehicle, coming, ends.get(vehicle.id))


def _line(
    ctx: Context, vehicle: Vehicle, coming: Sequence[Booking], last_end: datetime | None
) -> VehicleLine:
    now = next((one for one in coming if _has_it(one, ctx.now)), None)
    return VehicleLine(
        vehicle,
        now,
        now is not None and now.state is BookingState.OUT and now.ends_at < ctx.now,
        tuple(one for one in coming if one is not now and one.ends_at > ctx.now),
        alerts(vehicle, local_date(ctx.now), local_date(last_end) if last_end else None),
    )


def _has_it(booking: Booking, now: datetime) -> bool:
    if booking.state is BookingState.OUT:
        return True
    return booking.state is BookingState.MAINTENANCE and booking.starts_at <= now < booking.ends_at


def alerts(vehicle: Vehicle, today: date, last_trip: date | None = None) -> tuple[Alert, ...]:
    """``last_trip``: the day of the last trip that is promised."""
    if not vehicle.is_lent:
        return ()
    papers = (
        ("L’assurance", "e", vehicle.insurance_until),
        ("Le contrôle technique", "", vehicle.inspection_until),
    )
    found = (_alert(what, mark, until, today, last_trip) for what, mark, until in papers)
    return tuple(alert for alert in found if alert is not None)


def _alert(
    what: str, mark: str, until: date | None, today: date, last_trip: date | None
) -> Alert | None:
    if until is None:
        return Alert(f"{what}\u00a0: date à renseigner, sans elle aucune sortie ne part.", "danger")
    if until < today:
        return Alert(f"{what} est échu{mark} depuis le {long_date(until)}.", "danger")
    promised = last_trip is not None and last_trip > until
    if not promised and until > today + RENEW_WITHIN:
        return None
    beyond = (
        f" Une sortie accordée va jusqu’au {long_date(last_trip)}."
        if promised and last_trip
        else ""
    )
    return Alert(f"{what} est à renouveler avant le {long_date(until)}.{beyond}", "warning")
