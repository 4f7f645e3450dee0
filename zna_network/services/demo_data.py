"""The whole demonstration, built by the use cases themselves: whatever they refuse, it lacks."""

from dataclasses import dataclass, replace

from zna_network.models.account import Role
from zna_network.services.context import Context
from zna_network.services.demo import (
    accounts,
    committees,
    directory,
    forum,
    governance,
    meetings,
    referrals,
    van,
)
from zna_network.services.demo.forum import ForumSummary
from zna_network.services.demo.governance import GovernanceSummary
from zna_network.services.demo.referrals import ReferralSummary
from zna_network.services.demo.van import VanSummary


@dataclass(frozen=True)
class Summary:
    organisations: int
    committees: int
    meetings: int
    forum: ForumSummary
    referrals: ReferralSummary
    van: VanSummary
    governance: GovernanceSummary


def build(ctx: Context, attendees: int | None = None) -> Summary:
    """Create what is missing. Safe to repeat; the same data each time, dated around today. With
    ``attendees``, today's forum is brought to that many registrations."""
    with ctx.unit_of_work():
        organisations = directory.build(ctx)
    with ctx.unit_of_work():
        people = accounts.build(ctx, organisations)
    agent = next(user for user in people if user.role is Role.AGENT)
    as_agent = replace(ctx, actor=agent)
    with ctx.unit_of_work():
        composed = committees.build(as_agent, organisations)
    with ctx.unit_of_work():
        held = meetings.build(as_agent, composed)
    with ctx.unit_of_work():
        year = governance.build(as_agent, organisations, composed)
    today = forum.build(as_agent, organisations, attendees)
    story = referrals.build(as_agent, organisations, people, composed, today.forum)
    trips = van.build(as_agent, organisations, people)
    return Summary(len(organisations), len(composed), held, today, story, trips, year)
