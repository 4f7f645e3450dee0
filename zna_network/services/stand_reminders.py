"""The one reminder to the organisations invited to hold a stand that have not answered.

At 9:00 in Arras seven days before the day that the forum asks for answers by; without such a day,
three weeks before the forum. Once only, however many workers look: the stand is held while its
mail is written in the same transaction, and says when; the mail's own key would refuse a second
one even so. A worker that was stopped catches up, until the answer is
late, or the forum is there."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial

from zna_network.models.forum import Forum
from zna_network.models.stand import StandState
from zna_network.queries import stands as queries
from zna_network.services import outbox
from zna_network.services.context import Context
from zna_network.services.forum_days import has_come
from zna_network.services.french_time import from_local, local_date
from zna_network.services.one_by_one import safely
from zna_network.services.outbox import Post
from zna_network.services.stand_mails import has_received_invitation, thread_of
from zna_network.services.stand_values import mail_values, recipient

AT = time(9, 0)
BEFORE_ANSWERS = timedelta(days=7)
BEFORE_FORUM = timedelta(days=21)
# Whoever was invited this lately has just been asked.
LEFT_ALONE = timedelta(days=3)


def send_due(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many reminders were written. One that fails is logged, and holds
    back no other."""
    written = 0
    for stand_id in ctx.session.scalars(queries.to_remind(local_date(ctx.now))).all():
        if should_stop():
            break
        remind = partial(_remind, ctx, stand_id)
        written += safely(ctx, remind, "a reminder of a stand was not written")
    return written


def due_at(forum: Forum) -> datetime | None:
    """When its invited organisations are reminded; none while no day says so."""
    if forum.stands_answer_by is not None:
        return from_local(forum.stands_answer_by - BEFORE_ANSWERS, AT)
    return None if forum.held_on is None else from_local(forum.held_on - BEFORE_FORUM, AT)


def is_time(forum: Forum, now: datetime) -> bool:
    due = due_at(forum)
    if due is None or now < due or forum.state.is_final or has_come(forum, now):
        return False
    return forum.stands_answer_by is None or local_date(now) < forum.stands_answer_by


def _remind(ctx: Context, stand_id: int) -> int:
    with ctx.unit_of_work():
        stand = ctx.session.scalar(queries.stand_to_remind(stand_id))
        if stand is None or stand.state is not StandState.INVITED or stand.reminded_at is not None:
            return 0
        forum = stand.forum
        if not is_time(forum, ctx.now) or ctx.now - stand.created_at < LEFT_ALONE:
            return 0
        if not has_received_invitation(ctx, stand):
            return 0
        stand.reminded_at = ctx.now
        outbox.post(
            ctx,
            Post(
                mail="stand_reminder",
                recipient=recipient(stand),
                values=mail_values(ctx.settings, forum, stand),
                thread_key=thread_of(stand.id),
                dedup_key=f"stand-reminder:{stand.id}",
                auto_submitted=True,
            ),
        )
        ctx.record("stand.reminded", stand)
    return 1
