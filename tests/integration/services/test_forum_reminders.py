"""Reminders of tasks and posts leave by themselves, once, however many workers look."""

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from flask import Flask

from tests.factories.forums import make_forum
from tests.mail_reading import mails, parsed
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.forum import Forum, ForumState, ForumTask, TaskState
from zna_network.services import forum_reminders, forum_tasks, shifts
from zna_network.services.context import Context
from zna_network.services.forum_tasks import TaskData
from zna_network.services.shifts import PersonData, ShiftData

# The forum is on Wednesday 16 December 2026; Arras is at UTC+1.
NINE = time(8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _at(day: int) -> datetime:
    return datetime.combine(date(2026, 12, day), NINE)


def _task(ctx: Context, forum: Forum, **values: object) -> ForumTask:
    data = {
        "title": "Poser les affiches",
        "owner": "Hawa Genêt",
        "owner_email": "hawa@exemple.example",
        "due_on": date(2026, 12, 14),
        **values,
    }
    return forum_tasks.create_task(ctx, forum.id, TaskData(**data))  # type: ignore[arg-type]


def _post(ctx: Context, forum: Forum, hours: tuple[int, int], email: str) -> int:
    shift = shifts.create_shift(
        ctx, forum.id, ShiftData("Accueil", time(hours[0]), time(hours[1]), place="Parvis")
    )
    shifts.add_person(ctx, forum.id, shift.id, PersonData("Hawa Genêt", email))
    return shift.id


def test_a_task_is_recalled_at_j_7_the_day_before_and_once_late(
    ctx: Context, clock: FrozenClock
) -> None:
    forum = make_forum(ctx.session)
    task = _task(ctx, forum)
    for instant, number in (
        (_at(7) - SECOND, 0), (_at(7), 1), (_at(9), 1), (_at(13) - SECOND, 1), (_at(13), 2),
        (_at(14), 2), (_at(15) - SECOND, 2), (_at(15), 3), (_at(18), 3), (_at(25), 3),
    ):  # fmt: skip
        clock.set(instant)
        forum_reminders.send_due(ctx)
        assert len(mails(ctx.session)) == number, instant
    subjects = [mail.subject for mail in mails(ctx.session)]
    assert [subject.split(" : ")[0] for subject in subjects] == ["Rappel", "Rappel", "En retard"]
    assert {mail.recipient for mail in mails(ctx.session)} == {task.owner_email}
    sent = parsed(mails(ctx.session)[0])
    assert sent["Auto-Submitted"] == "auto-generated"
    body = sent.get_body(("plain",))
    assert body is not None
    assert "lundi 14 décembre 2026" in body.get_content()
    assert f"/forums/{forum.slug}/preparation" in body.get_content()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nobody_is_recalled_of_what_is_done_undated_closed_long_past_or_just_written(
    ctx: Context, clock: FrozenClock
) -> None:
    forum = make_forum(ctx.session)
    _task(ctx, forum, state=TaskState.DONE)
    _task(ctx, forum, state=TaskState.DROPPED)
    _task(ctx, forum, owner_email="")
    _task(ctx, forum, due_on=None)
    _task(ctx, make_forum(ctx.session, state=ForumState.CLOSED))
    _task(ctx, forum, due_on=date(2026, 11, 20))
    clock.set(_at(13) + timedelta(hours=1))
    _task(ctx, forum)  # Typed on the eve at ten: whoever typed it knows.
    assert forum_reminders.send_due(ctx) == 0


def test_who_holds_posts_gets_one_mail_the_day_before_with_their_hours(
    ctx: Context, clock: FrozenClock
) -> None:
    forum = make_forum(ctx.session)
    first = _post(ctx, forum, (9, 12), "hawa@exemple.example")
    _post(ctx, forum, (14, 16), "hawa@exemple.example")
    clock.set(_at(15) - SECOND)
    assert forum_reminders.send_due(ctx) == 0
    clock.set(_at(15))
    assert forum_reminders.send_due(ctx) == 1
    assert forum_reminders.send_due(ctx) == 0
    (mail,) = mails(ctx.session)
    body = parsed(mail).get_body(("plain",))
    assert body is not None
    lines = body.get_content().replace("\u00a0", " ").splitlines()
    assert lines.count("mercredi 16 décembre 2026, de 9 h à 12 h") == 1
    assert lines.count("Parvis") == 2
    (attachment,) = list(parsed(mail).iter_attachments())
    calendar = icalendar.Calendar.from_ical(attachment.get_content().encode())
    starts = [event["DTSTART"].dt.astimezone(UTC).hour for event in calendar.walk("VEVENT")]
    assert starts == [8, 13]
    # Hours that move are told again; the other post has not changed.
    shift = ctx.session.get_one(shifts.Shift, first)
    shifts.update_shift(
        ctx, forum.id, first, ShiftData("Accueil", time(10), time(12)), shift.revision
    )
    assert forum_reminders.send_due(ctx) == 1
    # Put at a post on the morning itself: told at once, as long as it has not begun.
    clock.set(_at(16))
    late = shifts.create_shift(ctx, forum.id, ShiftData("Sortie", time(15), time(17)))
    shifts.add_person(ctx, forum.id, late.id, PersonData("Driss", "driss@exemple.example"))
    assert forum_reminders.send_due(ctx) == 1
    clock.set(_at(17))
    assert forum_reminders.send_due(ctx) == 0


def test_several_workers_at_once_write_each_reminder_once(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    forum = make_forum(ctx.session)
    for rank in range(4):
        _task(ctx, forum, owner_email=f"tache{rank}@exemple.example", due_on=date(2026, 12, 16))
        shift = shifts.create_shift(ctx, forum.id, ShiftData(f"P{rank}", time(9), time(12)))
        shifts.add_person(
            ctx, forum.id, shift.id, PersonData(f"N {rank}", f"poste{rank}@exemple.example")
        )
    clock.set(_at(15) + timedelta(minutes=5))
    ctx.session.rollback()
    written = results_at_once(app, [forum_reminders.send_due] * 4)
    assert sum(written) == 8
    recipients = [mail.recipient for mail in mails(ctx.session)]
    assert len(recipients) == len(set(recipients)) == 8
