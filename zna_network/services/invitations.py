"""Convening: the mails of a meeting's list leave together, and follow what becomes of it.

``announce_change`` and ``announce_cancellation`` are called inside the transaction that changes
the meeting. When its time or place changes, answers given before no longer say anything about the
meeting as it is: they stay in the history, show as « à reconfirmer » and count as no answer, for
the reminders and the attendance list too; the update asks again (PARTSTAT=NEEDS-ACTION). Who was
represented answers again as well, and their representative keeps a place until they do."""

from dataclasses import dataclass, field

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.meeting import Meeting
from zna_network.queries import invitations as queries
from zna_network.services import overtaken_proposals
from zna_network.services.addresses import clean_email
from zna_network.services.context import Context
from zna_network.services.convocation_letters import print_letters
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.invitation_links import retire_link
from zna_network.services.invitation_mails import (
    open_desk,
    send_cancel,
    send_link,
    send_request,
    was_received,
)
from zna_network.services.invitees import meeting_to_fill, refuse_same_address
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

NO_PLACE = "Indiquez un lieu ou un lien de visio pour la réunion avant d’envoyer les convocations."


@dataclass
class Sent:
    """Whose mails are in the outbox, and who has to be told otherwise for want of an e-mail."""

    convened: list[Invitation] = field(default_factory=list)
    without_email: list[Invitation] = field(default_factory=list)


def send_convocations(ctx: Context, meeting_id: int) -> Sent:
    """Convene everybody on the list who has not been yet: one mail each, all or none.

    Sending again, or at the same instant as somebody else, convenes nobody twice: the list is
    locked. Raises InvalidError when the list is empty or the meeting has no place."""
    ctx.require(Permission.MEETING_CONVENE)
    sent = Sent()
    printed = print_letters(ctx, meeting_id)
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        if not (meeting.place or meeting.visio_url):
            raise InvalidError(NO_PLACE)
        invitations = ctx.session.scalars(queries.live_locked(meeting_id)).all()
        if not invitations:
            raise InvalidError("Ajoutez d’abord des personnes à convoquer.")
        waiting = [one for one in invitations if not one.is_convened and one.email]
        desk = open_desk(ctx, meeting, waiting, printed)
        for invitation in waiting:
            send_request(desk, invitation)
        sent.convened = waiting
        sent.without_email = [i for i in invitations if not i.email and i.convened_at is None]
        if waiting:
            ctx.record("invitation.sent", meeting, number=len(waiting), sequence=meeting.sequence)
    return sent


def announce_change(ctx: Context, meeting: Meeting, *, reconfirm: bool = True) -> None:
    """Tell the people convened of the meeting as it is now. ``reconfirm`` is for a change of time
    or place: answers are asked again. Those who meant to come by a visio that is gone are asked
    in any case. Inside the caller's transaction, which has locked the meeting."""
    invitations = ctx.session.scalars(queries.live_locked(meeting.id)).all()
    convened = [invitation for invitation in invitations if invitation.is_convened]
    desk = open_desk(ctx, meeting, convened)
    for invitation in convened:
        lost_visio = invitation.answer is Answer.REMOTE and not meeting.visio_url
        if reconfirm or lost_visio:
            _ask_again(invitation)
        if invitation.email:
            send_request(desk, invitation)
        else:
            invitation.convened_at = None
    if reconfirm:
        overtaken_proposals.overtake_meeting(ctx, meeting, overtaken_proposals.MOVED)
    ctx.record("invitation.updated", meeting, number=len(convened), sequence=meeting.sequence)


def announce_cancellation(ctx: Context, meeting: Meeting) -> None:
    """Tell the people convened that the meeting is cancelled, and why. Inside the caller's
    transaction, which has locked the meeting."""
    invitations = ctx.session.scalars(queries.live_locked(meeting.id)).all()
    convened = [invitation for invitation in invitations if invitation.is_convened]
    desk = open_desk(ctx, meeting, convened)
    for invitation in convened:
        if invitation.email:
            send_cancel(desk, invitation, "meeting_cancelled")
        else:
            invitation.convened_at = None
    overtaken_proposals.overtake_meeting(ctx, meeting, overtaken_proposals.CANCELLED)
    ctx.record("invitation.cancelled", meeting, number=len(convened), sequence=meeting.sequence)


def mark_told(ctx: Context, meeting_id: int, invitation_id: int) -> Invitation:
    """Somebody without an e-mail was told by telephone, by letter or in person."""
    ctx.require(Permission.MEETING_CONVENE)
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        invitation = _live(ctx, meeting_id, invitation_id)
        if invitation.email:
            raise ConflictError(
                f"{invitation.name} a une adresse e-mail : envoyez-lui sa convocation."
            )
        invitation.sent_sequence = max(invitation.sent_sequence or 0, meeting.sequence)
        invitation.convened_at = invitation.updated_at = ctx.now
        ctx.record("invitation.told", invitation, meeting=meeting_id)
    return invitation


def correct_invitation(
    ctx: Context,
    meeting_id: int,
    invitation_id: int,
    *,
    email: str,
    is_required: bool,
    revision: int,
) -> Invitation:
    """Give somebody their right address, or make their presence (not) required.

    A person already convened is convened at the new address at once; the former address gets a
    cancellation, since what it received may be in somebody else's calendar, and its link stops."""
    ctx.require(Permission.MEETING_CONVENE)
    clean = clean_email(email) if email.strip() else ""
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        invitation = _live(ctx, meeting_id, invitation_id)
        if invitation.revision != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        invitation.is_required = is_required
        if clean != invitation.email:
            refuse_same_address(ctx, meeting, clean)
            _move(ctx, meeting, invitation, clean)
        invitation.updated_at = ctx.now
        ctx.record("invitation.corrected", invitation, meeting=meeting_id)
    return invitation


def renew_link(
    ctx: Context, meeting_id: int, invitation_id: int, *, send: bool = True
) -> Invitation:
    """Stop this person's link and make another; ``send`` mails it to somebody convened. A
    convocation that has not left yet leaves with the new link in any case."""
    ctx.require(Permission.MEETING_CONVENE)
    with ctx.unit_of_work():
        meeting = meeting_to_fill(ctx, meeting_id)
        invitation = _live(ctx, meeting_id, invitation_id)
        retire_link(ctx, invitation)
        invitation.updated_at = ctx.now
        if invitation.is_convened and invitation.email:
            desk = open_desk(ctx, meeting, [invitation])
            if send or not was_received(desk, invitation):
                send_link(desk, invitation)
        ctx.record("invitation.link_renewed", invitation, meeting=meeting_id, sent=send)
    return invitation


def _ask_again(invitation: Invitation) -> None:
    invitation.asked_sequence = None  # The version about to be sent is the first that counts.
    if invitation.answer is not None:
        invitation.outdated_answer = invitation.answer
        invitation.answer = None


def _live(ctx: Context, meeting_id: int, invitation_id: int) -> Invitation:
    found = ctx.session.scalar(queries.some_locked(meeting_id, [invitation_id]))
    if found is None or not found.is_live:
        raise ConflictError("Cette personne n’est plus convoquée à cette réunion.")
    return found


def _move(ctx: Context, meeting: Meeting, invitation: Invitation, email: str) -> None:
    was_convened = invitation.is_convened
    if was_convened and invitation.email:
        send_cancel(open_desk(ctx, meeting, [invitation]), invitation, "meeting_withdrawn")
    retire_link(ctx, invitation)
    invitation.email = email
    invitation.convened_at = None
    ctx.session.flush()
    if was_convened and email:
        send_request(open_desk(ctx, meeting, [invitation]), invitation)
