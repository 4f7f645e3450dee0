"""Many people at one instant, on either engine: one vehicle is never promised twice, exactly one
wins what only one can have, and the others are refused in words, never by a failure."""

import sqlite3
import threading
import time as clock_time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.races import race, results_at_once
from zna_network.extensions import WRITES, db
from zna_network.models.booking import BLOCKING, Booking, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.van import Vehicle
from zna_network.queries import van as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError
from zna_network.services.french_time import to_local
from zna_network.services.van import decisions, maintenance, moves, occupancy, requests, waiting
from zna_network.services.van.request_values import RequestData, StopData

Act = Callable[[Context], Any]
S = BookingState
# Thursday 4 March 2027, 9 h in Arras.
MORNING = datetime(2027, 3, 4, 8, tzinfo=UTC)
HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


def _ready(
    ctx: Context,
    vehicle: Vehicle,
    starts_at: datetime,
    state: BookingState = S.REQUESTED,
    organisation: Organisation | None = None,
) -> Booking:
    """A booking that the rules of approval have nothing against."""
    organisation = organisation or make_grantee(ctx.session, email="asso@association.example")
    driver = make_driver(ctx.session, organisation, email="")
    booking = make_booking(
        ctx.session, vehicle, starts_at, organisation=organisation, driver=driver, state=state
    )
    make_stop(ctx.session, booking, "62004")
    return booking


def _approve(booking: Booking) -> Act:
    booking_id, revision = booking.id, booking.revision
    return lambda ctx: decisions.approve(ctx, booking_id, revision)


def _move(booking: Booking, day: date, hour: int = 9) -> Act:
    booking_id, revision = booking.id, booking.revision
    leaves, returns = time(hour), time(hour + 3)
    return lambda ctx: moves.move(
        ctx, booking_id, day, leaves, day, returns, revision, "Pour faire de la place."
    )


def _edit(booking: Booking, starts_at: datetime) -> Act:
    """By its form, at another hour of its day or of another one."""
    booking_id, revision = booking.id, booking.revision
    leaves, returns = to_local(starts_at), to_local(starts_at + 3 * HOUR)
    day, hours = leaves.date(), (leaves.time(), returns.time())
    assert booking.organisation_id is not None
    data = RequestData(
        client_id=booking.client_id,
        vehicle_id=booking.vehicle_id,
        organisation_id=booking.organisation_id,
        starts_on=day,
        leaves_at=hours[0],
        ends_on=day,
        returns_at=hours[1],
        purpose="Un autre objet.",
        stops=(StopData(day, *hours, "62004"),),
        target_groups=("seniors",),
        driver_id=booking.driver_id,
        waits=True,
    )
    return lambda ctx: requests.update(ctx, booking_id, data, revision)


def _block(vehicle: Vehicle, starts_at: datetime) -> Act:
    vehicle_id = vehicle.id
    return lambda ctx: maintenance.block(ctx, vehicle_id, starts_at, starts_at + HOUR, "Garage")


def _raw(statement: str) -> Act:
    """Somebody who writes in the database, with nothing of ours in between."""

    def write(ctx: Context) -> str:
        try:
            with db.engine.connect().execution_options(**{WRITES: True}) as connection:
                connection.execute(text(statement))
                connection.commit()
        except (IntegrityError, OperationalError):
            return "refused"
        return "written"

    return write


def _check(ctx: Context, *, written_beside: bool = False) -> list[Booking]:
    """What has a vehicle, by its start: nothing at the same time as something else; and the
    history of each ends where the booking is, unless somebody wrote beside it."""
    ctx.session.rollback()
    everything = ctx.session.scalars(select(Booking).order_by(Booking.block_start)).all()
    for booking in everything:
        if booking.events and not written_beside:
            assert booking.events[-1].state is booking.state
    blocking = [booking for booking in everything if booking.state in BLOCKING]
    for one in blocking:
        for other in blocking:
            assert (
                one.id == other.id
                or one.vehicle_id != other.vehicle_id
                or (one.block_end <= other.block_start or other.block_end <= one.block_start)
            )
    return blocking


def test_thirty_two_want_one_slot_and_one_has_it(app: Flask, ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    asked = [_ready(ctx, vehicle, MORNING + rank * 5 * MINUTE) for rank in range(32)]
    results = results_at_once(app, [_approve(booking) for booking in asked])
    assert sum(not isinstance(result, DomainError) for result in results) == 1
    [winner] = _check(ctx)
    assert Counter(booking.state for booking in asked) == {S.APPROVED: 1, S.WAITING: 31}
    mails = ctx.session.scalars(select(OutboxMessage.thread_key).where(
        OutboxMessage.kind == "van_waiting"
    )).all()  # fmt: skip
    told = {f"booking:{booking.id}" for booking in asked if booking.id != winner.id}
    assert {thread.rpartition(":")[0] for thread in mails} == told
    assert len(mails) == 31


def test_one_request_is_decided_once(app: Flask, ctx: Context) -> None:
    booking = _ready(ctx, make_vehicle(ctx.session), MORNING)
    shown = (booking.id, booking.revision)
    acts: list[Act] = [
        *[lambda ctx: decisions.approve(ctx, *shown)] * 4,
        *[lambda ctx: decisions.refuse(ctx, *shown, "Une autre y va.")] * 4,
        *[lambda ctx: decisions.wait(ctx, *shown, "Plus tard.")] * 4,
    ]
    assert race(app, acts) == ["ConflictError"] * 11 + ["won"]
    _check(ctx)
    assert len(booking.events) == 1


def test_overlapping_requests_approved_at_once_are_never_both(app: Flask, ctx: Context) -> None:
    """The one in the middle is in the way of both, which are not in each other's."""
    vehicle = make_vehicle(ctx.session)
    for week in range(4):
        start = MORNING + 7 * week * DAY
        early, middle, late = (_ready(ctx, vehicle, start + rank * 2 * HOUR) for rank in range(3))
        race(app, [_approve(booking) for booking in (early, middle, late)])
        ctx.session.rollback()
        held = {booking.id for booking in (early, middle, late) if booking.state is S.APPROVED}
        assert held in ({middle.id}, {early.id, late.id})
    _check(ctx)


def test_two_may_follow_each_other_and_a_share_is_not_exceeded(app: Flask, ctx: Context) -> None:
    first_van = make_vehicle(ctx.session)
    first = _ready(ctx, first_van, MORNING)
    second = _ready(ctx, first_van, first.block_end)
    assert race(app, [_approve(first), _approve(second)]) == ["won", "won"]
    vehicle, organisation = make_vehicle(ctx.session, quota_days=2), make_grantee(ctx.session)
    days = [
        _ready(ctx, vehicle, MORNING + rank * DAY, organisation=organisation) for rank in (0, 1, 4)
    ]
    assert race(app, [_approve(booking) for booking in days]) == [
        "InvalidValuesError",
        "won",
        "won",
    ]
    assert len(_check(ctx)) == 4


def test_moves_that_cross_and_moves_to_one_place(app: Flask, ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    thursday, friday, monday = date(2027, 3, 4), date(2027, 3, 5), date(2027, 3, 8)
    one = _ready(ctx, vehicle, MORNING, S.APPROVED)
    two = _ready(ctx, vehicle, MORNING + DAY, S.APPROVED)
    crossing = race(app, [_move(one, friday), _move(two, thursday)])
    assert crossing == ["VehicleTakenError"] * 2
    ctx.session.rollback()
    assert (one.starts_at, two.starts_at) == (MORNING, MORNING + DAY)
    together = [_move(one, monday), _move(two, monday, 10), _block(vehicle, MORNING + 4 * DAY)]
    assert race(app, together).count("won") == 1
    assert len(_check(ctx)) in {2, 3}


def test_unavailabilities_inserted_at_once_beside_raw_rows(app: Flask, ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    asked = _ready(ctx, vehicle, MORNING)
    columns = [column.name for column in Booking.__table__.columns]

    def row(number: int) -> str:
        said = dict.fromkeys(("client_id", "uid"), f"'{number}'")
        said |= {"id": str(number), "number": str(number), "state": "'out'"}
        chosen = ", ".join(said.get(name, name) for name in columns)
        return f"SELECT {chosen} FROM booking WHERE id = {asked.id}"

    def insert(*numbers: int) -> str:
        rows = " UNION ALL ".join(row(number) for number in numbers)
        return f"INSERT INTO booking ({', '.join(columns)}) {rows}"

    acts = [
        *[_block(vehicle, MORNING)] * 12,
        *[_raw(insert(7000 + rank)) for rank in range(2)],
        # Two rows of one statement, in each other's way: never, whoever else comes.
        _raw(insert(8000, 8001)),
        _approve(asked),
    ]
    results = results_at_once(app, acts)
    assert results[14] == "refused"
    won = [r for r in results if not isinstance(r, DomainError) and r != "refused"]
    assert (len(won), len(_check(ctx))) == (1, 1)
    assert race(app, [_block(vehicle, MORNING + DAY), _block(vehicle, MORNING + DAY + HOUR)]) == [
        "won",
        "won",
    ]
    numbers = sorted(b.number for b in _check(ctx))
    assert numbers[-1] - numbers[-2] == 1


@pytest.mark.parametrize("round_", range(2))
def test_everybody_does_something_else(app: Flask, ctx: Context, round_: int) -> None:
    """Approve, edit, move, refuse, take up again, call off, put in the garage, and write beside."""
    vehicle = make_vehicle(ctx.session)
    asked = [_ready(ctx, vehicle, MORNING + rank * HOUR) for rank in range(4)]
    closed = _ready(ctx, vehicle, MORNING + HOUR, S.REFUSED)
    held = _ready(ctx, vehicle, MORNING + DAY, S.APPROVED)
    beside = _ready(ctx, vehicle, MORNING + 2 * HOUR, S.WAITING)
    held_id, closed_id = held.id, closed.id
    acts: list[Act] = [
        *[_approve(booking) for booking in (*asked, closed, beside)],
        *[_approve(booking) for booking in reversed(asked)],
        lambda ctx: decisions.restore(ctx, closed_id, 1, "À revoir."),
        _move(held, date(2027, 3, 4)),
        _move(asked[3], date(2027, 3, 5)),
        _edit(asked[2], MORNING),
        _edit(held, MORNING + 2 * HOUR),
        lambda ctx: requests.cancel(ctx, held_id, "Empêchement."),
        _block(vehicle, MORNING + 3 * HOUR),
        _block(vehicle, MORNING + DAY),
        _raw(f"UPDATE booking SET state = 'approved' WHERE id = {beside.id}"),
        _raw(
            f"UPDATE booking SET state = 'approved' WHERE id IN ({asked[0].id}, {asked[1].id})",
        ),
    ]
    shift = round_ * 8  # Each round begins elsewhere: threads start one after the other.
    results = results_at_once(app, acts[shift:] + acts[:shift])
    assert len(results) == len(acts)
    blocking = _check(ctx, written_beside=True)
    assert blocking


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_a_deadlock_is_undone_and_done_again(
    app: Flask, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else writes two bookings in the other order: PostgreSQL ends the one that waited
    first, which is ours."""
    vehicle = make_vehicle(ctx.session)
    chosen, loser = (_ready(ctx, vehicle, MORNING + rank * HOUR) for rank in range(2))
    needs = "UPDATE booking SET needs = 'Barnum' WHERE id = {}"
    taken, waiting_for_it = threading.Event(), threading.Event()
    attempts = []

    def put_aside(ctx: Context, booking: Booking) -> object:
        attempts.append(booking.id)
        waiting_for_it.set()
        return really(ctx, booking)

    def beside(ctx: Context) -> None:
        with db.engine.begin() as connection:
            connection.execute(text(needs.format(loser_id)))
            taken.set()
            waiting_for_it.wait(20)
            clock_time.sleep(0.5)
            connection.execute(text(needs.format(chosen_id)))

    def approve(ctx: Context) -> Booking:
        taken.wait(20)
        return decisions.approve(ctx, chosen_id, revision)

    chosen_id, loser_id, revision = chosen.id, loser.id, chosen.revision
    really = waiting.put_aside
    monkeypatch.setattr(waiting, "put_aside", put_aside)
    _, approved = results_at_once(app, [beside, approve])
    assert not isinstance(approved, DomainError)
    assert attempts == [chosen_id] * 2
    assert (chosen.state, loser.state) == (S.APPROVED, S.WAITING)
    assert (chosen.needs, loser.needs) == ("Barnum", "Barnum")


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_who_waited_for_a_vehicle_that_a_booking_has_left_begins_again(
    app: Flask, ctx: Context
) -> None:
    """What was held is the vehicle of before: nobody writes under the new one's nose."""
    before, after = make_vehicle(ctx.session), make_vehicle(ctx.session)
    booking = _ready(ctx, before, MORNING, S.APPROVED)
    booking_id, before_id, after_id = booking.id, before.id, after.id
    held = threading.Event()

    def change(ctx: Context) -> None:
        with db.engine.begin() as connection:
            connection.execute(text(f"SELECT 1 FROM vehicle WHERE id = {before_id} FOR UPDATE"))
            held.set()
            clock_time.sleep(0.5)
            statement = "UPDATE booking SET vehicle_id = {} WHERE id = {}"
            connection.execute(text(statement.format(after_id, booking_id)))

    def cancel(ctx: Context) -> Booking:
        held.wait(20)
        return requests.cancel(ctx, booking_id, "Empêchement.")

    _, cancelled = results_at_once(app, [change, cancel])
    assert isinstance(cancelled, ConflictError)
    assert (booking.state, booking.vehicle_id) == (S.APPROVED, after_id)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_crowd_that_does_not_pass_is_told_to_come_again(ctx: Context) -> None:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    attempts = []

    @occupancy.retried
    def write(ctx: Context) -> None:
        attempts.append(ctx)
        raise OperationalError("BEGIN IMMEDIATE", {}, busy)

    with pytest.raises(ConflictError, match="recommencez"):
        write(ctx)
    assert len(attempts) == occupancy.ATTEMPTS
    # Inside another transaction, it is the whole that is to be done again.
    with pytest.raises(OperationalError), ctx.unit_of_work():
        write(ctx)
    assert len(attempts) == occupancy.ATTEMPTS + 1


def test_what_is_written_beside_us_at_the_last_moment_is_told(
    app: Flask, ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between our look and our write only the database can see it: the same refusal."""
    vehicle = make_vehicle(ctx.session)
    mine, theirs = (_ready(ctx, vehicle, MORNING + rank * HOUR) for rank in range(2))
    monkeypatch.setattr(queries, "blocking", partial(_nothing, queries.blocking))
    theirs.state = S.OUT
    ctx.session.commit()
    with pytest.raises(DomainError) as refusal:
        decisions.approve(ctx, mine.id, mine.revision)
    assert "vient d’être pris" in refusal.value.message
    ctx.session.rollback()
    assert (mine.state, mine.events) == (S.REQUESTED, [])


def _nothing(look: Callable[..., Any], *args: Any) -> Any:
    """As if nobody had the vehicle."""
    return look(*args).where(Booking.id < 0)
