"""The mileage of a vehicle: it never falls, what nobody's trip explains is flagged, and a wrong one
is corrected by staff who say why. The database refuses one that falls, whatever writes there."""

from sqlalchemy.exc import DBAPIError, IntegrityError

from zna_network.models.booking import Booking, BookingAct
from zna_network.models.guards import MILEAGE
from zna_network.models.handover import Direction, Handover
from zna_network.models.van import Vehicle
from zna_network.queries import van_handovers as queries
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import short_datetime
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE
from zna_network.services.van import access, states
from zna_network.services.van.handover_values import check_range

# Beyond this, in one go, it is nearly always one digit too many: to be said again.
SURPRISING_KM = 1000
JUST_PASSED = "Un kilométrage plus élevé vient d’être enregistré : relisez le compteur."
UNKNOWN = "Cet état des lieux n’existe pas."


def km(number: int) -> str:
    """« 48 210 km »."""
    return f"{number:,}".replace(",", "\u202f") + "\u00a0km"


def check(last: Handover | None, mileage: int, *, is_sure: bool) -> None:
    """Against the last handover of the vehicle, if it has one. Raises InvalidError."""
    if last is None:
        return
    if mileage < last.mileage:
        raise InvalidError(
            f"Le compteur ne peut pas reculer : il était à {km(last.mileage)} le "
            f"{short_datetime(last.at)} ({last.direction.label.lower()}). Relisez-le ; si c’est "
            "l’ancien qui est faux, la CUA peut le corriger.",
            field="mileage",
        )
    if mileage - last.mileage > SURPRISING_KM and not is_sure:
        raise InvalidError(
            f"C’est {km(mileage - last.mileage)} de plus qu’à la dernière lecture "
            f"({km(last.mileage)}). Relisez le compteur ; si c’est juste, confirmez-le.",
            field="mileage",
        )


def gap(vehicle: Vehicle, direction: Direction, last: Handover | None, mileage: int) -> int | None:
    """What the vehicle has run since it was last given back, when it is more than it may."""
    if last is None or direction is not Direction.OUT:
        return None
    run = mileage - last.mileage
    return run if run > vehicle.mileage_gap_km else None


def is_falling(error: DBAPIError) -> bool:
    """Whether it is the database's refusal of a mileage that falls, on either engine."""
    return isinstance(error, IntegrityError) and MILEAGE in str(error.orig)


def correct(
    ctx: Context, handover_id: int, mileage: int | None, reason: str, revision: int
) -> Handover:
    """Write the right mileage in the place of a wrong one, and flag anew the gaps on both sides
    of it. Raises InvalidError when it is not between those of its neighbours."""
    right = check_range(mileage)
    words = refuse_sensitive(clean_text(reason, field="reason", limit=500), field="reason")
    if not words:
        raise InvalidError(
            "Dites pourquoi : la correction reste dans l’historique.", field="reason"
        )
    with ctx.unit_of_work():
        handover, booking = _to_correct(ctx, handover_id)
        if handover.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        _check_between(ctx, handover, right)
        before, handover.mileage = handover.mileage, right
        _write(ctx)
        _flag_again(ctx, handover)
        states.record(
            ctx,
            booking,
            BookingAct.EDITED,
            words=f"Kilométrage du {handover.direction.label.lower()} corrigé : "
            f"{km(before)} → {km(right)}. {words}",
        )
        ctx.record("handover.mileage_corrected", handover, before=before, after=right)
    return handover


def to_read(ctx: Context, handover_id: int) -> Handover:
    """For the page of its correction. Raises NotFoundError."""
    ctx.require(Permission.VAN_MANAGE)
    found = ctx.session.scalar(queries.by_id(handover_id))
    if found is None:
        raise NotFoundError(UNKNOWN)
    return found


def _to_correct(ctx: Context, handover_id: int) -> tuple[Handover, Booking]:
    """Locked, after its vehicle and its booking."""
    found = ctx.session.scalar(queries.by_id(handover_id))
    if found is None:
        raise NotFoundError(UNKNOWN)
    booking = access.booking_to_change(ctx, found.booking_id, Permission.VAN_MANAGE)
    return ctx.session.scalars(queries.by_id(handover_id, lock=True)).one(), booking


def _check_between(ctx: Context, handover: Handover, mileage: int) -> None:
    lowest, highest = ctx.session.execute(
        queries.neighbours(handover.vehicle_id, handover.id)
    ).one()
    if lowest is not None and mileage < lowest:
        raise InvalidError(
            f"La lecture d’avant est de {km(lowest)} : celle-ci ne peut pas être plus basse. "
            "Corrigez d’abord l’autre si c’est elle qui est fausse.",
            field="mileage",
        )
    if highest is not None and mileage > highest:
        raise InvalidError(
            f"La lecture d’après est de {km(highest)} : celle-ci ne peut pas être plus haute. "
            "Corrigez d’abord l’autre si c’est elle qui est fausse.",
            field="mileage",
        )


def _write(ctx: Context) -> None:
    try:
        ctx.session.flush()
    except DBAPIError as error:
        if is_falling(error):
            raise InvalidError(JUST_PASSED, field="mileage") from error
        raise


def _flag_again(ctx: Context, handover: Handover) -> None:
    vehicle_id = handover.vehicle_id
    before = ctx.session.scalar(queries.last_before(vehicle_id, handover.id))
    handover.gap_km = gap(handover.vehicle, handover.direction, before, handover.mileage)
    after = ctx.session.scalar(queries.first_after(vehicle_id, handover.id))
    if after is not None:
        after.gap_km = gap(after.vehicle, after.direction, handover, after.mileage)
