"""The clock of each point, in whole seconds: what was spent, what is left, when it all ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.models.meeting import AgendaItem, Meeting
from zna_network.models.meeting_day import MeetingDay
from zna_network.queries import meeting_day as queries
from zna_network.services.context import Context

_MINUTE = 60


@dataclass(frozen=True)
class PointClock:
    """``spent`` counts what runs, up to the instant that the clock was read at; ``before`` does
    not. ``allotted`` is none where the agenda sets no length."""

    item: AgendaItem
    rank: int
    before: int
    spent: int
    is_current: bool
    is_running: bool
    is_done: bool

    @property
    def allotted(self) -> int | None:
        minutes = self.item.minutes_allotted
        return minutes * _MINUTE if minutes else None

    @property
    def left(self) -> int | None:
        return None if self.allotted is None else self.allotted - self.spent

    @property
    def is_over(self) -> bool:
        return self.left is not None and self.left < 0

    @property
    def told(self) -> str:
        """What the big figures show: counting down, then « +2:05 » over; counting up where there
        is no length."""
        if self.left is None:
            return clock_face(self.spent)
        return clock_face(self.left) if self.left >= 0 else f"+{clock_face(-self.left)}"


@dataclass(frozen=True)
class DayClock:
    """``rest`` is what the agenda still allots after the current point, in seconds; ``ends_at`` is
    when it should all end at that rate, none without a current point."""

    points: tuple[PointClock, ...]
    rest: int
    ends_at: datetime | None
    since: datetime | None

    @property
    def current(self) -> PointClock | None:
        return next((point for point in self.points if point.is_current), None)

    @property
    def following(self) -> PointClock | None:
        """Where « suivant » leads: the next point not treated yet, those jumped over included."""
        here = self.current.rank if self.current else 0
        order = [*self.points[here:], *self.points[: max(0, here - 1)]]
        return next((point for point in order if not point.is_done), None)

    @property
    def spent(self) -> int:
        return sum(point.spent for point in self.points)


def seconds_between(since: datetime, now: datetime) -> int:
    """Never negative, should the server's clock be set back."""
    return max(0, (now - since) // timedelta(seconds=1))


def clock_face(seconds: int) -> str:
    """« 4:05 », « 1:04:05 »."""
    minutes, rest = divmod(seconds, _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def clock_of(ctx: Context, meeting: Meeting, day: MeetingDay | None) -> DayClock:
    """``meeting`` has its agenda loaded."""
    accounts = {row.agenda_item_id: row for row in ctx.session.scalars(queries.timings(meeting.id))}
    # A point that left the agenda while it was treated leaves its hour behind: nothing runs then.
    since = day.item_since if day and day.item_id is not None else None
    points = []
    for rank, item in enumerate(meeting.agenda, start=1):
        account = accounts.get(item.id)
        before = account.spent_seconds if account else 0
        is_current = day is not None and day.item_id == item.id
        running = seconds_between(since, ctx.now) if is_current and since else 0
        points.append(
            PointClock(
                item=item,
                rank=rank,
                before=before,
                spent=before + running,
                is_current=is_current,
                is_running=is_current and since is not None,
                is_done=not is_current and account is not None and account.ended_at is not None,
            )
        )
    rest = sum(p.allotted or 0 for p in points if not (p.is_done or p.is_current))
    return DayClock(tuple(points), rest, _ends_at(ctx, points, rest), since)


def _ends_at(ctx: Context, points: list[PointClock], rest: int) -> datetime | None:
    current = next((point for point in points if point.is_current), None)
    if current is None:
        return None
    return ctx.now + timedelta(seconds=max(0, current.left or 0) + rest)
