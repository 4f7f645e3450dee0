"""The free slots nearest to the one that was asked for, before it and after it: as long, within the
rules, and at times that can be said.

What is tried: the same wall times on other days, and right before or after what has the vehicle."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

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
    used: frozenset[date] | None = None,
) -> tuple[Slot | None, Slot | None]:
    """Before and after. ``used`` spares a query to who knows the association's days already. One
    query for the whole window, another for the days where the vehicle has a quota."""
    turnround = timedelta(minutes=vehicle.turnround_minutes)
    first = max(ctx.now, starts_at - LOOK_BACK)
    last = max(ctx.now, starts_at) + LOOK_AHEAD
    length = ends_at - starts_at
    taken = ctx.session.execute(
        queries.occupied(vehicle.id, first, last + length + turnround, organisation_id, but)
    )
    occupation = Occupation((start, end) for start, end in taken)
    if used is None:
        days = rules.days_used(ctx, organisation_id, first, last, but) if vehicle.quota_days else {}
        used = days.get(vehicle.id, frozenset())

    def is_possible(slot: Slot) -> bool:
        trip = Trip(vehicle, slot.starts_at, slot.ends_at, ctx.now, None, used)
        return occupation.is_free(slot.starts_at, slot.ends_at + turnround) and rules.allows(
            trip, Moment.REQUEST
        )

    asked = Slot(starts_at, ends_at)
    beside = [
        *same_hours(asked, first, last),
        *_adjoining(occupation.intervals, length, turnround, first, last),
    ]
    before = sorted((s for s in beside if s.starts_at < starts_at), key=_start, reverse=True)
    after = sorted((s for s in beside if s.starts_at > starts_at), key=_start)
    return next(filter(is_possible, before), None), next(filter(is_possible, after), None)


def _start(slot: Slot) -> datetime:
    return slot.starts_at


def same_hours(asked: Slot, first: datetime, last: datetime) -> Iterator[Slot]:
    """Day after day at the same wall times, but where the clocks skip or repeat one of them."""
    since = (to_local(first).date() - asked.starts_on).days
    until = (to_local(last).date() - asked.starts_on).days
    for days in range(since, until + 1):
        by = timedelta(days=days)
        try:
            slot = Slot(
                from_local(asked.starts_on + by, asked.leaves_at),
                from_local(asked.ends_on + by, asked.returns_at),
            )
        except InvalidError:
            continue
        if days and slot.starts_at < slot.ends_at:
            yield slot


def _adjoining(
    intervals: Sequence[Interval],
    length: timedelta,
    turnround: timedelta,
    first: datetime,
    last: datetime,
) -> Iterator[Slot]:
    """Right after each one ends, and so that the next one may begin."""
    for start, end in intervals:
        for leaves_at in (_quarter_after(end), _quarter_before(start - turnround - length)):
            slot = Slot(leaves_at, leaves_at + length)
            if first < leaves_at <= last and _can_be_said(slot):
                yield slot


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
