"""What the bookings of CUA Mobile should be, in memory and without a database: a table of rows, and
the rules in a line each. Times are whole hours; the turn-round is one hour."""

from dataclasses import dataclass

from zna_network.models.booking import AWAITING, BLOCKING
from zna_network.models.booking import BookingState as S

CLOSED = frozenset({S.REFUSED, S.CANCELLED, S.EXPIRED})
LIVE = AWAITING | {S.APPROVED, S.OUT}
KEYS_BEFORE = 14


@dataclass
class Row:
    """``stop`` are the hours of its only stop; maintenance has neither association nor stop."""

    vehicle: int
    borrower: int | None
    start: int
    end: int
    state: S
    stop: tuple[int, int] | None

    @property
    def free_at(self) -> int:
        return self.end + (self.borrower is not None)

    def meets(self, start: int, end: int) -> bool:
        return self.start < end and self.free_at > start


class Model:
    """Each method says whether the act is accepted, and does it if so."""

    def __init__(self, now: int) -> None:
        self.now = now
        self.rows: dict[int, Row] = {}

    def new_state(
        self, borrower: int, vehicle: int, start: int, end: int, but: int | None, *, waits: bool
    ) -> S | None:
        """What a request for this slot would be; none when it is refused."""
        twice = any(
            row.borrower == borrower and row.vehicle == vehicle and row.state in LIVE
            and row.start < end and row.end > start
            for key, row in self.rows.items() if key != but
        )  # fmt: skip
        if start <= self.now or twice:
            return None
        if not self.is_taken(vehicle, start, end + 1, but):
            return S.REQUESTED
        return S.WAITING if waits else None

    def is_taken(self, vehicle: int, start: int, until: int, but: int | None = None) -> bool:
        return any(
            row.vehicle == vehicle and row.state in BLOCKING and row.meets(start, until)
            for key, row in self.rows.items()
            if key != but
        )

    def edit(
        self, key: int, vehicle: int, start: int, end: int, *, waits: bool, staff: bool
    ) -> bool:
        row = self.rows[key]
        if row.borrower is None or row.state not in {*AWAITING, S.APPROVED}:
            return False
        moved = (vehicle, start, end) != (row.vehicle, row.start, row.end)
        if row.state is S.APPROVED and moved:
            if not staff or end <= self.now or self.is_taken(vehicle, start, end + 1, key):
                return False
            self._place(key, vehicle, start, end, (start, end))
            return True
        if moved:
            state = self.new_state(row.borrower, vehicle, start, end, key, waits=waits)
            if state is None:
                return False
            row.state, row.vehicle, row.start, row.end = state, vehicle, start, end
        row.stop = (start, end)
        return True

    def move(self, key: int, start: int, end: int) -> bool:
        row = self.rows[key]
        by = (start // 24 - row.start // 24) * 24
        stop = (row.stop[0] + by, row.stop[1] + by) if row.stop else None
        is_trip = row.borrower is not None
        if (
            row.state not in {*AWAITING, S.APPROVED, S.MAINTENANCE}
            or (row.start, row.end) == (start, end)
            or (stop and (start <= self.now or stop[0] < start or stop[1] > end))
            or self.is_taken(row.vehicle, start, end + is_trip, key)
        ):
            return False
        if row.state in BLOCKING:
            self._place(key, row.vehicle, start, end, stop)
        else:
            row.start, row.end, row.stop, row.state = start, end, stop, S.REQUESTED
        return True

    def approve(self, key: int) -> bool:
        row = self.rows[key]
        if (
            row.borrower is None
            or row.state not in AWAITING | CLOSED
            or row.end <= self.now
            or self.is_taken(row.vehicle, row.start, row.free_at, key)
        ):
            return False
        row.state = S.APPROVED
        self.put_aside(key)
        return True

    def refuse(self, key: int) -> bool:
        return self._pass(key, AWAITING, S.REFUSED)

    def wait(self, key: int) -> bool:
        return self._pass(key, CLOSED | {S.REQUESTED}, S.WAITING)

    def restore(self, key: int) -> bool:
        row = self.rows[key]
        taken = self.is_taken(row.vehicle, row.start, row.free_at, key)
        if row.start <= self.now or (row.state is S.WAITING and taken):
            return False
        return self._pass(key, CLOSED | {S.WAITING}, S.WAITING if taken else S.REQUESTED)

    def cancel(self, key: int, *, staff: bool) -> bool:
        row = self.rows[key]
        if row.end <= self.now and not staff:
            return False
        was_granted = row.state is S.APPROVED
        done = self._pass(key, AWAITING | {S.APPROVED}, S.CANCELLED)
        if done and was_granted:
            self._free(row.vehicle, row.start, row.free_at)
        return done

    def block(self, key: int, vehicle: int, start: int, end: int) -> None:
        self.rows[key] = Row(vehicle, None, start, end, S.MAINTENANCE, None)
        self.put_aside(key)

    def lift(self, key: int) -> bool:
        row = self.rows[key]
        if row.state is not S.MAINTENANCE:
            return False
        row.state = S.CANCELLED
        self._free(row.vehicle, row.start, row.free_at)
        return True

    def leave(self, key: int) -> bool:
        row = self.rows[key]
        others = [r for k, r in self.rows.items() if k != key and r.vehicle == row.vehicle]
        if (
            row.state is not S.APPROVED
            or any(other.state is S.OUT for other in others)
            or not row.start - KEYS_BEFORE <= self.now < row.end
            or (self.now < row.start and self.is_taken(row.vehicle, self.now, row.start, key))
        ):
            return False
        row.state = S.OUT
        return True

    def come_back(self, key: int) -> bool:
        row = self.rows[key]
        if row.state is not S.OUT:
            return False
        row.state = S.RETURNED
        if self.now < row.end - 1:
            self._free(row.vehicle, row.start, row.free_at)
        return True

    def tick(self) -> None:
        for row in self.rows.values():
            if row.state in AWAITING and row.start <= self.now:
                row.state = S.EXPIRED

    def put_aside(self, key: int) -> None:
        row = self.rows[key]
        for other in self._meeting(row.vehicle, row.start, row.free_at, S.REQUESTED):
            self.rows[other].state = S.WAITING

    def _place(
        self, key: int, vehicle: int, start: int, end: int, stop: tuple[int, int] | None
    ) -> None:
        row = self.rows[key]
        left = (row.vehicle, row.start, row.free_at)
        row.vehicle, row.start, row.end, row.stop = vehicle, start, end, stop
        self.put_aside(key)
        self._free(*left)

    def _free(self, vehicle: int, start: int, until: int) -> None:
        for key in self._meeting(vehicle, start, until, S.WAITING):
            row = self.rows[key]
            if row.start > self.now and not self.is_taken(vehicle, row.start, row.free_at, key):
                row.state = S.REQUESTED

    def _meeting(self, vehicle: int, start: int, until: int, state: S) -> list[int]:
        return [
            key
            for key, row in self.rows.items()
            if row.state is state and row.vehicle == vehicle and row.meets(start, until)
        ]

    def _pass(self, key: int, states: frozenset[S], state: S) -> bool:
        row = self.rows[key]
        if row.borrower is None or row.state not in states:
            return False
        row.state = state
        return True
