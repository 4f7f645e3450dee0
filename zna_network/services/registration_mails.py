"""The mails of a registration: the badge, and the news of a day that changed, in the language
that the person registered in."""

from dataclasses import replace

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.forum import Forum
from zna_network.ports.calendar import Address
from zna_network.ports.messages import Attachment, CalendarMethod, CalendarPart
from zna_network.queries import attendees as queries
from zna_network.queries import seats as seat_queries
from zna_network.services import outbox, programme_calendar
from zna_network.services.attendee_links import link_of
from zna_network.services.badge_documents import own_badge, when_and_where
from zna_network.services.badges import ticket_of
from zna_network.services.context import Context
from zna_network.services.languages import language_of
from zna_network.services.outbox import Post


def send_badge(ctx: Context, attendee: Attendee) -> None:
    """The badge with its PDF, its code as an image and the day for the calendar, in the caller's
    transaction; nothing where there is no address."""
    if attendee.email and attendee.badge is not None:
        files = (
            *_badge_files(ctx, attendee, attendee.badge),
            *_calendar_files(ctx, attendee.forum),
        )
        outbox.post(ctx, _post(ctx, attendee, attendee.badge, files, is_change=False))


def announce_change(ctx: Context, forum: Forum) -> int:
    """Tell those who registered with an address that the day, the hours or the place changed,
    with the badge as it is now, which says both. Gives their number."""
    told, calendar = 0, _calendar_files(ctx, forum)
    for attendee in ctx.session.scalars(queries.expected_with_email(forum.id)):
        if attendee.email and attendee.badge is not None:
            files = (_badge_pdf(ctx, attendee, attendee.badge), *calendar)
            outbox.post(ctx, _post(ctx, attendee, attendee.badge, files, is_change=True))
            told += 1
    return told


def announce_cancellation(ctx: Context, forum: Forum) -> int:
    """Tell those who registered with an address that the forum does not take place, and why;
    their calendar is emptied of it and of their workshops. Gives their number."""
    told = 0
    for attendee in ctx.session.scalars(queries.expected_with_email(forum.id)):
        if attendee.email:
            outbox.post(ctx, _cancellation(ctx, forum, attendee))
            told += 1
    return told


def withdraw(ctx: Context, attendee: Attendee) -> None:
    """Pull back the badge's mail, if it has not left yet."""
    outbox.withdraw_thread(ctx, thread_of(attendee))


def thread_of(attendee: Attendee) -> str:
    return f"attendee:{attendee.id}"


def _cancellation(ctx: Context, forum: Forum, attendee: Attendee) -> Post:
    language = language_of(attendee.language)
    recipient = Address(attendee.email, attendee.name)
    calendar: CalendarPart | None = None
    files: tuple[Attachment, ...] = ()
    if forum.held_on is not None:
        event = replace(programme_calendar.day_event(ctx, forum), attendee=recipient)
        calendar = CalendarPart(CalendarMethod.CANCEL, ctx.ports.calendar.cancel(event))
        seats = ctx.session.scalars(seat_queries.of_attendee(attendee.id)).all()
        content = programme_calendar.own_file(ctx, forum, [seat.session for seat in seats])
        # For who put the day in their calendar by hand: clients take it in from the file.
        files = (Attachment("forum-annule.ics", "text/calendar", content),)
    return Post(
        mail="forum_cancelled_visitor",
        recipient=recipient,
        values={
            "_": ctx.ports.translations.translator(language.locale),
            "language": language,
            "name": attendee.name,
            "forum": forum.title,
            "when": when_and_where(forum, language)[0],
            "reason": forum.cancelled_reason,
        },
        thread_key=thread_of(attendee),
        calendar=calendar,
        attachments=files,
        supersedes_thread=True,
        auto_submitted=True,
        is_private=True,
    )


def _post(
    ctx: Context,
    attendee: Attendee,
    badge: Badge,
    files: tuple[Attachment, ...],
    *,
    is_change: bool,
) -> Post:
    language = language_of(attendee.language)
    when, where = when_and_where(attendee.forum, language)
    return Post(
        mail="forum_badge",
        recipient=Address(attendee.email, attendee.name),
        values={
            "_": ctx.ports.translations.translator(language.locale),
            "language": language,
            "name": attendee.name,
            "forum": attendee.forum.title,
            "when": when,
            "where": where,
            "access": attendee.forum.access,
            "number": badge.shown_number,
            "link": link_of(ctx.settings, attendee),
            "is_change": is_change,
        },
        thread_key=thread_of(attendee),
        attachments=files,
        # Both carry the badge: what has not left yet is out of date.
        supersedes_thread=True,
        auto_submitted=True,
        is_private=True,
    )


def _badge_files(ctx: Context, attendee: Attendee, badge: Badge) -> tuple[Attachment, ...]:
    image = ctx.ports.qr_codes.png(ticket_of(ctx.settings, badge))
    return (
        _badge_pdf(ctx, attendee, badge),
        Attachment(f"badge-{badge.shown_number}.png", "image/png", image),
    )


def _badge_pdf(ctx: Context, attendee: Attendee, badge: Badge) -> Attachment:
    content = own_badge(ctx, attendee, badge)
    return Attachment(f"badge-{badge.shown_number}.pdf", "application/pdf", content)


def _calendar_files(ctx: Context, forum: Forum) -> tuple[Attachment, ...]:
    if forum.held_on is None:
        return ()
    content = programme_calendar.day_file(ctx, forum, with_sessions=False)
    return (Attachment("forum.ics", "text/calendar", content),)
