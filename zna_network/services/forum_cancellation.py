"""A forum that does not take place: said once, with its reason, to everybody who was convened.

There is no way back: people have been told and their calendars emptied. Another forum is created
instead, and announced as any other."""

from zna_network.models.forum import Forum, ForumState
from zna_network.services import forum_crew, registration_mails, stand_mails
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.forum_days import is_over
from zna_network.services.forums import forum_to_change
from zna_network.services.permissions import Permission

LONGEST_REASON = 1000


def cancel_forum(ctx: Context, forum_id: int, reason: str, revision: int) -> Forum:
    """Registrations and stand applications close, the doors let nobody in any more, and the mails
    leave: to the stands, to those who registered with an address, to the organisations that lead
    a workshop, and to whoever holds a post.

    Raises InvalidError (``reason``), ConflictError for a forum that is closed, past, cancelled
    already, or changed meanwhile."""
    ctx.require(Permission.FORUM_EDIT)
    with ctx.unit_of_work():
        forum = forum_to_change(ctx, forum_id, revision)
        if forum.state is ForumState.CANCELLED:
            raise ConflictError("Ce forum est déjà annulé.")
        if forum.state is ForumState.CLOSED or is_over(forum, ctx.now):
            raise ConflictError("Ce forum a eu lieu, ou il est clos : il ne s’annule plus.")
        said = clean_text(reason, field="reason", limit=LONGEST_REASON)
        if not said:
            raise InvalidError("Indiquez le motif : tout le monde le lira.", field="reason")
        forum.state, forum.cancelled_reason = ForumState.CANCELLED, said
        forum.takes_registrations = forum.takes_stands = False
        forum.sequence += 1
        forum.updated_at = ctx.now
        ctx.session.flush()
        told = stand_mails.announce_cancellation(ctx, forum)
        visitors = registration_mails.announce_cancellation(ctx, forum)
        crew = forum_crew.announce_cancellation(ctx, forum, already_told=told)
        ctx.record("forum.cancelled", forum, stands=len(told), visitors=visitors, crew=crew)
    return forum
