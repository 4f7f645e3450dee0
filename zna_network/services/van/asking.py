"""What asking for one trip, for a series, and changing a request have in common."""

from zna_network.models.booking import Booking
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.queries import van_requests as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.van import drafts, occupancy, rules
from zna_network.services.van.request_values import RequestValues, is_an_id
from zna_network.services.van.rules import Moment

ALREADY_USED = "Cet envoi a déjà servi à une autre association. Rechargez la page."
UNKNOWN_VEHICLE = "Choisissez un véhicule de la liste."


def vehicle_to_ask(ctx: Context, vehicle_id: int) -> Vehicle:
    """Locked. Raises InvalidError beside the field when there is none."""
    try:
        if is_an_id(vehicle_id):
            return occupancy.lock_vehicle(ctx, vehicle_id)
    except NotFoundError:
        pass
    raise InvalidError(UNKNOWN_VEHICLE, field="vehicle_id")


def already_made(ctx: Context, client_id: str, organisation_id: int) -> Booking | None:
    """What this sending has already made. Raises ConflictError when it was another's."""
    made = ctx.session.scalar(queries.by_client_id(client_id))
    if made is not None and made.organisation_id != organisation_id:
        raise ConflictError(ALREADY_USED, field="client_id")
    return made


def judge(
    ctx: Context,
    vehicle: Vehicle,
    organisation: Organisation,
    values: RequestValues,
    but: int | None = None,
) -> str:
    """The rules of a request, and no second one for the same time; gives what staff waived, for
    the history. Raises InvalidValuesError."""
    starts_at, ends_at = values.starts_at, values.ends_at
    found = rules.refusals(
        ctx,
        vehicle,
        organisation_id=organisation.id,
        starts_at=starts_at,
        ends_at=ends_at,
        moment=Moment.REQUEST,
        but=but,
    )
    own = drafts.clash_with_own(ctx, vehicle, organisation.id, starts_at, ends_at, but)
    return rules.insist(ctx, [*found, own] if own else found, values.exception)


def is_own(ctx: Context, booking: Booking) -> bool:
    """Whether who acts is of the association that borrows."""
    return ctx.actor is not None and ctx.actor.organisation_id == booking.organisation_id
