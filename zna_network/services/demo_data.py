"""The whole demonstration, built by the use cases themselves: whatever they refuse, it lacks."""

from dataclasses import dataclass

from zna_network.services.context import Context
from zna_network.services.demo import accounts, directory


@dataclass(frozen=True)
class Summary:
    organisations: int
    committees: int
    meetings: int


def build(ctx: Context) -> Summary:
    """Create what is missing. Safe to repeat; the same data each time, dated around today."""
    organisations = directory.build(ctx)
    accounts.build(ctx, organisations)
    return Summary(organisations=len(organisations), committees=0, meetings=0)
