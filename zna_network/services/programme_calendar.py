"""The forum and its sessions as calendars have them, for anybody to add to their own."""

from collections.abc import Iterable

from zna_network.models.forum import Forum, ForumState
from zna_network.models.workshop import Session, Workshop
from zna_network.ports.calendar import CalendarEvent
from zna_network.queries.workshops import sessions_of_forum
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import NotFoundError
from zna_network.services.forum_days import ForumDay, day_of

NO_DATE = "La date de ce forum n’est pas encore fixée : son agenda viendra avec elle."


def day_file(ctx: Context, forum: Forum, *, with_sessions: bool) -> bytes:
    """The day of the forum, and each of its sessions if asked. Raises NotFoundError while the
    date is to be announced."""
    events = [day_event(ctx, forum)]
    if with_sessions:
        sessions = ctx.session.scalars(sessions_of_forum(forum.id))
        events += [session_event(ctx, forum, session) for session in sessions]
    return ctx.ports.calendar.publish(events, name=forum.title)


def own_file(ctx: Context, forum: Forum, sessions: Iterable[Session]) -> bytes:
    """The day, and the sessions that somebody has a seat in. Raises NotFoundError as above."""
    events = [day_event(ctx, forum), *(session_event(ctx, forum, one) for one in sessions)]
    return ctx.ports.calendar.publish(events, name=forum.title)


def session_file(ctx: Context, forum: Forum, session: Session) -> bytes:
    """One session; cancelled, it says so. Raises NotFoundError as above."""
    return ctx.ports.calendar.publish(
        [session_event(ctx, forum, session)], name=session.workshop.title
    )


def session_event(ctx: Context, forum: Forum, session: Session) -> CalendarEvent:
    day = _dated(forum)
    return CalendarEvent(
        uid=session.uid,
        sequence=session.sequence + int(forum.state is ForumState.CANCELLED),
        stamp=session.updated_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=session.workshop.title,
        organizer=sender(ctx.settings),
        description="\n\n".join(_told_of(session.workshop, session)),
        location=", ".join(part for part in (session.room.name, day.location) if part),
        url=page_of(ctx, forum),
        cancelled=session.is_cancelled or forum.state is ForumState.CANCELLED,
        categories=(forum.title,),
    )


def page_of(ctx: Context, forum: Forum) -> str:
    """The address of the public programme."""
    return f"{ctx.settings.base_url}/forum/{forum.slug}"


def day_event(ctx: Context, forum: Forum) -> CalendarEvent:
    """Raises NotFoundError while the date is to be announced."""
    day = _dated(forum)
    instants = day.instants
    assert instants is not None
    return CalendarEvent(
        uid=forum.uid,
        sequence=forum.sequence,
        stamp=forum.updated_at,
        starts_at=instants[0],
        ends_at=instants[1],
        summary=forum.title,
        organizer=sender(ctx.settings),
        description="\n\n".join(part for part in (forum.presentation, forum.access) if part),
        location=day.location,
        url=page_of(ctx, forum),
        cancelled=forum.state is ForumState.CANCELLED,
    )


def _dated(forum: Forum) -> ForumDay:
    if forum.held_on is None:
        raise NotFoundError(NO_DATE)
    return day_of(forum)


def _told_of(workshop: Workshop, session: Session) -> list[str]:
    by = workshop.organisation.name if workshop.organisation else ""
    parts = (workshop.description, " — ".join(part for part in (session.host, by) if part))
    return [part for part in parts if part]
