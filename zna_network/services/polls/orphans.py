"""The hold of a date that was chosen, then called off before the convocations left: the meeting's
cancellation goes to those convened alone, so the others' calendars are emptied here."""

from collections.abc import Callable
from functools import partial

from zna_network.queries import invitations as invitation_queries
from zna_network.queries import polls as queries
from zna_network.services.context import Context
from zna_network.services.one_by_one import safely
from zna_network.services.polls import holds
from zna_network.services.polls.poll_values import live_invitees


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many polls were dealt with, each in a transaction of its own."""
    done = 0
    for poll_id in ctx.session.scalars(queries.with_orphan_hold()).all():
        if should_stop():
            break
        act = partial(_release, ctx, poll_id)
        done += safely(ctx, act, f"the last hold of poll {poll_id} was not withdrawn")
    return done


def _release(ctx: Context, poll_id: int) -> int:
    """The option is taken off, so that a second worker finds it done."""
    with ctx.unit_of_work():
        poll = ctx.session.scalar(queries.locked(poll_id))
        meeting = poll.meeting if poll else None
        if poll is None or meeting is None or not meeting.is_cancelled:
            return 0
        option = next((o for o in poll.options if o.is_live and o.uid == meeting.uid), None)
        if option is None:
            return 0
        convened = {
            invitation.email
            for invitation in ctx.session.scalars(invitation_queries.live(meeting.id))
            if invitation.is_convened
        }
        others = [one for one in live_invitees(poll) if one.email not in convened]
        option.sequence = max(option.sequence, meeting.sequence)
        option.removed_at = ctx.now
        holds.withdraw(ctx, poll, [option], others)
        ctx.record("poll.hold_released", poll, option=option.id)
    return 1
