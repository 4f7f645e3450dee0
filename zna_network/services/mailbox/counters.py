"""METHOD:COUNTER: another time that somebody proposes. The meeting never moves by itself: an agent
accepts or declines (``proposals``)."""

from zna_network.models.invitation import Answer, Invitation
from zna_network.models.mailbox import IncomingMail, TimeProposal
from zna_network.models.meeting import Meeting
from zna_network.queries import time_proposals as proposal_queries
from zna_network.services.context import Context
from zna_network.services.mailbox.ordering import SAME, Rank
from zna_network.services.mailbox.verdicts import HeldError, NoEffectError
from zna_network.services.overtaken_proposals import NEWER, overtake_person

NO_TIME = (
    "Propose de changer la réunion, mais pas d’autre horaire que le site puisse lire\u00a0: lisez "
    "son message."
)
SAME_TIME = (
    "Propose de changer la réunion sans en changer l’horaire (le lieu, sans doute)\u00a0: lisez "
    "son message."
)
PAST = "Propose un horaire déjà passé."
_SETTLED = frozenset({Answer.ON_SITE, Answer.REMOTE, Answer.REPRESENTED})


def refuse_settled(invitation: Invitation, late: str) -> None:
    """Raises NoEffectError when a later answer of theirs says that they come all the same."""
    if late and late != SAME and invitation.answer in _SETTLED:
        raise NoEffectError(late)


def propose(
    ctx: Context, mail: IncomingMail, meeting: Meeting, invitation: Invitation, rank: Rank
) -> TimeProposal:
    """Write the proposal down, in the place of the person's former one. Raises HeldError when it
    cannot be read, NoEffectError when a newer one is known."""
    start, end = mail.proposed_start, mail.proposed_end
    if start is None or end is None or end <= start:
        raise HeldError(NO_TIME)
    if (start, end) == (meeting.starts_at, meeting.ends_at):
        raise HeldError(SAME_TIME)
    if start <= ctx.now:
        raise HeldError(PAST)
    last = ctx.session.scalar(proposal_queries.last_proposal_of(invitation.id))
    if last is not None and _is_known(last, rank):
        raise NoEffectError(SAME)
    overtake_person(ctx, invitation, NEWER)
    proposal = TimeProposal(
        invitation_id=invitation.id,
        meeting_id=meeting.id,
        mail_id=mail.id,
        sequence=rank.sequence,
        starts_at=start,
        ends_at=end,
        comment=mail.comment,
        proposed_at=rank.stamp,
    )
    ctx.session.add(proposal)
    ctx.session.flush()
    return proposal


def _is_known(last: TimeProposal, rank: Rank) -> bool:
    """Whether this is the last proposal again, or one before it."""
    known = Rank(last.sequence, last.proposed_at)
    return rank < known or (rank == known and rank.is_dated)
