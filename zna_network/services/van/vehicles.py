"""The vehicles that are lent: each with its rules, and taken out of the lending when it is over."""

from collections.abc import Iterator
from itertools import count

from zna_network.models.van import Vehicle
from zna_network.queries import van as van_queries
from zna_network.queries import van_fleet as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.french_time import long_date
from zna_network.services.permissions import Permission
from zna_network.services.slugs import slugify
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns
from zna_network.services.van import guests
from zna_network.services.van.occupancy import UNKNOWN_VEHICLE, lock_vehicle, set_period
from zna_network.services.van.vehicle_values import VehicleData, describe

NAMED = 5
SLUG_LENGTH = 50


def create_vehicle(ctx: Context, data: VehicleData) -> Vehicle:
    """Raises InvalidValuesError, or ConflictError when the name is taken."""
    ctx.require(Permission.VAN_MANAGE)
    with ctx.unit_of_work():
        take_turns(ctx.session, "van.vehicles")
        vehicle = Vehicle(created_at=ctx.now, updated_at=ctx.now)
        describe(vehicle, data)
        _refuse_namesake(ctx, vehicle)
        vehicle.slug = _free_slug(ctx, vehicle.name)
        ctx.session.add(vehicle)
        ctx.session.flush()
        ctx.record("vehicle.created", vehicle)
    return vehicle


def update_vehicle(ctx: Context, vehicle_id: int, data: VehicleData, revision: int) -> Vehicle:
    """What was approved keeps the turn-round that it was approved with; what awaits its decision
    takes the new one."""
    ctx.require(Permission.VAN_MANAGE)
    with ctx.unit_of_work():
        vehicle = lock_vehicle(ctx, vehicle_id)
        if vehicle.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        turnround, told = vehicle.turnround_minutes, (vehicle.name, vehicle.home)
        with ctx.session.no_autoflush:
            describe(vehicle, data)
            _refuse_namesake(ctx, vehicle)
        if vehicle.turnround_minutes != turnround:
            _keep_up(ctx, vehicle)
        vehicle.updated_at = ctx.now
        ctx.record("vehicle.updated", vehicle)
        if (vehicle.name, vehicle.home) != told:
            trips = ctx.session.scalars(queries.promised(vehicle_id, ctx.now)).all()
            guests.announce_all(ctx, trips)
    return vehicle


def retire_vehicle(ctx: Context, vehicle_id: int) -> Vehicle:
    """Lend it no more. Refused while trips are promised: those who count on it are told first."""
    ctx.require(Permission.VAN_MANAGE)
    with ctx.unit_of_work():
        vehicle = lock_vehicle(ctx, vehicle_id)
        if vehicle.retired_at is not None:
            raise ConflictError(f"« {vehicle.name} » n’est déjà plus prêté.")
        promised = ctx.session.scalars(queries.promised(vehicle_id, ctx.now)).all()
        if promised:
            said = ", ".join(
                f"{one.reference} ({one.organisation.short_name if one.organisation else ''}, "
                f"{long_date(one.starts_at)})"
                for one in promised[:NAMED]
            )
            more = f" et {len(promised) - NAMED} autres" if len(promised) > NAMED else ""
            raise ConflictError(
                f"« {vehicle.name} » est promis : {said}{more}. Déplacez ou annulez ces "
                "réservations d’abord ; les associations en seront prévenues."
            )
        vehicle.retired_at = vehicle.updated_at = ctx.now
        ctx.record("vehicle.retired", vehicle)
    return vehicle


def restore_vehicle(ctx: Context, vehicle_id: int) -> Vehicle:
    ctx.require(Permission.VAN_MANAGE)
    with ctx.unit_of_work():
        vehicle = lock_vehicle(ctx, vehicle_id)
        if vehicle.retired_at is None:
            raise ConflictError(f"« {vehicle.name} » est déjà prêté.")
        vehicle.retired_at, vehicle.updated_at = None, ctx.now
        ctx.record("vehicle.restored", vehicle)
    return vehicle


def vehicle_to_read(ctx: Context, vehicle_id: int) -> Vehicle:
    ctx.require(Permission.VAN_READ)
    vehicle = ctx.session.scalar(van_queries.vehicle(vehicle_id))
    if vehicle is None:
        raise NotFoundError(UNKNOWN_VEHICLE)
    return vehicle


def _refuse_namesake(ctx: Context, vehicle: Vehicle) -> None:
    namesake = ctx.session.scalar(queries.vehicle_named(vehicle.name))
    if namesake is not None and namesake.id != vehicle.id:
        raise ConflictError(f"Un véhicule s’appelle déjà « {namesake.name} ».", field="name")


def _free_slug(ctx: Context, name: str) -> str:
    base = slugify(name)[:SLUG_LENGTH].strip("-")
    taken = set(ctx.session.scalars(queries.vehicle_slugs()))
    return next(slug for slug in _slugs(base) if slug not in taken)


def _slugs(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base}-{number}"


def _keep_up(ctx: Context, vehicle: Vehicle) -> None:
    """They block nobody yet: nothing can be in their way here."""
    for booking in ctx.session.scalars(queries.awaiting_on(vehicle.id)):
        set_period(booking, vehicle, booking.starts_at, booking.ends_at)
