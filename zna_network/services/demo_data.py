"""The whole demonstration, built by the use cases themselves: whatever they refuse, it lacks."""

from dataclasses import dataclass, replace

from zna_network.models.account import Role
from zna_network.services.context import Context
from zna_network.services.demo import accounts, committees, directory, meetings


@dataclass(frozen=True)
class Summary:
    organisations: int
    committees: int
    meetings: int


def build(ctx: Context) -> Summary:
    """Create what is missing. Safe to repeat; the same data each time, dated around today."""
    organisations = directory.build(ctx)
    people = accounts.build(ctx, organisations)
    agent = next(user for user in people if user.role is Role.AGENT)
    as_agent = replace(ctx, actor=agent)
    composed = committees.build(as_agent, organisations)
    return Summary(len(organisations), len(composed), meetings.build(as_agent, composed))
