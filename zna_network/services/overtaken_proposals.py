"""Other times that people proposed, and that something else has settled since: called inside the
transaction that does so, which holds the meeting, then the invitation."""

from collections.abc import Iterable

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.mailbox import ProposalState, TimeProposal
from zna_network.models.meeting import Meeting
from zna_network.queries import time_proposals as proposal_queries
from zna_network.services.context import Context

MOVED = "La réunion a changé d’horaire ou de lieu entre-temps."
CANCELLED = "La réunion est annulée."
ANSWERED = "La personne a répondu depuis à l’horaire prévu."
REMOVED = "La personne n’est plus convoquée."
NEWER = "La personne en a proposé un autre depuis."
_SETTLED = frozenset({Answer.ON_SITE, Answer.REMOTE, Answer.REPRESENTED})


def overtake_meeting(ctx: Context, meeting: Meeting, reason: str) -> None:
    """Nobody's proposal about this meeting is worth an answer any more."""
    _overtake(
        ctx,
        ctx.session.scalars(proposal_queries.open_proposals_locked(meeting_id=meeting.id)),
        reason,
    )


def overtake_person(ctx: Context, invitation: Invitation, reason: str) -> None:
    """The same for what this person proposed."""
    found = ctx.session.scalars(proposal_queries.open_proposals_locked(invitation_id=invitation.id))
    _overtake(ctx, found, reason)


def overtake_answered(ctx: Context, invitation: Invitation, answer: Answer) -> None:
    """Who comes after all, or is represented, does not wait for another time."""
    if answer in _SETTLED:
        overtake_person(ctx, invitation, ANSWERED)


def _overtake(ctx: Context, proposals: Iterable[TimeProposal], reason: str) -> None:
    for proposal in proposals:
        proposal.state = ProposalState.OVERTAKEN
        proposal.reason = reason
        proposal.decided_at = ctx.now
    ctx.session.flush()
