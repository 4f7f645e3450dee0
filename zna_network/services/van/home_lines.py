"""What CUA Mobile asks of the person who signs in."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.booking import Booking
from zna_network.queries import van_desk
from zna_network.queries.van_fleet import drivers_to_check
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission

REPORTS = 3


@dataclass(frozen=True)
class VanLines:
    """The counts are none for who does not decide. ``late`` are those of ``to_decide`` that the
    staff were reminded of. ``reports`` are the latest trips of which nothing was said."""

    to_decide: int | None = None
    late: int = 0
    drivers_to_check: int | None = None
    next_trip: Booking | None = None
    reports: Sequence[Booking] = ()


def van_lines(ctx: Context) -> VanLines | None:
    """None for an account that only reads the calendar."""
    if ctx.may(Permission.VAN_DECIDE):
        counted = ctx.session.execute(van_desk.requests_to_decide()).one()
        return VanLines(
            to_decide=counted[0],
            late=counted[1],
            drivers_to_check=ctx.session.scalar(drivers_to_check(local_date(ctx.now))),
            reports=ctx.session.scalars(van_desk.without_report(None, REPORTS)).all(),
        )
    own = ctx.actor.organisation_id if ctx.actor else None
    if own is None or not ctx.may(Permission.VAN_REQUEST, own):
        return None
    return VanLines(
        next_trip=ctx.session.scalar(van_desk.next_trip(own, ctx.now)),
        reports=ctx.session.scalars(van_desk.without_report(own, REPORTS)).all(),
    )
