"""Reminders to those whose answer is missing, and the word to who asks once the time is over.

By themselves at 9:00 in Arras, two days before the deadline's day and on its eve; by hand once a
day. The row and the mail are written in one transaction while the poll is held, and the row's
unique key makes a reminder happen once, whatever the number of workers. A worker that was stopped
catches up, until the next one is due or the deadline comes."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

from zna_network.models.poll import DatePoll, PollInvitee, PollReminder, PollState
from zna_network.queries import polls as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import from_local, local_date
from zna_network.services.one_by_one import safely
from zna_network.services.polls import mails
from zna_network.services.polls.access import poll_to_change
from zna_network.services.polls.poll_values import (
    has_said_all,
    live_invitees,
    live_options,
    missing,
    why_closed,
)

AT = time(9, 0)
BY_HAND = "by_hand"
# Latest first: what is due is the first whose time has come.
DAYS_BEFORE = {"eve": 1, "two_days": 2}
LEFT_ALONE = timedelta(hours=12)
HORIZON = timedelta(days=4)
TOLD_WITHIN = timedelta(days=7)


def remind(ctx: Context, poll_id: int) -> int:
    """Remind everybody whose answer is missing, but those reminded today; how many were. Raises
    ConflictError while no answer is taken."""
    today = local_date(ctx.now)
    written = 0
    with ctx.unit_of_work():
        poll = poll_to_change(ctx, poll_id)
        if closed := why_closed(poll, ctx.now):
            raise ConflictError(f"{closed} Il n’y a personne à relancer.")
        people = missing(poll)
        reminded = {
            reminder.invitee_id
            for reminder in ctx.session.scalars(queries.reminders_of([one.id for one in people]))
            if local_date(reminder.at) == today
        }
        for invitee in people:
            if invitee.id not in reminded:
                _write(ctx, poll, invitee, BY_HAND, today)
                written += 1
        if written:
            ctx.record("poll.reminded", poll, number=written)
    return written


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many mails were written, each person's in a transaction of its own."""
    polls = ctx.session.scalars(queries.awaiting_answers(ctx.now, ctx.now + HORIZON)).all()
    due = [(poll.id, kind) for poll in polls if (kind := due_kind(poll, ctx.now))]
    ended = ctx.session.scalars(queries.just_ended(ctx.now - TOLD_WITHIN, ctx.now)).all()
    written = 0
    for poll_id, kind in due:
        for invitee_id in ctx.session.scalars(queries.silent(poll_id)).all():
            if should_stop():
                return written
            act = partial(_remind_once, ctx, poll_id, invitee_id, kind)
            written += safely(ctx, act, f"the reminder of poll invitee {invitee_id} has failed")
    for poll_id in ended:
        act = partial(_tell_ended, ctx, poll_id)
        written += safely(ctx, act, f"the end of poll {poll_id} was not told")
    return written


def due_kind(poll: DatePoll, now: datetime) -> str | None:
    """The automatic reminder whose time it is; none when none is due."""
    if not poll.takes_answers(now):
        return None
    return next((kind for kind in DAYS_BEFORE if now >= due_at(poll, kind)), None)


def due_at(poll: DatePoll, kind: str) -> datetime:
    day = local_date(poll.deadline) - timedelta(days=DAYS_BEFORE[kind])
    return from_local(day, AT)


def _remind_once(ctx: Context, poll_id: int, invitee_id: int, kind: str) -> int:
    with ctx.unit_of_work():
        poll = ctx.session.scalar(queries.locked(poll_id))
        if poll is None or due_kind(poll, ctx.now) != kind:
            return 0
        invitee = next((one for one in missing(poll) if one.id == invitee_id), None)
        if invitee is None or not _awaits(ctx, poll, invitee, kind):
            return 0
        _write(ctx, poll, invitee, kind, local_date(poll.deadline))
        ctx.record("poll.reminded_by_itself", invitee, kind=kind)
    return 1


def _awaits(ctx: Context, poll: DatePoll, invitee: PollInvitee, kind: str) -> bool:
    """Neither reminded of this deadline already, nor written to within the last hours."""
    due, day = due_at(poll, kind), local_date(poll.deadline)
    if invitee.sent_at is None or invitee.sent_at > due - LEFT_ALONE:
        return False
    earlier = ctx.session.scalars(queries.reminders_of([invitee.id])).all()
    return not any(
        reminder.at > due - LEFT_ALONE or (reminder.kind, reminder.counted_on) == (kind, day)
        for reminder in earlier
    )


def _write(ctx: Context, poll: DatePoll, invitee: PollInvitee, kind: str, counted_on: date) -> None:
    ctx.session.add(
        PollReminder(invitee_id=invitee.id, kind=kind, counted_on=counted_on, at=ctx.now)
    )
    mails.tell(
        ctx,
        poll,
        invitee,
        "poll_reminder",
        key=f"poll_reminder:{invitee.id}:{kind}:{counted_on.isoformat()}",
        automatic=kind != BY_HAND,
        is_extended=False,
    )


def _tell_ended(ctx: Context, poll_id: int) -> int:
    """Whoever asks learns once that the time is over, with what is known; again for a deadline that
    was put off."""
    with ctx.unit_of_work():
        poll = ctx.session.scalar(queries.locked(poll_id))
        if poll is None or poll.state is not PollState.OPEN or poll.deadline > ctx.now:
            return 0
        options, invitees = live_options(poll), live_invitees(poll)
        answered = sum(has_said_all(invitee, options) for invitee in invitees)
        return mails.tell_owner(
            ctx,
            poll,
            "poll_deadline",
            cause=poll.deadline.isoformat(),
            answered=answered,
            number=len(invitees),
        )
