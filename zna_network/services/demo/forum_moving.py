"""Moving the demonstration forum to today: its sessions, tasks and shifts go with it, its visitors
and badges stay, and the day at the door begins again."""

from datetime import timedelta

from zna_network.models.forum import Forum
from zna_network.queries import demo_forum as queries
from zna_network.services.context import Context
from zna_network.services.demo import forum_door, forum_workshops
from zna_network.services.demo.forum_day import Day
from zna_network.services.demo.forum_site import title_of


def move(ctx: Context, forum: Forum, day: Day) -> None:
    """What happened at the door another day is cleared: those badges come in today."""
    before = Day(forum.held_on or day.held_on, forum.opens_at, forum.closes_at)
    delay, days = day.opening - before.opening, day.held_on - before.held_on
    forum.held_on, forum.opens_at, forum.closes_at = day.held_on, day.opens_at, day.closes_at
    forum.title = title_of(day)
    forum.sequence += 1
    forum.updated_at = ctx.now
    for clearing in queries.clear_activity(forum.id):
        ctx.session.execute(clearing)
    _move_sessions(ctx, forum, delay)
    _move_preparation(ctx, forum, delay, days)
    forum_door.follow(ctx, forum, day)


def _move_sessions(ctx: Context, forum: Forum, delay: timedelta) -> None:
    sessions = list(ctx.session.scalars(queries.sessions_of(forum.id)))
    ctx.session.execute(queries.clear_slots([session.id for session in sessions]))
    for session in sessions:
        session.starts_at += delay
        session.ends_at += delay
        session.updated_at = ctx.now
    ctx.session.flush()
    live = [session for session in sessions if session.cancelled_at is None]
    forum_workshops.take_slots(ctx, forum, live)
    ctx.session.flush()


def _move_preparation(ctx: Context, forum: Forum, delay: timedelta, days: timedelta) -> None:
    for task in ctx.session.scalars(queries.tasks_of(forum.id)):
        if task.due_on is not None:
            task.due_on += days
        task.reminded_at = None
    for shift in ctx.session.scalars(queries.shifts_of(forum.id)):
        shift.starts_at += delay
        shift.ends_at += delay
    ctx.session.execute(queries.forget_shift_reminders(forum.id))
