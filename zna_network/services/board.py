"""The live board: what the organisers watch during the day, counted in a handful of statements."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.models.door import PointKind
from zna_network.models.forum import Forum
from zna_network.models.territory import TargetGroup
from zna_network.queries import board as queries
from zna_network.services.board_alerts import Alert, Conflict, alerts_of
from zna_network.services.board_devices import DeviceLine, device_line
from zna_network.services.context import Context
from zna_network.services.disclosure import THRESHOLD, Cell, hidden_in_table, is_total_hidden
from zna_network.services.forum_choice import by_slug
from zna_network.services.forum_day import Quarter, is_going_on, quarters_of_day
from zna_network.services.permissions import Permission

LATELY = timedelta(minutes=30)
DOORS_AROUND = timedelta(hours=2)
BUSIEST = 12
UNKNOWN_GROUP = "Non renseigné"
NO_DOOR = "Sans point"


@dataclass(frozen=True)
class Tally:
    """``count`` is none where the reader must not see it."""

    label: str
    count: int | None


@dataclass(frozen=True)
class Place:
    """A stand or a workshop point: visits in all, and of the last half hour."""

    name: str
    visits: int
    lately: int


@dataclass(frozen=True)
class SessionLine:
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seated: int
    waiting: int
    is_on: bool

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.seated)


@dataclass(frozen=True)
class Board:
    """``inside``, ``came``, ``by_hand`` are people; ``badges`` are entries with a badge, of any
    number of people; ``registered`` those who said that they would come."""

    forum: Forum
    inside: int
    came: int
    by_hand: int
    badges: int
    registered: int
    expected: int
    quarters: Sequence[Quarter]
    doors: Sequence[Tally]
    groups: Sequence[Tally]
    stands: Sequence[Place]
    workshops: Sequence[Place]
    sessions: Sequence[SessionLine]
    devices: Sequence[DeviceLine]
    conflicts: Sequence[Conflict]
    conflict_count: int
    alerts: Sequence[Alert]
    is_going_on: bool


class _Entries:
    """The first entries and the counts by hand, added up along each side of the board."""

    def __init__(self, ctx: Context, forum: Forum) -> None:
        self.arrivals: Counter[int] = Counter()
        self.balances: Counter[int] = Counter()
        self.doors: Counter[tuple[int | None, int]] = Counter()
        self.groups: Counter[TargetGroup | None] = Counter()
        self.inside = self.badges = self.by_hand = 0
        for quarter, point, device, group, badges, people, inside in ctx.session.execute(
            queries.arrivals(forum.id)
        ):
            self.arrivals[quarter] += people
            self.doors[point, device] += people
            self.groups[group] += badges
            self.badges += badges
            self.inside += inside
        for quarter, effect in ctx.session.execute(queries.movements(forum.id)):
            self.balances[quarter] += effect
        for quarter, point, device, came, balance in ctx.session.execute(
            queries.counts_by_hand(forum.id)
        ):
            self.arrivals[quarter] += came
            self.doors[point, device] += came
            self.balances[quarter] += balance
            self.inside += balance
            self.by_hand += came


def read_board(ctx: Context, slug: str) -> Board:
    """The board as it stands. Whoever is not of the staff sees no target group of fewer than five
    people, and the others rounded. Raises ForbiddenError or NotFoundError."""
    ctx.require(Permission.FIGURES_READ)
    forum = by_slug(ctx, slug)
    entries = _Entries(ctx, forum)
    devices = list(ctx.session.scalars(queries.devices(forum.id)))
    device_names = {device.id: device.name for device in devices}
    point_names = {point.id: point.name for point in ctx.session.scalars(queries.points(forum.id))}

    def door(point_id: int | None, device_id: int) -> str:
        return point_names.get(point_id or 0) or device_names.get(device_id, NO_DOOR)

    doors: Counter[str] = Counter()
    for (point_id, device_id), people in entries.doors.items():
        doors[door(point_id, device_id)] += people
    conflict_rows = ctx.session.execute(queries.conflicts(forum.id)).all()
    conflicts = [
        Conflict(badge, at, door(point, device), other_at, door(other_point, other_device))
        for at, badge, point, device, other_at, other_point, other_device, _ in conflict_rows
    ]
    conflict_count = conflict_rows[0][-1] if conflict_rows else 0
    going_on = is_going_on(forum, ctx.now, DOORS_AROUND)
    lines = [device_line(d, ctx.now, is_watched=going_on) for d in devices if d.token_hash]
    inside = max(0, entries.inside)
    registered, expected = ctx.session.execute(queries.registered(forum.id)).one()
    stands, workshops = _places(ctx, forum)
    return Board(
        forum=forum,
        inside=inside,
        came=sum(doors.values()),
        by_hand=entries.by_hand,
        badges=entries.badges,
        registered=registered,
        expected=expected,
        quarters=quarters_of_day(forum, entries.arrivals, entries.balances, ctx.now),
        doors=[Tally(name, people) for name, people in doors.most_common()],
        groups=_groups(entries.groups, is_staff=ctx.may(Permission.ATTENDEES_READ)),
        stands=stands,
        workshops=workshops,
        sessions=_sessions(ctx, forum),
        devices=lines,
        conflicts=conflicts,
        conflict_count=conflict_count,
        alerts=alerts_of(inside, forum.gauge, lines, conflicts, conflict_count),
        is_going_on=going_on,
    )


def _groups(counts: Counter[TargetGroup | None], *, is_staff: bool) -> list[Tally]:
    """Small groups are hidden from whoever is not of the staff, and the others rounded down to
    five: a board that moves by one as somebody walks in would tell their group."""
    cells = [Cell(group.label, counts[group]) for group in TargetGroup]
    cells.append(Cell(UNKNOWN_GROUP, counts[None]))
    hidden: set[int] = set()
    grain = 1 if is_staff else THRESHOLD
    if not is_staff:
        everything = set(range(len(cells)))
        hidden = everything if is_total_hidden(counts.total()) else hidden_in_table(cells)
    return [
        Tally(cell.label, None if place in hidden else cell.count - cell.count % grain)
        for place, cell in enumerate(cells)
    ]


def _places(ctx: Context, forum: Forum) -> tuple[list[Place], list[Place]]:
    found: dict[PointKind, list[Place]] = {PointKind.STAND: [], PointKind.SESSION: []}
    rows = ctx.session.execute(queries.visits(forum.id, ctx.now - LATELY))
    for kind, name, organisation, visits, lately in rows:
        if kind in found:
            found[kind].append(Place(organisation or name, visits, lately))
    return found[PointKind.STAND][:BUSIEST], found[PointKind.SESSION][:BUSIEST]


def _sessions(ctx: Context, forum: Forum) -> list[SessionLine]:
    """Those to come and those going on, the first to begin first."""
    rows = ctx.session.execute(queries.sessions(forum.id, ctx.now))
    return [
        SessionLine(
            title, room, starts, ends, capacity, seated or 0, waiting or 0, starts <= ctx.now
        )
        for _, title, room, starts, ends, capacity, seated, waiting in rows
    ]
