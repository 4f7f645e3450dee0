"""Other times proposed from calendars, as the services lock them and the pages read them."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.mailbox import ProposalState, TimeProposal
from zna_network.models.meeting import Meeting

_PERSON = (
    selectinload(Invitation.contact),
    selectinload(Invitation.organisation),
)


def _proposals() -> Select[TimeProposal]:
    return select(TimeProposal).options(
        selectinload(TimeProposal.invitation).options(*_PERSON),
        selectinload(TimeProposal.meeting).selectinload(Meeting.committee),
        selectinload(TimeProposal.decided_by),
    )


def proposal(proposal_id: int) -> Select[TimeProposal]:
    return _proposals().where(TimeProposal.id == proposal_id)


def proposal_locked(proposal_id: int) -> Select[TimeProposal]:
    return (
        _proposals()
        .where(TimeProposal.id == proposal_id)
        .with_for_update(of=TimeProposal)
        .execution_options(populate_existing=True)
    )


def last_proposal_of(invitation_id: int) -> Select[TimeProposal]:
    return (
        select(TimeProposal)
        .where(TimeProposal.invitation_id == invitation_id)
        .order_by(TimeProposal.id.desc())
        .limit(1)
    )


def proposals_of(meeting_id: int) -> Select[TimeProposal]:
    """Everything proposed for this meeting, what awaits an answer first."""
    return (
        _proposals()
        .where(TimeProposal.meeting_id == meeting_id)
        .order_by(TimeProposal.decided_at.is_not(None), TimeProposal.id.desc())
    )


def coming(meeting_id: int) -> Select[int]:
    """How many people said that they come, on site or by visio."""
    return select(func.count(Invitation.id)).where(
        Invitation.meeting_id == meeting_id,
        Invitation.removed_at.is_(None),
        Invitation.answer.in_((Answer.ON_SITE, Answer.REMOTE)),
    )


def open_proposals(now: datetime) -> Select[TimeProposal]:
    """What awaits an answer, for meetings still to come, the nearest first."""
    return (
        _proposals()
        .join(Meeting, TimeProposal.meeting_id == Meeting.id)
        .where(TimeProposal.state == ProposalState.OPEN, Meeting.starts_at > now)
        .order_by(Meeting.starts_at, TimeProposal.id)
    )


def open_proposals_locked(
    *, meeting_id: int | None = None, invitation_id: int | None = None
) -> Select[TimeProposal]:
    """Of a meeting, or of one person."""
    statement = select(TimeProposal).where(TimeProposal.decided_at.is_(None))
    if meeting_id is not None:
        statement = statement.where(TimeProposal.meeting_id == meeting_id)
    if invitation_id is not None:
        statement = statement.where(TimeProposal.invitation_id == invitation_id)
    return (
        statement.order_by(TimeProposal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
