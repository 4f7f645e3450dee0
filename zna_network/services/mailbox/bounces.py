"""Mails that came back (RFC 3464). A report proves itself by naming a mail of ours: its Message-ID
is known to whoever received it alone. One that names none waits for a person, since anybody can
write that an address fails.

The address of somebody who is helped, or visits a forum, is never written in clear: the mail shows
as failed, nothing else."""

from zna_network.models.mailbox import AddressTrouble, IncomingMail, IncomingState
from zna_network.models.outbox import OutboxMessage, OutboxState
from zna_network.ports.mailbox import BouncedAddress, ReadMail
from zna_network.queries import address_troubles as trouble_queries
from zna_network.queries import mailbox as queries
from zna_network.queries.invitation_lists import THREAD_PREFIX
from zna_network.services.context import Context
from zna_network.services.mailbox.verdicts import HeldError

NOT_OURS = (
    "Ce retour ne cite aucun message parti d’ici\u00a0: il ne prouve pas que l’adresse "
    "soit en échec."
)
SAID = 500


def take(ctx: Context, mail: IncomingMail, read: ReadMail) -> None:
    """Mark the mails and the addresses that the report is about, inside the transaction that reads
    it. Raises HeldError when none of them is known."""
    told = [words for one in read.bounces for words in _take_one(ctx, mail, one)]
    if not told:
        raise HeldError(NOT_OURS)
    mail.state = IncomingState.APPLIED
    mail.reason = " ".join(told)


def mark_address(ctx: Context, email: str, bounced: BouncedAddress) -> AddressTrouble:
    """Note that this address failed once more, inside a transaction."""
    trouble = ctx.session.scalar(trouble_queries.trouble_of(email))
    if trouble is None:
        trouble = AddressTrouble(email=email, is_permanent=False, times=0, first_at=ctx.now)
        ctx.session.add(trouble)
    if trouble.settled_at is not None:
        trouble.settled_at, trouble.is_permanent, trouble.times = None, False, 0
        trouble.first_at = ctx.now
    trouble.is_permanent = trouble.is_permanent or bounced.is_permanent
    trouble.status, trouble.words = bounced.status[:20], bounced.words[:SAID]
    trouble.times += 1
    trouble.last_at = ctx.now
    ctx.session.flush()
    ctx.record("mailbox.address_failed", trouble, permanent=bounced.is_permanent)
    return trouble


def _take_one(ctx: Context, mail: IncomingMail, bounced: BouncedAddress) -> list[str]:
    """What was done about one address, in words; nothing when the mail is not ours."""
    if not bounced.original_message_id:
        return []
    message = ctx.session.scalar(queries.sent_mail(bounced.original_message_id, lock=True))
    if message is None:
        return []
    _attach(ctx, mail, message)
    is_public = bool(message.public_recipient)
    if bounced.is_permanent and message.state is OutboxState.SENT:
        message.state = OutboxState.FAILED
        message.last_error = _said(bounced, with_words=is_public)
    if not is_public:
        return ["Un message à une personne dont l’adresse est protégée n’est pas arrivé."]
    mark_address(ctx, message.public_recipient, bounced)
    how = "est en échec" if bounced.is_permanent else "ne répond pas pour l’instant"
    return [f"L’adresse {message.public_recipient} {how}."]


def _attach(ctx: Context, mail: IncomingMail, message: OutboxMessage) -> None:
    """The meeting and the person that the mail was about, where it was about one."""
    mail.meeting_id = message.meeting_id
    number = message.thread_key.removeprefix(THREAD_PREFIX)
    if message.thread_key.startswith(THREAD_PREFIX) and number.isdecimal():
        mail.invitation_id = int(number)


def _said(bounced: BouncedAddress, *, with_words: bool) -> str:
    code = f" ({bounced.status})" if bounced.status else ""
    if not with_words or not bounced.words:
        return f"Revenu\u00a0: l’adresse du destinataire ne fonctionne pas{code}."
    return f"Revenu{code}\u00a0: {bounced.words[:SAID]}"
