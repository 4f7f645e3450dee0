"""Who has the vehicle now, and what is said when it is not back."""

import email
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.handovers import handover_data
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle
from tests.races import results_at_once
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import Direction
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.van import handover_views, handovers, late_returns, moves

START = datetime(2026, 12, 3, 9, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _association(ctx: Context, **values: object) -> Organisation:
    return make_grantee(ctx.session, **values)


def _granted(
    ctx: Context, vehicle: Vehicle, starts_at: datetime, organisation: Organisation
) -> Booking:
    driver = make_driver(ctx.session, organisation)
    booking = make_booking(
        ctx.session, vehicle, starts_at, None, organisation, BookingState.APPROVED, driver=driver
    )
    booking.requested_by = make_user(ctx.session, Role.GRANTEE, organisation)
    ctx.session.commit()
    return booking


def _told(ctx: Context) -> list[tuple[str, str]]:
    ctx.session.rollback()
    found = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [(m.kind, m.recipient) for m in found]


def _words(ctx: Context, kind: str) -> str:
    """Of the only mail of this kind."""
    mail = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)).one()
    message = email.message_from_bytes(mail.content or b"", policy=default)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_vehicle_not_back_is_told_once_to_everybody_whom_it_concerns(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    agent = make_user(ctx.session, Role.AGENT)
    van, spare = make_vehicle(ctx.session), make_vehicle(ctx.session)
    late = _granted(ctx, van, START, _association(ctx, phone="03 21 00 00 01"))
    then = _granted(ctx, van, START + 4 * HOUR, _association(ctx))
    far = _granted(ctx, van, START + 72 * HOUR, _association(ctx))
    assert late.requested_by is not None
    assert then.requested_by is not None
    borrower, waiting = late.requested_by.email, then.requested_by.email
    before = (then.starts_at, then.block_end, late.block_end)
    handovers.record(ctx, late.id, handover_data(START, 100))
    clock.set(late.ends_at + 29 * MINUTE)
    assert late_returns.run(ctx) == 0
    clock.move(2 * MINUTE)
    told = results_at_once(app, [late_returns.run] * 4)
    assert sorted(told) == [0, 0, 0, 1]
    assert _told(ctx) == [
        ("van_late_return", borrower),
        ("van_late_next", waiting),
        ("van_late_return_staff", agent.email),
    ]
    words = _words(ctx, "van_late_next")
    assert spare.name in words
    assert "03 21 00 00 01" in words
    assert (then.starts_at, then.block_end, late.block_end) == before
    ways = handover_views.of(ctx, then).ways
    assert len(ways) == 3  # another vehicle, a later slot, a call
    assert handover_views.of(ctx, far).ways == ()
    assert late_returns.run(ctx) == 0
    handovers.record(ctx, late.id, handover_data(clock.now(), 120, Direction.BACK))
    assert _told(ctx)[3:] == [("van_late_over", waiting)]
    assert (then.late_told_at, far.late_told_at) == (None, None)
    assert handover_views.of(ctx, then).ways == ()
    assert late_returns.run(ctx) == 0


def test_who_leaves_in_days_is_warned_when_it_matters(ctx: Context, clock: FrozenClock) -> None:
    van = make_vehicle(ctx.session)
    late = _granted(ctx, van, START, _association(ctx))
    then = _granted(ctx, van, START + 48 * HOUR, _association(ctx))
    handovers.record(ctx, late.id, handover_data(START, 100))
    clock.set(late.ends_at + HOUR)
    late_returns.run(ctx)
    assert then.late_told_at is None
    clock.set(then.starts_at - 20 * HOUR)
    assert late_returns.run(ctx) == 1
    ctx.session.rollback()
    assert then.late_told_at == clock.now()
    assert [kind for kind, _ in _told(ctx)].count("van_late_return") == 1


def test_a_trip_put_off_is_warned_of_the_next_late_return_too(
    ctx: Context, clock: FrozenClock
) -> None:
    van = make_vehicle(ctx.session)
    late = _granted(ctx, van, START, _association(ctx))
    then = _granted(ctx, van, START + 4 * HOUR, _association(ctx))
    again = _granted(ctx, van, START + 6 * 24 * HOUR, _association(ctx))
    handovers.record(ctx, late.id, handover_data(START, 100))
    clock.set(late.ends_at + HOUR)
    late_returns.run(ctx)
    ctx.session.rollback()
    assert then.late_told_at is not None
    day = again.starts_at.date()
    moves.move(ctx, then.id, day, time(14), day, time(17), then.revision, "Le véhicule manque.")
    handovers.record(ctx, late.id, handover_data(clock.now(), 120, Direction.BACK))
    clock.set(again.starts_at)
    handovers.record(ctx, again.id, handover_data(clock.now(), 120))
    assert handover_views.of(ctx, then).ways == ()  # Nobody is late yet.
    clock.set(again.ends_at + HOUR)
    late_returns.run(ctx)
    assert late_returns.run(ctx) == 0
    waiting = then.requested_by.email if then.requested_by else ""
    warned = [kind for kind, recipient in _told(ctx) if recipient == waiting]
    assert warned == ["van_late_next", "van_moved", "van_late_next"]


def test_who_has_it_now(ctx: Context, clock: FrozenClock) -> None:
    home, van = make_vehicle(ctx.session), make_vehicle(ctx.session)
    retired = make_vehicle(ctx.session, retired_at=START)
    booking = _granted(ctx, van, START, _association(ctx))
    then = _granted(ctx, van, START + 24 * HOUR, _association(ctx))
    handovers.record(ctx, booking.id, handover_data(START, 700))
    clock.set(booking.ends_at + 2 * HOUR)
    make_booking(ctx.session, home, clock.now() - HOUR, state=BookingState.MAINTENANCE)
    assert booking.organisation is not None
    assert booking.driver is not None
    by_vehicle = {holder.vehicle.id: holder for holder in handover_views.current(ctx)}
    assert retired.id not in by_vehicle
    assert (by_vehicle[home.id].booking, by_vehicle[home.id].is_blocked) == (None, True)
    held = by_vehicle[van.id]
    assert (held.who, held.driver) == (booking.organisation.short_name, booking.driver.name)
    assert (held.since, held.due, held.mileage) == (START, booking.ends_at, 700)
    assert (held.is_late, held.late_words) == (True, "2\u00a0h")
    assert held.next_booking is then
    partner = make_user(ctx.session, Role.PARTNER, _association(ctx))
    theirs = replace(ctx, actor=partner, is_system=False)
    (seen,) = [h for h in handover_views.current(theirs) if h.booking]
    assert (seen.who, seen.driver, seen.may_take_back) == (held.who, "", False)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_it_costs_the_same_for_many_vehicles(ctx: Context) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            booking = _granted(ctx, make_vehicle(ctx.session), START, _association(ctx))
            handovers.record(ctx, booking.id, handover_data(START, 1))

    add(2)
    few = cost(ctx.session, lambda: handover_views.current(ctx))
    add(8)
    assert cost(ctx.session, lambda: handover_views.current(ctx)) == few
