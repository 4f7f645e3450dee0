"""Changing a request, or a trip that is granted."""

from collections.abc import Callable

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns
from zna_network.services.van import (
    drafts,
    fair_share,
    guests,
    mails,
    occupancy,
    rules,
    states,
    waiting,
)
from zna_network.services.van.access import author_of, booking_to_change, refuse_reported
from zna_network.services.van.asking import is_own, judge, vehicle_to_ask
from zna_network.services.van.request_changes import DRIVER, PERIOD, VEHICLE, changed
from zna_network.services.van.request_checks import borrower, checked
from zna_network.services.van.request_values import RequestData, RequestValues
from zna_network.services.van.rules import DRIVER_RULES, Moment

GRANTED = (
    "Ce créneau est accordé : seule la CUA le déplace. Appelez-la, ou annulez et demandez-en un "
    "autre."
)
SAME_BORROWER = "Une réservation ne change pas d’association : annulez-la et faites-en une autre."


@occupancy.retried
def update(ctx: Context, booking_id: int, data: RequestData, revision: int) -> Booking:
    """Write what was typed over what there is, ``revision`` being what the person had before them.

    While it awaits its decision everything may change but the association; a request that moves is
    judged anew. Once granted, who borrows changes all but the period and the vehicle; staff move
    it too, where nobody else has the vehicle. Raises as ``requests.create`` does, and ConflictError
    when somebody changed it meanwhile."""
    with ctx.unit_of_work():
        booking, vehicle = _to_edit(ctx, booking_id, data, revision)
        values = checked(ctx, data, vehicle, booking)
        names = changed(booking, vehicle, values)
        if not names:
            return booking
        if booking.state is BookingState.APPROVED:
            _change_granted(ctx, booking, vehicle, values, names)
        else:
            _change_asked(ctx, booking, vehicle, values, names, accepts=data.waits)
    return booking


def _to_edit(
    ctx: Context, booking_id: int, data: RequestData, revision: int
) -> tuple[Booking, Vehicle]:
    """When it goes from one vehicle to another, both are locked before it, in one order."""
    current = ctx.session.get(Booking, booking_id)
    wanted = {data.vehicle_id, current.vehicle_id} if current else set()
    locked = {vehicle_id: vehicle_to_ask(ctx, vehicle_id) for vehicle_id in sorted(wanted)}
    booking = booking_to_change(ctx, booking_id, Permission.VAN_REQUEST)
    if booking.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    if booking.is_maintenance:
        raise ConflictError("C’est une indisponibilité du véhicule, pas une demande.")
    if not (booking.state.awaits_decision or booking.state is BookingState.APPROVED):
        raise ConflictError(
            f"La réservation {booking.reference} est « {booking.state.label.lower()} »\u00a0: elle "
            "ne se modifie plus."
        )
    refuse_reported(booking)
    if booking.organisation_id != data.organisation_id:
        raise InvalidError(SAME_BORROWER, field="organisation_id")
    return booking, locked[data.vehicle_id]


def _change_asked(
    ctx: Context,
    booking: Booking,
    vehicle: Vehicle,
    values: RequestValues,
    names: list[str],
    *,
    accepts: bool,
) -> None:
    state, waived = None, ""
    if _is_moved(names):
        organisation = borrower(ctx, booking.organisation_id or 0)
        waived = judge(ctx, vehicle, organisation, values, booking.id)
        waits = drafts.must_wait(ctx, vehicle, values, booking.id, accepts=accepts)
        state = BookingState.WAITING if waits else BookingState.REQUESTED
    with ctx.session.no_autoflush:
        occupancy.set_period(booking, vehicle, values.starts_at, values.ends_at)
        drafts.describe(booking, values)
    if state is not None and state is not booking.state:
        waiting.put_to_decision(booking)
        booking.reason = drafts.ON_THE_LIST if state is BookingState.WAITING else ""
    booking.sequence += 1
    # What comes back from the waiting list is to be decided from now on.
    act = (
        BookingAct.RECONSIDERED
        if state is BookingState.REQUESTED and booking.state is BookingState.WAITING
        else BookingAct.EDITED
    )
    states.record(ctx, booking, act, state=state, words=_words(names, waived))
    drafts.replace_stops(ctx, booking, values.stops)
    if not is_own(ctx, booking):
        _tell(ctx, booking, names, mails.tell_borrower)


def _change_granted(
    ctx: Context, booking: Booking, vehicle: Vehicle, values: RequestValues, names: list[str]
) -> None:
    is_moved = _is_moved(names)
    if is_moved and not ctx.may(Permission.VAN_DECIDE):
        raise InvalidError(GRANTED, field="starts_on")
    waived = _judge_granted(ctx, booking, vehicle, values, names)
    left = (booking.block_start, booking.block_end, booking.vehicle_id)
    with ctx.session.no_autoflush:
        if is_moved:
            occupancy.set_period(booking, vehicle, values.starts_at, values.ends_at)
        drafts.describe(booking, values)
        words = _words(names, waived)
        if is_moved:
            occupancy.hold(ctx, booking, BookingAct.EDITED, words=words)
        else:
            states.record(ctx, booking, BookingAct.EDITED, words=words)
    drafts.replace_stops(ctx, booking, values.stops)
    if is_moved:
        waiting.put_aside(ctx, booking)
        waiting.slot_freed(ctx, booking, *left)
    guests.announce_change(ctx, booking)
    _tell(ctx, booking, names, mails.tell_staff if is_own(ctx, booking) else mails.tell_borrower)


def _tell(ctx: Context, booking: Booking, names: list[str], tell: Callable[..., int]) -> None:
    """Those who did not change it themselves."""
    is_granted = booking.state is BookingState.APPROVED
    author = author_of(ctx)
    tell(ctx, booking, "van_edited", author=author, changes=names, is_granted=is_granted)


def _judge_granted(
    ctx: Context, booking: Booking, vehicle: Vehicle, values: RequestValues, names: list[str]
) -> str:
    """A trip that moves is granted anew; a driver who changes has to be in order, as the first
    was. What was granted and has not changed stays so."""
    is_moved = _is_moved(names)
    if not is_moved and DRIVER not in names:
        return ""
    if is_moved and booking.organisation_id is not None:
        # As when it is granted: its days are counted one trip after the other.
        take_turns(ctx.session, fair_share.turn(booking.organisation_id))
    found = rules.refusals(
        ctx,
        vehicle,
        organisation_id=booking.organisation_id,
        starts_at=values.starts_at,
        ends_at=values.ends_at,
        driver=values.driver,
        moment=Moment.APPROVAL,
        but=booking.id,
    )
    concerned = [one for one in found if is_moved or one.rule in DRIVER_RULES]
    return rules.insist(ctx, concerned, values.exception)


def _is_moved(names: list[str]) -> bool:
    return PERIOD in names or VEHICLE in names


def _words(names: list[str], waived: str) -> str:
    return "\n".join(filter(None, (f"Changé\u00a0: {', '.join(names)}.", waived)))
