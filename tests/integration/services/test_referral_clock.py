"""Silence: reminded of, told, closed; once, whatever the number of workers."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.organisations import make_contact, make_organisation
from tests.factories.referrals import make_person, make_referral
from tests.races import results_at_once
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.jobs import worker
from zna_network.models.outbox import OutboxMessage
from zna_network.models.referral import (
    AppointmentState,
    EventKind,
    Referral,
    ReferralState,
    RefusalReason,
    Side,
    Step,
)
from zna_network.services.context import Context
from zna_network.services.referrals import appointments, decisions, questions
from zna_network.services.referrals import clock as clock_module
from zna_network.services.referrals.appointments import AppointmentData

DAY = timedelta(days=1)
K = EventKind
CLOCKS = {K.REMINDED, K.ESCALATED, K.EXPIRED}


def _waiting(ctx: Context, **values: object) -> Referral:
    sender, receiver = make_organisation(ctx.session), make_organisation(ctx.session)
    make_contact(ctx.session, sender, is_referent=True, email="oriente@exemple.example")
    make_contact(ctx.session, receiver, is_referent=True, email="recoit@exemple.example")
    return make_referral(ctx.session, make_person(ctx.session, sender), receiver=receiver, **values)


def _happened(ctx: Context, referral: Referral) -> list[EventKind]:
    ctx.session.rollback()
    return [event.kind for event in referral.events if event.kind in CLOCKS]


def _told(ctx: Context) -> list[str]:
    """Whom each mail went to, by side, with the gist of its subject."""
    messages = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [f"{m.recipient.partition('@')[0]}: {m.subject.rpartition(' : ')[2]}" for m in messages]


def _clock_run(ctx: Context) -> int:
    return clock_module.run(ctx)


def test_reminder_escalation_expiry_each_in_its_time(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    referral = _waiting(ctx)
    number = f"orientation {referral.shown_number}"
    seen: list[list[EventKind]] = []
    for days in (9, 1, 5, 5, 9, 1, 30):
        clock.move(days * DAY)
        worker.run_once(app, "tests")
        worker.run_once(app, "tests")
        seen.append(_happened(ctx, referral))
    assert [len(kinds) for kinds in seen] == [0, 1, 1, 2, 2, 3, 3]
    assert seen[-1] == [K.REMINDED, K.ESCALATED, K.EXPIRED]
    assert (referral.state, referral.is_live) == (ReferralState.EXPIRED, False)
    assert _told(ctx) == [
        f"recoit: {number}",
        "oriente: à relancer",
        "oriente: sans réponse",
        "recoit: sans réponse",
    ]
    assert {e.author for e in referral.events if e.side is Side.SYSTEM} == {"Le réseau"}
    # Who answers late is welcome, from a page that still shows it waiting too.
    decisions.accept(ctx, referral.id, shown=ReferralState.OPEN)
    assert (referral.state, referral.is_live) == (ReferralState.ACCEPTED, True)


def test_two_workers_at_once_remind_once(app: Flask, ctx: Context, clock: FrozenClock) -> None:
    referrals = [_waiting(ctx) for _ in range(3)]
    for days, kind in ((10, K.REMINDED), (10, K.ESCALATED), (10, K.EXPIRED)):
        clock.move(days * DAY)
        done = results_at_once(app, [_clock_run] * 4)
        assert sum(done) == len(referrals)
        for referral in referrals:
            assert _happened(ctx, referral).count(kind) == 1
    assert len(_told(ctx)) == 4 * len(referrals)


def test_silence_after_acceptance_is_told_but_never_closed(
    ctx: Context, clock: FrozenClock
) -> None:
    referral = _waiting(ctx)
    decisions.accept(ctx, referral.id)
    first = clock.now()
    clock.move(10 * DAY)
    assert _clock_run(ctx) == 1
    # A reminder is no news: the sender is told twenty days after the last thing that people did.
    clock.move(10 * DAY)
    assert (_clock_run(ctx), _clock_run(ctx)) == (1, 0)
    clock.move(30 * DAY)
    assert _clock_run(ctx) == 0
    assert referral.state is ReferralState.ACCEPTED
    assert referral.moved_at == first
    questions.note(ctx, referral.id, "Toujours en cours")
    clock.move(10 * DAY)
    assert _clock_run(ctx) == 1
    data = AppointmentData((clock.now() + 15 * DAY).date(), first.time(), 30)
    meeting = appointments.propose(ctx, referral.id, data)
    clock.move(24 * DAY)
    assert _clock_run(ctx) == 0
    clock.move(2 * DAY)
    assert _clock_run(ctx) == 1
    appointments.set_state(ctx, referral.id, meeting.id, AppointmentState.MISSED)
    assert _clock_run(ctx) == 0
    assert _happened(ctx, referral) == [K.REMINDED, K.ESCALATED, K.REMINDED, K.REMINDED]


def test_a_worker_that_was_stopped_does_what_is_due_now(ctx: Context, clock: FrozenClock) -> None:
    late, very_late = _waiting(ctx), _waiting(ctx)
    very_late.sent_at = clock.now() - 15 * DAY
    ctx.session.commit()
    clock.move(22 * DAY)
    assert _clock_run(ctx) == 2
    assert _happened(ctx, late) == [K.REMINDED, K.ESCALATED]
    assert _happened(ctx, very_late) == [K.EXPIRED]


def test_settings_and_what_is_over_are_respected(ctx: Context, clock: FrozenClock) -> None:
    """Each referral at 5 days, with a reminder after 4: only what waits is reminded of; without
    an address the sender is told at once; reopening counts anew."""
    waits, mute = _waiting(ctx), _waiting(ctx)
    for contact in mute.receiver.contacts:
        contact.email = ""
    ended = [
        _waiting(ctx, state=ReferralState.WITHDRAWN),
        _waiting(ctx, state=ReferralState.ACCEPTED, step=Step.DECLINED),
    ]
    refused = _waiting(ctx)
    decisions.refuse(ctx, refused.id, RefusalReason.NO_CAPACITY)
    settings = ctx.settings.model_copy(update={"referral_reminder_days": 4})
    short = replace(ctx, settings=settings)
    clock.move(5 * DAY)
    assert (_clock_run(short), _clock_run(short)) == (2, 0)
    assert _happened(ctx, waits) == [K.REMINDED]
    assert _happened(ctx, mute) == [K.ESCALATED]
    decisions.reopen(ctx, refused.id)
    assert _clock_run(short) == 0
    clock.move(5 * DAY)
    assert _clock_run(short) == 1
    assert _happened(ctx, refused) == [K.REMINDED]
    assert [_happened(ctx, referral) for referral in ended] == [[], []]


def test_one_that_fails_holds_back_no_other(
    ctx: Context,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken, sound = _waiting(ctx), _waiting(ctx)
    post = clock_module.mails.to_receiver

    def failing(ctx: Context, referral: Referral, *args: object, **kwargs: object) -> int:
        if referral.id == broken_id:
            raise RuntimeError("disk full")
        return post(ctx, referral, *args, **kwargs)  # type: ignore[arg-type]

    broken_id = broken.id
    monkeypatch.setattr(clock_module.mails, "to_receiver", failing)
    clock.move(10 * DAY)
    assert _clock_run(ctx) == 1
    assert _happened(ctx, sound) == [K.REMINDED]
    assert _happened(ctx, broken) == []
    assert "disk full" in caplog.text


def test_what_is_not_due_costs_one_query(ctx: Context, clock: FrozenClock) -> None:
    for _ in range(12):
        _waiting(ctx)
    clock.move(11 * DAY)
    assert _clock_run(ctx) == 12
    with counted_statements() as statements:
        assert _clock_run(ctx) == 0
    assert len(statements) == 1


def test_an_answer_and_the_clock_at_once(app: Flask, ctx: Context, clock: FrozenClock) -> None:
    """Whoever comes first, the answer stands: what expires under it is reopened by it."""
    referral = _waiting(ctx)
    number, shown = referral.id, ReferralState.OPEN
    clock.move(30 * DAY)
    results = results_at_once(
        app, [_clock_run, lambda c: decisions.accept(c, number, shown=shown), _clock_run]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    ctx.session.rollback()
    assert (referral.state, referral.is_live) == (ReferralState.ACCEPTED, True)
    assert _happened(ctx, referral) in ([], [K.EXPIRED])
