"""Putting mails in the outbox, and looking after it. Sending is ``delivery``'s."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.calendar import Address
from zna_network.ports.messages import Attachment, CalendarPart, Mail, message_id_for
from zna_network.ports.sent_mails import SentMail, SentMailContent
from zna_network.queries import outbox as queries
from zna_network.services.addresses import sender
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, NotFoundError
from zna_network.services.permissions import Permission


@dataclass(frozen=True)
class Post:
    """A mail to put in the outbox.

    ``mail`` names the folder of templates/emails/. ``thread_key`` orders mails about one thing to
    one person; ``dedup_key`` makes a cause produce one mail whatever happens twice.
    ``auto_submitted`` marks what nobody typed: absence messages do not answer it (RFC 3834).
    ``is_private``: to somebody who is helped or visits a forum, whose address is kept encrypted and
    who is not to be named in the subject."""

    mail: str
    recipient: Address
    values: Mapping[str, Any]
    thread_key: str = ""
    dedup_key: str | None = None
    meeting_id: int | None = None
    calendar: CalendarPart | None = None
    attachments: tuple[Attachment, ...] = ()
    supersedes_thread: bool = False
    auto_submitted: bool = False
    is_private: bool = False


def post(ctx: Context, order: Post) -> OutboxMessage:
    """Write the finished mail in the current transaction: a worker sends it after the commit.

    With ``supersedes_thread``, the mails of the thread not yet sent are dropped in its favour."""
    text = ctx.ports.mail_templates.render(
        order.mail, {"base_url": ctx.settings.base_url, **order.values}
    )
    origin = sender(ctx.settings)
    message_id = message_id_for(secrets.token_hex(16), origin.email.rpartition("@")[2])
    content = ctx.ports.composer.compose(
        Mail(
            recipient=order.recipient,
            subject=text.subject,
            text=text.text,
            html=text.html,
            calendar=order.calendar,
            attachments=order.attachments,
            auto_submitted=order.auto_submitted,
        ),
        sender=origin,
        message_id=message_id,
        date=ctx.now,
    )
    if order.supersedes_thread:
        for earlier in ctx.session.scalars(queries.pending_of_thread(order.thread_key)):
            earlier.state = OutboxState.SUPERSEDED
            earlier.content = None
    message = OutboxMessage(
        message_id=message_id,
        kind=order.mail,
        sender=origin.email,
        **_recipient_columns(order),
        subject=text.subject[:300],
        content=content,
        state=OutboxState.PENDING,
        thread_key=order.thread_key,
        dedup_key=order.dedup_key,
        meeting_id=order.meeting_id,
        available_at=ctx.now,
        created_at=ctx.now,
    )
    ctx.session.add(message)
    return message


def _recipient_columns(order: Post) -> dict[str, str]:
    kind = "private" if order.is_private else "public"
    columns = dict.fromkeys(
        ("public_recipient", "public_name", "private_recipient", "private_name"), ""
    )
    return {
        **columns,
        f"{kind}_recipient": order.recipient.email,
        f"{kind}_name": order.recipient.name[:170],
    }


def withdraw(ctx: Context, dedup_key: str) -> bool:
    """Pull back the mail of this cause, in the caller's transaction; false when it has left.

    One that a worker is handing over at this instant may still arrive (it then shows as sent),
    but is never tried again; nor is one that failed, which staff could otherwise send anew."""
    waiting = ctx.session.scalar(queries.not_sent_of_cause(dedup_key))
    if waiting is None:
        return False
    waiting.state = OutboxState.CANCELLED
    waiting.content = None
    waiting.claimed_until = None
    ctx.record("outbox.withdrawn", waiting)
    return True


def withdraw_thread(ctx: Context, thread_key: str) -> None:
    """Pull back the mails of this thread that have not left, in the caller's transaction."""
    for waiting in ctx.session.scalars(queries.pending_of_thread(thread_key)):
        waiting.state = OutboxState.CANCELLED
        waiting.content = None
        ctx.record("outbox.withdrawn", waiting)


def message(ctx: Context, message_id: int) -> OutboxMessage:
    ctx.require(Permission.OUTBOX_READ)
    found = ctx.session.scalar(queries.by_id(message_id))
    if found is None:
        raise NotFoundError("Ce message n’existe pas.")
    return found


def counts(ctx: Context) -> dict[OutboxState, int]:
    """How many messages are in each state."""
    ctx.require(Permission.OUTBOX_READ)
    found = {row[0]: row[1] for row in ctx.session.execute(queries.counts_by_state())}
    return {state: found.get(state, 0) for state in OutboxState}


def resend(ctx: Context, message_id: int) -> OutboxMessage:
    """Give a failed mail a new set of attempts."""
    ctx.require(Permission.OUTBOX_READ)
    with ctx.unit_of_work():
        message = ctx.session.scalar(queries.by_id(message_id, lock=True))
        if message is None:
            raise NotFoundError("Ce message n’existe pas.")
        if message.state is not OutboxState.FAILED:
            raise ConflictError("Seul un message en échec peut être renvoyé.")
        if message.content is None:
            raise ConflictError("Le contenu de ce message a déjà été effacé.")
        _put_back(ctx, message)
    return message


def resend_failed(ctx: Context) -> int:
    """Put back every failed mail, once the cause is mended. Gives their number."""
    ctx.require(Permission.OUTBOX_READ)
    with ctx.unit_of_work():
        failed = ctx.session.scalars(queries.failed_with_content()).all()
        for message in failed:
            _put_back(ctx, message)
    return len(failed)


def _put_back(ctx: Context, message: OutboxMessage) -> None:
    message.state = OutboxState.PENDING
    message.attempts = 0
    message.available_at = ctx.now
    ctx.record("outbox.resent", message)


def kept_mails(ctx: Context, limit: int) -> list[SentMail]:
    """The mails kept as files where no SMTP server is set, newest first."""
    _require_files(ctx)
    return ctx.ports.sent_mails.page(limit=limit)


def kept_mail(ctx: Context, filename: str) -> SentMailContent:
    _require_files(ctx)
    mail = ctx.ports.sent_mails.read(filename)
    if mail is None:
        raise NotFoundError("Ce courriel n’existe pas.")
    return mail


def _require_files(ctx: Context) -> None:
    """Mails hold links that give access: they are shown only in a trial set-up."""
    ctx.require(Permission.OUTBOX_READ)
    if not ctx.settings.keeps_mail_in_files or ctx.settings.is_public:
        raise NotFoundError("Les courriels partent par SMTP : aucun n’est gardé ici.")
