"""What is forgotten of an action once it has been closed for long: where its owner was written to,
and what they said from their link. What was to be done, by whom and what came of it stay, as the
minutes have them."""

from datetime import datetime, timedelta

from zna_network.queries import action_follow_up as queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import until_none

KEPT_DAYS = 180


def count_due(ctx: Context) -> int:
    """How many actions would lose their owner's address or words now."""
    return ctx.session.scalar(queries.count_to_forget(_limit(ctx))) or 0


def run(ctx: Context) -> int:
    """Forget them, by batches, each its own transaction; how many actions."""
    return until_none(lambda: _batch(ctx))


def _batch(ctx: Context) -> int:
    with ctx.unit_of_work():
        due = list(ctx.session.scalars(queries.to_forget(_limit(ctx))))
        if due:
            ctx.session.execute(queries.forget_replies(due))
            ctx.session.execute(queries.forget_addresses(due))
            ctx.record("action.forgotten", number=len(due))
    return len(due)


def _limit(ctx: Context) -> datetime:
    return ctx.now - timedelta(days=KEPT_DAYS)
