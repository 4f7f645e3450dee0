"""What an answer of a calendar changes: the answer of the person, or the other time they propose.

Called inside the transaction that reads the mail, or that a person who looked into it began."""

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.mailbox import IncomingKind, IncomingMail, IncomingState
from zna_network.models.meeting import Meeting
from zna_network.ports.calendar import PartStat
from zna_network.services import rsvp
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError, TooManyAttemptsError
from zna_network.services.mailbox import counters
from zna_network.services.mailbox.matching import REMOVED
from zna_network.services.mailbox.ordering import Rank, rank_of, why_late, why_older
from zna_network.services.mailbox.verdicts import HeldError, NoEffectError
from zna_network.services.representatives import Representative
from zna_network.services.rsvp import AnswerData
from zna_network.services.sensitive_text import refuse_sensitive

WORDS = {
    PartStat.ACCEPTED: "oui",
    PartStat.TENTATIVE: "peut-être",
    PartStat.DECLINED: "non",
    PartStat.DELEGATED: "représenté",
    PartStat.NEEDS_ACTION: "sans réponse",
}
NOT_YET = "La personne a remis sa réponse à plus tard."
NO_DELEGATE = "Se fait représenter, sans dire par qui."
WITHHELD = (
    "(Le mot joint contenait un numéro qui ne peut pas être gardé ici\u00a0: il a été effacé.)"
)


def apply(ctx: Context, mail: IncomingMail, meeting: Meeting, invitation: Invitation) -> None:
    """Do what the mail asks for this person, both locked (``rsvp.lock``). Raises NoEffectError when
    something else counts, HeldError when only a person can tell."""
    mail.meeting_id, mail.invitation_id = meeting.id, invitation.id
    try:
        _apply(ctx, mail, meeting, invitation)
    except (HeldError, NoEffectError) as reason:
        reason.meeting_id, reason.invitation_id = meeting.id, invitation.id
        raise
    except (InvalidError, TooManyAttemptsError) as refusal:
        raise HeldError(
            refusal.message, meeting_id=meeting.id, invitation_id=invitation.id
        ) from refusal
    mail.state = IncomingState.APPLIED
    ctx.record("mailbox.applied", mail, invitation=invitation.id, kind=mail.kind.value)


def answer_data(meeting: Meeting, invitation: Invitation, mail: IncomingMail) -> AnswerData:
    """The answer in our words. A calendar says « oui », not where from: on site, unless the meeting
    is a visio only or the person had chosen the visio."""
    partstat = _partstat(mail)
    comment = _comment(mail)
    if partstat is PartStat.DELEGATED:
        return AnswerData(Answer.REPRESENTED, comment, _delegate(mail))
    if partstat is PartStat.ACCEPTED:
        chose_visio = Answer.REMOTE in (invitation.answer, invitation.outdated_answer)
        is_remote = meeting.visio_url and (chose_visio or not meeting.place)
        return AnswerData(Answer.REMOTE if is_remote else Answer.ON_SITE, comment)
    answer = Answer.DECLINED if partstat is PartStat.DECLINED else Answer.TENTATIVE
    return AnswerData(answer, comment)


def _apply(ctx: Context, mail: IncomingMail, meeting: Meeting, invitation: Invitation) -> None:
    if not invitation.is_live:
        raise NoEffectError(REMOVED)
    if not meeting.accepts_answers(ctx.now):
        raise NoEffectError(rsvp.why_closed(meeting))
    partstat = _partstat(mail)
    words = WORDS[partstat]
    rank = rank_of(invitation, mail.sequence, mail.stamp, ctx.now)
    is_counter = mail.kind is IncomingKind.COUNTER
    older = why_older(invitation, rank, "autre horaire" if is_counter else words)
    if older:
        raise NoEffectError(older)
    if partstat is PartStat.NEEDS_ACTION and not is_counter:
        raise NoEffectError(NOT_YET)
    late = why_late(invitation, rank, words)
    if is_counter:
        _counter(ctx, mail, meeting, invitation, rank, late)
        return
    if late:
        raise NoEffectError(late)
    rsvp.answer_by_calendar(ctx, meeting, invitation, answer_data(meeting, invitation, mail))
    _remember(invitation, rank)


def _counter(
    ctx: Context,
    mail: IncomingMail,
    meeting: Meeting,
    invitation: Invitation,
    rank: Rank,
    late: str,
) -> None:
    """Some clients send the answer and the other time as two mails: whichever comes first, both
    count, unless the person has settled it otherwise since."""
    counters.refuse_settled(invitation, late)
    counters.propose(ctx, mail, meeting, invitation, rank)
    if late:
        return
    refused = _partstat(mail) is PartStat.DECLINED
    answer = Answer.DECLINED if refused else Answer.TENTATIVE
    rsvp.answer_by_calendar(ctx, meeting, invitation, AnswerData(answer, _comment(mail)))
    _remember(invitation, rank)


def _remember(invitation: Invitation, rank: Rank) -> None:
    invitation.calendar_sequence, invitation.calendar_stamp = rank.sequence, rank.stamp


def _partstat(mail: IncomingMail) -> PartStat:
    return PartStat(mail.partstat) if mail.partstat in set(PartStat) else PartStat.NEEDS_ACTION


def _comment(mail: IncomingMail) -> str:
    return mail.comment[: rsvp.COMMENT_LENGTH]


def clean_comment(words: str) -> str:
    """What the person wrote, cut to what an answer holds, and without what may not be kept."""
    text = clean_text(words[: rsvp.COMMENT_LENGTH], field="comment")
    try:
        return refuse_sensitive(text, field="comment")
    except InvalidError:
        return WITHHELD


def _delegate(mail: IncomingMail) -> Representative:
    if not mail.delegate_email:
        raise HeldError(NO_DELEGATE)
    name = mail.delegate_name
    if not name or "@" in name or "/" in name:
        name = mail.delegate_email.partition("@")[0].replace(".", " ").replace("_", " ").title()
    return Representative(name[:120], "", mail.delegate_email)
