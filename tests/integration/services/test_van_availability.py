"""What the form says at once: free or not, who else asks, why not, and the nearest slots that would
do."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_vehicle, request_data
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.booking import BookingState
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import ForbiddenError, InvalidError, NotFoundError
from zna_network.services.french_time import from_local
from zna_network.services.van import availability, requests
from zna_network.services.van.availability import Availability
from zna_network.services.van.free_slots import Slot, nearest

S = BookingState
# Thursday 4 March 2027, 9 h in Arras.
NINE = datetime(2027, 3, 4, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _labels(*slots: Slot | None) -> list[str]:
    return [slot.label.replace("\u00a0", " ") if slot else "" for slot in slots]


def test_what_is_free_what_competes_and_what_is_in_the_way(ctx: Context) -> None:
    session, vehicle, spare = ctx.session, make_vehicle(ctx.session), make_vehicle(ctx.session)
    make_vehicle(session, retired_at=ctx.now)
    small = make_vehicle(session, longest_hours=1)
    ours, theirs = make_grantee(session), make_grantee(session, acronym="CCAS")
    reader = acting_as(ctx, make_user(session, Role.PARTNER, ours))

    def ask(starts_at: datetime, hours: int = 3, but: int | None = None) -> Availability:
        return availability.answer(
            reader,
            vehicle.id,
            starts_at,
            starts_at + hours * HOUR,
            organisation_id=ours.id,
            but=but,
        )

    free = ask(NINE)
    assert (free.is_free, free.competing, free.before, free.after) == (True, (), None, None)
    assert free.label == f"{vehicle.name} est libre sur ce créneau."
    assert free.other_vehicles == (spare,)
    assert small not in free.other_vehicles

    wanted = make_booking(session, vehicle, NINE + 2 * HOUR, organisation=theirs)
    asked = ask(NINE)
    assert (asked.is_free, [t.who for t in asked.competing]) == (True, ["CCAS"])
    assert "une autre demande attend une décision" in asked.label

    wanted.state = S.APPROVED  # From 11 h to 14 h, then an hour to make it ready.
    session.commit()
    taken = ask(NINE)
    assert (taken.is_free, taken.may_wait) == (False, True)
    assert [(t.booking_id, t.who) for t in taken.in_the_way] == [(wanted.id, "CCAS")]
    assert _labels(taken.before, taken.after) == [
        "jeudi 4 mars 2027 de 7 h à 10 h",
        "jeudi 4 mars 2027 de 15 h à 18 h",
    ]
    assert ask(NINE - 2 * HOUR).is_free
    assert ask(NINE + 6 * HOUR).is_free
    # The turn-round of ours would end after theirs begins.
    assert not ask(NINE - 90 * timedelta(minutes=1)).is_free
    assert ask(NINE + 2 * HOUR, but=wanted.id).is_free

    # Its own request is no competition: asking twice is refused, and it is not proposed again.
    mine = acting_as(ctx, make_user(session, Role.GRANTEE, ours))
    own = requests.create(
        mine, request_data(vehicle, ours, leaves_at=time(15), returns_at=time(18))
    )
    again = ask(NINE + 7 * HOUR)
    assert [refusal.rule for refusal in again.refusals] == ["own"]
    assert own.reference in again.refusals[0].message
    assert again.competing == ()
    assert _labels(again.after) == ["vendredi 5 mars 2027 de 16 h à 19 h"]
    assert ask(NINE + 7 * HOUR, but=own.id).is_free

    with pytest.raises(NotFoundError):
        availability.answer(reader, 999, NINE, NINE + HOUR, organisation_id=None)
    with pytest.raises(InvalidError):
        ask(NINE, hours=0)
    with pytest.raises(ForbiddenError):
        availability.answer(
            acting_as(ctx, make_user(session, Role.GRANTEE, ours, is_active=False)),
            vehicle.id,
            NINE,
            NINE + HOUR,
            organisation_id=None,
        )


def test_the_nearest_slots_respect_the_rules_and_keep_the_wall_time(ctx: Context) -> None:
    session, ours = ctx.session, make_grantee(ctx.session)

    def near(vehicle: Vehicle, day: date, leaves: time, returns: time) -> list[str]:
        slot = from_local(day, leaves), from_local(day, returns)
        return _labels(*nearest(ctx, vehicle, *slot, organisation_id=ours.id))

    # A Sunday and Easter Monday: the Saturday before and the Tuesday after, at 9 h on both sides
    # of the change of the clocks.
    vehicle = make_vehicle(session)
    assert near(vehicle, date(2027, 3, 28), time(9), time(12)) == [
        "samedi 27 mars 2027 de 9 h à 12 h",
        "mardi 30 mars 2027 de 9 h à 12 h",
    ]
    # Nothing before the notice, nothing beyond the horizon.
    assert near(vehicle, date(2026, 12, 5), time(9), time(12)) == [
        "",
        "mardi 8 décembre 2026 de 9 h à 12 h",
    ]
    assert near(vehicle, date(2027, 12, 10), time(9), time(12)) == [
        "vendredi 3 décembre 2027 de 9 h à 12 h",
        "",
    ]
    # Asked for in the past: what is to come.
    assert near(vehicle, date(2026, 11, 5), time(9), time(12)) == [
        "",
        "mardi 8 décembre 2026 de 9 h à 12 h",
    ]
    # At the garage for a week: before it and after it, on a quarter of an hour.
    garage = from_local(date(2027, 4, 5), time(7, 50)), from_local(date(2027, 4, 10), time(11, 20))
    make_booking(session, vehicle, *garage, state=S.MAINTENANCE)
    assert near(vehicle, date(2027, 4, 7), time(9), time(17)) == [
        "samedi 3 avril 2027 de 9 h à 17 h",
        "samedi 10 avril 2027 de 11 h 30 à 19 h 30",
    ]
    # At night: not at a time that the clocks skip or show twice, nor proposed from one.
    night = make_vehicle(
        session,
        opens_at=time(0),
        closes_at=time(23, 59),
        opening_days=list(range(7)),
        opens_on_holidays=True,
    )
    make_booking(
        session,
        night,
        from_local(date(2027, 10, 30), time(23)),
        from_local(date(2027, 10, 31), time(1, 10)),
        state=S.APPROVED,
    )
    before, after = near(night, date(2027, 10, 31), time(1), time(1, 30))
    assert after == "dimanche 31 octobre 2027 de 3 h à 3 h 30" or after.startswith(
        "lundi 1er novembre 2027 de 1 h"
    )
    assert before == "samedi 30 octobre 2027 de 21 h 30 à 22 h"
    # With a quota of a day, the day that counts already.
    rare = make_vehicle(session, quota_days=1)
    make_booking(session, rare, NINE, organisation=ours, state=S.APPROVED)
    assert near(rare, date(2027, 3, 8), time(9), time(12)) == [
        "jeudi 4 mars 2027 de 13 h à 16 h",
        "",
    ]


def test_a_late_vehicle_is_not_free_and_staff_are_not_held_by_the_notice(ctx: Context) -> None:
    """It is 10 h on 3 December; what should be back since 9 h is not."""
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    make_booking(session, vehicle, ctx.now - 5 * HOUR, ctx.now - HOUR, state=S.OUT)
    ours = make_grantee(session)
    trip = make_booking(session, vehicle, ctx.now + HOUR / 2, organisation=ours, state=S.APPROVED)
    slot = trip.starts_at, trip.ends_at
    staff = nearest(ctx, vehicle, *slot, organisation_id=ours.id, but=trip.id, with_notice=False)
    asked = nearest(ctx, vehicle, *slot, organisation_id=ours.id, but=trip.id)
    assert _labels(*staff) == ["", "jeudi 3 décembre 2026 de 11 h à 14 h"]
    assert _labels(*asked) == ["", "mardi 8 décembre 2026 de 10 h 30 à 13 h 30"]


def test_it_costs_the_same_in_an_empty_calendar_and_in_a_full_one(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session, quota_days=30)
    ours = make_grantee(session)
    make_vehicle(session)

    def work() -> Availability:
        return availability.answer(
            ctx, vehicle_id, NINE, NINE + 3 * HOUR, organisation_id=organisation_id
        )

    vehicle_id, organisation_id = vehicle.id, ours.id
    make_booking(session, vehicle, NINE, state=S.APPROVED)
    few = cost(session, work)
    vehicle = session.get_one(Vehicle, vehicle_id)
    for day in range(1, 25):
        make_booking(session, vehicle, NINE + day * DAY, state=S.APPROVED)
        make_booking(session, vehicle, NINE)
        make_booking(session, make_vehicle(session), NINE, state=S.APPROVED)
    assert cost(session, work) == few <= 6
