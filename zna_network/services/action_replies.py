"""What an action's owner has said, once somebody has answered it or something else has happened."""

from datetime import date

from zna_network.models.action_reply import ActionReply, ReplyState
from zna_network.models.minutes import ActionItem
from zna_network.queries import action_follow_up as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import FAR_AWAY, FIRST_YEAR, LAST_YEAR


def overtake(ctx: Context, action: ActionItem) -> None:
    """Whatever awaited an answer awaits none any more, the action being held: it was closed, given
    to somebody else, or its owner has spoken again."""
    waiting = ctx.session.scalar(queries.waiting_reply(action.id))
    if waiting is not None:
        settle(ctx, waiting, ReplyState.OVERTAKEN)


def settle(ctx: Context, reply: ActionReply, state: ReplyState, answer: str = "") -> None:
    reply.state, reply.answer = state, answer
    reply.settled_at, reply.settled_by_id = ctx.now, ctx.actor_id
    ctx.session.flush()


def clean_day(day: date | None, *, field: str) -> date | None:
    """A day that somebody may mean."""
    if day is not None and not FIRST_YEAR < day.year < LAST_YEAR:
        raise InvalidError(FAR_AWAY, field=field)
    return day
