"""Who reaches a poll: the staff, and the grantee that leads the committee. Partners answer by link;
they never see what the others have said."""

from zna_network.models.poll import DatePoll, PollInvitee, PollState
from zna_network.queries import polls as queries
from zna_network.queries.committees import Reach
from zna_network.services import committee_access
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.permissions import Permission

UNKNOWN_POLL = "Ce sondage n’existe pas."
GONE = "Cette personne n’est plus sollicitée dans ce sondage."


def reach(ctx: Context) -> Reach:
    """Whose polls a list shows: everybody's, or those of the committees that one's own
    organisation leads."""
    everything = ctx.is_system or ctx.may(Permission.MEETING_CONVENE)
    return Reach(everything, ctx.actor.organisation_id if ctx.actor else None)


def readable_poll(ctx: Context, poll_id: int, *, with_votes: bool = False) -> DatePoll:
    """With its options and invitees. Raises NotFoundError or ForbiddenError."""
    query = queries.with_votes if with_votes else queries.by_id
    poll = ctx.session.scalar(query(poll_id))
    if poll is None:
        raise NotFoundError(UNKNOWN_POLL)
    committee_access.require_prepare(ctx, poll.committee)
    return poll


def poll_to_change(ctx: Context, poll_id: int) -> DatePoll:
    """The same, locked until the transaction ends, while something of it can still change. To be
    called inside a unit of work. Raises ConflictError once it is over."""
    poll = ctx.session.scalar(queries.locked(poll_id))
    if poll is None:
        raise NotFoundError(UNKNOWN_POLL)
    committee_access.require_prepare(ctx, poll.committee)
    refuse_over(poll)
    return poll


def refuse_over(poll: DatePoll) -> None:
    if poll.state is PollState.CLOSED:
        who = f" par {poll.closed_by.name}" if poll.closed_by else ""
        raise ConflictError(f"Ce sondage vient d’être clos{who} : sa date est choisie.")
    if poll.state is PollState.CANCELLED:
        raise ConflictError("Ce sondage est abandonné : il ne change plus.")


def live_invitee(poll: DatePoll, invitee_id: int) -> PollInvitee:
    """Raises ConflictError when they were taken off meanwhile."""
    found = next((one for one in poll.invitees if one.id == invitee_id and one.is_live), None)
    if found is None:
        raise ConflictError(GONE)
    return found
