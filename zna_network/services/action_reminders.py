"""Reminders of actions to their owners, that the worker writes by itself at 9:00 in Arras: seven
days before the day, on the day, then every fourteen days that it is late, three times at the most.

One mail holds all that is due from one person. The row of each action and the mail are written in
one transaction, and the row's unique key is what makes a reminder happen once. A worker that was
stopped catches up with the latest one. Who was told of the action after its time is not reminded,
nor is who has asked something that awaits an answer; another day begins anew."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

from zna_network.models.minutes import ActionItem
from zna_network.models.minutes_review import ActionReminder
from zna_network.queries import action_follow_up as queries
from zna_network.services import action_mails
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date
from zna_network.services.links import token_hash
from zna_network.services.one_by_one import safely
from zna_network.services.unit_of_work import take_turns

AT = time(9, 0)
# How many days after its day each kind is due, the latest first.
STEPS = (("late-3", 42), ("late-2", 28), ("late-1", 14), ("day", 0), ("before", -7))
LABELS = {
    "before": "sept jours avant",
    "day": "le jour même",
    "late-1": "premier rappel de retard",
    "late-2": "deuxième rappel de retard",
    "late-3": "troisième et dernier rappel de retard",
}
# A worker stopped for longer than this forgets the last reminder.
_CAUGHT_UP = 30


def run(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many mails were written, each in a transaction of its own. One that
    fails is logged, and holds back no other."""
    looked_at = ctx.session.execute(queries.to_look_at(*_window(ctx))).all()
    done = _done(ctx, [row[0] for row in looked_at])
    owners = {
        email
        for action_id, email, due_on, told_at in looked_at
        if _is_due(action_id, due_on, told_at, ctx.now, done)
    }
    ctx.session.rollback()
    written = 0
    for email in sorted(owners):
        if should_stop():
            break
        written += safely(ctx, partial(_remind, ctx, email), "a reminder of actions has failed")
    return written


def due_kind(due_on: date, told_at: datetime, now: datetime) -> str | None:
    """The reminder whose time it is: the latest whose time has come, unless the owner was told of
    the action since; none when none is due."""
    for kind, days in STEPS:
        due_at = from_local(due_on + timedelta(days=days), AT)
        if now >= due_at:
            return kind if told_at < due_at else None
    return None


def _window(ctx: Context) -> tuple[date, date]:
    """Between which days an action's day may call for a reminder now."""
    today = local_date(ctx.now)
    return today - timedelta(days=STEPS[0][1] + _CAUGHT_UP), today + timedelta(days=-STEPS[-1][1])


def _done(ctx: Context, action_ids: list[int]) -> set[tuple[int, str, date]]:
    found = ctx.session.scalars(queries.reminded(action_ids)) if action_ids else ()
    return {(row.action_id, row.kind, row.counted_on) for row in found}


def _is_due(
    action_id: int,
    due_on: date,
    told_at: datetime,
    now: datetime,
    done: set[tuple[int, str, date]],
) -> bool:
    kind = due_kind(due_on, told_at, now)
    return kind is not None and (action_id, kind, due_on) not in done


def _remind(ctx: Context, email: str) -> int:
    """The mail of one owner, all of it looked at again under the lock."""
    with ctx.unit_of_work():
        take_turns(ctx.session, f"action-reminder:{token_hash(email)}")
        held = ctx.session.scalars(queries.to_remind(email, *_window(ctx))).all()
        done = _done(ctx, [action.id for action in held])
        due = [
            (action, action.due_on, kind)
            for action in held
            if action.due_on and action.told_at
            if (kind := due_kind(action.due_on, action.told_at, ctx.now))
            if (action.id, kind, action.due_on) not in done
        ]
        if not due:
            return 0
        for action, day, kind in due:
            ctx.session.add(
                ActionReminder(action_id=action.id, kind=kind, counted_on=day, at=ctx.now)
            )
            ctx.record("action.reminded", action, kind=kind)
        action_mails.remind(ctx, [action for action, _, _ in sorted(due, key=_pressing)])
    return 1


def _pressing(one: tuple[ActionItem, date, str]) -> tuple[date, int]:
    return one[1], one[0].id
