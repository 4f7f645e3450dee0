"""What came back by mail and awaits the staff, for their home page."""

from collections.abc import Sequence
from dataclasses import dataclass

from zna_network.models.mailbox import TimeProposal
from zna_network.queries import address_troubles as trouble_queries
from zna_network.queries import mailbox as queries
from zna_network.queries import time_proposals as proposal_queries
from zna_network.services import address_troubles
from zna_network.services.context import Context
from zna_network.services.permissions import Permission


@dataclass(frozen=True)
class MailLines:
    """``held`` mails wait for a person; ``troubles`` is how many addresses fail."""

    held: int
    proposals: Sequence[TimeProposal]
    troubles: int


def mail_lines(ctx: Context) -> MailLines | None:
    """None for an account that has nothing to do with it."""
    if not (ctx.may(Permission.MAILBOX_READ) and ctx.may(Permission.MEETING_CONVENE)):
        return None
    return MailLines(
        ctx.session.scalar(queries.held_count()) or 0,
        ctx.session.scalars(proposal_queries.open_proposals(ctx.now)).all(),
        ctx.session.scalar(trouble_queries.trouble_count(address_troubles.since(ctx))) or 0,
    )
