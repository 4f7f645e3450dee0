"""The one reminder of an invitation to hold a stand, by itself, once, however many workers look."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.forums import make_forum, make_stand
from tests.factories.organisations import make_organisation
from tests.mail_reading import mails, text_of
from tests.races import results_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.models.forum import Forum, ForumState
from zna_network.models.stand import Stand, StandState
from zna_network.services import delivery, stand_invitations, stand_reminders
from zna_network.services.context import Context
from zna_network.services.stand_invitations import StandInvitation

SECOND = timedelta(seconds=1)


def _at(month: int, day: int) -> datetime:
    """Nine o’clock in Arras, in winter."""
    return datetime(2026, month, day, 8, tzinfo=UTC)


def _invite(ctx: Context, forum: Forum, name: str) -> Stand:
    asked = StandInvitation(
        str(make_organisation(ctx.session, name=name).id), name, "", f"{name.lower()}@a.example"
    )
    return stand_invitations.invite(ctx, forum.id, asked)


def test_who_did_not_answer_is_reminded_once(
    app: Flask, ctx: Context, clock: FrozenClock, mailbox: MailboxMailer
) -> None:
    forum = make_forum(ctx.session, held_on=date(2027, 1, 13), stands_answer_by=date(2026, 12, 18))
    silent = _invite(ctx, forum, "Silent")
    answered = _invite(ctx, forum, "Answered")
    delivery.deliver_due(ctx, "tests")
    _invite(ctx, forum, "Unreached")
    answered.state = StandState.CONFIRMED
    ctx.session.commit()
    clock.set(_at(12, 11) - SECOND)
    assert stand_reminders.send_due(ctx) == 0
    clock.set(_at(12, 11))
    assert sum(results_at_once(app, [stand_reminders.send_due] * 3)) == 1
    clock.set(_at(12, 17))
    assert stand_reminders.send_due(ctx) == 0
    (mail,) = mails(ctx.session, "stand_reminder")
    assert mail.recipient == silent.contact_email
    assert "vendredi 18 décembre 2026" in text_of(mail)
    assert "/forum/stand/" in text_of(mail)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_without_a_day_three_weeks_before_and_never_too_late(ctx: Context) -> None:
    forum = make_forum(ctx.session, held_on=date(2027, 1, 13))
    due = _at(12, 23)
    assert stand_reminders.due_at(forum) == due
    assert [stand_reminders.is_time(forum, at) for at in (due - SECOND, due)] == [False, True]
    assert not stand_reminders.is_time(forum, datetime(2027, 1, 13, 8, tzinfo=UTC))
    forum.stands_answer_by = date(2026, 12, 18)
    assert [stand_reminders.is_time(forum, _at(12, day)) for day in (11, 17, 18)] == [
        True, True, False,
    ]  # fmt: skip
    forum.state = ForumState.CLOSED
    assert not stand_reminders.is_time(forum, _at(12, 11))
    assert stand_reminders.due_at(make_forum(ctx.session, held_on=None)) is None
    make_stand(ctx.session, make_forum(ctx.session), state=StandState.INVITED)
    assert stand_reminders.send_due(ctx) == 0  # Nothing was ever sent to it.
