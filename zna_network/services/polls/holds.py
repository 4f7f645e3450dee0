"""Holds: each date of a poll as a tentative event in the calendars of those who are asked.

One event a date and one mail a person, that names that person alone: calendar programs take a
single event from a mail. A hold asks for no answer (RSVP=FALSE): the poll does. An option's
SEQUENCE rises with each round of mails about it, whoever they go to, so that each person sees it
rise. When the date is chosen, the meeting takes the hold's UID and goes on from its SEQUENCE: the
entry that is there becomes the meeting."""

from collections import defaultdict
from collections.abc import Sequence

from zna_network.models.outbox import OutboxMessage
from zna_network.models.poll import DatePoll, PollInvitee, PollOption
from zna_network.ports.calendar import CalendarEvent
from zna_network.ports.messages import CalendarMethod, CalendarPart
from zna_network.queries import invitations as mail_queries
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.mail_threads import has_reached, replace_unsent
from zna_network.services.outbox import Post
from zna_network.services.polls.links import link_of
from zna_network.services.polls.mails import invitee_values
from zna_network.services.polls.poll_values import recipient, title_of, words_of


def thread_key(option_id: int, invitee_id: int) -> str:
    return f"hold:{option_id}:{invitee_id}"


def thread_of(option: PollOption, invitee: PollInvitee) -> str:
    return thread_key(option.id, invitee.id)


def offer(
    ctx: Context,
    poll: DatePoll,
    options: Sequence[PollOption],
    invitees: Sequence[PollInvitee],
) -> None:
    """Put these dates in these people's calendars, where the poll wants holds."""
    if not poll.with_holds:
        return
    for option in options:
        option.sequence += 1
        for invitee in invitees:
            if invitee.email:
                _post(ctx, poll, option, invitee, CalendarMethod.REQUEST)


def withdraw(
    ctx: Context,
    poll: DatePoll,
    options: Sequence[PollOption],
    invitees: Sequence[PollInvitee],
) -> None:
    """Take these dates out of the calendars of those who received them; what has not left yet is
    dropped."""
    if not poll.with_holds:
        return
    threads = _threads(ctx, options, invitees)
    for option in options:
        option.sequence += 1
        for invitee in invitees:
            thread = threads[thread_of(option, invitee)]
            received = has_reached(thread, invitee.email)
            replace_unsent(thread, invitee.email)
            if received:
                _post(ctx, poll, option, invitee, CalendarMethod.CANCEL)


def hand_over(ctx: Context, option: PollOption, invitees: Sequence[PollInvitee]) -> int:
    """The chosen date becomes the meeting: its holds that have not left are dropped. Gives the
    SEQUENCE from which the meeting goes on."""
    for thread in _threads(ctx, [option], invitees).values():
        for message in thread:
            replace_unsent([message], message.recipient)
    return option.sequence + 1


def _threads(
    ctx: Context, options: Sequence[PollOption], invitees: Sequence[PollInvitee]
) -> dict[str, list[OutboxMessage]]:
    keys = [thread_of(option, invitee) for option in options for invitee in invitees]
    threads: dict[str, list[OutboxMessage]] = defaultdict(list)
    if keys:
        for message in ctx.session.scalars(mail_queries.mails_of_threads(keys)):
            threads[message.thread_key].append(message)
    return threads


def _post(
    ctx: Context,
    poll: DatePoll,
    option: PollOption,
    invitee: PollInvitee,
    method: CalendarMethod,
) -> None:
    is_off = method is CalendarMethod.CANCEL
    write = ctx.ports.calendar.cancel if is_off else ctx.ports.calendar.request
    event = _event(ctx, poll, option, invitee, is_off=is_off)
    outbox.post(
        ctx,
        Post(
            mail="poll_hold_off" if is_off else "poll_hold",
            recipient=recipient(invitee),
            values={**invitee_values(ctx, poll, invitee), "date": words_of(option)},
            calendar=CalendarPart(method, write(event)),
            thread_key=thread_of(option, invitee),
            dedup_key=f"hold:{option.id}:{invitee.id}:{option.sequence}",
            auto_submitted=True,
        ),
    )


def _event(
    ctx: Context, poll: DatePoll, option: PollOption, invitee: PollInvitee, *, is_off: bool
) -> CalendarEvent:
    link = link_of(ctx.settings, invitee)
    return CalendarEvent(
        uid=option.uid,
        sequence=option.sequence,
        stamp=ctx.now,
        starts_at=option.starts_at,
        ends_at=option.ends_at,
        summary=f"À confirmer : {poll.committee.name}",
        organizer=sender(ctx.settings),
        attendee=recipient(invitee),
        attendee_required=invitee.is_essential,
        description=""
        if is_off
        else f"{title_of(poll)} : une des dates proposées, pas encore choisie.\n"
        f"Dites si elle vous convient : {link}",
        location=poll.place or poll.visio_url,
        url="" if is_off else link,
        cancelled=is_off,
        tentative=not is_off,
    )
