"""Sending what the outbox holds: claimed, sent, then marked, one mail at a time.

The claim is committed before the mail leaves and the mark after, so two workers never send the
same mail, and a worker that dies in between leaves a trace. SMTP cannot say whether a mail whose
answer was lost has been taken: after ``CLAIM_LENGTH`` it goes again, byte for byte, with the same
Message-ID, UID and SEQUENCE, which mail servers and calendars recognise as the one they have.

Whatever goes wrong with one mail is written on it and holds back no other, except those of its
own thread."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError

from zna_network.models.base import UnreadableSecretError
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.mailer import DeliveryError, Envelope
from zna_network.queries import outbox as queries
from zna_network.services.context import Context

# Longer than the slowest exchange: ten SMTP commands that each time out after a minute.
CLAIM_LENGTH = timedelta(minutes=12)
MAXIMUM_ATTEMPTS = 8
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=6)
CONTENT_KEPT = timedelta(days=30)
TRIES_TO_MARK = 3
_ADDRESS = re.compile(r"<?[^\s<>]+@[^\s<>]+>?")
_log = logging.getLogger(__name__)


@dataclass
class Report:
    sent: int = 0
    postponed: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.postponed + self.failed


@dataclass(frozen=True)
class _Claimed:
    """A mail taken by this worker; no envelope for one that can never be sent."""

    message_id: int
    envelope: Envelope | None


def deliver_due(
    ctx: Context,
    worker: str,
    limit: int = 500,
    should_stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Send up to ``limit`` mails that are due. ``worker`` names this process in the claims;
    ``should_stop`` is asked between two mails."""
    report = Report()
    while report.total < limit and not should_stop():
        claimed = _claim(ctx, worker)
        if claimed is None:
            break
        if claimed.envelope is None:
            report.failed += 1
        else:
            _deliver(ctx, worker, claimed.message_id, claimed.envelope, report)
    return report


def _claim(ctx: Context, worker: str) -> _Claimed | None:
    """Take one mail that is due, for this worker alone; none when there is none."""
    with ctx.unit_of_work():
        message = ctx.session.scalar(queries.due(ctx.now, 1))
        if message is None:
            return None
        message.redelivered = message.redelivered or message.state is OutboxState.SENDING
        message.state = OutboxState.SENDING
        message.claimed_by = worker
        message.claimed_until = ctx.now + CLAIM_LENGTH
        message.attempts += 1
        return _Claimed(message.id, _envelope(message))


def _envelope(message: OutboxMessage) -> Envelope | None:
    """What to send; none, and the mail is marked as failed, when there is no way to."""
    try:
        content, recipient = message.content, message.recipient
    except UnreadableSecretError:
        _fail(message, "Contenu illisible : la clé du site a changé depuis.")
        return None
    if content is None:
        _fail(message, "Le contenu de ce message a été effacé.")
        return None
    if message.attempts > MAXIMUM_ATTEMPTS:
        # Each worker that took it died before it could say why.
        _fail(message, "Envoi interrompu à chaque essai, sans explication.")
        return None
    return Envelope(
        sender=message.sender,
        recipient=recipient,
        message_id=message.message_id,
        content=content,
    )


def _deliver(
    ctx: Context, worker: str, message_id: int, envelope: Envelope, report: Report
) -> None:
    try:
        ctx.ports.mailer.send(envelope)
    except DeliveryError as error:
        _note_failure(ctx, worker, message_id, error, report)
    except Exception as error:
        _log.exception("the mail %s met an unexpected error", message_id)
        reason = f"Erreur inattendue à l’envoi ({type(error).__name__})."
        unexpected = DeliveryError(reason, permanent=False)
        _note_failure(ctx, worker, message_id, unexpected, report)
    else:
        _note_success(ctx, message_id)
        report.sent += 1


def _note_success(ctx: Context, message_id: int) -> None:
    """Mark it as sent, whoever holds it by now. A database that is busy is asked again: what is
    not marked would be sent twice."""
    for left in reversed(range(TRIES_TO_MARK)):
        try:
            with ctx.unit_of_work():
                ctx.session.execute(queries.mark_sent(message_id, ctx.now))
        except OperationalError:
            if not left:
                raise
        else:
            return


def _note_failure(
    ctx: Context, worker: str, message_id: int, error: DeliveryError, report: Report
) -> None:
    with ctx.unit_of_work():
        message = ctx.session.scalar(queries.by_id(message_id, lock=True))
        is_ours = (
            message is not None
            and message.state is OutboxState.SENDING
            and message.claimed_by == worker
        )
        if message is None or not is_ours:
            return
        if error.permanent or message.attempts >= MAXIMUM_ATTEMPTS:
            _fail(message, error.reason)
            report.failed += 1
        else:
            message.state = OutboxState.PENDING
            message.claimed_until = None
            message.last_error = _told(message, error.reason)
            message.available_at = next_attempt(ctx.now, message)
            report.postponed += 1


def _fail(message: OutboxMessage, reason: str) -> None:
    message.state = OutboxState.FAILED
    message.claimed_until = None
    message.last_error = _told(message, reason)


def _told(message: OutboxMessage, reason: str) -> str:
    """Servers repeat the address that they refuse: a person's is not written in clear."""
    if message.public_recipient or "@" not in reason:
        return reason
    return _ADDRESS.sub("(adresse)", reason)


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
