"""The mails of a registration: the badge, and the news of a day that changed, in the language
that the person registered in."""

from zna_network.models.attendee import Attendee, Badge
from zna_network.models.forum import Forum
from zna_network.ports.calendar import Address
from zna_network.ports.messages import Attachment
from zna_network.queries import attendees as queries
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
    """Tell those who registered with an address that the day, the hours or the place changed.
    Gives their number."""
    told, files = 0, _calendar_files(ctx, forum)
    for attendee in ctx.session.scalars(queries.expected_with_email(forum.id)):
        if attendee.email and attendee.badge is not None:
            outbox.post(ctx, _post(ctx, attendee, attendee.badge, files, is_change=True))
            told += 1
    return told


def withdraw(ctx: Context, attendee: Attendee) -> None:
    """Pull back the badge's mail, if it has not left yet."""
    outbox.withdraw_thread(ctx, thread_of(attendee))


def thread_of(attendee: Attendee) -> str:
    return f"attendee:{attendee.id}"


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
        # News of a change carries no badge: a badge that has not left yet still leaves, before it.
        supersedes_thread=not is_change,
        auto_submitted=True,
    )


def _badge_files(ctx: Context, attendee: Attendee, badge: Badge) -> tuple[Attachment, ...]:
    name = f"badge-{badge.shown_number}"
    image = ctx.ports.qr_codes.png(ticket_of(ctx.settings, badge))
    return (
        Attachment(f"{name}.pdf", "application/pdf", own_badge(ctx, attendee, badge)),
        Attachment(f"{name}.png", "image/png", image),
    )


def _calendar_files(ctx: Context, forum: Forum) -> tuple[Attachment, ...]:
    if forum.held_on is None:
        return ()
    content = programme_calendar.day_file(ctx, forum, with_sessions=False)
    return (Attachment("forum.ics", "text/calendar", content),)
