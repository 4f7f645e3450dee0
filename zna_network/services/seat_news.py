"""Telling people what happened to their seat: a mail where they gave an address. Otherwise it
shows on the page of their own badge, and in the staff's list « à prévenir »."""

from zna_network.models.forum import Forum
from zna_network.models.workshop import Seat, SeatNews, Session
from zna_network.ports.calendar import Address
from zna_network.ports.messages import Attachment
from zna_network.queries import seats as queries
from zna_network.services import outbox, programme_calendar
from zna_network.services.attendee_links import link_of
from zna_network.services.context import Context
from zna_network.services.languages import day_in, hour_in, language_of
from zna_network.services.outbox import Post


def tell_everybody(
    ctx: Context, session: Session, news: SeatNews, *, has_mail: bool = False
) -> None:
    """Everybody who has a seat in the session, or waits for one. ``has_mail``: another mail tells
    those who gave an address."""
    ctx.session.flush()
    for seat in ctx.session.scalars(queries.live_in(session.id)).all():
        tell(ctx, session, seat, news, has_mail=has_mail)


def tell(
    ctx: Context, session: Session, seat: Seat, news: SeatNews, *, has_mail: bool = False
) -> None:
    """Note the news, and write the mail if there is an address, in the caller's transaction. A
    mail about this seat that has not left is replaced: each says all that holds now."""
    seat.news, seat.news_at, seat.told_at = news, ctx.now, None
    attendee = seat.attendee
    if not attendee.email or attendee.erased_at is not None or attendee.cancelled_at is not None:
        return
    if not has_mail:
        outbox.post(ctx, _mail(ctx, session, seat, news))
    seat.told_at = ctx.now


def forget(ctx: Context, seat: Seat) -> None:
    """The person has given up the seat: what was still to be told, or to leave, is no longer of
    use."""
    outbox.withdraw_thread(ctx, queries.thread_of(seat.id))
    seat.news = seat.news_at = seat.told_at = None


def _mail(ctx: Context, session: Session, seat: Seat, news: SeatNews) -> Post:
    attendee, forum = seat.attendee, session.workshop.forum
    language = language_of(attendee.language)
    when = [day_in(language, forum.held_on)] if forum.held_on else []
    hours = (hour_in(language, session.starts_at), hour_in(language, session.ends_at))
    return Post(
        mail="seat_news",
        recipient=Address(attendee.email, attendee.name),
        values={
            "_": ctx.ports.translations.translator(language.locale),
            "language": language,
            "name": attendee.name,
            "news": news.value,
            "is_seated": seat.seat_number is not None,
            "title": session.workshop.title,
            "forum": forum.title,
            "when": ", ".join([*when, " – ".join(hours)]),
            "where": ", ".join(part for part in (session.room.name, forum.place) if part),
            "reason": session.cancel_reason,
            "link": link_of(ctx.settings, attendee),
        },
        thread_key=queries.thread_of(seat.id),
        attachments=_calendar_files(ctx, forum, session),
        supersedes_thread=True,
        auto_submitted=True,
        is_private=True,
    )


def _calendar_files(ctx: Context, forum: Forum, session: Session) -> tuple[Attachment, ...]:
    """The same event as on the programme: calendars that have it take the change in."""
    if forum.held_on is None:
        return ()
    content = programme_calendar.session_file(ctx, forum, session)
    return (Attachment("atelier.ics", "text/calendar", content),)
