"""What awaits the person who signs in."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.models.organisation import stale_limit
from zna_network.models.outbox import OutboxState
from zna_network.queries import action_follow_up, committees, meetings
from zna_network.queries import dashboard as queries
from zna_network.queries import outbox as outbox_queries
from zna_network.services.committee_access import reach
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.mailbox.home_lines import MailLines, mail_lines
from zna_network.services.minutes_review.overview import DraftLine, home_lines
from zna_network.services.permissions import Permission
from zna_network.services.planning.home_lines import PlanLines, plan_lines
from zna_network.services.referrals.listing import Tallies, tallies
from zna_network.services.van.home_lines import VanLines, van_lines

SHOWN = 5


@dataclass(frozen=True)
class Dashboard:
    """The counts are none where they are not this person's to deal with."""

    meetings: Sequence[Meeting]
    late_actions: int
    action_replies: int = 0
    proposals: int | None = None
    committees_to_decide: Sequence[Committee] = field(default_factory=list)
    to_verify: int | None = None
    corrections: int | None = None
    failed_mails: int | None = None
    referrals: Tallies | None = None
    van: VanLines | None = None
    plan: PlanLines | None = None
    mail: MailLines | None = None
    drafts: Sequence[DraftLine] = field(default_factory=list)


def dashboard(ctx: Context) -> Dashboard:
    mine = reach(ctx)
    today = local_date(ctx.now)
    upcoming = ctx.session.scalars(meetings.upcoming(mine, ctx.now, SHOWN)).all()
    late = ctx.session.scalar(queries.late_actions(mine, today)) or 0
    replies = ctx.session.scalar(action_follow_up.count_waiting(mine)) or 0
    referrals = _referrals(ctx)
    if not ctx.may(Permission.MEMBER_DECIDE):
        return Dashboard(
            upcoming,
            late,
            replies,
            referrals=referrals,
            van=van_lines(ctx),
            plan=plan_lines(ctx),
            drafts=home_lines(ctx),
        )
    return Dashboard(
        meetings=upcoming,
        late_actions=late,
        action_replies=replies,
        proposals=ctx.session.scalar(committees.proposals_waiting()),
        committees_to_decide=ctx.session.scalars(committees.with_proposals()).all(),
        to_verify=ctx.session.scalar(queries.records_to_verify(stale_limit(today))),
        corrections=ctx.session.scalar(queries.corrections_waiting()),
        failed_mails=ctx.session.scalar(outbox_queries.count_in_state(OutboxState.FAILED)),
        referrals=referrals,
        van=van_lines(ctx),
        plan=plan_lines(ctx),
        mail=mail_lines(ctx),
        drafts=home_lines(ctx),
    )


def _referrals(ctx: Context) -> Tallies | None:
    """None for an account that sees no referral: it has no organisation, or not the permission."""
    organisation_id = ctx.actor.organisation_id if ctx.actor else None
    return tallies(ctx) if ctx.may(Permission.REFERRAL_READ, organisation_id) else None
