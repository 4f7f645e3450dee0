"""Who reaches which committee: one rule for the committee, its meetings and their minutes."""

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.queries import committees, meetings, memberships
from zna_network.queries.committees import Reach
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, NotFoundError
from zna_network.services.permissions import Permission


def reach(ctx: Context) -> Reach:
    """What a list may show to the actor: the same rule as ``may_read``, as a query's condition."""
    if ctx.may(Permission.COMMITTEE_READ):
        return Reach(everything=True)
    if ctx.actor is None or not ctx.actor.is_active:
        return Reach()
    return Reach(organisation_id=ctx.actor.organisation_id)


def may_read(ctx: Context, committee: Committee) -> bool:
    """Staff, the grantee that leads it, and the organisations that sit in it."""
    if ctx.may(Permission.COMMITTEE_READ, committee.led_by_id):
        return True
    if ctx.actor is None or not ctx.actor.is_active or ctx.actor.organisation_id is None:
        return False
    seats = memberships.validated_of_organisation(committee.id, ctx.actor.organisation_id)
    return ctx.session.scalar(seats.limit(1)) is not None


def require_read(ctx: Context, committee: Committee) -> None:
    if not may_read(ctx, committee):
        raise ForbiddenError


def may_propose(ctx: Context, committee: Committee) -> bool:
    """Staff, and the grantee that leads it: they also see the proposals and the history, which
    the organisations that only sit in it do not."""
    return ctx.may(Permission.MEMBER_PROPOSE, committee.led_by_id)


def may_prepare(ctx: Context, committee: Committee) -> bool:
    """Staff, and the grantee that leads it: agenda, attendance, draft minutes."""
    return ctx.may(Permission.MEETING_PREPARE, committee.led_by_id)


def require_prepare(ctx: Context, committee: Committee) -> None:
    ctx.require(Permission.MEETING_PREPARE, committee.led_by_id)


def readable_committee(ctx: Context, committee_id: int) -> Committee:
    """Raises NotFoundError, or ForbiddenError when the actor may not read it."""
    committee = ctx.session.scalar(committees.by_id(committee_id))
    if committee is None:
        raise NotFoundError("Cette instance n’existe pas.")
    require_read(ctx, committee)
    return committee


def readable_meeting(ctx: Context, meeting_id: int, *, with_agenda: bool = False) -> Meeting:
    """Raises NotFoundError, or ForbiddenError when the actor may not read its committee."""
    query = meetings.with_agenda if with_agenda else meetings.by_id
    meeting = ctx.session.scalar(query(meeting_id))
    if meeting is None:
        raise NotFoundError("Cette réunion n’existe pas.")
    require_read(ctx, meeting.committee)
    return meeting
