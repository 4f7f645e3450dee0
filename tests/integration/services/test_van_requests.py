"""Asking for CUA Mobile: what is written, what is refused beside which field, what may be changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee, make_organisation
from tests.factories.van import make_booking, make_driver, make_vehicle, request_data
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingEvent, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.territory import Qpv
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError, ForbiddenError, InvalidError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.van import decisions, maintenance, requests
from zna_network.services.van.occupancy import VehicleTakenError
from zna_network.services.van.request_values import StopData, as_typed

S = BookingState
DAY = date(2027, 3, 4)  # A Thursday.
NINE = datetime(2027, 3, 4, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
ACHICOURT, BEAURAINS, ARRAS = "62004", "62099", "62041"


def _grantee(ctx: Context, organisation: Organisation) -> Context:
    return acting_as(ctx, make_user(ctx.session, Role.GRANTEE, organisation))


def _told(ctx: Context) -> list[str]:
    mails = ctx.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
    return [f"{mail.kind} {mail.recipient}" for mail in mails]


def _written(ctx: Context) -> int:
    """How many rows there are of what a request writes."""
    ctx.session.rollback()
    tables = (Booking, BookingEvent, OutboxMessage)
    return sum(ctx.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def _stop(starts: int, ends: int, insee: str, **values: Any) -> StopData:
    return StopData(values.pop("day", DAY), time(starts), time(ends), insee, **values)


def test_a_request_is_written_whole_and_once(ctx: Context) -> None:
    session, agent = ctx.session, make_user(ctx.session, Role.AGENT)
    vehicle, ours = make_vehicle(session), make_grantee(session)
    partner, driver = make_organisation(session), make_driver(session, ours)
    quarter = session.scalars(select(Qpv).order_by(Qpv.id)).first()
    assert quarter is not None
    mine = _grantee(ctx, ours)
    data = request_data(
        vehicle,
        ours,
        returns_at=time(17),
        stops=(
            _stop(9, 11, ACHICOURT, place=" Place  de la mairie "),
            _stop(13, 16, quarter.communes[0].insee, qpv_id=quarter.id, is_public=False),
        ),
        target_groups=("seniors", "youth"),
        rights=("RSA",),
        partner_ids=(partner.id, ours.id),
        expected_people=40,
        driver_id=driver.id,
        equipment=("Barnum",),
        needs="Une rallonge.",
    )
    booking = requests.create(mine, data)
    assert requests.create(mine, data).id == booking.id
    assert (booking.state, booking.number, booking.sequence) == (S.REQUESTED, 1, 0)
    assert (booking.starts_at, booking.ends_at) == (NINE, NINE + 8 * HOUR)
    assert booking.block_end == NINE + 9 * HOUR
    assert [(s.insee, s.place, s.is_public) for s in booking.stops] == [
        (ACHICOURT, "Place de la mairie", True),
        (quarter.communes[0].insee, "", False),
    ]
    assert (booking.target_groups, [r.code for r in booking.rights]) == (
        ["youth", "seniors"],
        ["RSA"],
    )
    assert (booking.partners, booking.driver, booking.requested_by) == (
        [partner],
        driver,
        mine.actor,
    )
    assert [(e.act, e.state) for e in booking.events] == [("requested", S.REQUESTED)]
    assert _told(ctx) == [f"van_requested {agent.email}"]
    # It is shown as it was typed: sent again from there, nothing changes.
    shown = as_typed(booking)
    assert (shown.stops[1].qpv_id, shown.leaves_at, shown.purpose) == (
        quarter.id,
        time(9),
        data.purpose,
    )
    revision = booking.revision
    requests.update(mine, booking.id, shown, revision)
    assert (booking.revision, len(booking.events)) == (revision, 1)

    # Somebody else may want the same slot; not with the same sending.
    theirs = make_grantee(session)
    with pytest.raises(ConflictError):
        requests.create(_grantee(ctx, theirs), replace(data, organisation_id=theirs.id))
    other = requests.create(_grantee(ctx, theirs), request_data(vehicle, theirs))
    assert (other.number, other.state) == (2, S.REQUESTED)
    with pytest.raises(ForbiddenError):
        requests.create(mine, request_data(vehicle, theirs))
    partner_account = acting_as(ctx, make_user(session, Role.PARTNER, ours))
    with pytest.raises(ForbiddenError):
        requests.create(partner_account, request_data(vehicle, ours))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"returns_at": time(8)}, "returns_at"),
    ({"ends_on": date(2027, 3, 3)}, "ends_on"),
    ({"starts_on": date(2027, 3, 28), "leaves_at": time(2, 30), "ends_on": date(2027, 3, 28)}, "leaves_at"),
    ({"starts_on": date(2027, 10, 30), "ends_on": date(2027, 10, 31), "returns_at": time(2, 30)}, "returns_at"),
    ({"starts_on": date(9999, 12, 31), "ends_on": date(9999, 12, 31)}, "leaves_at"),
    ({"purpose": " "}, "purpose"),
    ({"purpose": "Rappeler au FR76 3000 6000 0112 3456 7890 189"}, "purpose"),
    ({"needs": "1 84 12 76 451 089 46"}, "needs"),
    ({"stops": ()}, "stops"),
    ({"stops": (_stop(9, 10, ACHICOURT),) * 21}, "stops"),
    ({"stops": (_stop(9, 10, "75056"),)}, "stops-0-insee"),
    ({"stops": (_stop(9, 10, ""),)}, "stops-0-insee"),
    ({"stops": (_stop(9, 10, BEAURAINS, qpv_id=1),)}, "stops-0-qpv_id"),
    ({"stops": (_stop(9, 10, ACHICOURT, qpv_id=10**30),)}, "stops-0-qpv_id"),
    ({"stops": (_stop(10, 9, ACHICOURT),)}, "stops-0-ends"),
    ({"stops": (_stop(8, 10, ACHICOURT),)}, "stops-0-starts"),
    ({"stops": (_stop(9, 13, ACHICOURT),)}, "stops-0-ends"),
    ({"stops": (_stop(9, 10, ACHICOURT, day=date(2027, 3, 5)),)}, "stops-0-day"),
    ({"stops": (_stop(9, 11, ACHICOURT), _stop(10, 12, BEAURAINS))}, "stops-1-starts"),
    ({"stops": (_stop(9, 11, ACHICOURT, place="x" * 201),)}, "stops-0-place"),
    ({"target_groups": ("everybody",)}, "target_groups"),
    ({"rights": ("NOPE",)}, "rights"),
    ({"partner_ids": (10**9,)}, "partner_ids"),
    ({"partner_ids": (10**30,)}, "partner_ids"),
    ({"expected_people": 0}, "expected_people"),
    ({"driver_id": 10**30}, "driver_id"),
    ({"equipment": ("Montgolfière",)}, "equipment"),
    ({"vehicle_id": 10**30}, "vehicle_id"),
    ({"vehicle_id": 999}, "vehicle_id"),
    ({"client_id": "?"}, "client_id"),
]  # fmt: skip


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_written(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    ours, theirs = make_grantee(session), make_grantee(session)
    foreign, gone = make_driver(session, theirs), make_driver(session, ours, archived_at=ctx.now)
    mine = _grantee(ctx, ours)
    cases = [
        *REFUSED,
        ({"driver_id": foreign.id}, "driver_id"),
        ({"driver_id": gone.id}, "driver_id"),
    ]
    for change, field in cases:
        try:
            requests.create(mine, replace(request_data(vehicle, ours), **change))
        except DomainError as refusal:
            error = refusal
        else:
            pytest.fail(f"{change} was accepted")
        problems = error.problems if isinstance(error, InvalidValuesError) else [error]
        assert field in {problem.field for problem in problems}, (change, problems)
        assert all(problem.message.endswith((".", "…")) for problem in problems)
    assert _written(ctx) == 0
    # Everything at once.
    wrong = request_data(
        vehicle, ours, purpose="", stops=(_stop(9, 10, "00000"),), rights=("NOPE",)
    )
    with pytest.raises(InvalidValuesError) as several:
        requests.create(mine, wrong)
    assert [p.field for p in several.value.problems] == ["purpose", "stops-0-insee", "rights"]
    # Staff may name who drives from elsewhere, for any association of the directory.
    assert requests.create(ctx, request_data(vehicle, ours, driver_id=foreign.id)).driver == foreign
    with pytest.raises(InvalidError):
        requests.create(ctx, request_data(vehicle, theirs, organisation_id=10**9))


def test_rules_bind_the_association_and_staff_say_why_they_go_past(ctx: Context) -> None:
    session, agent = ctx.session, make_user(ctx.session, Role.AGENT)
    vehicle, ours = make_vehicle(session), make_grantee(session)
    sunday = request_data(vehicle, ours, date(2026, 12, 6), exception="Le maire le demande.")
    with pytest.raises(InvalidValuesError) as refusal:
        requests.create(_grantee(ctx, ours), sunday)
    assert [p.field for p in refusal.value.problems] == ["starts_on", "starts_on"]
    assert "mardi 8 décembre 2026" in refusal.value.problems[0].message
    assert "pas le dimanche 6 décembre 2026" in refusal.value.problems[1].message
    staff = acting_as(ctx, agent)
    with pytest.raises(InvalidValuesError):
        requests.create(staff, replace(sunday, exception="  "))
    booking = requests.create(staff, sunday)
    assert (
        booking.events[0].words == "Dérogation (préavis, jours de prêt)\u00a0: Le maire le demande."
    )
    # Nobody asks for what is over, nor for a vehicle that is no longer lent.
    with pytest.raises(InvalidValuesError, match="déjà passé"):
        requests.create(staff, request_data(vehicle, ours, date(2026, 12, 2), exception="Si."))
    retired = make_vehicle(session, retired_at=ctx.now)
    with pytest.raises(InvalidValuesError, match="n’est plus prêté"):
        requests.create(staff, request_data(retired, ours, exception="Si."))


def test_a_slot_that_is_taken_is_refused_or_waited_for(ctx: Context) -> None:
    session, vehicle = ctx.session, make_vehicle(ctx.session)
    ours, theirs = make_grantee(session), make_grantee(session, acronym="CCAS")
    taken = make_booking(session, vehicle, NINE, organisation=theirs, state=S.APPROVED)
    mine = _grantee(ctx, ours)
    # During the turn-round that follows the trip.
    late = request_data(vehicle, ours, DAY, time(12, 30), time(14))
    written = _written(ctx)
    with pytest.raises(VehicleTakenError) as refusal:
        requests.create(mine, late)
    assert (refusal.value.field, [t.booking_id for t in refusal.value.in_the_way]) == (
        "starts_on",
        [taken.id],
    )
    assert "jeudi 4 mars 2027 de 9\u00a0h à 12\u00a0h (CCAS)" in refusal.value.message
    assert _written(ctx) == written
    waiting = requests.create(mine, replace(late, waits=True))
    assert (waiting.state, waiting.events[0].state) == (S.WAITING, S.WAITING)
    # Right after the turn-round it is free: its own turn-round may touch nothing either.
    assert (
        requests.create(mine, request_data(vehicle, ours, DAY, time(14), time(15))).state
        is S.REQUESTED
    )
    requests.cancel(_grantee(ctx, theirs), taken.id, "Le conducteur est malade.")
    session.refresh(waiting)
    assert (taken.state, waiting.state) == (S.CANCELLED, S.REQUESTED)

    # Maintenance is in the way as well; and nobody asks twice for the same time.
    maintenance.block(ctx, vehicle.id, NINE + 24 * HOUR, NINE + 26 * HOUR, "Révision")
    with pytest.raises(VehicleTakenError, match="véhicule indisponible"):
        requests.create(mine, request_data(vehicle, ours, date(2027, 3, 5), time(8), time(9, 30)))
    with pytest.raises(InvalidValuesError, match=waiting.reference):
        requests.create(mine, request_data(vehicle, ours, DAY, time(13), time(14), waits=True))
    # For another vehicle they may.
    requests.create(mine, request_data(make_vehicle(session), ours, DAY, time(13), time(14)))


def test_a_request_may_change_until_it_is_decided(ctx: Context) -> None:
    session, vehicle, other = ctx.session, make_vehicle(ctx.session), make_vehicle(ctx.session)
    ours, theirs = make_grantee(session), make_grantee(session)
    mine = _grantee(ctx, ours)
    stops = (_stop(9, 10, ACHICOURT), _stop(10, 11, BEAURAINS), _stop(11, 12, ARRAS))
    booking = requests.create(mine, request_data(vehicle, ours, stops=stops))
    before = {stop.insee: stop.uid for stop in booking.stops}
    # The other way round, one fewer, and one more: a place keeps its identity in calendars.
    turned = (_stop(9, 10, ARRAS), _stop(10, 11, ACHICOURT), _stop(11, 12, "62013"))
    data = replace(as_typed(booking), stops=turned, purpose="Autre chose.")
    stale = booking.revision
    requests.update(mine, booking.id, data, stale)
    assert [(s.position, s.insee) for s in booking.stops] == [
        (0, ARRAS),
        (1, ACHICOURT),
        (2, "62013"),
    ]
    uids = {stop.insee: stop.uid for stop in booking.stops}
    assert (uids[ARRAS], uids[ACHICOURT]) == (before[ARRAS], before[ACHICOURT])
    assert uids["62013"] not in before.values()
    assert booking.events[-1].words == "Changé\u00a0: étapes, objet."
    assert (booking.state, booking.sequence) == (S.REQUESTED, 1)

    with pytest.raises(ConflictError):
        requests.update(mine, booking.id, replace(data, purpose="Encore."), stale)
    with pytest.raises(ForbiddenError):
        requests.update(_grantee(ctx, theirs), booking.id, data, booking.revision)
    with pytest.raises(InvalidError) as moved_away:
        requests.update(ctx, booking.id, replace(data, organisation_id=theirs.id), booking.revision)
    assert moved_away.value.field == "organisation_id"
    # A request that moves is judged anew, and knows whether its slot is taken.
    make_booking(session, other, NINE, state=S.APPROVED)
    sunday = request_data(vehicle, ours, date(2027, 3, 7))
    with pytest.raises(InvalidValuesError):
        requests.update(mine, booking.id, sunday, booking.revision)
    elsewhere = replace(data, vehicle_id=other.id)
    with pytest.raises(VehicleTakenError):
        requests.update(mine, booking.id, elsewhere, booking.revision)
    requests.update(mine, booking.id, replace(elsewhere, waits=True), booking.revision)
    assert (booking.vehicle_id, booking.state) == (other.id, S.WAITING)
    later = request_data(other, ours, date(2027, 3, 5))
    requests.update(mine, booking.id, later, booking.revision)
    assert (booking.state, booking.events[-1].act, booking.reason) == (
        S.REQUESTED,
        "reconsidered",
        "",
    )
    # What staff change of it, its association is told.
    requests.update(ctx, booking.id, replace(later, needs="Une table."), booking.revision)
    assert booking.requested_by
    assert _told(ctx)[-1] == f"van_edited {booking.requested_by.email}"
    decisions.refuse(ctx, booking.id, booking.revision, "Pas cette fois.")
    with pytest.raises(ConflictError, match="refusée"):
        requests.update(mine, booking.id, later, booking.revision)
    with pytest.raises(ConflictError, match="refusée"):
        requests.cancel(mine, booking.id, "")


def test_what_is_granted_moves_only_by_staff_and_where_it_is_free(ctx: Context) -> None:
    session, agent = ctx.session, make_user(ctx.session, Role.AGENT)
    vehicle, ours, theirs = make_vehicle(session), make_grantee(session), make_grantee(session)
    other = make_vehicle(session)
    driver, expired = (
        make_driver(session, ours),
        make_driver(session, ours, licence_until=DAY - timedelta(days=1)),
    )
    mine, staff = _grantee(ctx, ours), acting_as(ctx, agent)
    booking = requests.create(mine, request_data(vehicle, ours, driver_id=driver.id))
    decisions.approve(staff, booking.id, booking.revision)
    waiting = make_booking(session, vehicle, NINE + HOUR, organisation=theirs, state=S.WAITING)
    sequence, data = booking.sequence, as_typed(booking)

    with pytest.raises(InvalidError) as refusal:
        requests.update(mine, booking.id, replace(data, leaves_at=time(8)), booking.revision)
    assert refusal.value.field == "starts_on"
    for wrong, words in ((expired.id, "permis"), (None, "qui conduira")):
        with pytest.raises(InvalidValuesError, match=words):
            requests.update(mine, booking.id, replace(data, driver_id=wrong), booking.revision)
    requests.update(
        mine, booking.id, replace(data, stops=(_stop(10, 11, BEAURAINS),)), booking.revision
    )
    assert (booking.state, booking.sequence, booking.stops[0].insee) == (
        S.APPROVED,
        sequence + 1,
        BEAURAINS,
    )
    assert _told(ctx)[-1] == f"van_edited {agent.email}"

    # On another day something is there; the next one, the place that it leaves is for who waited.
    make_booking(session, vehicle, NINE + 25 * HOUR, state=S.APPROVED)
    asking = make_booking(session, other, NINE + 25 * HOUR)
    tomorrow = request_data(vehicle, ours, date(2027, 3, 5), driver_id=driver.id)
    with pytest.raises(VehicleTakenError):
        requests.update(staff, booking.id, tomorrow, booking.revision)
    session.refresh(booking)
    assert (booking.starts_at, booking.stops[0].insee) == (NINE, BEAURAINS)
    requests.update(staff, booking.id, replace(tomorrow, vehicle_id=other.id), booking.revision)
    for one in (asking, waiting):
        session.refresh(one)
    assert (booking.vehicle_id, booking.starts_at) == (other.id, NINE + 24 * HOUR)
    assert (waiting.state, asking.state) == (S.REQUESTED, S.WAITING)
    assert booking.requested_by
    assert f"van_edited {booking.requested_by.email}" in _told(ctx)

    # Called off by staff with a reason that is told, once.
    with pytest.raises(InvalidError) as silent:
        requests.cancel(staff, booking.id, " ")
    assert silent.value.field == "reason"
    requests.cancel(staff, booking.id, "Panne.")
    assert (booking.state, booking.reason, booking.decided_by) == (
        S.CANCELLED,
        "Panne.",
        agent.name,
    )
    assert f"van_called_off {booking.requested_by.email}" in _told(ctx)
    session.refresh(asking)
    assert asking.state is S.REQUESTED
    with pytest.raises(ConflictError):
        requests.cancel(staff, booking.id, "Encore.")
    out = make_booking(session, vehicle, NINE - 48 * HOUR, state=S.OUT)
    with pytest.raises(ConflictError, match="a commencé"):
        requests.cancel(staff, out.id, "Trop tard.")


def test_a_trip_that_is_over_is_called_off_by_staff_alone(ctx: Context) -> None:
    mine = make_grantee(ctx.session)
    starts_at = ctx.now - timedelta(days=2)
    over = make_booking(
        ctx.session,
        make_vehicle(ctx.session),
        starts_at,
        organisation=mine,
        state=BookingState.APPROVED,
    )
    with pytest.raises(ConflictError, match="compte rendu"):
        requests.cancel(_grantee(ctx, mine), over.id, "Finalement non.")
    ctx.session.rollback()
    assert over.state is BookingState.APPROVED
    requests.cancel(ctx, over.id, "N’a pas eu lieu, vu avec l’association.")
    assert over.state is BookingState.CANCELLED
