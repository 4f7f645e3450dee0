"""What waits for a decision, the oldest first, those who want the same vehicle at the same time
put together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from zna_network.models.booking import Booking, BookingState
from zna_network.models.van import Vehicle
from zna_network.queries import van_decisions, van_desk
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.van.occupancy import Taken, taken


@dataclass(frozen=True)
class Waiting:
    """A request: ``since`` when it is to be decided, ``limit`` when it is closed without an answer,
    and what has the vehicle already."""

    booking: Booking
    since: datetime
    limit: datetime
    in_the_way: tuple[Taken, ...]

    @property
    def is_late(self) -> bool:
        """The staff were reminded of it."""
        return self.booking.escalated_at is not None

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stop.commune.name for stop in self.booking.stops))


@dataclass(frozen=True)
class Group:
    """Requests each of which is in the way of another, or one alone."""

    vehicle: Vehicle
    requests: tuple[Waiting, ...]

    @property
    def is_contested(self) -> bool:
        return len(self.requests) > 1


@dataclass(frozen=True)
class DecisionList:
    groups: tuple[Group, ...]
    on_the_list: tuple[Waiting, ...]

    @property
    def total(self) -> int:
        return sum(len(group.requests) for group in self.groups)


def read(ctx: Context) -> DecisionList:
    """A constant number of queries."""
    ctx.require(Permission.VAN_DECIDE)
    bookings = ctx.session.scalars(van_desk.awaiting_decision()).all()
    since = {row[0]: row[1] for row in ctx.session.execute(van_decisions.awaiting_since())}
    held = _held(ctx, bookings)
    rows = [_waiting(one, since.get(one.id, one.requested_at), held) for one in bookings]
    return DecisionList(
        groups=tuple(_groups([r for r in rows if r.booking.state is BookingState.REQUESTED])),
        on_the_list=tuple(r for r in rows if r.booking.state is BookingState.WAITING),
    )


def _held(ctx: Context, bookings: Sequence[Booking]) -> dict[int, list[Booking]]:
    """What has each vehicle during the whole span of the requests."""
    held: dict[int, list[Booking]] = defaultdict(list)
    if bookings:
        found = van_desk.holding(
            {one.vehicle_id for one in bookings},
            min(one.block_start for one in bookings),
            max(one.block_end for one in bookings),
        )
        for booking in ctx.session.scalars(found):
            held[booking.vehicle_id].append(booking)
    return held


def _waiting(booking: Booking, since: datetime, held: dict[int, list[Booking]]) -> Waiting:
    limit = since + timedelta(days=booking.vehicle.expiry_days)
    return Waiting(
        booking,
        since,
        min(limit, booking.starts_at),
        tuple(taken(one) for one in held[booking.vehicle_id] if overlap(one, booking)),
    )


def overlap(one: Booking, other: Booking) -> bool:
    """Half-open, turn-round included: one may leave the minute that the other is free."""
    return one.block_start < other.block_end and other.block_start < one.block_end


def _groups(rows: list[Waiting]) -> list[Group]:
    """By the oldest request of each."""
    found: list[list[Waiting]] = []
    ends: list[datetime] = []
    for row in sorted(rows, key=lambda row: (row.booking.vehicle_id, row.booking.block_start)):
        booking = row.booking
        same = found and found[-1][0].booking.vehicle_id == booking.vehicle_id
        if same and booking.block_start < ends[-1]:
            found[-1].append(row)
            ends[-1] = max(ends[-1], booking.block_end)
        else:
            found.append([row])
            ends.append(booking.block_end)
    groups = [sorted(group, key=_age) for group in found]
    groups.sort(key=lambda group: _age(group[0]))
    return [Group(group[0].booking.vehicle, tuple(group)) for group in groups]


def _age(row: Waiting) -> tuple[datetime, int]:
    return row.since, row.booking.id
