"""Who reads, writes and validates minutes, and the lock under which anything in them changes."""

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.minutes import Minutes, MinutesState
from zna_network.queries import minutes as queries
from zna_network.services.committee_access import readable_meeting
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.permissions import Permission

LOCKED = (
    "Ce compte-rendu est validé : il ne change plus, et rien n’a été enregistré. Rouvrez-le pour "
    "le corriger."
)
NOT_STARTED = "Le compte-rendu de cette réunion n’est pas commencé."


def may_write(ctx: Context, committee: Committee) -> bool:
    """Staff, and the grantee that leads the committee."""
    return ctx.may(Permission.MINUTES_WRITE, committee.led_by_id)


def may_validate(ctx: Context, committee: Committee) -> bool:
    """Staff only."""
    return ctx.may(Permission.MINUTES_VALIDATE, committee.led_by_id)


def writable_meeting(ctx: Context, meeting_id: int) -> Meeting:
    """Raises NotFoundError, or ForbiddenError when the actor may not write its minutes."""
    meeting = readable_meeting(ctx, meeting_id)
    ctx.require(Permission.MINUTES_WRITE, meeting.committee.led_by_id)
    return meeting


def held_meeting(ctx: Context, meeting_id: int) -> Meeting:
    """The meeting, which nobody can change or cancel until the end of the transaction. It is
    taken before the minutes, as those who change its agenda do: nobody waits in a circle."""
    meeting = ctx.session.scalar(queries.held_meeting(meeting_id))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    return meeting


def locked_minutes(ctx: Context, meeting_id: int, permission: Permission) -> Minutes:
    """The minutes, held until the end of the transaction: whoever else writes in them or
    validates them waits, then sees what this transaction has left."""
    meeting = held_meeting(ctx, meeting_id)
    ctx.require(permission, meeting.committee.led_by_id)
    minutes = ctx.session.scalar(queries.of_meeting(meeting_id, lock=True))
    if minutes is None:
        raise NotFoundError(NOT_STARTED)
    return minutes


def locked_draft(
    ctx: Context, meeting_id: int, permission: Permission = Permission.MINUTES_WRITE
) -> Minutes:
    """The same, for whatever changes a draft. Raises ConflictError once they are validated."""
    minutes = locked_minutes(ctx, meeting_id, permission)
    if minutes.state is not MinutesState.DRAFT:
        raise ConflictError(LOCKED)
    return minutes
