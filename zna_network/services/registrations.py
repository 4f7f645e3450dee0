"""Registering for a forum, on the web or at the desk, and changing one's mind.

On the web nobody has an account: whoever has the link of a badge acts for its holder."""

from zna_network.models.attendee import Attendee, RegistrationChannel
from zna_network.models.forum import Forum, ForumState
from zna_network.queries import attendees as queries
from zna_network.queries import forums as forum_queries
from zna_network.services import attendee_index, badges, registration_mails, seats
from zna_network.services.attendee_links import attendee_of, fresh_link
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.forum_days import is_over
from zna_network.services.languages import to_translate
from zna_network.services.permissions import Permission
from zna_network.services.registration_values import RegistrationData, checked
from zna_network.services.unit_of_work import take_turns

# The text of the notice is templates/registrations/_notice.html: another text, another version.
NOTICE_VERSION = "2026-11"
CANCELLED_BY_HOLDER = "inscription annulée par la personne"
NOT_OPEN = to_translate(
    "Les inscriptions en ligne ne sont pas ouvertes. Vous pouvez venir sans inscription\u00a0: "
    "l’entrée est libre."
)
OVER = to_translate("Ce forum est passé.")
FORUM_CANCELLED = to_translate("Ce forum est annulé.")
NOT_CANCELLED = to_translate("Cette inscription n’est pas annulée.")


def why_closed(forum: Forum, ctx: Context) -> str | None:
    """Why nobody can register on the web now; none when they can."""
    if is_over(forum, ctx.now):
        return OVER
    if forum.state is ForumState.CANCELLED:
        return FORUM_CANCELLED
    is_open = forum.state is ForumState.PUBLISHED and forum.takes_registrations
    return None if is_open else NOT_OPEN


def register(
    ctx: Context, forum_id: int, data: RegistrationData, *, sending: str | None = None
) -> Attendee:
    """A registration with its badge, and the mail if there is an address. ``sending`` names the
    form that was sent (see ``form_stamps``): sent again, it gives the same registration."""
    with ctx.unit_of_work():
        forum = _held_forum(ctx, forum_id)
        closed = why_closed(forum, ctx)
        if closed is not None:
            raise ConflictError(closed)
        known = _sent_already(ctx, sending) if sending else None
        if known is not None:
            return known
        attendee = _create(ctx, forum, data, RegistrationChannel.ONLINE, sending)
        badges.issue(ctx, forum, attendee)
        registration_mails.send_badge(ctx, attendee)
    return attendee


def register_at_desk(
    ctx: Context, forum_id: int, data: RegistrationData, badge_number: int | None = None
) -> Attendee:
    """Somebody whom an agent registers; ``badge_number`` is a blank badge that they were handed,
    otherwise they get the next one."""
    ctx.require(Permission.REGISTER_AT_DESK)
    with ctx.unit_of_work():
        forum = _held_forum(ctx, forum_id)
        if is_over(forum, ctx.now):
            raise ConflictError(OVER)
        if forum.state is ForumState.CANCELLED:
            raise ConflictError(FORUM_CANCELLED)
        attendee = _create(ctx, forum, data, RegistrationChannel.DESK, None)
        if badge_number is None:
            badges.issue(ctx, forum, attendee)
        else:
            badges.attach(ctx, badges.numbered(ctx, forum.id, badge_number), attendee)
        registration_mails.send_badge(ctx, attendee)
    return attendee


def change(ctx: Context, token: str, data: RegistrationData) -> Attendee:
    """What the holder of the link says of themselves, anew. A new address gets the badge."""
    with ctx.unit_of_work():
        attendee = attendee_of(ctx, token, lock=True)
        if attendee.cancelled_at is not None:
            raise ConflictError(seats.GONE)
        email_before = attendee.email
        values = checked(ctx, data)
        for name, value in values.items():
            setattr(attendee, name, value)
        attendee.updated_at = ctx.now
        attendee.notice_version = NOTICE_VERSION
        badges.refresh_label(ctx, attendee)
        attendee_index.refresh(ctx, attendee)
        ctx.record("attendee.changed", attendee)
        if attendee.email != email_before:
            registration_mails.send_badge(ctx, attendee)
    return attendee


def cancel(ctx: Context, token: str) -> Attendee:
    """The holder does not come: the badge no longer opens, the seats go to others. Cancelled
    already, nothing happens."""
    with ctx.unit_of_work():
        attendee = attendee_of(ctx, token, lock=True)
        cancel_locked(ctx, attendee, CANCELLED_BY_HOLDER)
    return attendee


def cancel_locked(ctx: Context, attendee: Attendee, reason: str) -> None:
    """In the caller's transaction, which has locked the attendee."""
    if attendee.cancelled_at is not None:
        return
    attendee.cancelled_at = attendee.updated_at = ctx.now
    for badge in attendee.badges:
        if badge.revoked_at is None:
            badges.withdraw(ctx, badge, reason)
    registration_mails.withdraw(ctx, attendee)
    seats.release_all(ctx, attendee.id)
    ctx.record("attendee.cancelled", attendee)


def resume(ctx: Context, token: str) -> Attendee:
    """The holder comes after all: with another badge, the old one being refused at the door."""
    with ctx.unit_of_work():
        attendee = attendee_of(ctx, token, lock=True)
        if attendee.cancelled_at is None:
            raise ConflictError(NOT_CANCELLED)
        closed = why_closed(attendee.forum, ctx)
        if closed is not None:
            raise ConflictError(closed)
        attendee.cancelled_at, attendee.updated_at = None, ctx.now
        badges.issue(ctx, attendee.forum, attendee)
        ctx.record("attendee.resumed", attendee)
        registration_mails.send_badge(ctx, attendee)
    return attendee


def _sent_already(ctx: Context, sending: str) -> Attendee | None:
    take_turns(ctx.session, f"registrations:{sending}")
    return ctx.session.scalar(queries.by_salt(sending))


def _create(
    ctx: Context,
    forum: Forum,
    data: RegistrationData,
    channel: RegistrationChannel,
    sending: str | None,
) -> Attendee:
    attendee = Attendee(
        forum=forum,
        **checked(ctx, data),
        **fresh_link(ctx.settings, sending),
        channel=channel,
        notice_version=NOTICE_VERSION,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.session.add(attendee)
    ctx.session.flush()
    attendee_index.add(ctx, [(attendee.id, attendee.name, attendee.email, attendee.phone)])
    ctx.record("attendee.registered", attendee, channel=channel.value)
    return attendee


def _held_forum(ctx: Context, forum_id: int) -> Forum:
    forum = ctx.session.scalar(forum_queries.shared(forum_id))
    if forum is None:
        raise NotFoundError("Ce forum n’existe pas.")
    return forum
