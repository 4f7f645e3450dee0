"""Deciding on a request. One person decides, and says why; what two decide at the same second, the
first one decides, and the second is told so."""

from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import long_datetime
from zna_network.services.permissions import Permission
from zna_network.services.sensitive_text import refuse_sensitive
from zna_network.services.unit_of_work import CHANGED_MEANWHILE, take_turns
from zna_network.services.van import (
    fair_share,
    guests,
    mails,
    occupancy,
    rules,
    states,
    waiting,
)
from zna_network.services.van.access import author_of, booking_to_change
from zna_network.services.van.rules import Moment

REASON_NEEDED = "Dites pourquoi : l’association lira ces mots."
REASON_LIMIT = 1000


@occupancy.retried
def approve(
    ctx: Context, booking_id: int, revision: int, reason: str = "", exception: str = ""
) -> Booking:
    """The vehicle is theirs; the requests that this leaves without it go on the waiting list and
    are told. ``exception`` says why a rule that may be waived is. What was closed may be granted
    too, as long as nobody else has the vehicle.

    Raises VehicleTakenError, InvalidValuesError with every rule that is broken, or ConflictError
    when somebody has decided meanwhile."""
    state = BookingState.APPROVED
    with ctx.unit_of_work():
        booking = _to_decide(ctx, booking_id, revision, state)
        # The turn-round may have changed since it was asked for.
        occupancy.set_period(booking, booking.vehicle, booking.starts_at, booking.ends_at)
        waived = _judge(ctx, booking, clean_exception(exception))
        _note(ctx, booking, clean_reason(reason))
        words = "\n".join(filter(None, (booking.reason, waived)))
        occupancy.hold(ctx, booking, BookingAct.APPROVED, state, words)
        waiting.put_aside(ctx, booking)
        guests.announce(ctx, booking)
        mails.tell_borrower(ctx, booking, "van_approved")
    return booking


@occupancy.retried
def refuse(ctx: Context, booking_id: int, revision: int, reason: str) -> Booking:
    """For good, unless it is restored. The reason is required, and told."""
    return _close(ctx, booking_id, revision, reason, BookingAct.REFUSED, "van_refused")


@occupancy.retried
def wait(ctx: Context, booking_id: int, revision: int, reason: str) -> Booking:
    """On the waiting list: it comes back by itself when what has the slot leaves it, or once it is
    restored. The reason is told."""
    return _close(ctx, booking_id, revision, reason, BookingAct.WAITING, "van_waiting")


@occupancy.retried
def restore(ctx: Context, booking_id: int, revision: int, reason: str) -> Booking:
    """What was closed, or is on the waiting list, is to be decided again; it stays on the waiting
    list while something else has the vehicle. Refused once its start has come."""
    with ctx.unit_of_work():
        booking = _to_decide(ctx, booking_id, revision, BookingState.REQUESTED)
        if booking.starts_at <= ctx.now:
            raise InvalidError(
                f"Cette sortie devait partir {long_datetime(booking.starts_at)}\u00a0: elle ne "
                "peut plus être reprise. Demandez une autre date."
            )
        words = clean_reason(reason, required=True)
        occupancy.set_period(booking, booking.vehicle, booking.starts_at, booking.ends_at)
        free = waiting.is_free(ctx, booking)
        if booking.state is BookingState.WAITING:
            occupancy.refuse_taken(ctx, booking)
        waiting.put_to_decision(booking)
        state = BookingState.REQUESTED if free else BookingState.WAITING
        states.record(ctx, booking, BookingAct.RECONSIDERED, state=state, words=words)
        mails.tell_borrower(ctx, booking, "van_reconsidered", words=words, is_free=free)
    return booking


def clean_reason(typed: str, *, required: bool = False) -> str:
    """As it is kept and told. Raises InvalidError, on the field ``reason``."""
    if required and not typed.strip():
        raise InvalidError(REASON_NEEDED, field="reason")
    return _clean(typed, "reason")


def clean_exception(typed: str) -> str:
    """Why a rule is waived, on the field ``exception``."""
    return _clean(typed, "exception")


def _clean(typed: str, field: str) -> str:
    return refuse_sensitive(clean_text(typed, field=field, limit=REASON_LIMIT), field=field)


def _to_decide(ctx: Context, booking_id: int, revision: int, state: BookingState) -> Booking:
    """Locked, as whoever decides has seen it, and able to come to ``state``."""
    booking = booking_to_change(ctx, booking_id, Permission.VAN_DECIDE)
    if booking.is_maintenance:
        raise InvalidError("C’est une indisponibilité du véhicule\u00a0: il n’y a rien à décider.")
    states.refuse_coming_to(booking, state)
    if booking.revision != revision:
        raise ConflictError(_decided_meanwhile(booking))
    return booking


def _decided_meanwhile(booking: Booking) -> str:
    if not booking.decided_by:
        return CHANGED_MEANWHILE
    state = booking.state.label.lower()
    return (
        f"La réservation {booking.reference} vient de passer à «\u00a0{state}\u00a0» par "
        f"{booking.decided_by}. Rien n’a été écrasé\u00a0: relisez-la, puis décidez."
    )


def _judge(ctx: Context, booking: Booking, exception: str) -> str:
    """The rules of approval; gives the words of what was waived."""
    if booking.organisation_id is not None:
        take_turns(ctx.session, fair_share.turn(booking.organisation_id))
    found = rules.against(ctx, booking, Moment.APPROVAL)
    return rules.insist(ctx, found, exception)


def _note(ctx: Context, booking: Booking, reason: str) -> None:
    booking.decided_at, booking.decided_by = ctx.now, author_of(ctx)
    booking.reason = reason


def _close(
    ctx: Context, booking_id: int, revision: int, reason: str, act: BookingAct, mail: str
) -> Booking:
    state = {BookingAct.REFUSED: BookingState.REFUSED, BookingAct.WAITING: BookingState.WAITING}
    with ctx.unit_of_work():
        booking = _to_decide(ctx, booking_id, revision, state[act])
        _note(ctx, booking, clean_reason(reason, required=True))
        states.record(ctx, booking, act, state=state[act], words=booking.reason)
        mails.tell_borrower(ctx, booking, mail)
    return booking
