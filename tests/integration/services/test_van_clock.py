"""A request that nobody answers: told, then closed; once, whatever the number of workers."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle
from tests.mail_reading import text_of
from tests.races import results_at_once
from tests.statements import counted_statements
from tests.world import FrozenClock
from zna_network.jobs import worker
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingAct, BookingState
from zna_network.models.outbox import OutboxMessage
from zna_network.services.context import Context
from zna_network.services.van import clock as clock_module
from zna_network.services.van import decisions, mails, maintenance
from zna_network.services.van.clock import Due

A, S = BookingAct, BookingState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _asked(ctx: Context, days: float, **values: object) -> Booking:
    """To leave in so many days, by somebody with an account; told to the staff after three days,
    closed after ten."""
    organisation = make_grantee(ctx.session)
    asker = make_user(ctx.session, Role.GRANTEE, organisation)
    values = {
        "vehicle": make_vehicle(ctx.session, escalation_days=3, expiry_days=10),
        "requested_by": asker,
        "driver": make_driver(ctx.session, organisation),
        "requested_at": ctx.now,
        **values,
    }
    vehicle = values.pop("vehicle")
    return make_booking(
        ctx.session, vehicle, ctx.now + days * DAY, organisation=organisation, **values  # type: ignore[arg-type]
    )  # fmt: skip


def _happened(ctx: Context, booking: Booking) -> list[BookingAct]:
    ctx.session.rollback()
    return [event.act for event in booking.events]


def _told(ctx: Context) -> list[str]:
    written = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [f"{mail.kind} {mail.recipient}" for mail in written]


def _run(ctx: Context) -> int:
    return clock_module.run(ctx)


def test_told_after_three_days_closed_after_ten(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    staff = make_user(ctx.session, Role.AGENT)
    booking = _asked(ctx, 60)
    assert booking.requested_by is not None
    asker = booking.requested_by.email
    seen = []
    for hours in (71, 1, 167, 1, 240):
        clock.move(hours * HOUR)
        worker.run_once(app, "tests")
        worker.run_once(app, "tests")
        seen.append(len(_happened(ctx, booking)))
    assert seen == [0, 1, 1, 2, 2]
    assert _happened(ctx, booking) == [A.ESCALATED, A.EXPIRED]
    assert {event.author for event in booking.events} == {"Le réseau"}
    assert (booking.state, booking.reason) == (S.EXPIRED, "Personne n’a décidé à temps.")
    assert _told(ctx) == [
        f"van_escalation {staff.email}",
        f"van_late {asker}",
        f"van_expired {asker}",
        f"van_expired_staff {staff.email}",
    ]
    [late] = ctx.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "van_late"))
    # Asked on 3 December at 10 h.
    assert "close le dimanche 13 décembre 2026 à 10\u00a0h" in text_of(late)
    # Taken up again, it has its ten days again.
    decisions.restore(ctx, booking.id, booking.revision, "Elle reste utile.")
    assert _run(ctx) == 0
    clock.move(3 * DAY)
    assert (_run(ctx), _run(ctx)) == (1, 0)
    assert _happened(ctx, booking)[-1] is A.ESCALATED


def test_the_start_comes_before_and_a_place_on_the_list_is_an_answer(
    ctx: Context, clock: FrozenClock
) -> None:
    make_user(ctx.session, Role.AGENT)
    near = _asked(ctx, 4)
    listed = _asked(ctx, 30, state=S.WAITING)
    granted = _asked(ctx, 2, state=S.APPROVED)
    clock.move(2 * DAY - HOUR)
    assert _run(ctx) == 0
    # Half-way to its start, sooner than the three days of its vehicle.
    clock.move(HOUR)
    assert (_run(ctx), _run(ctx)) == (1, 0)
    clock.move(2 * DAY)
    assert _run(ctx) == 1
    assert (near.state, near.reason) == (S.EXPIRED, "Le départ est arrivé sans décision.")
    clock.move(26 * DAY - HOUR)
    assert _run(ctx) == 0
    clock.move(HOUR)
    assert _run(ctx) == 1
    assert (listed.state, listed.reason) == (S.EXPIRED, "Le créneau ne s’est pas libéré.")
    assert granted.state is S.APPROVED
    assert [line.split()[0] for line in _told(ctx)][-1] == "van_expired"


def test_a_slot_that_is_free_again_begins_the_days_anew(ctx: Context, clock: FrozenClock) -> None:
    booking = _asked(ctx, 60)
    block = maintenance.block(
        ctx, booking.vehicle_id, booking.starts_at, booking.ends_at, "Révision"
    )
    clock.move(20 * DAY)
    assert _run(ctx) == 0
    maintenance.lift(ctx, block.id, "")
    clock.move(3 * DAY - HOUR)
    assert _run(ctx) == 0
    clock.move(HOUR)
    assert _run(ctx) == 1
    assert _happened(ctx, booking) == [A.WAITING, A.RECONSIDERED, A.ESCALATED]


def test_two_workers_at_once_and_somebody_who_decides(
    app: Flask, ctx: Context, clock: FrozenClock
) -> None:
    """Each is told and closed once; what is granted at this very instant is not closed, nor the
    other way round."""
    bookings = [_asked(ctx, 60) for _ in range(3)]
    clock.move(3 * DAY)
    assert sum(results_at_once(app, [_run] * 4)) == len(bookings)
    clock.move(7 * DAY)
    shown = [(booking.id, booking.revision) for booking in bookings]
    results_at_once(
        app,
        [
            *[lambda ctx, one=one: decisions.approve(ctx, *one) for one in shown],
            *[_run] * 3,
        ],
    )
    acts = [_happened(ctx, booking) for booking in bookings]
    for booking, happened in zip(bookings, acts, strict=True):
        counted = Counter(happened)
        # Nobody undoes what the other did but a person, who saw it: here nobody did.
        assert counted[A.ESCALATED] == counted[A.APPROVED] + counted[A.EXPIRED] == 1
        assert (booking.state is S.APPROVED) == (counted[A.APPROVED] == 1)
    kinds = Counter(line.split()[0] for line in _told(ctx))
    assert kinds["van_late"] == 3
    assert kinds["van_expired"] == sum(A.EXPIRED in happened for happened in acts)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_one_that_fails_holds_back_no_other(
    ctx: Context, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bookings = [_asked(ctx, 60) for _ in range(3)]
    clock.move(3 * DAY)
    really = mails.tell_borrower

    def tell(ctx: Context, booking: Booking, mail: str, **values: Any) -> int:
        if booking.id == bookings[0].id:
            raise RuntimeError("this one cannot be told")
        return really(ctx, booking, mail, **values)

    monkeypatch.setattr(mails, "tell_borrower", tell)
    assert _run(ctx) == 2
    assert [len(_happened(ctx, booking)) for booking in bookings] == [0, 1, 1]
    monkeypatch.undo()
    assert (clock_module.run(ctx, lambda: True), _run(ctx)) == (0, 1)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_looking_costs_two_statements_whatever_waits(ctx: Context) -> None:
    for _ in range(4):
        _asked(ctx, 60)
    with counted_statements() as statements:
        assert _run(ctx) == 0
    assert len(statements) == 2


SINCE = datetime.fromisoformat("2026-12-03T09:00:00+00:00")


@pytest.mark.parametrize(
    ("state", "leaves", "hours", "was_told", "expected"),
    [
        (S.REQUESTED, 60, 71, False, None),
        (S.REQUESTED, 60, 72, False, Due.ESCALATION),
        (S.REQUESTED, 60, 72, True, None),
        (S.REQUESTED, 60, 239, True, None),
        (S.REQUESTED, 60, 240, False, Due.EXPIRY),
        (S.REQUESTED, 2, 23, False, None),
        (S.REQUESTED, 2, 24, False, Due.ESCALATION),
        (S.REQUESTED, 2, 48, True, Due.EXPIRY),
        (S.WAITING, 60, 900, False, None),
        (S.WAITING, 2, 48, False, Due.EXPIRY),
    ],
)
def test_what_is_due(
    state: BookingState, leaves: int, hours: int, was_told: bool, expected: Due | None
) -> None:
    found = clock_module.due(
        state,
        SINCE,
        SINCE + leaves * DAY,
        SINCE if was_told else None,
        SINCE + hours * HOUR,
        escalation_days=3,
        expiry_days=10,
    )
    assert found is expected
