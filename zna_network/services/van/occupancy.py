"""Who has the vehicle when: never two at once.

The database refuses it, whatever writes there (``models.guards``). Here the vehicle's row is locked
first, so that whoever comes second reads what is there and is told what it is; what only the
database sees, because something else wrote beside the site, ends in the same refusal."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.models.guards import OVERLAP
from zna_network.models.van import Vehicle
from zna_network.queries import van as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.french_time import local_date, long_date, long_datetime, short_time
from zna_network.services.unit_of_work import is_in_transaction
from zna_network.services.van import states

P = ParamSpec("P")
T = TypeVar("T")
ATTEMPTS = 4
# PostgreSQL ends one of two transactions that wait for each other, or that cannot be put in order:
# it is to be tried again, and nothing of it was written.
_TRY_AGAIN = frozenset({"40P01", "40001"})
JUST_TAKEN = "Le véhicule vient d’être pris sur ce créneau. Rien n’a été enregistré."
BUSY = (
    "Trop de personnes enregistrent au même instant. Rien n’a été enregistré\u00a0: recommencez "
    "dans un moment."
)
UNKNOWN_VEHICLE = "Ce véhicule n’existe pas."


@dataclass(frozen=True)
class Taken:
    """What is in the way, as anybody with an account may read it."""

    starts_at: datetime
    ends_at: datetime
    free_from: datetime
    who: str
    booking_id: int


class VehicleTakenError(ConflictError):
    """``in_the_way``: what has the vehicle meanwhile, by its start; empty when it was written at
    this very instant by something else."""

    def __init__(self, message: str, in_the_way: tuple[Taken, ...] = ()) -> None:
        super().__init__(message, field="starts_on")
        self.in_the_way = in_the_way


def lock_vehicle(ctx: Context, vehicle_id: int) -> Vehicle:
    """Held until the transaction ends; to be taken before any of its bookings."""
    vehicle = ctx.session.scalar(queries.vehicle(vehicle_id, lock=True))
    if vehicle is None:
        raise NotFoundError(UNKNOWN_VEHICLE)
    return vehicle


def set_period(booking: Booking, vehicle: Vehicle, starts_at: datetime, ends_at: datetime) -> None:
    """The period asked for, and with the turn-round what nobody else can have. Instants, so that a
    turn-round of an hour lasts an hour the night when the clocks change. Who was warned that a
    vehicle is late knows nothing of another one."""
    if booking.vehicle_id != vehicle.id:
        booking.late_told_at = None
    booking.vehicle, booking.vehicle_id = vehicle, vehicle.id
    booking.starts_at, booking.ends_at = starts_at, ends_at
    booking.block_start = starts_at
    turnround = 0 if booking.is_maintenance else vehicle.turnround_minutes
    booking.block_end = ends_at + timedelta(minutes=turnround)


def in_the_way(
    ctx: Context, vehicle: Vehicle, starts_at: datetime, ends_at: datetime, but: int | None = None
) -> tuple[Taken, ...]:
    """What blocks a trip of this period; ``but`` is the booking that is being moved."""
    block_end = ends_at + timedelta(minutes=vehicle.turnround_minutes)
    found = ctx.session.scalars(queries.blocking(vehicle.id, starts_at, block_end, but))
    return tuple(taken(booking) for booking in found)


def hold(
    ctx: Context,
    booking: Booking,
    act: BookingAct,
    state: BookingState | None = None,
    words: str = "",
) -> None:
    """Write a booking that blocks: a state to come to, or a period that was changed. The vehicle is
    locked by the caller. Raises VehicleTakenError."""
    with ctx.session.no_autoflush:
        refuse_taken(ctx, booking)
    try:
        ctx.session.add(booking)
        states.record(ctx, booking, act, state=state, words=words)
    except DBAPIError as error:
        if is_overlap(error):
            raise VehicleTakenError(JUST_TAKEN) from error
        raise


def refuse_taken(ctx: Context, booking: Booking) -> None:
    """Raises VehicleTakenError, with what has the vehicle during this booking."""
    found = ctx.session.scalars(
        queries.blocking(booking.vehicle_id, booking.block_start, booking.block_end, booking.id)
    ).all()
    if found:
        raise VehicleTakenError(explain(found), tuple(taken(other) for other in found))


def retried(
    use_case: Callable[Concatenate[Context, P], T],
) -> Callable[Concatenate[Context, P], T]:
    """A use case that is done again when the database ended it to undo a deadlock, or had no room
    for one more writer: nothing of it was written. Not inside another one's transaction, which
    would be half done. Raises ConflictError when it is in vain."""

    @wraps(use_case)
    def attempt(ctx: Context, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if is_in_transaction(ctx.session):
            return use_case(ctx, *args, **kwargs)
        for _ in range(ATTEMPTS):
            try:
                return use_case(ctx, *args, **kwargs)
            except OperationalError as error:
                if not is_passing(error):
                    raise
                ctx.session.rollback()
        raise ConflictError(BUSY)

    return attempt


def is_passing(error: OperationalError) -> bool:
    """Whether the same thing may well succeed a moment later, on either engine."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return error.orig.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return getattr(error.orig, "sqlstate", None) in _TRY_AGAIN


def is_overlap(error: DBAPIError) -> bool:
    """Whether it is the database's refusal of a second booking, on either engine."""
    return isinstance(error, IntegrityError) and OVERLAP in str(error.orig)


def taken(booking: Booking) -> Taken:
    who = booking.organisation.short_name if booking.organisation else "véhicule indisponible"
    # From when it really is: a vehicle may have left before its hour.
    return Taken(booking.block_start, booking.ends_at, booking.block_end, who, booking.id)


def explain(found: Sequence[Booking]) -> str:
    """For a refusal: who has it, and that nothing was written."""
    return f"{who_has_it(found)} Rien n’a été enregistré."


def who_has_it(found: Sequence[Booking]) -> str:
    """« Le véhicule est déjà pris : jeudi 4 mars 2027 de 9 h à 17 h (CCAS). »"""
    said = "\u00a0; ".join(
        f"{period(one.block_start, one.ends_at)} ({taken(one).who})" for one in found
    )
    return f"Le véhicule est déjà pris\u00a0: {said}."


def period(starts_at: datetime, ends_at: datetime) -> str:
    """« jeudi 4 mars 2027 de 9 h à 17 h », or from one day to another."""
    if local_date(starts_at) == local_date(ends_at):
        return f"{long_date(starts_at)} de {short_time(starts_at)} à {short_time(ends_at)}"
    return f"du {long_datetime(starts_at)} au {long_datetime(ends_at)}"
