"""Reminders that leave by themselves: J-7 and J-2 at 9:00 in Arras, once, whatever happens."""

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.mail_reading import mails, parsed
from tests.mail_server import running_smtp_server
from tests.races import results_at_once
from tests.workers import environment, worker_process
from tests.world import FrozenClock
from zna_network.models.invitation import Answer, Invitation, Reminder, ReminderKind
from zna_network.models.meeting import MeetingState
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.services import invitations, outbox, reminders
from zna_network.services.context import Context
from zna_network.services.french_time import local_date

# The meeting is on Thursday 17 December 2026 at 14:00; Arras is at UTC+1.
SEVEN = datetime(2026, 12, 10, 8, 0, tzinfo=UTC)
TWO = datetime(2026, 12, 15, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def person(ctx: Context) -> Invitation:
    return make_invitation(ctx.session, make_meeting(ctx.session), convened=True)


def _kinds(ctx: Context) -> list[ReminderKind]:
    return [row.kind for row in ctx.session.query(Reminder).order_by(Reminder.id)]


def test_reminds_at_j_7_and_at_j_2(ctx: Context, clock: FrozenClock, person: Invitation) -> None:
    for instant, number in (
        (SEVEN - SECOND, 0), (SEVEN, 1), (SEVEN + SECOND, 1), (TWO - SECOND, 1), (TWO, 2),
        (TWO + timedelta(hours=20), 2),
    ):  # fmt: skip
        clock.set(instant)
        reminders.send_due(ctx)
        assert len(mails(ctx.session)) == number, instant
    assert _kinds(ctx) == [ReminderKind.SEVEN_DAYS, ReminderKind.TWO_DAYS]
    assert {mail.recipient for mail in mails(ctx.session)} == {person.email}
    assert parsed(mails(ctx.session)[0])["Auto-Submitted"] == "auto-generated"


def test_nine_in_the_morning_follows_the_clocks_of_arras(ctx: Context) -> None:
    summer = make_meeting(
        ctx.session,
        starts_at=datetime(2027, 3, 30, 12, 0, tzinfo=UTC),
        ends_at=datetime(2027, 3, 30, 14, 0, tzinfo=UTC),
    )
    winter_time = reminders.due_at(summer, ReminderKind.SEVEN_DAYS)
    assert winter_time == datetime(2027, 3, 23, 8, 0, tzinfo=UTC)
    assert reminders.due_at(summer, ReminderKind.TWO_DAYS) == datetime(
        2027, 3, 28, 7, 0, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "values",
    [
        {"answer": Answer.ON_SITE},
        {"email": ""},
        {"removed_at": datetime(2026, 12, 4, tzinfo=UTC)},
        {"sent_sequence": None, "convened_at": None},
        {"convened_at": SEVEN + SECOND},
    ],
)
def test_leaves_alone_who_is_not_to_be_reminded(
    ctx: Context, clock: FrozenClock, values: dict[str, Any]
) -> None:
    make_invitation(ctx.session, make_meeting(ctx.session), **{"convened": True, **values})
    clock.set(SEVEN + timedelta(hours=1))
    assert reminders.send_due(ctx) == 0
    assert mails(ctx.session) == []


def test_convened_after_j_7_one_is_reminded_at_j_2_only(ctx: Context, clock: FrozenClock) -> None:
    make_invitation(
        ctx.session, make_meeting(ctx.session), sent_sequence=0, convened_at=SEVEN + SECOND
    )
    for instant in (SEVEN + timedelta(hours=2), TWO):
        clock.set(instant)
        reminders.send_due(ctx)
    assert _kinds(ctx) == [ReminderKind.TWO_DAYS]


def test_a_meeting_cancelled_or_begun_reminds_nobody(ctx: Context, clock: FrozenClock) -> None:
    cancelled = make_meeting(ctx.session, state=MeetingState.CANCELLED)
    begun = make_meeting(ctx.session)
    for meeting in (cancelled, begun):
        make_invitation(ctx.session, meeting, convened=True)
    clock.set(begun.starts_at)
    assert reminders.send_due(ctx) == 0


def test_a_postponed_meeting_reminds_again(
    ctx: Context, clock: FrozenClock, person: Invitation
) -> None:
    clock.set(SEVEN)
    reminders.send_due(ctx)
    meeting = person.meeting
    with ctx.unit_of_work():
        meeting.starts_at += timedelta(days=14)
        meeting.ends_at += timedelta(days=14)
        meeting.sequence += 1
        invitations.announce_change(ctx, meeting)
    clock.set(SEVEN + timedelta(days=14))
    assert reminders.send_due(ctx) == 1
    assert _kinds(ctx) == [ReminderKind.SEVEN_DAYS] * 2


def test_a_worker_stopped_at_nine_catches_up(
    ctx: Context, clock: FrozenClock, person: Invitation
) -> None:
    clock.set(SEVEN + timedelta(days=2))
    assert reminders.send_due(ctx) == 1
    assert _kinds(ctx) == [ReminderKind.SEVEN_DAYS]


def test_stopped_for_a_week_it_sends_one_reminder_not_two(
    ctx: Context, clock: FrozenClock, person: Invitation
) -> None:
    clock.set(TWO)
    assert reminders.send_due(ctx) == 1
    assert reminders.send_due(ctx) == 0
    assert _kinds(ctx) == [ReminderKind.TWO_DAYS]


def test_who_was_just_reminded_by_hand_is_left_in_peace(
    ctx: Context, clock: FrozenClock, person: Invitation
) -> None:
    clock.set(SEVEN - timedelta(hours=20))
    reminders.remind(ctx, person.meeting_id)
    clock.set(SEVEN)
    assert reminders.send_due(ctx) == 0
    clock.set(TWO)
    assert reminders.send_due(ctx) == 1
    assert reminders.remind(ctx, person.meeting_id).today_already == [person]


def test_workers_at_the_same_instant_remind_once(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(6):
        make_invitation(ctx.session, meeting, convened=True)
    clock.set(SEVEN)
    ctx.session.rollback()
    assert sum(results_at_once(app, [reminders.send_due] * 4)) == 6
    assert Counter(mail.recipient for mail in mails(ctx.session)).most_common(1)[0][1] == 1
    assert ctx.session.query(Reminder).count() == len(mails(ctx.session)) == 6


def test_a_crash_between_the_row_and_the_mail_leaves_neither_and_is_made_good(
    ctx: Context,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    meeting = make_meeting(ctx.session)
    people = [make_invitation(ctx.session, meeting, convened=True) for _ in range(3)]
    victim, real_post = people[1].email, outbox.post

    def crashing(own: Context, order: outbox.Post) -> OutboxMessage:
        own.session.flush()  # The reminder's row has been sent to the database.
        if order.recipient.email == victim:
            raise RuntimeError("the power is gone")
        return real_post(own, order)

    clock.set(SEVEN)
    monkeypatch.setattr(outbox, "post", crashing)
    with caplog.at_level(logging.CRITICAL, logger="zna_network.services.reminders"):
        assert reminders.send_due(ctx) == 2
    assert ctx.session.query(Reminder).count() == len(mails(ctx.session)) == 2
    monkeypatch.setattr(outbox, "post", real_post)
    assert reminders.send_due(ctx) == 1
    assert [len(mails_to(ctx.session, person)) for person in people] == [1, 1, 1]
    assert reminders.send_due(ctx) == 0


def test_the_database_itself_refuses_a_second_row(
    ctx: Context, clock: FrozenClock, person: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the check blinded, as if another worker had written between it and the row."""
    clock.set(SEVEN)
    reminders.send_due(ctx)
    monkeypatch.setattr(reminders, "_awaits", lambda *_: True)
    assert reminders.send_due(ctx) == 0
    assert len(mails(ctx.session)) == ctx.session.query(Reminder).count() == 1


def test_two_worker_processes_remind_each_person_once(
    ctx: Context, database_url: str, tmp_path: Path
) -> None:
    """By the real clock: a meeting in four days, whose J-7 is due and J-2 is not."""
    now = datetime.now(UTC)
    meeting = make_meeting(
        ctx.session, starts_at=now + timedelta(days=4), ends_at=now + timedelta(days=4, hours=2)
    )
    for _ in range(10):
        make_invitation(ctx.session, meeting, sent_sequence=0, convened_at=now - timedelta(days=20))
    ctx.session.rollback()
    with running_smtp_server() as server:
        environ = environment(database_url, tmp_path, server.url)
        with worker_process(environ, "--once") as one, worker_process(environ, "--once") as two:
            for process in (one, two):
                output, _ = process.communicate(timeout=60)
                assert process.returncode == 0, output
        with worker_process(environ, "--once") as restarted:
            restarted.communicate(timeout=60)
    assert Counter(mail.recipients for mail in server.mails).most_common(1)[0][1] == 1
    assert len(server.mails) == 10
    assert {row.counted_on for row in ctx.session.query(Reminder)} == {
        local_date(meeting.starts_at)
    }
    states = {mail.state for mail in mails(ctx.session)}
    assert states == {OutboxState.SENT}
