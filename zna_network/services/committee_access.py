"""Who reaches which committee: one rule for the committee, its meetings and their minutes."""

from zna_network.models.committee import Committee
from zna_network.queries import memberships
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError
from zna_network.services.permissions import Permission


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


def may_prepare(ctx: Context, committee: Committee) -> bool:
    """Staff, and the grantee that leads it: agenda, attendance, draft minutes."""
    return ctx.may(Permission.MEETING_PREPARE, committee.led_by_id)


def require_prepare(ctx: Context, committee: Committee) -> None:
    ctx.require(Permission.MEETING_PREPARE, committee.led_by_id)
