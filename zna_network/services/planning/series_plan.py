"""Each date of a series judged, and another one proposed in the place of those to avoid; nothing
is written. A constant number of queries, whatever the length of the series."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from zna_network.models.committee import Committee
from zna_network.models.meeting import Meeting
from zna_network.queries import planning as queries
from zna_network.services import committee_access
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import local_date, start_of, time_range
from zna_network.services.meeting_times import Slot, instants_of
from zna_network.services.planning import closed_periods
from zna_network.services.planning.closed_periods import ClosedDays
from zna_network.services.planning.series_values import SeriesData

WEEKS_AROUND = (1, -1, 2, -2, 3, -3, 4, -4)
APART = timedelta(days=13)
AROUND = timedelta(weeks=5)
PAST = "Cette date est passée."


@dataclass(frozen=True)
class Planned:
    """``expected`` is the rule's date, ``reasons`` why it is avoided; ``day`` is the one kept in
    its place, none when no near one is free. ``remarks`` is what there is against ``day`` itself,
    when it was chosen by hand. ``problem`` says why ``day`` cannot be had at all."""

    expected: date
    reasons: tuple[str, ...]
    day: date | None
    remarks: tuple[str, ...] = ()
    problem: str = ""
    by_hand: bool = False

    @property
    def is_moved(self) -> bool:
        return self.day is not None and self.day != self.expected

    @property
    def is_possible(self) -> bool:
        return self.day is not None and not self.problem

    @property
    def is_kept_at_first(self) -> bool:
        """Ticked until somebody chooses: not what falls on a day to avoid."""
        return self.is_possible and not self.remarks


def plan(
    ctx: Context,
    committee: Committee,
    data: SeriesData,
    days: Sequence[date],
    chosen: Mapping[date, date],
) -> list[Planned]:
    """``chosen``: the days picked by hand, by the date that they replace."""
    judge = _Judge(ctx, committee, data, [*days, *chosen.values()])
    taken = {chosen.get(day, day) for day in days}
    planned = []
    for expected in days:
        reasons = judge.reasons(expected)
        if expected in chosen:
            day = chosen[expected]
            remarks = reasons if day == expected else judge.reasons(day)
            one = Planned(expected, reasons, day, remarks, judge.problem(day), by_hand=True)
        elif not reasons:
            one = Planned(expected, (), expected, problem=judge.problem(expected))
        else:
            others = taken - {expected}
            found = next(judge.near(expected, others), None)
            one = Planned(expected, reasons, found)
            if found:
                taken.add(found)
        planned.append(one)
    return planned


class _Judge:
    """Knows the days to avoid and the meetings of the same people around the series."""

    def __init__(
        self, ctx: Context, committee: Committee, data: SeriesData, days: Iterable[date]
    ) -> None:
        known = [one for one in days if date.min + AROUND < one < date.max - AROUND]
        start, end = min(known) - AROUND, max(known) + AROUND
        self.data, self.committee = data, committee
        self.today, self.now = local_date(ctx.now), ctx.now
        self.closed: ClosedDays = closed_periods.between(ctx, start, end)
        self.readable = set(
            ctx.session.scalars(queries.readable_committee_ids(committee_access.reach(ctx)))
        )
        found = ctx.session.scalars(
            queries.meetings_with_same_people(committee.id, start_of(start), start_of(end))
        )
        self.meetings: dict[date, list[Meeting]] = {}
        for meeting in found:
            self.meetings.setdefault(local_date(meeting.starts_at), []).append(meeting)

    def reasons(self, day: date) -> tuple[str, ...]:
        """Why this day is to be avoided; none when it is not."""
        return (*self.closed.reasons(day), *self._clashes(day))

    def problem(self, day: date) -> str:
        """Why no meeting can be made on this day at all."""
        try:
            starts_at, _ = self._instants(day)
        except InvalidError as refusal:
            return refusal.message
        if starts_at <= self.now:
            return PAST
        if why_closed(day) and not self.data.confirmed:
            return "Jour non ouvré\u00a0: cochez « Je confirme » si c’est bien voulu."
        return ""

    def near(self, expected: date, others: set[date]) -> Iterator[date]:
        """The nearest days of the same name with nothing against them, not too near another date
        of the series."""
        for weeks in WEEKS_AROUND:
            day = expected + timedelta(weeks=weeks)
            is_apart = all(abs(day - other) > APART for other in others)
            if is_apart and not self.reasons(day) and not self.problem(day):
                yield day

    def _clashes(self, day: date) -> list[str]:
        """Meetings of the same people at that time; of the committee itself, on that day."""
        found: list[str] = []
        try:
            starts_at, ends_at = self._instants(day)
        except InvalidError:
            return found
        for one in self.meetings.get(day, ()):
            when = time_range(one.starts_at, one.ends_at)
            if one.committee_id == self.committee.id:
                found.append(f"L’instance se réunit déjà ce jour-là, {when}")
            elif one.starts_at < ends_at and one.ends_at > starts_at:
                name = one.committee.name if one.committee_id in self.readable else "Une réunion"
                found.append(f"{name}, {when}\u00a0: des membres y sont attendus")
        return found

    def _instants(self, day: date) -> tuple[datetime, datetime]:
        return instants_of(Slot(day, self.data.starts, self.data.ends, confirmed=True))
