"""Mails that wait for a person: read, applied to somebody who is invited, or set aside."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.mailbox import IncomingKind, IncomingMail, IncomingState
from zna_network.ports.calendar import PartStat
from zna_network.ports.mailbox import ReadMail
from zna_network.queries import invitations as invitation_queries
from zna_network.queries import mailbox as queries
from zna_network.services import rsvp
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.mailbox import bounces, matching, replies
from zna_network.services.mailbox.verdicts import HeldError, NoEffectError
from zna_network.services.permissions import Permission
from zna_network.services.representatives import Representative
from zna_network.services.rsvp import AnswerData
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

SETTLED = "Ce message a déjà été traité."
NOT_AN_ANSWER = (
    "Ce message n’est pas une réponse d’agenda\u00a0: il ne peut pas être pris en compte."
)
NO_CONTENT = "Le contenu de ce message n’est plus gardé."
_ANSWERS = frozenset({PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED})


@dataclass(frozen=True)
class HeldPage:
    """``candidates`` are those to whom the answer may be given; ``read`` is the mail itself, none
    once it is settled."""

    mail: IncomingMail
    candidates: Sequence[Invitation]
    read: ReadMail | None

    @property
    def is_answer(self) -> bool:
        return self.mail.kind in (IncomingKind.REPLY, IncomingKind.COUNTER)


@dataclass(frozen=True)
class Choice:
    """For whom an answer counts. ``name`` is given where it comes from somebody else, who will
    stand in for the person invited; empty where it is the person, from another address."""

    invitation_id: int
    name: str = ""
    represents: bool = False


def page(ctx: Context, mail_id: int) -> HeldPage:
    ctx.require(Permission.MAILBOX_READ)
    mail = ctx.session.scalar(queries.mail(mail_id))
    if mail is None:
        raise NotFoundError("Ce message n’existe pas.")
    is_held = mail.state is IncomingState.HELD
    candidates: Sequence[Invitation] = []
    if is_held and mail.meeting_id is not None:
        candidates = ctx.session.scalars(invitation_queries.live(mail.meeting_id)).all()
    read = ctx.ports.mail_parser.parse(mail.content) if is_held and mail.content else None
    return HeldPage(mail, candidates, read)


def content(ctx: Context, mail_id: int) -> bytes:
    """The mail's octets, for as long as it waits."""
    ctx.require(Permission.MAILBOX_READ)
    mail = ctx.session.scalar(queries.mail(mail_id))
    if mail is None or mail.content is None:
        raise NotFoundError(NO_CONTENT)
    return mail.content


def apply(ctx: Context, mail_id: int, choice: Choice, revision: int) -> IncomingMail:
    """Take the answer into account for the person chosen, as if it had been certain. The order of
    answers still holds. Raises ConflictError with the reason when it does not count."""
    ctx.require(Permission.MAILBOX_READ)
    ctx.require(Permission.MEETING_CONVENE)
    with ctx.unit_of_work():
        mail = _waiting(ctx, mail_id, revision)
        if mail.kind not in (IncomingKind.REPLY, IncomingKind.COUNTER) or mail.meeting_id is None:
            raise ConflictError(NOT_AN_ANSWER)
        meeting, invitation = rsvp.lock(ctx, mail.meeting_id, choice.invitation_id)
        try:
            if choice.represents:
                _stand_in(ctx, mail, choice)
            else:
                replies.apply(ctx, mail, meeting, invitation)
        except (HeldError, NoEffectError) as why:
            raise ConflictError(why.reason) from why
        _settle(ctx, mail, IncomingState.APPLIED)
    return mail


def mark_address(ctx: Context, mail_id: int, revision: int) -> IncomingMail:
    """Believe a report of failure that names no mail of ours: its addresses are marked, those that
    the site has in clear."""
    ctx.require(Permission.MAILBOX_READ)
    with ctx.unit_of_work():
        mail = _waiting(ctx, mail_id, revision)
        read = ctx.ports.mail_parser.parse(mail.content) if mail.content else None
        known = [
            one
            for one in (read.bounces if read else ())
            if any(ctx.session.scalar(query) for query in queries.is_known(one.email))
        ]
        if not known:
            raise ConflictError("Aucune adresse connue du site n’est citée dans ce retour.")
        for one in known:
            bounces.mark_address(ctx, one.email, one)
        _settle(ctx, mail, IncomingState.APPLIED)
    return mail


def set_aside(ctx: Context, mail_id: int, reason: str, revision: int) -> IncomingMail:
    ctx.require(Permission.MAILBOX_READ)
    reason = clean_text(reason, field="reason", limit=500)
    if not reason:
        raise InvalidError("Dites en un mot pourquoi.", field="reason")
    with ctx.unit_of_work():
        mail = _waiting(ctx, mail_id, revision)
        mail.reason = f"{mail.reason} Écartée\u00a0: {reason}".strip()
        _settle(ctx, mail, IncomingState.SET_ASIDE)
        ctx.record("mailbox.set_aside", mail)
    return mail


def look_again(ctx: Context, done: IncomingMail) -> None:
    """Somebody has just been named to stand in for another: what they had answered by themselves,
    held since nobody knew them, is read again. Each in a transaction of its own; what fails stays
    held."""
    if done.partstat != PartStat.DELEGATED or done.meeting_id is None or not done.delegate_email:
        return
    waiting = ctx.session.scalars(queries.held_of_attendee(done.meeting_id, done.delegate_email))
    for mail_id in [mail.id for mail in waiting]:
        try:
            with ctx.unit_of_work():
                _judge_again(ctx, mail_id)
        except (HeldError, NoEffectError, ConflictError):
            continue


def _judge_again(ctx: Context, mail_id: int) -> None:
    mail = ctx.session.scalar(queries.mail_locked(mail_id))
    if mail is None or mail.state is not IncomingState.HELD or mail.content is None:
        return
    read = ctx.ports.mail_parser.parse(mail.content)
    if read.calendar is None:
        return
    found = matching.find(ctx, read, read.calendar)
    meeting, invitation = rsvp.lock(ctx, found.meeting.id, found.invitation.id)
    replies.apply(ctx, mail, meeting, invitation)
    mail.content, mail.reason = None, ""


def _waiting(ctx: Context, mail_id: int, revision: int) -> IncomingMail:
    mail = ctx.session.scalar(queries.mail_locked(mail_id))
    if mail is None:
        raise NotFoundError("Ce message n’existe pas.")
    if mail.state is not IncomingState.HELD:
        raise ConflictError(SETTLED)
    if mail.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    return mail


def _settle(ctx: Context, mail: IncomingMail, state: IncomingState) -> None:
    mail.state = state
    mail.content = None
    mail.settled_at = ctx.now
    mail.settled_by_id = ctx.actor_id


def _stand_in(ctx: Context, mail: IncomingMail, choice: Choice) -> None:
    """The sender comes instead of the person chosen: convened in turn, and their answer counts."""
    if mail.meeting_id is None or not mail.attendee:
        raise ConflictError(matching.NO_ATTENDEE)
    meeting, principal = rsvp.lock(ctx, mail.meeting_id, choice.invitation_id)
    if not meeting.accepts_answers(ctx.now):
        raise ConflictError(rsvp.why_closed(meeting))
    named = Representative(choice.name, "", mail.attendee)
    rsvp.answer_by_calendar(
        ctx, meeting, principal, AnswerData(Answer.REPRESENTED, representative=named)
    )
    mail.invitation_id = principal.id
    stand_in = ctx.session.scalar(invitation_queries.live_with_email(meeting.id, mail.attendee))
    if stand_in is not None and PartStat(mail.partstat) in _ANSWERS:
        _, locked = rsvp.lock(ctx, meeting.id, stand_in.id)
        rsvp.answer_by_calendar(ctx, meeting, locked, replies.answer_data(meeting, locked, mail))
    ctx.record("mailbox.applied", mail, invitation=principal.id, stands_in=True)
