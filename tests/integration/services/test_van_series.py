"""Trips that come back: shown before they are written, each then a booking of its own."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle, request_data
from tests.races import results_at_once
from tests.statements import cost
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingSeries, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.french_time import from_local, local_date, to_local
from zna_network.services.van import decisions, requests, series
from zna_network.services.van.request_values import StopData
from zna_network.services.van.series_values import Occurrence, SeriesData

S = BookingState
TUESDAY, THURSDAY = 1, 3
# Thursdays on both sides of 28 March 2027.
FIRST, LAST = date(2027, 3, 11), date(2027, 4, 15)


def _data(vehicle: Vehicle, organisation: Organisation, **values: Any) -> SeriesData:
    plan = {"every_weeks": 1, "weekdays": (THURSDAY,), "last_on": LAST}
    plan |= {key: values.pop(key) for key in plan if key in values}
    return SeriesData(request_data(vehicle, organisation, FIRST, **values), **plan)


def _problems(found: list[Occurrence]) -> dict[date, str]:
    return {one.day: one.problem for one in found if one.problem}


def _thursday(week: int) -> date:
    return FIRST + timedelta(weeks=week)


def _rows(ctx: Context) -> int:
    ctx.session.rollback()
    return sum(
        ctx.session.scalar(select(func.count()).select_from(table)) or 0
        for table in (Booking, BookingSeries, OutboxMessage)
    )


def test_what_is_in_conflict_is_told_before_anything_is_written(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    ours, theirs = make_grantee(session), make_grantee(session, acronym="CCAS")
    mine = acting_as(ctx, make_user(session, Role.GRANTEE, ours))
    make_booking(
        session, vehicle, from_local(_thursday(1), time(11)), organisation=theirs, state=S.APPROVED
    )
    make_booking(session, vehicle, from_local(_thursday(2), time(10)), organisation=theirs)
    own = make_booking(session, vehicle, from_local(_thursday(4), time(8)), organisation=ours)
    data = _data(vehicle, ours)
    before = _rows(ctx)
    found = series.preview(mine, data)
    assert [one.day for one in found] == [_thursday(week) for week in range(6)]
    assert [one.is_possible for one in found] == [True, False, True, True, False, True]
    problems = _problems(found)
    assert "jeudi 18 mars 2027 de 11\u00a0h à 14\u00a0h (CCAS)" in problems[_thursday(1)]
    assert found[1].may_wait
    assert own.reference in problems[_thursday(4)]
    assert not found[4].may_wait
    assert found[2].remark == "Demandé aussi par CCAS."
    # 9 h stays 9 h when the clocks change on 28 March.
    assert {to_local(one.starts_at).time() for one in found if one.starts_at} == {time(9)}
    assert {one.starts_at.hour for one in found if one.starts_at} == {8, 7}
    waiting = series.preview(mine, replace(data, request=replace(data.request, waits=True)))
    assert waiting[1].is_possible
    assert "liste d’attente" in waiting[1].remark

    kept = tuple(one.day for one in found if one.is_possible)
    for keep, words in (((*kept, _thursday(1)), "Jeudi 18 mars 2027"), ((), "au moins une date"), ((date(2027, 3, 12),), "pas de cette série")):  # fmt: skip
        with pytest.raises(InvalidError, match=words) as refusal:
            series.create(mine, data, keep)
        assert refusal.value.field == "keep"
    assert _rows(ctx) == before

    agent = make_user(session, Role.AGENT)
    made = series.create(mine, data, kept)
    assert [local_date(one.starts_at) for one in made] == list(kept)
    assert {one.state for one in made} == {S.REQUESTED}
    assert {one.starts_at for one in made} == {one.stops[0].starts_at for one in made}
    assert len({one.series_id for one in made}) == 1
    assert len({one.uid for one in made} | {one.stops[0].uid for one in made}) == 8
    assert [one.id for one in series.create(mine, data, kept)] == [one.id for one in made]
    mails = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "van_requested"))
    assert [mail.recipient for mail in mails] == [agent.email]
    theirs_too = replace(data, request=replace(data.request, organisation_id=theirs.id))
    with pytest.raises(ConflictError):
        series.create(ctx, theirs_too, kept)
    with pytest.raises(ForbiddenError):
        series.preview(mine, theirs_too)


def test_each_occurrence_goes_its_own_way_and_skipped_ones_come_back(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    ours = make_grantee(session)
    driver = make_driver(session, ours)
    mine = acting_as(ctx, make_user(session, Role.GRANTEE, ours))
    taken = make_booking(session, vehicle, from_local(_thursday(1), time(11)), state=S.APPROVED)
    data = _data(vehicle, ours, driver_id=driver.id)
    made = series.create(mine, data, (_thursday(0), _thursday(2), _thursday(5)))
    decisions.approve(ctx, made[0].id, made[0].revision)
    decisions.refuse(ctx, made[1].id, made[1].revision, "Pas cette fois.")
    assert [one.state for one in made] == [S.APPROVED, S.REFUSED, S.REQUESTED]
    series_id = made[0].series_id
    assert series_id is not None
    shown = series.occurrences(mine, series_id)
    assert [(one.is_made, one.is_possible) for one in shown] == [
        (True, False), (False, False), (False, True), (False, True), (False, True), (True, False),
    ]  # fmt: skip
    assert (shown[0].remark, shown[5].remark) == ("Accordée", "Demandée")
    written = _rows(ctx)
    with pytest.raises(InvalidError, match="18 mars"):
        series.add(mine, series_id, (_thursday(1), _thursday(3)))
    assert _rows(ctx) == written
    requests.cancel(ctx, taken.id, "Annulée.")
    # What the trips say now, not what was typed for the first.
    changed = replace(data.request, starts_on=_thursday(5), ends_on=_thursday(5), purpose="Autre chose.",
                      stops=(StopData(_thursday(5), time(10), time(11), "62099"),))  # fmt: skip
    requests.update(mine, made[2].id, changed, made[2].revision)
    # Whoever has stopped driving since is not chosen any more; the trips that have them stay.
    driver.archived_at = ctx.now
    session.commit()
    added = series.add(mine, series_id, (_thursday(1), _thursday(2), _thursday(5)))
    assert [local_date(one.starts_at) for one in added] == [_thursday(1), _thursday(2)]
    assert {(one.purpose, one.stops[0].insee, one.driver_id) for one in added} == {
        ("Autre chose.", "62099", driver.id)
    }
    assert [to_local(one.stops[0].starts_at).time() for one in added] == [time(10), time(10)]
    assert series.add(mine, series_id, (_thursday(1),)) == []
    waits = make_booking(session, vehicle, from_local(_thursday(4), time(8)), state=S.APPROVED)
    late = series.add(mine, series_id, (_thursday(4),), waits=True)
    assert ([one.state for one in late], waits.state) == ([S.WAITING], S.APPROVED)
    with pytest.raises(ForbiddenError):
        series.add(
            acting_as(ctx, make_user(session, Role.GRANTEE, make_grantee(session))),
            series_id,
            (FIRST,),
        )
    with pytest.raises(NotFoundError):
        series.occurrences(ctx, 10**30)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"every_weeks": 0}, "every_weeks"),
    ({"weekdays": ()}, "weekdays"),
    ({"weekdays": (7,)}, "weekdays"),
    ({"weekdays": (TUESDAY,), "last_on": FIRST}, "weekdays"),
    ({"last_on": FIRST - timedelta(days=1)}, "last_on"),
    ({"last_on": date(9999, 12, 31)}, "last_on"),
    ({"weekdays": (0, 1, 2, 3, 4), "last_on": date(2027, 12, 1)}, "last_on"),
    ({"ends_on": FIRST - timedelta(days=1)}, "ends_on"),
    ({"ends_on": date(9999, 12, 31)}, "ends_on"),
    ({"returns_at": time(8)}, "returns_at"),
    ({"purpose": ""}, "purpose"),
    ({"stops": (StopData(date(9999, 12, 31), time(9), time(10), "62004"),)}, "stops-0-day"),
    ({"stops": (StopData(FIRST, time(9), time(10), "75056"),)}, "stops-0-insee"),
    ({"vehicle_id": 10**30}, "vehicle_id"),
]


def test_a_series_is_refused_beside_its_field_and_a_day_for_what_is_against_it(
    ctx: Context,
) -> None:
    session, ours = ctx.session, make_grantee(ctx.session)
    vehicle = make_vehicle(session, opens_at=time(0), closes_at=time(23), opening_days=list(range(7)),
                           opens_on_holidays=True, quota_days=3, turnround_minutes=60)  # fmt: skip
    for change, field in WRONG:
        with pytest.raises(InvalidError) as refusal:
            series.preview(ctx, _data(vehicle, ours, **change))
        assert refusal.value.field == field, change
    # A time that one Sunday skips is that Sunday's problem only.
    stops = (StopData(FIRST, time(2, 30), time(3, 30), "62004"),)
    sundays = _data(
        vehicle, ours, weekdays=(6,), leaves_at=time(2, 30), returns_at=time(4), stops=stops
    )
    found = series.preview(ctx, sundays)
    assert [one.day for one in found if one.starts_at is None] == [date(2027, 3, 28)]
    assert "n’existe pas" in _problems(found)[date(2027, 3, 28)]
    # Three days in twelve months: the fourth is one too many, unless another is skipped.
    assert list(_problems(found)) == [date(2027, 3, 28), date(2027, 4, 11)]
    kept = tuple(
        day
        for day in (one.day for one in found)
        if day != date(2027, 3, 14) and day != date(2027, 3, 28)
    )
    assert list(_problems(series.preview(ctx, sundays, kept))) == [date(2027, 3, 28)]
    made = series.create(ctx, sundays, kept)
    assert [local_date(one.starts_at) for one in made] == list(kept)
    # A trip that is not back when the next one is to leave.
    every = _data(vehicle, make_grantee(session), weekdays=(0, 1), last_on=FIRST + timedelta(days=7),
                  ends_on=FIRST + timedelta(days=1), returns_at=time(8, 30), stops=(StopData(FIRST, time(9), time(10), "62004"),))  # fmt: skip
    found = series.preview(ctx, every)
    assert list(_problems(found)) == [date(2027, 3, 16)]
    assert "pas encore rentré" in found[1].problem


def test_a_series_costs_as_many_queries_for_five_days_as_for_fifty(ctx: Context) -> None:
    vehicle, ours = make_vehicle(ctx.session, quota_days=100), make_grantee(ctx.session)
    few = _data(vehicle, ours)
    many = replace(few, weekdays=(0, 1, 2, 3, 4, 5), last_on=FIRST + timedelta(days=57))
    assert len(series.preview(ctx, many)) == 50
    costs = [cost(ctx.session, lambda data=data: series.preview(ctx, data)) for data in (few, many)]
    assert costs[0] == costs[1] <= 7


def test_the_same_series_sent_at_once_is_one(app: Flask, ctx: Context) -> None:
    vehicle, ours = make_vehicle(ctx.session), make_grantee(ctx.session)
    data = _data(vehicle, ours)
    keep = tuple(_thursday(week) for week in range(6))
    acts = [lambda own: [one.number for one in series.create(own, data, keep)] for _ in range(4)]
    results = results_at_once(app, acts)
    assert results == [[1, 2, 3, 4, 5, 6]] * 4
