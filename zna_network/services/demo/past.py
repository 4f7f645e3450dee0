"""Doing things as if at another time: a site that has lived has a past."""

from dataclasses import dataclass, replace
from datetime import datetime

from zna_network.services.context import Context


@dataclass(frozen=True)
class StoppedClock:
    instant: datetime

    def now(self) -> datetime:
        return self.instant


def at(ctx: Context, instant: datetime) -> Context:
    """The same work at ``instant``."""
    return replace(ctx, ports=replace(ctx.ports, clock=StoppedClock(instant)))
