"""Sending what the outbox holds: claimed, sent, then marked, one mail at a time.

The claim is committed before the mail leaves and the mark after, so two workers never send the
same mail, and a worker that dies in between leaves a trace. SMTP cannot say whether a mail whose
answer was lost has been taken: after ``CLAIM_LENGTH`` it goes again, byte for byte, with the same
Message-ID, UID and SEQUENCE, which mail servers and calendars recognise as the one they have."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.mailer import DeliveryError, Envelope
from zna_network.queries import outbox as queries
from zna_network.services.context import Context

CLAIM_LENGTH = timedelta(minutes=5)
CLAIMED_AT_ONCE = 20
MAXIMUM_ATTEMPTS = 8
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
CONTENT_KEPT = timedelta(days=30)


@dataclass
class Report:
    sent: int = 0
    postponed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.postponed + self.failed


def deliver_due(ctx: Context, worker: str, limit: int = 500) -> Report:
    """Send up to ``limit`` mails that are due. ``worker`` names this process in the claims."""
    report = Report()
    while report.total < limit:
        claimed = _claim(ctx, worker, min(CLAIMED_AT_ONCE, limit - report.total))
        if not claimed:
            break
        for message_id in claimed:
            _deliver(ctx, worker, message_id, report)
    return report


def _claim(ctx: Context, worker: str, limit: int) -> list[int]:
    with ctx.unit_of_work():
        messages = ctx.session.scalars(queries.due(ctx.now, limit)).all()
        for message in messages:
            message.redelivered = message.redelivered or message.state is OutboxState.SENDING
            message.state = OutboxState.SENDING
            message.claimed_by = worker
            message.claimed_until = ctx.now + CLAIM_LENGTH
            message.attempts += 1
        return [message.id for message in messages]


def _deliver(ctx: Context, worker: str, message_id: int, report: Report) -> None:
    envelope = _renewed(ctx, worker, message_id)
    if envelope is None:
        return
    try:
        ctx.ports.mailer.send(envelope)
    except DeliveryError as error:
        _note_failure(ctx, worker, message_id, error, report)
    else:
        _note_success(ctx, worker, message_id)
        report.sent += 1


def _renewed(ctx: Context, worker: str, message_id: int) -> Envelope | None:
    """Take the claim's term up again just before sending, since earlier mails of the batch may
    have been slow; none when the claim has been lost to another worker meanwhile."""
    with ctx.unit_of_work():
        message = _still_ours(ctx, worker, message_id)
        if message is None or message.content is None:
            return None
        message.claimed_until = ctx.now + CLAIM_LENGTH
        return Envelope(
            sender=message.sender,
            recipient=message.recipient,
            message_id=message.message_id,
            content=message.content,
        )


def _still_ours(ctx: Context, worker: str, message_id: int) -> OutboxMessage | None:
    message = ctx.session.scalar(queries.by_id(message_id, lock=True))
    if message is None or message.state is not OutboxState.SENDING or message.claimed_by != worker:
        return None
    return message


def _note_success(ctx: Context, worker: str, message_id: int) -> None:
    with ctx.unit_of_work():
        message = _still_ours(ctx, worker, message_id)
        if message is not None:
            message.state = OutboxState.SENT
            message.sent_at = ctx.now
            message.claimed_until = None
            message.last_error = ""


def _note_failure(
    ctx: Context, worker: str, message_id: int, error: DeliveryError, report: Report
) -> None:
    with ctx.unit_of_work():
        message = _still_ours(ctx, worker, message_id)
        if message is None:
            return
        message.claimed_until = None
        message.last_error = error.reason
        if error.permanent or message.attempts >= MAXIMUM_ATTEMPTS:
            message.state = OutboxState.FAILED
            report.failed += 1
        else:
            message.state = OutboxState.PENDING
            message.available_at = next_attempt(ctx.now, message)
            report.postponed += 1


def next_attempt(now: datetime, message: OutboxMessage) -> datetime:
    """Doubling delays from a minute to six hours, spread by up to a fifth so that the mails held
    up by one breakdown do not come back all at once."""
    doublings = min(message.attempts - 1, 20)
    delay = min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)
    spread = (message.id * 7919 % 100) / 500
    return now + delay * (1 + spread)


def forget_old_contents(ctx: Context, limit: int = 500) -> int:
    """Erase the text of mails sent more than CONTENT_KEPT ago; who got what and when stays."""
    with ctx.unit_of_work():
        messages = ctx.session.scalars(queries.old_contents(ctx.now - CONTENT_KEPT, limit)).all()
        for message in messages:
            message.content = None
        return len(messages)
