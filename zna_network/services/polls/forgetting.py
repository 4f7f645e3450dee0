"""Who could come when is of use until the meeting is fixed: half a year after a poll is over, those
who were asked, what they said and the mails about it go. The dates and the meeting stay."""

from datetime import datetime, timedelta

from zna_network.models.poll import DatePoll
from zna_network.queries import outbox as outbox_queries
from zna_network.queries import polls as queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import until_none
from zna_network.services.polls.holds import thread_key as hold_thread
from zna_network.services.polls.mails import thread_of

KEPT_DAYS = 180
BATCH = 50


def count_due(ctx: Context) -> int:
    return ctx.session.scalar(queries.count_to_forget(_limit(ctx))) or 0


def run(ctx: Context) -> int:
    """How many polls were forgotten, by batches, each a transaction of its own."""
    return until_none(lambda: _batch(ctx))


def _limit(ctx: Context) -> datetime:
    return ctx.now - timedelta(days=KEPT_DAYS)


def _batch(ctx: Context) -> int:
    with ctx.unit_of_work():
        polls = ctx.session.scalars(queries.to_forget(_limit(ctx), BATCH)).all()
        for poll in polls:
            _forget(ctx, poll)
    return len(polls)


def _forget(ctx: Context, poll: DatePoll) -> None:
    people = ctx.session.scalars(queries.people_of(poll.id)).all()
    options = ctx.session.scalars(queries.option_ids(poll.id)).all()
    threads = [thread_of(person) for person in people]
    threads += [hold_thread(option, person) for option in options for person in people]
    ctx.session.execute(outbox_queries.forget_threads(threads))
    for statement in queries.erase_people(poll.id):
        ctx.session.execute(statement)
    poll.updated_at = ctx.now
    ctx.record("poll.forgotten", poll)
