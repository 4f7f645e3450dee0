"""The mails to those invited to a trip, each with its calendar part, in the outbox.

One mail to one person, whose calendar object names them alone, with a UID of its own. Its SEQUENCE
is the booking's, or one above the last that this person was sent."""

from dataclasses import dataclass
from typing import Any

from zna_network.config import Settings
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import BookingGuest, GuestAnswer, GuestRole
from zna_network.models.outbox import OutboxMessage
from zna_network.ports.calendar import Address, CalendarEvent, PartStat
from zna_network.ports.messages import CalendarMethod, CalendarPart
from zna_network.queries.invitations import mails_of_threads
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.documents import facts
from zna_network.services.errors import InvalidError
from zna_network.services.mail_threads import UNSENT, has_reached, replace_unsent
from zna_network.services.outbox import Post
from zna_network.services.van import trip_words
from zna_network.services.van.guest_links import link_of

INVITATION, UPDATE = "van_invitation", "van_update"
CANCELLED, WITHDRAWN = "van_cancelled", "van_withdrawn"
_REQUESTS = frozenset({INVITATION, UPDATE})
_CALENDARS = _REQUESTS | {CANCELLED, WITHDRAWN}
TOLD = frozenset({BookingState.APPROVED, BookingState.OUT})


@dataclass(frozen=True)
class Desk:
    """A guest's mails being written: their thread is locked, so that what has left and what has not
    is certain until the transaction ends."""

    ctx: Context
    booking: Booking
    guest: BookingGuest
    thread: list[OutboxMessage]

    @property
    def has_trip(self) -> bool:
        """Whether their calendar has the trip, or may have: the last that reached them said so.
        What waits to leave, and what could not, has said nothing."""
        said = [message.kind for message in self.thread if self._has_reached(message)]
        return bool(said) and said[-1] in _REQUESTS

    def _has_reached(self, message: OutboxMessage) -> bool:
        return message.kind in _CALENDARS and has_reached([message], self.guest.email)


def thread_of(guest_id: int) -> str:
    return f"van-guest:{guest_id}"


def open_desk(ctx: Context, booking: Booking, guest: BookingGuest) -> Desk:
    """For a guest that is locked and has an id."""
    thread = ctx.session.scalars(mails_of_threads([thread_of(guest.id)])).all()
    return Desk(ctx, booking, guest, list(thread))


def send_news(desk: Desk) -> bool:
    """The trip as it is now, METHOD:REQUEST: an invitation to who knows nothing of it, what changed
    to who does. False when nothing that this person was told is different.

    An answer stays while nothing that it depends on has moved; otherwise it is asked again. Who
    does not come is told only of what may change their mind."""
    guest, now = desk.guest, trip_words.told(desk.booking)
    before = guest.told if desk.has_trip else None
    if before is None:
        _send_request(desk, INVITATION, now, [])
        return True
    changes, moved = trip_words.changes(before, now), trip_words.asks_again(before, now)
    if not changes or (guest.answer is GuestAnswer.DECLINED and not moved):
        return False
    if moved:
        ask_again(guest)
    # What waits to leave will never be read: it is no « before ».
    is_read = not any(message.state in UNSENT for message in desk.thread)
    _send_request(desk, UPDATE, now, changes if is_read else [])
    return True


def send_cancel(desk: Desk, mail: str) -> bool:
    """METHOD:CANCEL above the last version sent. Whose calendar does not have the trip is told
    nothing: what had not left is withdrawn."""
    guest, had_trip = desk.guest, desk.has_trip
    replace_unsent(desk.thread, guest.email)
    guest.told = None
    ask_again(guest)
    if not had_trip:
        return False
    guest.sent_sequence = _next_sequence(desk)
    content = desk.ctx.ports.calendar.cancel(event(desk.ctx, guest, desk.booking, cancelled=True))
    _post(desk, mail, CalendarPart(CalendarMethod.CANCEL, content))
    return True


def send_link(desk: Desk) -> None:
    """The invitation once more, to who has lost it: a version above, the answer kept."""
    _send_request(desk, INVITATION, trip_words.told(desk.booking), [])


def ask_again(guest: BookingGuest) -> None:
    if guest.answer is not None:
        guest.outdated_answer, guest.answer = guest.answer, None


def _send_request(
    desk: Desk, mail: str, now: dict[str, str], changes: list[trip_words.Change]
) -> None:
    guest = desk.guest
    replace_unsent(desk.thread, guest.email)
    guest.sent_sequence = _next_sequence(desk)
    guest.told, guest.told_at = now, desk.ctx.now
    content = desk.ctx.ports.calendar.request(event(desk.ctx, guest, desk.booking))
    _post(desk, mail, CalendarPart(CalendarMethod.REQUEST, content), changes=changes)


def _next_sequence(desk: Desk) -> int:
    sent = desk.guest.sent_sequence
    raised = desk.booking.sequence
    return raised if sent is None else max(raised, sent + 1)


def _post(desk: Desk, mail: str, calendar: CalendarPart, **more: Any) -> None:
    ctx, guest = desk.ctx, desk.guest
    try:
        message = outbox.post(
            ctx,
            Post(
                mail=mail,
                recipient=recipient(guest),
                values={**mail_values(ctx.settings, guest, desk.booking), **more},
                thread_key=thread_of(guest.id),
                calendar=calendar,
            ),
        )
    except ValueError as error:
        raise InvalidError(f"Le message à {guest.name} ne peut pas partir. {error}") from error
    desk.thread.append(message)


def recipient(guest: BookingGuest) -> Address:
    return Address(guest.email, guest.name)


def mail_values(settings: Settings, guest: BookingGuest, booking: Booking) -> dict[str, Any]:
    """The values that every mail to a guest shows."""
    driver, organisation = booking.driver, booking.organisation
    return {
        "greeting": f"Bonjour {guest.name}".strip(),
        "reference": booking.reference,
        "trip": trip_words.title(booking),
        "organisation": organisation.name if organisation else "",
        "period": trip_words.told(booking)["period"],
        "stops": trip_words.stops(booking),
        "vehicle": booking.vehicle.name,
        "home": booking.vehicle.home,
        "purpose": booking.purpose,
        "drives": guest.role is GuestRole.DRIVER,
        "driver": driver.name if driver else "",
        "reason": booking.reason,
        "outdated_answer": guest.outdated_answer.label if guest.outdated_answer else "",
        "asks": guest.answer is None,
        "answer": guest.answer.label if guest.answer else "",
        "link": link_of(settings, guest),
        "organiser": facts.issuer(settings).name,
        "reply_to": sender(settings).email,
    }


_PARTSTATS = {
    None: PartStat.NEEDS_ACTION,
    GuestAnswer.ACCEPTED: PartStat.ACCEPTED,
    GuestAnswer.TENTATIVE: PartStat.TENTATIVE,
    GuestAnswer.DECLINED: PartStat.DECLINED,
}


def event(
    ctx: Context, guest: BookingGuest, booking: Booking, *, cancelled: bool = False
) -> CalendarEvent:
    """The trip in this person's calendar."""
    return CalendarEvent(
        uid=guest.uid,
        sequence=guest.sent_sequence or 0,
        stamp=ctx.now,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=trip_words.title(booking),
        organizer=sender(ctx.settings),
        attendee=recipient(guest),
        attendee_required=guest.role is GuestRole.DRIVER,
        partstat=_PARTSTATS[guest.answer],
        description="" if cancelled else _description(ctx.settings, guest, booking),
        location=booking.vehicle.home or booking.vehicle.name,
        url="" if cancelled else link_of(ctx.settings, guest),
        cancelled=cancelled,
    )


def _description(settings: Settings, guest: BookingGuest, booking: Booking) -> str:
    """What the calendar's entry says below the title: plain text."""
    lines = [f"{stop.hours}\u00a0: {stop.where}" for stop in trip_words.stops(booking)]
    if booking.purpose:
        lines += ["", booking.purpose]
    if booking.driver:
        lines += ["", f"Conducteur\u00a0: {booking.driver.name}"]
    return "\n".join([*lines, "", f"Votre réponse\u00a0: {link_of(settings, guest)}"])
