"""Where a booking may be moved to: the free slots nearest to a period."""

from datetime import datetime

from zna_network.models.booking import Booking
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.van.free_slots import Slot, nearest


def slots_near(
    ctx: Context, booking: Booking, starts_at: datetime, ends_at: datetime
) -> tuple[Slot, ...]:
    """Before and after, where there are; none for an unavailability, which no rule holds."""
    ctx.require(Permission.VAN_DECIDE)
    if booking.is_maintenance or ends_at <= starts_at:
        return ()
    found = nearest(
        ctx,
        booking.vehicle,
        starts_at,
        ends_at,
        organisation_id=booking.organisation_id,
        but=booking.id,
        with_notice=False,
    )
    return tuple(slot for slot in found if slot is not None)
