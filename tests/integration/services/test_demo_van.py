"""The demonstration's van: a past, a present and a future, whatever the day."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.booking import BookingState
from zna_network.queries import demo_van as queries
from zna_network.services.context import Context
from zna_network.services.demo import accounts, directory, van

THURSDAY = datetime(2026, 12, 3, 9, tzinfo=UTC)
SUNDAY = datetime(2026, 3, 29, 9, tzinfo=UTC)  # When the clocks change.


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("now", "out"), [(THURSDAY, 1), (SUNDAY, 0)])
def test_four_months_around_today(
    ctx: Context, clock: FrozenClock, now: datetime, out: int
) -> None:
    clock.set(now)
    organisations = directory.build(ctx)
    people = accounts.build(ctx, organisations)
    as_agent = replace(ctx, actor=next(user for user in people if user.role is Role.AGENT))
    summary = van.build(as_agent, organisations, people)
    assert summary == van.build(as_agent, organisations, people)
    assert (summary.trips, summary.to_come, summary.to_decide) == (24 + out, 5, 2)
    states = dict(ctx.session.execute(queries.by_state()).all())
    assert states.get(BookingState.OUT, 0) == out
    assert states[BookingState.MAINTENANCE] == states[BookingState.WAITING] == 1
