"""Vehicles and drivers: what is refused, what follows, and who may do it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle
from tests.races import Act, refusals_at_once
from tests.statements import cost
from tests.world import FrozenClock
from zna_network.models.account import Role
from zna_network.models.audit import AuditEvent
from zna_network.models.booking import BookingEvent, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.van import decisions, driver_lines, drivers, fleet, vehicles
from zna_network.services.van.drivers import DriverData
from zna_network.services.van.vehicle_values import VehicleData
from zna_network.services.van.vehicle_words import rules_told

TODAY = date(2026, 12, 3)
MARCH = datetime(2027, 3, 4, 8, tzinfo=UTC)


def _data(**values: object) -> VehicleData:
    return VehicleData(
        **{  # type: ignore[arg-type]
            "name": "CUA Mobile",
            "opens_at": time(7),
            "closes_at": time(20),
            "opening_days": (0, 1, 2, 3, 4),
            "equipment": ("Barnum ", "", "barnum", "Ordinateur"),
            "checklist": ("Pneus",),
            "insurance_until": date(2027, 12, 31),
            "inspection_until": date(2027, 12, 31),
            **values,
        }
    )


def _as(ctx: Context, role: Role, organisation: Organisation | None = None) -> Context:
    actor = make_user(ctx.session, role, organisation=organisation)
    return replace(ctx, actor=actor, is_system=False)


def test_a_vehicle_is_described_once_and_under_one_name(ctx: Context) -> None:
    agent = _as(ctx, Role.AGENT)
    made = vehicles.create_vehicle(agent, _data())
    assert (made.slug, made.equipment, made.is_lent) == (
        "cua-mobile",
        ["Barnum", "Ordinateur"],
        True,
    )
    second = vehicles.create_vehicle(agent, _data(name="CUA — mobile"))
    assert second.slug == "cua-mobile-2"
    with pytest.raises(ConflictError, match="s’appelle déjà") as taken:
        vehicles.update_vehicle(agent, second.id, _data(name="cua MOBILE"), second.revision)
    assert taken.value.field == "name"
    assert ctx.session.get_one(Vehicle, second.id).name == "CUA — mobile"
    with pytest.raises(ConflictError, match="pendant votre saisie"):
        vehicles.update_vehicle(agent, made.id, _data(), made.revision + 1)
    with pytest.raises(NotFoundError):
        vehicles.update_vehicle(agent, 9_999, _data(), 1)
    with pytest.raises(ForbiddenError):
        vehicles.create_vehicle(_as(ctx, Role.GRANTEE, make_grantee(ctx.session)), _data())


def test_all_that_is_wrong_is_told_at_once_and_nothing_written(ctx: Context) -> None:
    kept = make_vehicle(ctx.session, name="Le premier")
    wrong = _data(
        name=" ",
        opening_days=(9,),
        opens_at=time(9),
        closes_at=time(9),
        seats=0,
        notice_days=30,
        horizon_days=30,
        escalation_days=5,
        expiry_days=5,
        turnround_minutes=None,
        longest_hours=800,
        energy="charbon",
        insurance_until=date(27, 1, 1),
        note="Son numéro : 1 85 05 62 041 001 23",
        checklist=tuple(f"Point {number}" for number in range(41)),
    )
    with pytest.raises(InvalidValuesError) as refused:
        vehicles.update_vehicle(ctx, kept.id, wrong, kept.revision)
    assert {problem.field for problem in refused.value.problems} == {
        "name",
        "opening_days",
        "closes_at",
        "seats",
        "horizon_days",
        "expiry_days",
        "turnround_minutes",
        "longest_hours",
        "energy",
        "insurance_until",
        "note",
        "checklist",
    }
    ctx.session.expire_all()
    assert (kept.name, kept.opens_at, kept.revision) == ("Le premier", time(7), 1)


def test_a_new_turnround_is_for_what_is_not_granted_yet(ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    granted = make_booking(ctx.session, vehicle, MARCH, state=BookingState.APPROVED)
    asked = make_booking(ctx.session, vehicle, MARCH + timedelta(days=1))
    vehicles.update_vehicle(
        ctx, vehicle.id, _data(name="CUA Mobile", turnround_minutes=120), vehicle.revision
    )
    assert granted.block_end - granted.ends_at == timedelta(hours=1)
    assert asked.block_end - asked.ends_at == timedelta(hours=2)


def test_a_vehicle_that_is_promised_is_not_taken_away(ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    trip = make_booking(ctx.session, vehicle, MARCH, state=BookingState.APPROVED)
    with pytest.raises(ConflictError, match=trip.reference):
        vehicles.retire_vehicle(ctx, vehicle.id)
    assert vehicle.is_lent
    trip.state = BookingState.CANCELLED
    ctx.session.commit()
    vehicles.retire_vehicle(ctx, vehicle.id)
    with pytest.raises(ConflictError, match="déjà plus prêté"):
        vehicles.retire_vehicle(ctx, vehicle.id)
    grantee = _as(ctx, Role.GRANTEE, make_grantee(ctx.session))
    assert fleet.overview(grantee) == []
    assert [line.vehicle for line in fleet.overview(ctx)] == [vehicle]
    vehicles.restore_vehicle(ctx, vehicle.id)
    with pytest.raises(ConflictError, match="déjà prêté"):
        vehicles.restore_vehicle(ctx, vehicle.id)


def test_the_overview_says_who_has_it_now_and_next_in_few_queries(
    ctx: Context, clock: FrozenClock
) -> None:
    now = ctx.now
    out, idle, shut = (make_vehicle(ctx.session, name=name) for name in ("A", "B", "C"))
    hour = timedelta(hours=1)
    late = make_booking(ctx.session, out, now - 5 * hour, now - 2 * hour, state=BookingState.OUT)
    following = make_booking(ctx.session, out, now + hour, state=BookingState.APPROVED)
    make_booking(ctx.session, out, now + 2 * hour)  # asked for only
    make_booking(ctx.session, idle, now - 9 * hour, now - 4 * hour, state=BookingState.APPROVED)
    repair = make_booking(ctx.session, shut, now - hour, now + hour, state=BookingState.MAINTENANCE)
    lines = {line.vehicle.name: line for line in fleet.overview(ctx)}
    assert (lines["A"].now, lines["A"].is_late, lines["A"].next) == (late, True, following)
    assert (lines["B"].now, lines["B"].next) == (None, None)
    assert (lines["C"].now, lines["C"].is_late) == (repair, False)
    assert fleet.one_vehicle(ctx, out.id).following == (following,)

    few = _queries(ctx)
    for number in range(20):
        vehicle = make_vehicle(ctx.session)
        for day in range(3):
            make_booking(
                ctx.session,
                vehicle,
                now + timedelta(days=number + day),
                state=BookingState.APPROVED,
            )
    assert _queries(ctx) == few


def _queries(ctx: Context) -> int:
    def read() -> None:
        for line in fleet.overview(ctx):
            _ = line.next and line.next.organisation and line.next.organisation.short_name

    return cost(ctx.session, read)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_to_renew_is_said_in_time(ctx: Context) -> None:
    def told(until: date | None, last_trip: date | None = None) -> list[tuple[str, str]]:
        vehicle = Vehicle(insurance_until=until, inspection_until=date(2030, 1, 1))
        return [(alert.tone, alert.words) for alert in fleet.alerts(vehicle, TODAY, last_trip)]

    assert told(date(2028, 1, 1)) == []
    assert told(None)[0][0] == "danger"
    assert told(date(2026, 12, 2)) == [
        ("danger", "L’assurance est échue depuis le mercredi 2 décembre 2026.")
    ]
    assert told(date(2027, 1, 1))[0][0] == "warning"
    (promised,) = told(date(2027, 6, 1), date(2027, 7, 14))
    assert "jusqu’au mercredi 14 juillet 2027" in promised[1]
    rules = dict(rules_told(make_vehicle(ctx.session, quota_days=12, turnround_minutes=90)))
    assert rules["Jours"] == "du lundi au samedi"
    assert rules["Battement après chaque sortie"] == "1\u00a0h 30\u00a0min"
    assert rules["Part de chaque association"] == "12\u00a0jours au plus en douze mois"


def test_an_association_names_its_drivers_and_the_cua_sees_their_papers(ctx: Context) -> None:
    mine, other = make_grantee(ctx.session), make_grantee(ctx.session)
    grantee, agent = _as(ctx, Role.GRANTEE, mine), _as(ctx, Role.AGENT)
    data = DriverData("Léa Volant", "Lea@Association.example", "0321000000")
    driver = drivers.create_driver(grantee, data)
    assert (driver.organisation, driver.email, driver.phone, driver.licence_until) == (
        mine,
        "lea@association.example",
        "03 21 00 00 00",
        None,
    )
    with pytest.raises(ConflictError, match="déjà parmi"):
        drivers.create_driver(grantee, DriverData("LEA  volant"))
    with pytest.raises(ForbiddenError):
        drivers.create_driver(grantee, DriverData("Ailleurs", organisation_id=str(other.id)))
    with pytest.raises(ForbiddenError):
        drivers.check_licence(grantee, driver.id, date(2030, 1, 1), None, driver.revision)
    with pytest.raises(InvalidValuesError) as refused:
        drivers.check_licence(
            agent, driver.id, date(2026, 12, 2), date(2099, 1, 1), driver.revision
        )
    assert [p.field for p in refused.value.problems] == ["licence_until", "insured_until"]
    assert driver_lines.standing(driver, TODAY).label == "À vérifier"

    drivers.check_licence(agent, driver.id, date(2030, 1, 1), date(2027, 1, 1), driver.revision)
    assert driver_lines.standing(driver, TODAY).label == "Échoit bientôt"
    assert driver_lines.standing(driver, date(2027, 1, 2)).label == "Échu"
    assert driver_lines.last_check(agent, driver).startswith(f"Vu par {agent.actor.name}")  # type: ignore[union-attr]
    assert driver_lines.last_check(grantee, driver) == ""
    seen = ctx.session.scalars(
        select(AuditEvent).where(AuditEvent.action == "driver.checked")
    ).one()
    assert seen.detail["licence_until"] == "2030-01-01"


def test_under_another_name_the_licence_is_to_be_seen_again(ctx: Context) -> None:
    mine = make_grantee(ctx.session)
    grantee = _as(ctx, Role.GRANTEE, mine)
    driver = make_driver(ctx.session, mine, name="Léa Volant")
    drivers.update_driver(grantee, driver.id, DriverData("Lea VOLANT"), driver.revision)
    assert driver.licence_until == date(2030, 1, 1)
    with pytest.raises(ConflictError, match="pendant votre saisie"):
        drivers.update_driver(grantee, driver.id, DriverData("Max Autre"), driver.revision - 1)
    drivers.update_driver(grantee, driver.id, DriverData("Max Autre"), driver.revision)
    assert (driver.licence_until, driver.insured_until) == (None, None)
    with pytest.raises(InvalidError):
        drivers.update_driver(
            grantee, driver.id, DriverData("Max", email="non", phone="12"), driver.revision
        )
    stranger = _as(ctx, Role.GRANTEE, make_grantee(ctx.session))
    with pytest.raises(NotFoundError):
        drivers.update_driver(stranger, driver.id, DriverData("Moi"), driver.revision)
    with pytest.raises(NotFoundError):
        drivers.driver_to_read(_as(ctx, Role.PARTNER, mine), driver.id)


def test_a_driver_on_whom_a_trip_counts_stays(ctx: Context) -> None:
    mine = make_grantee(ctx.session)
    driver, vehicle = make_driver(ctx.session, mine), make_vehicle(ctx.session)
    trip = make_booking(
        ctx.session, vehicle, MARCH, None, mine, BookingState.APPROVED, driver=driver
    )
    asked = make_booking(ctx.session, vehicle, MARCH + timedelta(days=9), None, mine, driver=driver)
    with pytest.raises(ConflictError, match=trip.reference):
        drivers.archive_driver(ctx, driver.id)
    assert driver_lines.driver_lines(ctx, [driver])[0].next_drive == MARCH
    trip.driver = None
    ctx.session.commit()
    drivers.archive_driver(ctx, driver.id)
    assert (asked.driver, asked.state) == (None, BookingState.REQUESTED)
    words = ctx.session.scalars(select(BookingEvent.words)).all()
    assert words == [drivers.LEFT_WITHOUT]
    assert drivers.choices(ctx, mine.id) == []
    make_driver(ctx.session, mine, name=driver.name.upper())
    with pytest.raises(ConflictError, match="déjà parmi"):
        drivers.restore_driver(ctx, driver.id)
    assert ctx.session.get_one(Driver, driver.id).archived_at is not None


def test_a_vehicle_is_not_promised_while_it_is_taken_away(ctx: Context, app: Flask) -> None:
    mine = make_grantee(ctx.session)
    vehicle, driver = make_vehicle(ctx.session), make_driver(ctx.session, mine)
    asked = [
        make_booking(ctx.session, vehicle, MARCH + timedelta(days=day), None, mine, driver=driver)
        for day in (0, 1, 4, 5)
    ]

    def approve(booking_id: int, revision: int) -> Act:
        return lambda ctx: decisions.approve(ctx, booking_id, revision)

    acts = [approve(booking.id, booking.revision) for booking in asked]
    refused = refusals_at_once(app, [*acts, lambda ctx: vehicles.retire_vehicle(ctx, vehicle.id)])
    ctx.session.expire_all()
    granted = [one for one in asked if one.state is BookingState.APPROVED]
    # Either everything was granted, or it was taken away before the first was.
    assert len(granted) == (len(asked) if vehicle.is_lent else 0)
    assert len(refused) == (len(asked) - len(granted)) + (1 if vehicle.is_lent else 0)
