"""What names people leaves CUA Mobile as long after a trip as files of the people followed do
(``ZNA_PEOPLE_RETENTION_DAYS``): guests, signatures, photos, authors, words typed by hand, and the
drivers gone since as long. The trips, their stops, their figures and the mileage stay."""

from datetime import datetime, time, timedelta

from zna_network.models.booking import Booking
from zna_network.queries import outbox as outbox_queries
from zna_network.queries import van_forgetting as queries
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date
from zna_network.services.van.guest_mails import thread_of

BATCH = 50


def ended_before(ctx: Context) -> datetime:
    """Trips that ended before that instant are forgotten."""
    day = local_date(ctx.now) - timedelta(days=ctx.settings.people_retention_days)
    return from_local(day, time(0))


def count_trips(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_due(ended_before(ctx))) or 0


def count_drivers(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_drivers_gone(ended_before(ctx))) or 0


def trips(ctx: Context) -> int:
    """How many were forgotten, by batches, each a transaction of its own."""
    count = 0
    while forgotten := _trip_batch(ctx):
        count += forgotten
    return count


def drivers(ctx: Context) -> int:
    """As ``trips``; to be called after it, which lets go of the drivers of the past."""
    count = 0
    while forgotten := _driver_batch(ctx):
        count += forgotten
    return count


def _trip_batch(ctx: Context) -> int:
    with ctx.unit_of_work():
        due = ctx.session.scalars(queries.due(ended_before(ctx), BATCH)).all()
        if due:
            _forget(ctx, [booking.id for booking in due])
        for booking in due:
            _empty(ctx, booking)
            ctx.record("booking.erased", booking)
    return len(due)


def _forget(ctx: Context, booking_ids: list[int]) -> None:
    guests = ctx.session.scalars(queries.guest_ids(booking_ids)).all()
    threads = [thread_of(guest_id) for guest_id in guests]
    ctx.session.execute(outbox_queries.forget_threads(threads))
    for handover in ctx.session.scalars(queries.handovers(booking_ids)):
        handover.giver = handover.receiver = handover.recorded_by = handover.remarks = ""
        handover.giver_signature = handover.receiver_signature = ""
        handover.checklist = [{**item, "remark": ""} for item in handover.checklist]
    ctx.session.flush()
    for statement in queries.names_out(booking_ids):
        ctx.session.execute(statement)


def _empty(ctx: Context, booking: Booking) -> None:
    booking.requested_by_id = booking.driver_id = None
    booking.decided_by = booking.reason = booking.needs = ""
    booking.erased_at = booking.updated_at = ctx.now


def _driver_batch(ctx: Context) -> int:
    with ctx.unit_of_work():
        gone = ctx.session.scalars(queries.drivers_gone(ended_before(ctx), BATCH)).all()
        for driver in gone:
            ctx.record("driver.erased", driver)
            ctx.session.delete(driver)
    return len(gone)
