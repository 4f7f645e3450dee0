"""The free slots nearest to the one that was asked for, before it and after it: as long, within the
rules, and at times that can be said.

What is tried: the same wall times on other days, and right before or after what has the vehicle."""

import heapq
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.models.booking import BookingState
from zna_network.models.van import Vehicle
from zna_network.queries import van_requests as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_time import from_local, to_local
from zna_network.services.van import rules
from zna_network.services.van.occupancy import period
from zna_network.services.van.rules import Moment
from zna_network.services.van.trip_facts import Trip

LOOK_BACK, LOOK_AHEAD = timedelta(days=60), timedelta(days=120)
# People leave on the quarter of an hour.
STEP_MINUTES = 15
Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Slot:
    """With what a form is to be filled in with, on the clocks of Arras."""

    starts_at: datetime
    ends_at: datetime

    @property
    def label(self) -> str:
        """« jeudi 4 mars 2027 de 9 h à 17 h »."""
        return period(self.starts_at, self.ends_at)

    @property
    def starts_on(self) -> date:
        return to_local(self.starts_at).date()

    @property
    def leaves_at(self) -> time:
        return to_local(self.starts_at).time()

    @property
    def ends_on(self) -> date:
        return to_local(self.ends_at).date()

    @property
    def returns_at(self) -> time:
        return to_local(self.ends_at).time()


class Occupation:
    """From when to when the vehicle cannot be had: sorted, merged, quick to ask."""

    def __init__(self, intervals: Iterable[Interval]) -> None:
        self.intervals: list[Interval] = []
        for start, end in sorted(intervals):
            if self.intervals and start <= self.intervals[-1][1]:
                start, end = self.intervals[-1][0], max(end, self.intervals[-1][1])
                self.intervals.pop()
            self.intervals.append((start, end))
        self._ends = [end for _, end in self.intervals]

    def is_free(self, start: datetime, end: datetime) -> bool:
        """Half-open on both sides: one may begin where another ends."""
        # The first one that ends after this start.
        rank = bisect_left(self._ends, start + timedelta.resolution)
        return rank == len(self.intervals) or self.intervals[rank][0] >= end


def nearest(
    ctx: Context,
    vehicle: Vehicle,
    starts_at: datetime,
    ends_at: datetime,
    *,
    organisation_id: int | None,
    but: int | None = None,
    with_notice: bool = True,
) -> tuple[Slot | None, Slot | None]:
    """Before and after; ``but`` is the booking that would go there. ``with_notice``: as somebody
    asks; staff who move a trip are not held by it. One query for the whole window, another for the
    days where the vehicle has a quota."""
    turnround = timedelta(minutes=vehicle.turnround_minutes)
    first = max(ctx.now, starts_at - LOOK_BACK)
    last = max(ctx.now, starts_at) + LOOK_AHEAD
    length = ends_at - starts_at
    taken = ctx.session.execute(
        queries.occupied(vehicle.id, first, last + length + turnround, organisation_id, but)
    )
    # A trip that is late has the vehicle at least until now.
    out_until = ctx.now + turnround
    occupation = Occupation(
        (start, max(end, out_until) if state is BookingState.OUT else end)
        for state, start, end in taken
    )
    days = rules.days_used(ctx, organisation_id, first, last, but) if vehicle.quota_days else {}
    used = days.get(vehicle.id, frozenset())
    waived = frozenset() if with_notice else frozenset({"notice"})

    def is_possible(slot: Slot) -> bool:
        """In the order of what it costs to know."""
        return (
            occupation.is_free(slot.starts_at, slot.ends_at + turnround)
            and _can_be_said(slot)
            and rules.allows(
                Trip(vehicle, slot.starts_at, slot.ends_at, ctx.now, None, used),
                Moment.REQUEST,
                waived,
            )
        )

    asked = Slot(starts_at, ends_at)
    beside = sorted(_adjoining(occupation.intervals, length, turnround), key=_start)
    earlier = [slot for slot in reversed(beside) if first < slot.starts_at < starts_at]
    later = [slot for slot in beside if starts_at < slot.starts_at <= last]
    past = same_hours(asked, first) if first < starts_at else iter(())
    before = heapq.merge(past, earlier, key=_start, reverse=True)
    after = heapq.merge(same_hours(asked, last), later, key=_start)
    return next(filter(is_possible, before), None), next(filter(is_possible, after), None)


def _start(slot: Slot) -> datetime:
    return slot.starts_at


def same_hours(asked: Slot, until: datetime) -> Iterator[Slot]:
    """Day after day from the one asked for, forth or back, at the same wall times, but where the
    clocks skip or repeat one of them."""
    days = (to_local(until).date() - asked.starts_on).days
    step = 1 if days > 0 else -1
    for number in range(step, days + step, step):
        by = timedelta(days=number)
        try:
            slot = Slot(
                from_local(asked.starts_on + by, asked.leaves_at),
                from_local(asked.ends_on + by, asked.returns_at),
            )
        except InvalidError:
            continue
        if slot.starts_at < slot.ends_at:
            yield slot


def _adjoining(
    intervals: Sequence[Interval], length: timedelta, turnround: timedelta
) -> Iterator[Slot]:
    """Right after each one ends, and so that the next one may begin."""
    for start, end in intervals:
        for leaves_at in (_quarter_after(end), _quarter_before(start - turnround - length)):
            yield Slot(leaves_at, leaves_at + length)


def _quarter_after(instant: datetime) -> datetime:
    earlier = _quarter_before(instant)
    return earlier if earlier == instant else earlier + timedelta(minutes=STEP_MINUTES)


def _quarter_before(instant: datetime) -> datetime:
    return instant.replace(
        minute=instant.minute - instant.minute % STEP_MINUTES, second=0, microsecond=0
    )


def _can_be_said(slot: Slot) -> bool:
    """Whether its wall times, typed again, are these instants."""
    try:
        return (
            from_local(slot.starts_on, slot.leaves_at) == slot.starts_at
            and from_local(slot.ends_on, slot.returns_at) == slot.ends_at
        )
    except InvalidError:
        return False
