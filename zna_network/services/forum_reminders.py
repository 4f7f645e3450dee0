"""Reminders of the preparation of a forum, that the worker writes by itself.

A task: at 9:00 in Arras seven days before it is due, the day before, and once the day after while
it is still open. A post of the shift plan: at 9:00 the day before, one mail a person, with its
hours for their calendar. An invitation to hold a stand: see ``stand_reminders``. A worker that was
stopped at that time catches up, until the next reminder of the task is due, or the post begins.

The row is held while its reminder is written in the same transaction, and says when: a second
worker finds it done. The mail's own key would refuse a second one even so."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from zna_network.models.forum import ForumTask, ShiftPerson
from zna_network.ports.calendar import Address, CalendarEvent
from zna_network.ports.messages import Attachment
from zna_network.queries import preparation as queries
from zna_network.services import outbox
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.french_time import from_local, local_date, long_date, time_range
from zna_network.services.links import token_hash
from zna_network.services.one_by_one import safely
from zna_network.services.outbox import Post

AT = time(9, 0)
_LATE_FOR = 7  # days: beyond, the page alone says that it is late


class Threshold(StrEnum):
    """``days`` from the day that the task is due."""

    SEVEN_DAYS = "j-7"
    EVE = "j-1"
    LATE = "late"

    @property
    def days(self) -> int:
        return {Threshold.SEVEN_DAYS: -7, Threshold.EVE: -1, Threshold.LATE: 1}[self]


FAILURE = "a reminder of a forum was not written"


def send_due(ctx: Context, should_stop: Callable[[], bool] = lambda: False) -> int:
    """The worker's turn: how many reminders were written.

    Each is a transaction of its own: one that fails is logged, and holds back no other."""
    today = local_date(ctx.now)
    first, last = today - timedelta(days=_LATE_FOR), today + timedelta(days=7)
    written = 0
    for task_id in ctx.session.scalars(queries.tasks_to_remind(first, last)).all():
        if should_stop():
            return written
        written += safely(ctx, partial(_remind_of_task, ctx, task_id), FAILURE)
    window = _window(ctx.now)
    if window is None:
        return written
    for forum_id, email in ctx.session.execute(queries.people_to_remind(*window)).all():
        if should_stop():
            return written
        written += safely(
            ctx,
            partial(_remind_of_posts, ctx, forum_id, email, window),
            FAILURE,
        )
    return written


def due_threshold(task: ForumTask, now: datetime) -> Threshold | None:
    """The reminder whose time it is, the latest one first; none when none is due."""
    if task.due_on is None or not task.state.is_open:
        return None
    for threshold in (Threshold.LATE, Threshold.EVE, Threshold.SEVEN_DAYS):
        if now >= due_at(task.due_on, threshold):
            return threshold
    return None


def due_at(due_on: date, threshold: Threshold) -> datetime:
    return from_local(due_on + timedelta(days=threshold.days), AT)


def _remind_of_task(ctx: Context, task_id: int) -> int:
    with ctx.unit_of_work():
        task = ctx.session.scalar(queries.task_to_remind(task_id))
        threshold = due_threshold(task, ctx.now) if task else None
        if task is None or threshold is None or not _awaits(task, threshold):
            return 0
        task.reminded_at = ctx.now
        outbox.post(ctx, _task_mail(ctx, task, threshold))
        ctx.record("forum_task.reminded", task, threshold=threshold.value)
    return 1


def _awaits(task: ForumTask, threshold: Threshold) -> bool:
    """Not reminded since that time, nor written down after it: who has just typed it knows."""
    if task.due_on is None or not task.owner_email:
        return False
    due = due_at(task.due_on, threshold)
    return task.created_at <= due and (task.reminded_at is None or task.reminded_at < due)


def _task_mail(ctx: Context, task: ForumTask, threshold: Threshold) -> Post:
    due_on = task.due_on
    assert due_on is not None
    return Post(
        mail="forum_task_reminder",
        recipient=Address(email=task.owner_email, name=task.owner),
        values={
            "owner": task.owner,
            "title": task.title,
            "note": task.note,
            "due": long_date(due_on),
            "is_late": threshold is Threshold.LATE,
            "forum": task.forum.title,
            "organiser": ctx.settings.organiser_name,
            "link": f"{ctx.settings.base_url}/forums/{task.forum.slug}/preparation",
        },
        dedup_key=f"forum-task:{task.id}:{threshold.value}:{due_on.isoformat()}",
        auto_submitted=True,
    )


def _window(now: datetime) -> tuple[datetime, datetime] | None:
    """The posts to remind people of now: those of the rest of today, and of tomorrow from 9:00."""
    tomorrow = local_date(now) + timedelta(days=1)
    ends = tomorrow + timedelta(days=1) if now >= from_local(local_date(now), AT) else tomorrow
    return now, from_local(ends, time(0))


def _remind_of_posts(
    ctx: Context, forum_id: int, email: str, window: tuple[datetime, datetime]
) -> int:
    with ctx.unit_of_work():
        held = ctx.session.scalars(queries.posts_of_person(forum_id, email, *window)).all()
        if not held:
            return 0
        held = sorted(held, key=lambda person: person.shift.starts_at)
        for person in held:
            person.reminded_at = ctx.now
        outbox.post(ctx, _posts_mail(ctx, held))
        ctx.record("shift.reminded", held[0].shift.forum, posts=len(held))
    return 1


def _posts_mail(ctx: Context, held: Sequence[ShiftPerson]) -> Post:
    forum = held[0].shift.forum
    content = ctx.ports.calendar.publish(
        [post_event(ctx, person) for person in held], name=f"Mes créneaux — {forum.title}"
    )
    return Post(
        mail="forum_shift_reminder",
        recipient=Address(email=held[0].email, name=held[0].name),
        values={
            "name": held[0].name,
            "forum": forum.title,
            "place": ", ".join(part for part in (forum.place, forum.address) if part),
            "organiser": ctx.settings.organiser_name,
            "posts": [
                {
                    "post": person.shift.post,
                    "place": person.shift.place,
                    "note": person.shift.note,
                    "day": long_date(person.shift.starts_at),
                    "hours": time_range(person.shift.starts_at, person.shift.ends_at),
                }
                for person in held
            ],
        },
        attachments=(Attachment("mes-creneaux.ics", "text/calendar", content),),
        dedup_key=_key(held),
        auto_submitted=True,
    )


def post_event(ctx: Context, person: ShiftPerson, *, cancelled: bool = False) -> CalendarEvent:
    """The post in its holder's calendar; ``cancelled`` is a version above those sent."""
    shift = person.shift
    forum = shift.forum
    return CalendarEvent(
        uid=f"creneau-{person.id}.{forum.uid}",
        sequence=shift.revision + int(cancelled),
        stamp=ctx.now,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        summary=f"{shift.post} — {forum.title}",
        organizer=sender(ctx.settings),
        description=shift.note,
        location=", ".join(part for part in (shift.place, forum.place, forum.address) if part),
        cancelled=cancelled,
    )


def _key(held: Sequence[ShiftPerson]) -> str:
    """One mail for these people at these hours, whatever happens twice."""
    told = ";".join(
        f"{person.id}:{person.shift.starts_at.isoformat()}:{person.shift.ends_at.isoformat()}"
        f":{person.shift.place}"
        for person in held
    )
    return f"forum-shift:{held[0].shift.forum_id}:{token_hash(told)}"
