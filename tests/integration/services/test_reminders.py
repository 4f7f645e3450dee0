"""Reminders by hand: chosen people or everyone without an answer, once a day at the most."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.invitations import mails_to, make_invitation
from tests.factories.meetings import make_meeting
from tests.factories.organisations import make_organisation
from tests.mail_reading import mails, parsed, text_of, token_of
from tests.races import results_at_once
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.invitation import Answer, Reminder, ReminderKind
from zna_network.models.meeting import MeetingState
from zna_network.services import reminders
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError
from zna_network.services.invitation_links import token_of as link_token


def test_reminds_everyone_who_has_not_answered(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    silent = make_invitation(ctx.session, meeting, convened=True)
    outdated = make_invitation(ctx.session, meeting, convened=True, outdated_answer=Answer.ON_SITE)
    for values in (
        {"convened": True, "answer": Answer.DECLINED},
        {"convened": True, "email": ""},
        {"convened": True, "removed_at": ctx.now},
        {},
    ):
        make_invitation(ctx.session, meeting, **values)
    report = reminders.remind(ctx, meeting.id)
    assert [person.id for person in report.reminded] == [silent.id, outdated.id]
    assert {mail.recipient for mail in mails(ctx.session)} == {silent.email, outdated.email}
    [mail] = mails_to(ctx.session, silent)
    assert mail.subject.startswith("Rappel, serez-vous là ?")
    assert "jeudi 17 décembre 2026" in text_of(mail)
    assert token_of(mail) == link_token(ctx.settings, silent)
    assert parsed(mail)["Auto-Submitted"] is None


def test_reminds_the_people_chosen_and_says_why_not_the_others(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    silent = make_invitation(ctx.session, meeting, convened=True)
    answered = make_invitation(ctx.session, meeting, convened=True, answer=Answer.ON_SITE)
    waiting = make_invitation(ctx.session, meeting)
    elsewhere = make_invitation(ctx.session, make_meeting(ctx.session), convened=True)
    chosen = [silent.id, answered.id, waiting.id, elsewhere.id, 99_999]
    report = reminders.remind(ctx, meeting.id, chosen)
    assert report.reminded == [silent]
    assert report.answered == [answered]
    assert report.unreachable == [waiting]
    assert len(mails(ctx.session)) == 1


def test_nobody_is_reminded_twice_in_a_day(ctx: Context, clock: FrozenClock) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, convened=True)
    reminders.remind(ctx, meeting.id)
    report = reminders.remind(ctx, meeting.id, [person.id])
    assert (report.reminded, report.today_already) == ([], [person])
    clock.set(clock.now().replace(hour=22, minute=59))  # 23:59 in Arras
    assert reminders.remind(ctx, meeting.id).today_already == [person]
    clock.move(timedelta(minutes=1))
    assert reminders.remind(ctx, meeting.id).reminded == [person]
    assert len(mails(ctx.session)) == 2


def test_agents_who_remind_at_the_same_instant_write_one_mail(app: Flask, ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    for _ in range(3):
        make_invitation(ctx.session, meeting, convened=True)
    number = meeting.id
    ctx.session.rollback()
    acts = [lambda own: len(reminders.remind(own, number).reminded)] * 4
    assert sorted(results_at_once(app, acts)) == [0, 0, 0, 3]
    assert len(mails(ctx.session)) == 3


def test_the_row_and_the_mail_are_written_together(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    person = make_invitation(ctx.session, meeting, convened=True)
    make_invitation(ctx.session, meeting, convened=True, email="pas une adresse")
    with pytest.raises(InvalidError):
        reminders.remind(ctx, meeting.id)
    assert ctx.session.query(Reminder).count() == 0
    assert mails(ctx.session) == []
    reminders.remind(ctx, meeting.id, [person.id])
    [row] = ctx.session.query(Reminder)
    assert (row.kind, row.invitation_id) == (ReminderKind.BY_HAND, person.id)


def test_refuses_when_nobody_is_chosen(ctx: Context) -> None:
    meeting = make_meeting(ctx.session)
    with pytest.raises(InvalidError, match="Cochez"):
        reminders.remind(ctx, meeting.id, [])


def test_refuses_once_the_meeting_has_begun_or_is_cancelled(
    ctx: Context, clock: FrozenClock
) -> None:
    begun = make_meeting(ctx.session)
    cancelled = make_meeting(ctx.session, state=MeetingState.CANCELLED)
    with pytest.raises(ConflictError, match="annulée"):
        reminders.remind(ctx, cancelled.id)
    clock.set(begun.starts_at)
    with pytest.raises(ConflictError, match="a commencé"):
        reminders.remind(ctx, begun.id)


def test_only_staff_remind(ctx: Context) -> None:
    grantee = make_organisation(ctx.session)
    meeting = make_meeting(ctx.session, make_committee(ctx.session, led_by=grantee))
    person = make_user(ctx.session, Role.GRANTEE, grantee)
    with pytest.raises(ForbiddenError):
        reminders.remind(acting_as(ctx, person), meeting.id)
