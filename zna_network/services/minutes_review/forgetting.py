"""What was said of a draft is of use until the minutes are settled: half a year after they are
validated, the remarks, those who were asked to read and the mails about it go. Versions stay."""

from datetime import datetime, timedelta

from zna_network.models.minutes import Minutes
from zna_network.queries import minutes_review as queries
from zna_network.queries import outbox as outbox_queries
from zna_network.services.context import Context
from zna_network.services.minutes_review.mails import thread_of
from zna_network.services.one_by_one import until_none

KEPT_DAYS = 180
BATCH = 50


def count_due(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_to_forget(_limit(ctx))) or 0


def run(ctx: Context) -> int:
    """Of how many minutes the reading was forgotten, by batches, each its own transaction."""
    return until_none(lambda: _batch(ctx))


def _limit(ctx: Context) -> datetime:
    return ctx.now - timedelta(days=KEPT_DAYS)


def _batch(ctx: Context) -> int:
    with ctx.unit_of_work():
        found = ctx.session.scalars(queries.to_forget(_limit(ctx), BATCH)).all()
        for minutes in found:
            _forget(ctx, minutes)
    return len(found)


def _forget(ctx: Context, minutes: Minutes) -> None:
    readers = ctx.session.scalars(queries.readers_of(minutes.id)).all()
    threads = [thread_of(reader) for reader in readers]
    ctx.session.execute(outbox_queries.forget_threads(threads))
    for statement in queries.erase_reading(minutes.id):
        ctx.session.execute(statement)
    ctx.record("minutes.reading_forgotten", minutes)
