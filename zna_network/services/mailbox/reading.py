"""Reading the answering mailbox: each mail once, whatever restarts and however many workers read.

The row that keeps a mail's digest is written in the transaction that handles the mail, and the mail
is put aside after the commit. A crash in between changes nothing: the digest is found at the next
reading, and the mail put aside. Two workers that read the same mail at the same instant meet on the
digest's unique key: one handles it, the other does nothing."""

import hashlib
import logging
from collections.abc import Callable

from sqlalchemy.exc import OperationalError

from zna_network.models.mailbox import IncomingKind, IncomingMail, IncomingState
from zna_network.ports.mailbox import CalendarReply, MailboxError, MailKind, RawMail, ReadMail
from zna_network.queries import mailbox as queries
from zna_network.services import address_troubles, rsvp
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.mailbox import (
    bounces,
    held,
    matching,
    other_answers,
    replies,
    threads,
)
from zna_network.services.mailbox.verdicts import HeldError, NoEffectError

BATCH = 200
TOO_LONG = "Message trop volumineux pour être lu en entier."
WRITTEN = "Message écrit par une personne, sans réponse d’agenda\u00a0: lisez-le."
UNREADABLE = "Message que le site n’a pas su traiter (erreur inattendue)."
_log = logging.getLogger(__name__)


def run(
    ctx: Context, should_stop: Callable[[], bool] = lambda: False, *, limit: int = BATCH
) -> int:
    """Handle what the mailbox holds; how many mails were. ``should_stop`` is asked between two. A
    mailbox that cannot be reached is written in the log, and tried again at the next turn."""
    handled = 0
    try:
        for raw in ctx.ports.mailbox.unread(limit):
            if should_stop():
                break
            if _take(ctx, raw):
                ctx.ports.mailbox.done(raw.key)
                handled += 1
    except MailboxError as trouble:
        _log.warning("the answering mailbox: %s", trouble.reason)
    return handled


def _take(ctx: Context, raw: RawMail) -> bool:
    """Whether the mail is dealt with, now or before: it may then be put aside."""
    digest = hashlib.sha256(raw.content).hexdigest()
    try:
        _handle(ctx, raw, digest)
    except ConflictError:
        return _is_known(ctx, digest)  # Another worker, or somebody, at this very instant.
    except OperationalError:
        ctx.session.rollback()
        _log.exception("the database is not there for a mail received")
        return False
    except Exception:
        ctx.session.rollback()
        _log.exception("a mail received met an unexpected error")
        return _hold_unread(ctx, raw, digest)
    return True


def _handle(ctx: Context, raw: RawMail, digest: str) -> None:
    if _is_known(ctx, digest):
        return
    read = ctx.ports.mail_parser.parse(raw.content)
    verdict: HeldError | NoEffectError
    try:
        with ctx.unit_of_work():
            mail = _entered(ctx, digest, read)
            _act(ctx, raw, mail, read)
        held.look_again(ctx, mail)
    except (HeldError, NoEffectError) as reason:
        verdict = reason
    else:
        return
    with ctx.unit_of_work():
        mail = _entered(ctx, digest, read, about_meeting=verdict.meeting_id is not None)
        _set_apart(mail, raw, verdict)


def _act(ctx: Context, raw: RawMail, mail: IncomingMail, read: ReadMail) -> None:
    if raw.is_truncated:
        raise HeldError(TOO_LONG)
    if read.calendar is not None and read.kind in (MailKind.REPLY, MailKind.COUNTER):
        if not _is_of_meeting(ctx, read.calendar) and other_answers.take(
            ctx, mail, read, read.calendar
        ):
            return
        found = matching.find(ctx, read, read.calendar)
        meeting, invitation = rsvp.lock(ctx, found.meeting.id, found.invitation.id)
        replies.apply(ctx, mail, meeting, invitation)
        address_troubles.settle_address(ctx, read.from_address)
    elif read.kind is MailKind.BOUNCE:
        bounces.take(ctx, mail, read)
    elif read.kind is MailKind.AUTOMATIC:
        raise NoEffectError(read.reason)
    else:
        raise _written_by_hand(ctx, raw, read)


def _written_by_hand(ctx: Context, raw: RawMail, read: ReadMail) -> HeldError:
    answered = threads.invitation_answered(ctx, raw.content)
    reason = read.reason or WRITTEN
    if answered is None:
        return HeldError(reason)
    return HeldError(reason, meeting_id=answered.meeting_id, invitation_id=answered.id)


def _entered(
    ctx: Context, digest: str, read: ReadMail, *, about_meeting: bool = False
) -> IncomingMail:
    """The mail's row, in the database at once: the second reader of the same octets stops here.

    Whoever writes to the mailbox may be somebody who is helped: who it is from and what it says are
    kept in clear only where the mail is about a meeting, or from a professional whose address the
    site has already."""
    mail = IncomingMail(
        digest=digest,
        read_at=ctx.now,
        kind=IncomingKind(read.kind),
        state=IncomingState.IGNORED,
        message_id=read.message_id[:250],
    )
    calendar = read.calendar
    if calendar is not None:
        _describe(mail, calendar)
        about_meeting = about_meeting or _is_of_meeting(ctx, calendar)
    if about_meeting or _is_professional(ctx, read.from_address):
        mail.from_address, mail.subject = read.from_address[:254], read.subject[:300]
        if calendar is not None:
            _name(mail, calendar)
    ctx.session.add(mail)
    ctx.session.flush()
    return mail


def _describe(mail: IncomingMail, calendar: CalendarReply) -> None:
    """What the answer is, without anybody's name."""
    mail.uid, mail.partstat = calendar.uid[:250], calendar.partstat.value
    mail.sequence, mail.stamp = calendar.sequence, calendar.stamp
    mail.proposed_start, mail.proposed_end = calendar.proposed_start, calendar.proposed_end


def _name(mail: IncomingMail, calendar: CalendarReply) -> None:
    mail.attendee, mail.comment = calendar.attendee[:254], replies.clean_comment(calendar.comment)
    mail.delegate_email = calendar.delegated_to[:254]
    mail.delegate_name = calendar.delegate_name[:170]


def _set_apart(mail: IncomingMail, raw: RawMail, verdict: HeldError | NoEffectError) -> None:
    mail.reason = verdict.reason
    mail.meeting_id, mail.invitation_id = verdict.meeting_id, verdict.invitation_id
    if isinstance(verdict, HeldError):
        mail.state = IncomingState.HELD
        mail.content = raw.content


def _is_of_meeting(ctx: Context, calendar: CalendarReply) -> bool:
    return (
        bool(calendar.uid) and ctx.session.scalar(queries.meeting_of_uid(calendar.uid)) is not None
    )


def _is_professional(ctx: Context, address: str) -> bool:
    return bool(address) and any(ctx.session.scalar(q) for q in queries.is_known(address))


def _is_known(ctx: Context, digest: str) -> bool:
    ctx.session.rollback()
    return ctx.session.scalar(queries.of_digest(digest)) is not None


def _hold_unread(ctx: Context, raw: RawMail, digest: str) -> bool:
    """What nothing was foreseen for is a person's to read, and holds back no other mail."""
    try:
        with ctx.unit_of_work():
            mail = _entered(ctx, digest, ReadMail(MailKind.OTHER))
            _set_apart(mail, raw, HeldError(UNREADABLE))
    except (ConflictError, OperationalError):
        return _is_known(ctx, digest)
    return True
