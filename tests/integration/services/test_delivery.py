"""Sending the outbox: each mail on its own, in the order of its thread, retried or given up."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from flask import Flask

from tests.conftest import system_context
from tests.factories.outbox import make_message
from tests.mail_server import running_smtp_server
from tests.races import results_at_once
from tests.world import FrozenClock, MailboxMailer
from zna_network.adapters.smtp_mailer import SmtpMailer
from zna_network.models.base import Keyring
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.mailer import DeliveryError, Envelope
from zna_network.services import delivery, outbox
from zna_network.services.context import Context
from zna_network.services.delivery import CLAIM_LENGTH, MAXIMUM_ATTEMPTS, next_attempt

TEMPORARY = DeliveryError("450 occupé", permanent=False)
PERMANENT = DeliveryError("550 boîte inconnue", permanent=True)


class PickyMailer(MailboxMailer):
    """Raises what ``troubles`` holds for a recipient; takes the other mails."""

    def __init__(self, troubles: dict[str, Exception]) -> None:
        super().__init__()
        self.troubles = troubles

    def send(self, envelope: Envelope) -> None:
        if envelope.recipient in self.troubles:
            raise self.troubles[envelope.recipient]
        super().send(envelope)


def _with_mailer(ctx: Context, mailer: object) -> Context:
    return replace(ctx, ports=replace(ctx.ports, mailer=mailer))  # type: ignore[arg-type]


def test_sends_what_is_due_and_marks_it(ctx: Context, mailbox: MailboxMailer) -> None:
    message = make_message(ctx.session)
    later = make_message(ctx.session, available_at=ctx.now + timedelta(seconds=1))
    report = delivery.deliver_due(ctx, "one")
    assert (report.sent, report.total) == (1, 1)
    [envelope] = mailbox.envelopes
    assert (envelope.recipient, envelope.message_id, envelope.content) == (
        message.recipient, message.message_id, message.content,
    )  # fmt: skip
    assert (message.state, message.sent_at, message.attempts) == (OutboxState.SENT, ctx.now, 1)
    assert later.state is OutboxState.PENDING
    assert delivery.deliver_due(ctx, "one").total == 0


def test_a_temporary_refusal_is_tried_again_later_and_later(
    ctx: Context, mailbox: MailboxMailer, clock: FrozenClock
) -> None:
    message = make_message(ctx.session)
    mailbox.fail_with = TEMPORARY
    delays = []
    for _ in range(MAXIMUM_ATTEMPTS - 1):
        assert delivery.deliver_due(ctx, "one").postponed == 1
        assert delivery.deliver_due(ctx, "one").total == 0
        delays.append(message.available_at - clock.now())
        clock.set(message.available_at)
    assert delays == sorted(delays)
    assert timedelta(minutes=1) <= delays[0] <= timedelta(seconds=72)
    assert delays[-1] <= timedelta(hours=7.2)
    assert (message.state, message.last_error) == (OutboxState.PENDING, "450 occupé")
    assert delivery.deliver_due(ctx, "one").failed == 1
    assert (message.state, message.attempts) == (OutboxState.FAILED, MAXIMUM_ATTEMPTS)
    clock.move(timedelta(days=2))
    assert delivery.deliver_due(ctx, "one").total == 0


def test_the_delay_never_exceeds_its_limit(ctx: Context) -> None:
    message = make_message(ctx.session, attempts=500)
    assert next_attempt(ctx.now, message) - ctx.now <= delivery.LONGEST_DELAY * 1.2


def test_a_permanent_refusal_gives_up_with_the_reason(ctx: Context, mailbox: MailboxMailer) -> None:
    message = make_message(ctx.session)
    mailbox.fail_with = PERMANENT
    assert delivery.deliver_due(ctx, "one").failed == 1
    assert (message.state, message.last_error) == (OutboxState.FAILED, "550 boîte inconnue")
    mailbox.fail_with = None
    outbox.resend(ctx, message.id)
    assert delivery.deliver_due(ctx, "one").sent == 1
    assert (message.state, message.last_error) == (OutboxState.SENT, "")


@pytest.mark.parametrize(
    "trouble", [PERMANENT, TEMPORARY, ValueError("un défaut du programme"), OSError("réseau")]
)
def test_a_poisoned_mail_holds_back_no_other(
    ctx: Context, trouble: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    before, poisoned, after = (make_message(ctx.session) for _ in range(3))
    mailer = PickyMailer({poisoned.recipient: trouble})
    with caplog.at_level(logging.CRITICAL, logger="zna_network.services.delivery"):
        report = delivery.deliver_due(_with_mailer(ctx, mailer), "one")
    assert report.sent == 2
    assert [envelope.recipient for envelope in mailer.envelopes] == [
        before.recipient, after.recipient,
    ]  # fmt: skip
    assert poisoned.state is not OutboxState.SENDING
    assert poisoned.last_error


def test_mails_that_can_never_be_sent_fail_by_themselves(
    ctx: Context, mailbox: MailboxMailer
) -> None:
    erased = make_message(ctx.session, content=None)
    unreadable = make_message(ctx.session)
    good_keys = Keyring.ready()
    Keyring.load([Fernet.generate_key()])
    try:
        good = make_message(ctx.session)
        report = delivery.deliver_due(ctx, "one")
    finally:
        Keyring.fernet = good_keys
    assert (report.sent, report.failed) == (1, 2)
    assert "effacé" in erased.last_error
    assert "clé" in unreadable.last_error
    assert good.state is OutboxState.SENT


def test_a_thread_keeps_its_order(ctx: Context, mailbox: MailboxMailer, clock: FrozenClock) -> None:
    first, second = (make_message(ctx.session, thread_key="invitation:1") for _ in range(2))
    elsewhere = make_message(ctx.session, thread_key="invitation:2")
    mailbox.fail_with = TEMPORARY
    delivery.deliver_due(ctx, "one", limit=1)
    mailbox.fail_with = None
    delivery.deliver_due(ctx, "one")
    assert [e.recipient for e in mailbox.envelopes] == [elsewhere.recipient]
    clock.set(first.available_at)
    delivery.deliver_due(ctx, "one")
    assert [e.recipient for e in mailbox.envelopes[1:]] == [first.recipient, second.recipient]


def test_a_mail_given_up_no_longer_holds_its_thread(ctx: Context, mailbox: MailboxMailer) -> None:
    first, second = (make_message(ctx.session, thread_key="invitation:1") for _ in range(2))
    mailer = PickyMailer({first.recipient: PERMANENT})
    delivery.deliver_due(_with_mailer(ctx, mailer), "one")
    assert [e.recipient for e in mailer.envelopes] == [second.recipient]


def test_a_mail_held_by_a_worker_is_left_to_it_until_its_term(
    ctx: Context, mailbox: MailboxMailer, clock: FrozenClock
) -> None:
    message = make_message(
        ctx.session,
        state=OutboxState.SENDING,
        claimed_by="dead",
        claimed_until=ctx.now + CLAIM_LENGTH,
        attempts=1,
    )
    clock.move(CLAIM_LENGTH)
    assert delivery.deliver_due(ctx, "one").total == 0
    clock.move(timedelta(seconds=1))
    assert delivery.deliver_due(ctx, "one").sent == 1
    assert message.redelivered
    assert mailbox.envelopes[0].content == message.content


def test_a_mail_that_kills_every_worker_is_given_up(
    ctx: Context, mailbox: MailboxMailer, clock: FrozenClock
) -> None:
    message = make_message(
        ctx.session,
        state=OutboxState.SENDING,
        claimed_by="dead",
        claimed_until=ctx.now,
        attempts=MAXIMUM_ATTEMPTS,
    )
    clock.move(timedelta(seconds=1))
    assert delivery.deliver_due(ctx, "one").failed == 1
    assert message.state is OutboxState.FAILED
    assert mailbox.envelopes == []


def test_what_was_accepted_is_marked_whoever_holds_it_by_then(
    ctx: Context, clock: FrozenClock
) -> None:
    message = make_message(ctx.session)

    class SlowMailer(MailboxMailer):
        """Answers after another worker has taken the mail over."""

        def send(self, envelope: Envelope) -> None:
            super().send(envelope)
            message.claimed_by = "other"
            ctx.session.commit()

    delivery.deliver_due(_with_mailer(ctx, SlowMailer()), "one")
    assert message.state is OutboxState.SENT


def test_a_failure_noted_too_late_changes_nothing(ctx: Context) -> None:
    message = make_message(ctx.session)

    class LostMailer(MailboxMailer):
        def send(self, envelope: Envelope) -> None:
            message.claimed_by = "other"
            ctx.session.commit()
            raise PERMANENT

    report = delivery.deliver_due(_with_mailer(ctx, LostMailer()), "one")
    assert report.total == 0
    assert (message.state, message.claimed_by) == (OutboxState.SENDING, "other")


def test_stops_between_two_mails_when_asked(ctx: Context, mailbox: MailboxMailer) -> None:
    for _ in range(3):
        make_message(ctx.session)
    report = delivery.deliver_due(ctx, "one", should_stop=lambda: len(mailbox.envelopes) == 2)
    assert report.sent == 2
    waiting = ctx.session.query(OutboxMessage).filter_by(state=OutboxState.PENDING)
    assert waiting.count() == 1


def test_threads_share_the_work(app: Flask, ctx: Context, mailbox: MailboxMailer) -> None:
    for rank in range(40):
        make_message(ctx.session, thread_key=f"thread:{rank % 7}")
    ctx.session.rollback()
    acts = [
        lambda own, name=name: delivery.deliver_due(own, name).sent for name in ("a", "b", "c", "d")
    ]
    assert sum(results_at_once(app, acts)) == 40
    sent = [envelope.message_id for envelope in mailbox.envelopes]
    assert len(set(sent)) == len(sent) == 40
    assert system_context(app).session.query(OutboxMessage).filter_by(redelivered=True).count() == 0


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_real_server_refuses_one_recipient_and_takes_the_next(ctx: Context) -> None:
    refused, busy, taken = (make_message(ctx.session) for _ in range(3))
    answers = {"RCPT": ["550 5.1.1 Boite inconnue", "450 4.2.1 Boite occupee"]}
    with running_smtp_server(answers) as server:
        mailer = SmtpMailer(server.url)
        report = delivery.deliver_due(_with_mailer(ctx, mailer), "one")
        mailer.close()
    assert (report.sent, report.postponed, report.failed) == (1, 1, 1)
    assert (refused.state, busy.state) == (OutboxState.FAILED, OutboxState.PENDING)
    assert "Boite inconnue" in refused.last_error
    assert "Boite occupee" in busy.last_error
    assert [mail.recipients for mail in server.mails] == [(taken.recipient,)]


def test_old_contents_are_erased_and_the_rest_kept(ctx: Context, clock: FrozenClock) -> None:
    message = make_message(ctx.session)
    delivery.deliver_due(ctx, "one")
    clock.move(delivery.CONTENT_KEPT)
    assert delivery.forget_old_contents(ctx) == 0
    clock.move(timedelta(seconds=1))
    assert delivery.forget_old_contents(ctx) == 1
    assert message.content is None
    assert message.recipient
