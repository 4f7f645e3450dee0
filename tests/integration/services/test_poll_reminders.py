"""Reminders of a poll, the word that its time is over, and what is forgotten of it."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.accounts import make_user
from tests.factories.polls import make_invitee, make_poll
from tests.mail_reading import mails, parsed, text_of
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.outbox import OutboxMessage
from zna_network.models.poll import PollInvitee, PollOption, PollState, PollVote
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import from_local
from zna_network.services.polls import forgetting, polls, reminders


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return from_local(date(2026, 12, day), time(hour, minute))


def test_those_whose_answer_is_missing_are_reminded_twice(ctx: Context, clock: FrozenClock) -> None:
    poll = make_poll(ctx.session)
    silent = make_invitee(ctx.session, poll)
    partial = make_invitee(ctx.session, poll, "yy-")
    make_invitee(ctx.session, poll, "yyn")
    make_invitee(ctx.session, poll, email="")
    make_invitee(ctx.session, poll, removed_at=ctx.now)
    make_invitee(ctx.session, make_poll(ctx.session, state=PollState.DRAFT), sent_at=None)
    asked_late = make_invitee(ctx.session, poll, sent_at=_at(15, 8))
    clock.set(_at(15, 8, 59))
    assert reminders.run(ctx) == 0
    clock.set(_at(15, 9, 1))
    assert reminders.run(ctx) == 2
    assert reminders.run(ctx) == 0
    first, second = mails(ctx.session, "poll_reminder")
    assert [first.recipient, second.recipient] == [silent.email, partial.email]
    assert parsed(first)["Auto-Submitted"] == "auto-generated"
    assert "Nous n’avons pas encore vos disponibilités" in text_of(first)
    assert "Il manque votre réponse" in text_of(second)
    clock.set(_at(16, 9, 1))
    assert reminders.run(ctx) == 3
    assert mails(ctx.session, "poll_reminder")[-1].recipient == asked_late.email
    assert reminders.remind(ctx, poll.id) == 0
    clock.set(_at(17, 8))
    assert reminders.remind(ctx, poll.id) == 3


def test_who_asks_learns_that_the_time_is_over_once_for_each_deadline(
    ctx: Context, clock: FrozenClock
) -> None:
    maker = make_user(ctx.session, Role.AGENT)
    make_user(ctx.session, Role.AGENT)
    poll = make_poll(ctx.session, created_by=maker)
    make_invitee(ctx.session, poll, "yyn")
    make_invitee(ctx.session, poll, "y--")
    clock.set(_at(17, 18, 1))
    assert [reminders.run(ctx), reminders.run(ctx)] == [1, 0]
    [told] = mails(ctx.session, "poll_deadline")
    assert told.recipient == maker.email
    assert "Réponses complètes : 1 sur 2" in text_of(told)
    with pytest.raises(ConflictError, match="délai de réponse"):
        reminders.remind(ctx, poll.id)
    polls.extend(ctx, poll.id, date(2026, 12, 21), time(12))
    [extended] = mails(ctx.session, "poll_reminder")
    assert "Le délai change : vous avez jusqu’au lundi 21 décembre 2026" in text_of(extended)
    clock.set(_at(21, 12, 1))
    assert [reminders.run(ctx), reminders.run(ctx)] == [1, 0]
    assert len(mails(ctx.session, "poll_deadline")) == 2


def test_who_said_what_is_forgotten_half_a_year_after_the_end(
    ctx: Context, clock: FrozenClock
) -> None:
    over = make_poll(ctx.session, state=PollState.CANCELLED, closed_at=ctx.now)
    make_invitee(ctx.session, over, "yyn")
    recent = make_poll(ctx.session, deadline=ctx.now + timedelta(days=100))
    kept = make_invitee(ctx.session, recent, "yyn")
    reminders.remind(ctx, recent.id)
    polls.extend(ctx, recent.id, date(2027, 1, 10), time(12))
    clock.move(timedelta(days=forgetting.KEPT_DAYS - 1))
    assert forgetting.run(ctx) == 0
    clock.move(timedelta(days=2))
    assert forgetting.count_due(ctx) == 1
    assert [forgetting.run(ctx), forgetting.run(ctx)] == [1, 0]
    assert ctx.session.scalars(select(PollInvitee.id)).all() == [kept.id]
    assert ctx.session.scalar(select(func.count(PollVote.id))) == 3
    assert ctx.session.scalar(select(func.count(PollOption.id))) == 6
    assert over.title
    clock.move(timedelta(days=100))
    assert forgetting.run(ctx) == 1
    addresses = ctx.session.scalars(select(OutboxMessage.public_recipient)).all()
    assert set(addresses) <= {""}
