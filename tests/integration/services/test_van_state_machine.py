"""Whatever people do, in whatever order, the bookings are what a simple model says, and no vehicle
is promised twice; on both engines."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_driver, make_vehicle, request_data
from tests.van_model import Model, Row
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.booking import AWAITING, BLOCKING, Booking, BookingEvent, BookingState
from zna_network.models.handover import Direction
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import DomainError
from zna_network.services.van import clock as van_clock
from zna_network.services.van import decisions, handovers, maintenance, moves, requests
from zna_network.services.van.handover_values import HandoverData
from zna_network.services.van.request_values import RequestData

# Thursday 4 March 2027, midnight in Arras; the game begins the evening before.
MIDNIGHT = datetime(2027, 3, 3, 23, tzinfo=UTC)
EVENING = -4
VEHICLES, BORROWERS = st.integers(0, 1), st.integers(0, 2)
SLOTS = st.builds(
    lambda day, hour, length: (day * 24 + hour, day * 24 + hour + length),
    st.integers(0, 1),
    st.sampled_from([8, 10, 12, 14]),
    st.sampled_from([1, 2, 4]),
)


def _instant(hour: int) -> datetime:
    return MIDNIGHT + timedelta(hours=hour)


class Van(RuleBasedStateMachine):
    """Each rule does the same to the site and to the model, which says whether it is accepted."""

    ctx: Context
    clock: FrozenClock
    bookings: Bundle[int] = Bundle("bookings")

    @initialize()
    def begin(self) -> None:
        session = self.ctx.session
        self.model, self.mileage = Model(EVENING), 1000
        self.clock.set(_instant(EVENING))
        rules = {"notice_days": 0, "opening_days": list(range(7))}
        self.vehicles = [make_vehicle(session, **rules).id for _ in range(2)]
        self.borrowers = [make_grantee(session) for _ in range(3)]
        self.drivers = [make_driver(session, one).id for one in self.borrowers]
        users = [make_user(session, Role.GRANTEE, one) for one in self.borrowers]
        self.people = [acting_as(self.ctx, user) for user in users]
        self.numbers = {one.id: rank for rank, one in enumerate(self.borrowers)}

    def teardown(self) -> None:
        """What awaits its decision would be closed by the clock of the next game."""
        self.ctx.session.rollback()
        self.ctx.session.execute(
            update(Booking).where(Booking.state.in_(AWAITING)).values(state=BookingState.CANCELLED)
        )
        self.ctx.session.commit()

    def _is_accepted(self, act: Callable[[], object]) -> bool:
        try:
            act()
        except DomainError:
            return False
        return True

    def _typed(self, borrower: int, vehicle: int, slot: tuple[int, int]) -> RequestData:
        day = (MIDNIGHT + timedelta(hours=slot[0] + 1)).date()
        return request_data(
            self.ctx.session.get_one(Vehicle, self.vehicles[vehicle]),
            self.borrowers[borrower],
            day,
            time(slot[0] % 24),
            time(slot[1] % 24),
            driver_id=self.drivers[borrower],
        )

    def _revision(self, key: int) -> int:
        self.ctx.session.rollback()
        return self.ctx.session.get_one(Booking, key).revision

    @rule(target=bookings, borrower=BORROWERS, vehicle=VEHICLES, slot=SLOTS, waits=st.booleans())
    def ask(self, borrower: int, vehicle: int, slot: tuple[int, int], waits: bool) -> object:
        data = replace(self._typed(borrower, vehicle, slot), waits=waits)
        made: list[Booking] = []
        accepted = self._is_accepted(
            lambda: made.append(requests.create(self.people[borrower], data))
        )
        state = self.model.new_state(borrower, vehicle, *slot, None, waits=waits)
        assert accepted == (state is not None)
        if state is None:
            return multiple()
        self.model.rows[made[0].id] = Row(vehicle, borrower, *slot, state, slot)
        return made[0].id

    @rule(key=bookings, vehicle=VEHICLES, slot=SLOTS, waits=st.booleans(), staff=st.booleans())
    def edit(self, key: int, vehicle: int, slot: tuple[int, int], waits: bool, staff: bool) -> None:
        row = self.model.rows[key]
        borrower = row.borrower or 0
        data = replace(self._typed(borrower, vehicle, slot), waits=waits)
        who, revision = self.ctx if staff else self.people[borrower], self._revision(key)
        accepted = self._is_accepted(lambda: requests.update(who, key, data, revision))
        assert accepted == self.model.edit(key, vehicle, *slot, waits=waits, staff=staff)

    @rule(key=bookings, slot=SLOTS)
    def move(self, key: int, slot: tuple[int, int]) -> None:
        day, revision = _instant(slot[0] + 1).date(), self._revision(key)
        hours = time(slot[0] % 24), time(slot[1] % 24)
        accepted = self._is_accepted(
            lambda: moves.move(self.ctx, key, day, hours[0], day, hours[1], revision, "Ailleurs.")
        )
        assert accepted == self.model.move(key, *slot)

    @rule(
        key=bookings,
        what=st.sampled_from(["approve", "approve", "approve", "refuse", "wait", "restore"]),
    )
    def decide(self, key: int, what: str) -> None:
        revision = self._revision(key)
        decide = getattr(decisions, what)
        accepted = self._is_accepted(lambda: decide(self.ctx, key, revision, "Parce que."))
        assert accepted == getattr(self.model, what)(key)

    @rule(key=bookings, staff=st.booleans())
    def cancel(self, key: int, staff: bool) -> None:
        row = self.model.rows[key]
        who = self.ctx if staff or row.borrower is None else self.people[row.borrower]
        accepted = self._is_accepted(lambda: requests.cancel(who, key, "Empêchement."))
        assert accepted == self.model.cancel(key, staff=who is self.ctx)

    @rule(target=bookings, vehicle=VEHICLES, slot=SLOTS)
    def block(self, vehicle: int, slot: tuple[int, int]) -> object:
        made: list[Booking] = []
        accepted = self._is_accepted(
            lambda: made.append(
                maintenance.block(
                    self.ctx,
                    self.vehicles[vehicle],
                    _instant(slot[0]),
                    _instant(slot[1]),
                    "Révision",
                )
            )
        )
        assert accepted != self.model.is_taken(vehicle, *slot)
        if not accepted:
            return multiple()
        self.model.block(made[0].id, vehicle, *slot)
        return made[0].id

    @rule(key=bookings)
    def lift(self, key: int) -> None:
        accepted = self._is_accepted(lambda: maintenance.lift(self.ctx, key, "Prêt."))
        assert accepted == self.model.lift(key)

    @rule(key=bookings, direction=st.sampled_from(Direction))
    def hand_over(self, key: int, direction: Direction) -> None:
        self.mileage += 10
        data = HandoverData(
            str(uuid4()), direction, self.ctx.now, self.mileage, 50, giver="A", receiver="B"
        )
        accepted = self._is_accepted(lambda: handovers.record(self.ctx, key, data))
        act = self.model.leave if direction is Direction.OUT else self.model.come_back
        assert accepted == act(key)

    @rule(hours=st.sampled_from([1, 4, 9, 14]))
    def time_passes(self, hours: int) -> None:
        self.model.now += hours
        self.clock.set(_instant(self.model.now))
        van_clock.run(self.ctx)
        self.model.tick()

    @invariant()
    def the_site_is_what_the_model_says(self) -> None:
        self.ctx.session.rollback()
        found = list(
            self.ctx.session.scalars(select(Booking).where(Booking.vehicle_id.in_(self.vehicles)))
        )
        assert {one.id: self._as_row(one) for one in found} == self.model.rows
        for vehicle in self.vehicles:
            blocks = sorted(
                (one.block_start, one.block_end)
                for one in found
                if one.vehicle_id == vehicle and one.state in BLOCKING
            )
            assert all(first[1] <= then[0] for first, then in pairwise(blocks))
        for key, state in self._last_states(list(self.model.rows)):
            assert state is self.model.rows[key].state

    def _as_row(self, one: Booking) -> Row:
        start, end = (
            int((instant - MIDNIGHT) / timedelta(hours=1))
            for instant in (one.starts_at, one.ends_at)
        )
        stops = [
            int((instant - MIDNIGHT) / timedelta(hours=1))
            for stop in one.stops
            for instant in (stop.starts_at, stop.ends_at)
        ]
        borrower = None if one.organisation_id is None else self.numbers[one.organisation_id]
        vehicle = self.vehicles.index(one.vehicle_id)
        stop = (stops[0], stops[1]) if stops else None
        row = Row(vehicle, borrower, start, end, one.state, stop)
        assert one.block_end == _instant(row.free_at)
        return row

    def _last_states(self, keys: list[int]) -> Iterator[tuple[int, BookingState]]:
        """What the history says last of each."""
        events = self.ctx.session.scalars(
            select(BookingEvent).where(BookingEvent.booking_id.in_(keys)).order_by(BookingEvent.id)
        )
        yield from {event.booking_id: event.state for event in events}.items()


def test_the_bookings_are_what_a_simple_model_says(ctx: Context, clock: FrozenClock) -> None:
    machine = type("Game", (Van,), {"ctx": ctx, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            # Told to explain a failure, Hypothesis traces each line of the games it replays.
            phases=set(Phase) - {Phase.explain},
            suppress_health_check=list(HealthCheck),
        ),
    )
