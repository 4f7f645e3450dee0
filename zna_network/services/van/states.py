"""The states of a booking and its history: the only place that writes either."""

from zna_network.models.booking import Booking, BookingAct, BookingEvent, BookingState
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.van.access import author_of

_CLOSED = {BookingState.REFUSED, BookingState.CANCELLED, BookingState.EXPIRED}
_AWAITING = {BookingState.REQUESTED, BookingState.WAITING}
# From where one comes to each state. What was closed may be taken up again, if nobody else has it.
_FROM: dict[BookingState, frozenset[BookingState]] = {
    BookingState.REQUESTED: frozenset({BookingState.WAITING, *_CLOSED}),
    BookingState.WAITING: frozenset({BookingState.REQUESTED, *_CLOSED}),
    BookingState.APPROVED: frozenset({*_AWAITING, *_CLOSED}),
    BookingState.OUT: frozenset({BookingState.APPROVED}),
    BookingState.RETURNED: frozenset({BookingState.OUT}),
    BookingState.REFUSED: frozenset(_AWAITING),
    BookingState.CANCELLED: frozenset(
        {*_AWAITING, BookingState.APPROVED, BookingState.MAINTENANCE}
    ),
    BookingState.EXPIRED: frozenset(_AWAITING),
    BookingState.MAINTENANCE: frozenset(),
}


def record(
    ctx: Context,
    booking: Booking,
    act: BookingAct,
    *,
    state: BookingState | None = None,
    words: str = "",
) -> None:
    """One line of history, with the state that it brings, in the caller's transaction. Raises
    ConflictError when the booking cannot come to ``state`` from where it is: somebody else was
    there first."""
    if state is not None and state is not booking.state:
        _pass_to(booking, state)
    booking.updated_at = ctx.now
    ctx.session.add(
        BookingEvent(
            booking=booking,
            act=act,
            state=booking.state,
            author=author_of(ctx),
            words=words,
            at=ctx.now,
        )
    )
    ctx.session.flush()
    ctx.record(f"booking.{act.value}", booking, state=booking.state.value)


def may_come_to(booking: Booking, state: BookingState) -> bool:
    """From where it is; staying there is not coming."""
    return booking.state in _FROM[state]


def refuse_coming_to(booking: Booking, state: BookingState) -> None:
    """Raises ConflictError when the booking cannot come to this state from where it is."""
    if not may_come_to(booking, state):
        who = f" par {booking.decided_by}" if booking.decided_by else ""
        raise ConflictError(
            f"La réservation {booking.reference} est déjà « {booking.state.label.lower()} »{who} : "
            "rien n’a été changé."
        )


def _pass_to(booking: Booking, state: BookingState) -> None:
    refuse_coming_to(booking, state)
    booking.state = state
