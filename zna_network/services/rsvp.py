"""Answers: given from the link without an account, by a calendar client, or entered by an agent on
the telephone.

Every answer stays in the history; the invitation holds the last one. The invitation is locked
while it is answered, so that two answers sent at the same instant follow one another."""

from dataclasses import dataclass, field, replace

from zna_network.models.invitation import Answer, AnswerChannel, Invitation, Rsvp
from zna_network.models.meeting import Meeting
from zna_network.queries import invitations as queries
from zna_network.services import overtaken_proposals, representatives
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, LinkGoneError, NotFoundError
from zna_network.services.french_time import long_datetime
from zna_network.services.invitation_links import invitation_of
from zna_network.services.invitation_mails import Desk, open_desk
from zna_network.services.permissions import Permission
from zna_network.services.representatives import Representative

ANSWERS_OFFERED = (Answer.ON_SITE, Answer.REMOTE, Answer.DECLINED, Answer.REPRESENTED)
COMMENT_LENGTH = 1000
REMOVED = "Votre présence n’est plus attendue à cette réunion. Vous n’avez rien à faire."
MOVED = (
    "La réunion vient de changer : relisez la date, l’heure et le lieu, puis répondez de nouveau."
)


@dataclass(frozen=True)
class AnswerData:
    """``seen`` is the meeting's version on the page that the person read; none skips the check
    (an agent has the person on the telephone)."""

    answer: Answer
    comment: str = ""
    representative: Representative = field(default_factory=Representative)
    seen: int | None = None


def answer_by_link(ctx: Context, token: str, data: AnswerData) -> Invitation:
    """Record what the link's holder answers. Raises LinkGoneError once it is too late,
    ConflictError when the meeting changed under the person's eyes."""
    with ctx.unit_of_work():
        found = invitation_of(ctx, token)
        meeting, invitation = lock(ctx, found.meeting_id, found.id)
        if not invitation.is_live:
            raise LinkGoneError(REMOVED)
        if not meeting.accepts_answers(ctx.now):
            raise LinkGoneError(why_closed(meeting))
        if data.seen is not None and data.seen != meeting.sequence:
            raise ConflictError(MOVED)
        _record(ctx, meeting, invitation, data, AnswerChannel.LINK)
    return invitation


def enter_answer(ctx: Context, meeting_id: int, invitation_id: int, data: AnswerData) -> Invitation:
    """Record an answer given to an agent by telephone, by mail or in person."""
    ctx.require(Permission.MEETING_CONVENE)
    with ctx.unit_of_work():
        meeting, invitation = lock(ctx, meeting_id, invitation_id)
        if not invitation.is_live:
            raise ConflictError("Cette personne n’est plus convoquée à cette réunion.")
        if not meeting.accepts_answers(ctx.now):
            raise ConflictError(f"{why_closed(meeting)} Notez la présence dans l’onglet Présence.")
        _record(ctx, meeting, invitation, data, AnswerChannel.AGENT)
    return invitation


def answer_by_calendar(
    ctx: Context, meeting: Meeting, invitation: Invitation, data: AnswerData
) -> None:
    """Record what a calendar client says, « peut-être » included. Inside the transaction that reads
    the mail, which has locked both (``lock``) and knows that this answer is the one that counts.
    Raises InvalidError or TooManyAttemptsError, about the representative."""
    _record(ctx, meeting, invitation, data, AnswerChannel.CALENDAR)


def why_closed(meeting: Meeting) -> str:
    """Why no answer is taken any more."""
    when = long_datetime(meeting.starts_at)
    if meeting.is_cancelled:
        return f"La réunion prévue le {when} est annulée."
    return f"La réunion a commencé le {when} : les réponses sont closes."


def lock(ctx: Context, meeting_id: int, invitation_id: int) -> tuple[Meeting, Invitation]:
    """Both held until the transaction ends. Raises NotFoundError."""
    meeting = ctx.session.scalar(queries.shared_meeting(meeting_id))
    invitation = ctx.session.scalar(queries.some_locked(meeting_id, [invitation_id]))
    if meeting is None or invitation is None:
        raise NotFoundError("Cette convocation n’existe pas.")
    return meeting, invitation


def _record(
    ctx: Context,
    meeting: Meeting,
    invitation: Invitation,
    data: AnswerData,
    channel: AnswerChannel,
) -> None:
    clean = _cleaned(meeting, data, channel)
    if _is_repeated(ctx, invitation, clean, channel):
        return
    desk = open_desk(ctx, meeting, [invitation])
    _settle_representative(desk, invitation, clean)
    invitation.answer = clean.answer
    invitation.outdated_answer = None
    invitation.comment = clean.comment
    invitation.answered_at = invitation.updated_at = ctx.now
    invitation.answered_via = channel
    overtaken_proposals.overtake_answered(ctx, invitation, clean.answer)
    ctx.session.add(_history(ctx, invitation, clean, channel))
    ctx.record("invitation.answered", invitation, answer=clean.answer.value, via=channel.value)


def _cleaned(meeting: Meeting, data: AnswerData, channel: AnswerChannel) -> AnswerData:
    if channel is not AnswerChannel.CALENDAR and data.answer not in ANSWERS_OFFERED:
        raise InvalidError("Choisissez une des réponses proposées.", field="answer")
    if data.answer is Answer.REMOTE and not meeting.visio_url:
        raise InvalidError(
            "Cette réunion n’a pas de visio : choisissez une autre réponse.", field="answer"
        )
    is_represented = data.answer is Answer.REPRESENTED
    return replace(
        data,
        comment=clean_text(data.comment, field="comment", limit=COMMENT_LENGTH),
        representative=representatives.cleaned(data.representative)
        if is_represented
        else Representative(),
    )


def _settle_representative(desk: Desk, invitation: Invitation, data: AnswerData) -> None:
    if data.answer is Answer.REPRESENTED:
        representatives.appoint(desk, invitation, data.representative)
    else:
        representatives.withdraw_representatives(desk, invitation)


def _is_repeated(
    ctx: Context, invitation: Invitation, data: AnswerData, channel: AnswerChannel
) -> bool:
    """The same answer as the one in force, for instance a button pressed twice."""
    last = ctx.session.scalar(queries.last_answer(invitation.id))
    return (
        last is not None
        and invitation.answer is data.answer
        and (last.answer, last.comment, last.channel) == (data.answer, data.comment, channel)
        and data.representative
        == Representative(
            last.representative_name, last.representative_function, last.representative_email
        )
    )


def _history(
    ctx: Context, invitation: Invitation, data: AnswerData, channel: AnswerChannel
) -> Rsvp:
    return Rsvp(
        invitation_id=invitation.id,
        answer=data.answer,
        channel=channel,
        comment=data.comment,
        representative_name=data.representative.name,
        representative_function=data.representative.function,
        representative_email=data.representative.email,
        at=ctx.now,
        actor_id=ctx.actor_id,
    )
