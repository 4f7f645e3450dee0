"""The mails of a stand, each with its calendar part, in the outbox.

One mail to one organisation, whose calendar object names that person alone, with a UID of its
own; its SEQUENCE is the forum's, or one above the last that this person was sent. While the
forum's date is to be announced there is nothing to put in a calendar: the mail goes without."""

from dataclasses import dataclass

from zna_network.models.forum import Forum
from zna_network.models.outbox import OutboxMessage
from zna_network.models.stand import Stand, StandState
from zna_network.ports.calendar import CalendarEvent, PartStat
from zna_network.ports.messages import CalendarMethod, CalendarPart
from zna_network.queries import stands as queries
from zna_network.queries.invitations import mails_of_threads
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.forum_days import ForumDay, day_of
from zna_network.services.mail_threads import has_reached, replace_unsent
from zna_network.services.outbox import Post
from zna_network.services.stand_links import link_of
from zna_network.services.stand_values import description, mail_values, recipient, summary

CANCELLED = "stand_forum_cancelled"


@dataclass(frozen=True)
class Desk:
    """A stand's mails being written: its thread is locked, so that what has left and what has not
    is certain until the transaction ends."""

    ctx: Context
    forum: Forum
    stand: Stand
    thread: list[OutboxMessage]

    @property
    def has_reached(self) -> bool:
        return has_reached(self.thread, self.stand.contact_email)


def thread_of(stand_id: int) -> str:
    return f"stand:{stand_id}"


def open_desk(ctx: Context, forum: Forum, stand: Stand) -> Desk:
    """For a stand that is locked and has an id."""
    thread = ctx.session.scalars(mails_of_threads([thread_of(stand.id)])).all()
    return Desk(ctx, forum, stand, list(thread))


def has_received_invitation(ctx: Context, stand: Stand) -> bool:
    """Whether a mail about this stand has reached its address, or may have."""
    return open_desk(ctx, stand.forum, stand).has_reached


def send_request(desk: Desk, mail: str, *, ask: bool = False) -> bool:
    """The stand with the forum's day: METHOD:REQUEST, a version above all those sent. ``ask``:
    the answer is to be given (again). False for a stand without an address."""
    if not desk.stand.contact_email:
        return False
    replace_unsent(desk.thread, desk.stand.contact_email)
    calendar = None
    if desk.forum.held_on is not None:
        desk.stand.sent_sequence = _next_sequence(desk)
        content = desk.ctx.ports.calendar.request(_event(desk, day_of(desk.forum), ask=ask))
        calendar = CalendarPart(CalendarMethod.REQUEST, content)
    _post(desk, mail, calendar)
    return True


def send_plain(desk: Desk, mail: str) -> bool:
    """A mail that changes nothing in a calendar. False for a stand without an address."""
    if not desk.stand.contact_email:
        return False
    _post(desk, mail, None)
    return True


def send_cancel(desk: Desk, mail: str, before: ForumDay | None = None) -> bool:
    """METHOD:CANCEL above the last version sent; ``before`` is the day that calendars have, where
    the forum has no date any more. Who received nothing is told nothing: what had not left is
    withdrawn. A mail without a calendar part where the calendar has no event."""
    stand, day = desk.stand, before or day_of(desk.forum)
    received = desk.has_reached
    replace_unsent(desk.thread, stand.contact_email)
    if not received or not stand.contact_email:
        return False
    calendar = None
    if stand.sent_sequence is not None and day.held_on is not None:
        stand.sent_sequence = _next_sequence(desk)
        content = desk.ctx.ports.calendar.cancel(_event(desk, day, cancelled=True))
        calendar = CalendarPart(CalendarMethod.CANCEL, content)
    _post(desk, mail, calendar, before)
    return True


def announce_change(ctx: Context, forum: Forum, before: ForumDay) -> None:
    """Tell the stands invited or confirmed of the forum as it is now; when its date is withdrawn,
    their calendars are cleared. Inside the caller's transaction, which has locked the forum."""
    told = 0
    for stand in ctx.session.scalars(queries.expected_locked(forum.id)):
        desk = open_desk(ctx, forum, stand)
        if forum.held_on is None and before.held_on is not None:
            told += send_cancel(desk, "stand_postponed", before)
        elif not desk.has_reached:
            told += send_request(desk, _first_mail(stand), ask=stand.state is StandState.INVITED)
        else:
            told += send_request(desk, "stand_update", ask=True)
    ctx.record("stand.announced", forum, number=told, sequence=forum.sequence)


def announce_cancellation(ctx: Context, forum: Forum) -> set[str]:
    """Tell the stands of a forum that does not take place, and empty their calendars; whoever
    asked for a stand is told too. Gives the addresses told. As ``announce_change``."""
    told = set()
    for stand in ctx.session.scalars(queries.live_locked(forum.id)):
        desk = open_desk(ctx, forum, stand)
        is_told = send_cancel(desk, CANCELLED)
        if not is_told and stand.state is not StandState.INVITED:
            is_told = send_plain(desk, CANCELLED)  # They asked for it: they know of the forum.
        if is_told:
            told.add(stand.contact_email)
    return told


def _first_mail(stand: Stand) -> str:
    return "stand_invitation" if stand.state is StandState.INVITED else "stand_confirmed"


def _next_sequence(desk: Desk) -> int:
    sent = desk.stand.sent_sequence
    return desk.forum.sequence if sent is None else max(desk.forum.sequence, sent + 1)


def _post(
    desk: Desk, mail: str, calendar: CalendarPart | None, before: ForumDay | None = None
) -> None:
    ctx, stand = desk.ctx, desk.stand
    try:
        message = outbox.post(
            ctx,
            Post(
                mail=mail,
                recipient=recipient(stand),
                values=mail_values(ctx.settings, desk.forum, stand, before),
                thread_key=thread_of(stand.id),
                calendar=calendar,
            ),
        )
    except ValueError as error:
        raise InvalidError(f"Le message à {stand.name} ne peut pas partir. {error}") from error
    desk.thread.append(message)


def _event(
    desk: Desk, day: ForumDay, *, ask: bool = False, cancelled: bool = False
) -> CalendarEvent:
    ctx, stand = desk.ctx, desk.stand
    instants = day.instants
    if instants is None:
        raise InvalidError("La date du forum n’est pas fixée.")
    return CalendarEvent(
        uid=stand.uid,
        sequence=stand.sent_sequence or 0,
        stamp=ctx.now,
        starts_at=instants[0],
        ends_at=instants[1],
        summary=summary(day, stand),
        organizer=sender(ctx.settings),
        attendee=recipient(stand),
        partstat=PartStat.NEEDS_ACTION if ask else PartStat.ACCEPTED,
        description="" if cancelled else description(ctx.settings, desk.forum, stand),
        location=day.location,
        url="" if cancelled else link_of(ctx.settings, stand),
        cancelled=cancelled,
    )
