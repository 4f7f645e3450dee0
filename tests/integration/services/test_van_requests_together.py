"""Asking and changing at the same instant, on both engines: one sending is one request, nobody has
two at one time, and who comes second is told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle, request_data
from tests.races import race, results_at_once
from zna_network.models.booking import Booking, BookingState
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.van import decisions, requests
from zna_network.services.van.request_values import as_typed

S = BookingState
NINE = datetime(2027, 3, 4, 8, tzinfo=UTC)


def test_asking_at_once(app: Flask, ctx: Context) -> None:
    """One sending is one request; numbers follow one another; nobody has two at one time."""
    vehicle, other = make_vehicle(ctx.session), make_vehicle(ctx.session)
    organisations = [make_grantee(ctx.session) for _ in range(4)]
    same = request_data(vehicle, organisations[0])

    def asking(data: Any) -> Any:
        return lambda own: requests.create(own, data).id

    acts = [asking(same) for _ in range(4)]
    acts += [asking(request_data(vehicle, one)) for one in organisations[1:]]
    twice = [request_data(other, organisations[1]) for _ in range(4)]
    acts += [asking(data) for data in twice]
    results = results_at_once(app, acts)
    assert len({str(r) for r in results[:4]}) == 1
    assert sum(isinstance(r, InvalidValuesError) for r in results[7:]) == 3
    assert sorted(ctx.session.scalars(select(Booking.number))) == [1, 2, 3, 4, 5]


def test_who_asks_while_it_is_granted_waits(app: Flask, ctx: Context) -> None:
    """Whether they come just before or just after: nobody is left asking for what is taken."""
    session, vehicle, winner = ctx.session, make_vehicle(ctx.session), make_grantee(ctx.session)
    data = request_data(vehicle, winner, driver_id=make_driver(session, winner).id)
    granted = requests.create(ctx, data)
    booking_id, revision = granted.id, granted.revision
    others = [replace(request_data(vehicle, make_grantee(session)), waits=True) for _ in range(5)]

    def asking(data: Any) -> Any:
        return lambda own: requests.create(own, data).id

    acts = [asking(data) for data in others]
    acts.insert(2, lambda own: decisions.approve(own, booking_id, revision).id)
    results = results_at_once(app, acts)
    assert all(isinstance(result, int) for result in results)
    states = dict(session.execute(select(Booking.id, Booking.state)).all())
    assert states.pop(booking_id) is S.APPROVED
    assert list(states.values()) == [S.WAITING] * 5


def test_changing_at_once(app: Flask, ctx: Context) -> None:
    session, vehicles = ctx.session, [make_vehicle(ctx.session) for _ in range(2)]
    ours = make_grantee(session)
    driver = make_driver(session, ours)
    booking = requests.create(ctx, request_data(vehicles[0], ours, driver_id=driver.id))
    booking_id, revision, typed = booking.id, booking.revision, as_typed(booking)

    def changing(day: int) -> Any:
        data = replace(typed, purpose=f"Autre chose, {day}.")
        return lambda own: requests.update(own, booking_id, data, revision)

    acts = [changing(day) for day in range(4)]
    acts += [lambda own: decisions.approve(own, booking_id, revision)] * 3
    assert race(app, acts) == ["ConflictError"] * 6 + ["won"]

    # Two requests change vehicles with each other: neither waits for the other for ever.
    one, other = (make_booking(session, vehicle, NINE.replace(day=8)) for vehicle in vehicles)
    swaps: list[Any] = []
    for moved, to in ((one, vehicles[1]), (other, vehicles[0])):
        assert moved.organisation is not None
        data = request_data(to, moved.organisation, date(2027, 3, 8), time(9), time(12))
        key, seen = moved.id, moved.revision
        swaps.append(
            lambda own, key=key, data=data, seen=seen: requests.update(own, key, data, seen)
        )
    ids = [vehicle.id for vehicle in vehicles]
    results = results_at_once(app, swaps * 2)
    assert sum(isinstance(result, ConflictError) for result in results) == 2
    session.expire_all()
    assert [one.vehicle_id, other.vehicle_id] == ids[::-1]

    # Two granted trips brought to one slot by staff: the second is told who is there.
    granted = []
    for day in (10, 11):
        borrower = make_grantee(session)
        data = request_data(
            vehicles[0], borrower, date(2027, 3, day), driver_id=make_driver(session, borrower).id
        )
        made = requests.create(ctx, data)
        granted.append((decisions.approve(ctx, made.id, made.revision).id, data))
    revisions = [session.get_one(Booking, key).revision for key, _ in granted]
    friday = date(2027, 3, 12)
    moves: list[Any] = []
    for (key, data), seen in zip(granted, revisions, strict=True):
        stops = (replace(data.stops[0], day=friday),)
        there = replace(data, starts_on=friday, ends_on=friday, stops=stops)
        moves.append(
            lambda own, key=key, there=there, seen=seen: requests.update(own, key, there, seen)
        )
    assert race(app, moves) == ["VehicleTakenError", "won"]
    booked = session.scalars(select(Booking).where(Booking.state == S.APPROVED)).all()
    for left in booked:
        # What was refused is where it was, its stop included.
        assert left.stops[0].starts_at == left.starts_at
