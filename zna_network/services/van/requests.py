"""Asking for a vehicle, changing one's mind, calling it off. A request blocks nothing: several may
want one slot, and somebody decides."""

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.permissions import Permission
from zna_network.services.referrals.creation_values import clean_client_id
from zna_network.services.unit_of_work import take_turns
from zna_network.services.van import drafts, guests, mails, occupancy, states, waiting
from zna_network.services.van.access import (
    author_of,
    booking_to_change,
    may_see_details,
    refuse_reported,
)
from zna_network.services.van.asking import already_made, is_own, judge, vehicle_to_ask
from zna_network.services.van.request_checks import borrower, checked, clean_reason
from zna_network.services.van.request_edits import update
from zna_network.services.van.request_values import RequestData

__all__ = ["cancel", "create", "may_change", "update"]

# Days of use are counted from what was granted: who borrowed does not give them back afterwards.
OVER = (
    "Cette sortie est passée : dites dans son compte rendu qu’elle n’a pas eu lieu, ou demandez à "
    "la CUA de l’annuler."
)
WHY_CANCELLED = "Dites pourquoi : la sortie était accordée, d’autres liront ces mots."
WHY_FOR_THEM = "Dites pourquoi : l’association lira ces mots."


@occupancy.retried
def create(ctx: Context, data: RequestData) -> Booking:
    """Ask for a vehicle; sent again, the first request is given back.

    Raises InvalidValuesError with everything that is wrong or that a rule refuses, and
    VehicleTakenError when somebody has the vehicle then and ``data.waits`` does not say to be on
    the waiting list. Nothing is then written."""
    ctx.require(Permission.VAN_REQUEST, data.organisation_id)
    with ctx.unit_of_work():
        client_id = clean_client_id(data.client_id)
        take_turns(ctx.session, f"booking:{client_id}")
        made = already_made(ctx, client_id, data.organisation_id)
        if made is not None:
            return made
        vehicle = vehicle_to_ask(ctx, data.vehicle_id)
        organisation = borrower(ctx, data.organisation_id)
        values = checked(ctx, data, vehicle)
        words = judge(ctx, vehicle, organisation, values)
        waits = drafts.must_wait(ctx, vehicle, values, accepts=data.waits)
        booking = drafts.new_booking(
            ctx, vehicle, organisation, values, client_id, waits=waits, words=words
        )
        mails.tell_staff(ctx, booking, "van_requested", author=author_of(ctx), others=0)
    return booking


@occupancy.retried
def cancel(ctx: Context, booking_id: int, reason: str) -> Booking:
    """Call a trip off, or withdraw a request: by who borrows, or by staff for them, who say why.
    Those who wait for the slot are told. Raises ConflictError once the vehicle has left."""
    with ctx.unit_of_work():
        booking = booking_to_change(ctx, booking_id, Permission.VAN_REQUEST)
        _refuse_unless_live(booking)
        refuse_reported(booking)
        if booking.ends_at <= ctx.now and not ctx.may(Permission.VAN_DECIDE):
            raise ConflictError(OVER)
        was_granted = booking.state is BookingState.APPROVED
        words = clean_reason(reason, required=_why(ctx, booking))
        booking.decided_at, booking.decided_by, booking.reason = ctx.now, author_of(ctx), words
        states.record(ctx, booking, BookingAct.CANCELLED, state=BookingState.CANCELLED, words=words)
        if was_granted:
            guests.announce_cancellation(ctx, booking)
            waiting.slot_freed(ctx, booking)
        else:
            booking.sequence += 1
        if not is_own(ctx, booking):
            mails.tell_borrower(ctx, booking, "van_called_off", author=author_of(ctx))
        elif was_granted:
            mails.tell_staff(ctx, booking, "van_called_off", author=author_of(ctx))
    return booking


def may_change(ctx: Context, booking: Booking) -> bool:
    """For the page: whether « Modifier » and « Annuler » are there."""
    is_granted = booking.state is BookingState.APPROVED and booking.report is None
    is_live = booking.state.awaits_decision or is_granted
    return is_live and not booking.is_maintenance and may_see_details(ctx, booking)


def _refuse_unless_live(booking: Booking) -> None:
    if booking.is_maintenance:
        raise ConflictError("Une indisponibilité se lève depuis la page du véhicule.")
    if booking.state in {BookingState.OUT, BookingState.RETURNED}:
        raise ConflictError(
            f"La sortie {booking.reference} a commencé\u00a0: elle ne s’annule plus."
        )
    if not (booking.state.awaits_decision or booking.state is BookingState.APPROVED):
        states.refuse_coming_to(booking, BookingState.CANCELLED)


def _why(ctx: Context, booking: Booking) -> str:
    if booking.state is BookingState.APPROVED:
        return WHY_CANCELLED
    return "" if is_own(ctx, booking) else WHY_FOR_THEM
