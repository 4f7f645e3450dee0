"""Other times proposed: an agent accepts, and the meeting moves for everybody; or declines, and the
person who proposed is told so in their calendar (METHOD:DECLINECOUNTER)."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.mailbox import ProposalState, TimeProposal
from zna_network.models.meeting import Meeting
from zna_network.queries import invitations as invitation_queries
from zna_network.queries import meetings as meeting_queries
from zna_network.queries import time_proposals as proposal_queries
from zna_network.services import invitation_mails, meetings
from zna_network.services.clean_values import clean_text
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date, to_local
from zna_network.services.meeting_times import Slot, default_title, remarks
from zna_network.services.meetings import MeetingData
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE

UNKNOWN = "Cette proposition d’horaire n’existe pas."
SEVERAL_DAYS = (
    "L’horaire proposé court sur plusieurs jours\u00a0: déplacez la réunion depuis sa page si "
    "c’est bien voulu."
)


@dataclass(frozen=True)
class ProposalPage:
    """``remarks`` are what deserves a second look in the time proposed; ``clashes`` the other
    meetings at that time to which some of the same people are expected; ``coming`` how many had
    answered that they come, and will be asked again."""

    proposal: TimeProposal
    remarks: Sequence[str]
    clashes: Sequence[Meeting]
    coming: int


def page(ctx: Context, proposal_id: int) -> ProposalPage:
    ctx.require(Permission.MEETING_CONVENE)
    proposal = _found(ctx.session.scalar(proposal_queries.proposal(proposal_id)))
    meeting = proposal.meeting
    clashing = meeting_queries.clashing(
        meeting.committee_id, proposal.starts_at, proposal.ends_at, but=meeting.id
    )
    return ProposalPage(
        proposal,
        remarks(proposal.starts_at, proposal.ends_at),
        ctx.session.scalars(clashing).all(),
        ctx.session.scalar(proposal_queries.coming(meeting.id)) or 0,
    )


def accept(
    ctx: Context, proposal_id: int, revision: int, *, confirmed: bool = False
) -> TimeProposal:
    """Move the meeting to the time proposed: everybody convened is told and asked again.
    ``confirmed`` says that a Sunday or a holiday is meant. Raises ConflictError when it was decided
    meanwhile, InvalidError when the meeting cannot take place then."""
    ctx.require(Permission.MEETING_CONVENE)
    with ctx.unit_of_work():
        meeting = _meeting(ctx, proposal_id)
        proposal = _to_decide(ctx, proposal_id, revision)
        _decide(ctx, proposal, ProposalState.ACCEPTED)
        meetings.update_meeting(
            ctx, meeting.id, _moved(meeting, proposal, confirmed), meeting.revision
        )
        ctx.record("proposal.accepted", proposal, meeting=meeting.id)
    return proposal


def decline(ctx: Context, proposal_id: int, revision: int, reason: str = "") -> TimeProposal:
    """Keep the meeting as it is, and say so to the person."""
    ctx.require(Permission.MEETING_CONVENE)
    reason = clean_text(reason, field="reason", limit=500)
    with ctx.unit_of_work():
        meeting = _meeting(ctx, proposal_id)
        number = _found(ctx.session.scalar(proposal_queries.proposal(proposal_id))).invitation_id
        invitation = ctx.session.scalar(invitation_queries.some_locked(meeting.id, [number]))
        proposal = _to_decide(ctx, proposal_id, revision)
        _decide(ctx, proposal, ProposalState.DECLINED)
        proposal.reason = reason
        if invitation is not None and invitation.is_live and invitation.email:
            desk = invitation_mails.open_desk(ctx, meeting, [invitation])
            invitation_mails.send_counter_declined(desk, invitation, proposal)
        ctx.record("proposal.declined", proposal, meeting=meeting.id)
    return proposal


def _meeting(ctx: Context, proposal_id: int) -> Meeting:
    """Held before the proposal, as everything that moves or cancels it does."""
    proposal = _found(ctx.session.scalar(proposal_queries.proposal(proposal_id)))
    return meetings.meeting_to_prepare(ctx, proposal.meeting_id)


def _to_decide(ctx: Context, proposal_id: int, revision: int) -> TimeProposal:
    proposal = _found(ctx.session.scalar(proposal_queries.proposal_locked(proposal_id)))
    if proposal.state is not ProposalState.OPEN:
        why = f" {proposal.reason}" if proposal.reason else ""
        raise ConflictError(
            f"Cette proposition n’est plus à examiner ({proposal.state.label.lower()}).{why}"
        )
    if proposal.revision != revision:
        raise ConflictError(CHANGED_MEANWHILE)
    if proposal.meeting.starts_at <= ctx.now:
        raise ConflictError(meetings.BEGUN)
    return proposal


def _decide(ctx: Context, proposal: TimeProposal, state: ProposalState) -> None:
    proposal.state = state
    proposal.decided_at = ctx.now
    proposal.decided_by_id = ctx.actor_id
    ctx.session.flush()


def _moved(meeting: Meeting, proposal: TimeProposal, confirmed: bool) -> MeetingData:
    start, end = to_local(proposal.starts_at), to_local(proposal.ends_at)
    if start.date() != end.date():
        raise InvalidError(SEVERAL_DAYS)
    slot = Slot(start.date(), start.time(), end.time(), confirmed)
    dated = default_title(meeting.committee.kind.label, local_date(meeting.starts_at))
    return MeetingData(
        slot,
        title="" if meeting.title == dated else meeting.title,  # It names the day.
        place=meeting.place,
        visio_url=meeting.visio_url,
        notice=meeting.notice,
    )


def _found(proposal: TimeProposal | None) -> TimeProposal:
    if proposal is None:
        raise NotFoundError(UNKNOWN)
    return proposal
