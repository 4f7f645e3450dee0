"""Out and back: what is kept, what is refused, and what two people do at the same instant."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.factories.accounts import make_user
from tests.factories.handovers import ALL_FINE, SIGNATURE, handover_data, photo_with_metadata
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_vehicle
from tests.races import race, results_at_once
from tests.world import FrozenClock
from zna_network.models import guards
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import Direction, Handover, HandoverPhoto
from zna_network.models.organisation import Organisation
from zna_network.models.outbox import OutboxMessage
from zna_network.models.van import Vehicle
from zna_network.services.context import Context
from zna_network.services.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.van import (
    decisions,
    handover_views,
    handovers,
    mileage,
    photos,
    requests,
)
from zna_network.services.van.handover_values import CheckedItem, HandoverData, PhotoData
from zna_network.services.van.occupancy import VehicleTakenError

START = datetime(2026, 12, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
OUT, BACK = Direction.OUT, Direction.BACK


def _granted(
    ctx: Context, vehicle: Vehicle, starts_at: datetime = START, **values: object
) -> Booking:
    organisation = values.pop("organisation", None) or make_grantee(ctx.session)
    assert isinstance(organisation, Organisation)
    driver = make_driver(ctx.session, organisation)
    return make_booking(
        ctx.session,
        vehicle,
        starts_at,
        organisation=organisation,
        **{"state": BookingState.APPROVED, "driver": driver, **values},  # type: ignore[arg-type]
    )


def _kept(ctx: Context) -> int:
    ctx.session.rollback()
    return ctx.session.scalar(select(func.count(Handover.id))) or 0


def _refused(act: Callable[[], object]) -> dict[str | None, str]:
    """The messages of a refusal, by field."""
    with pytest.raises(DomainError) as refused:
        act()
    error = refused.value
    found = error.problems if isinstance(error, InvalidValuesError) else [error]
    return {one.field: one.message for one in found}


def test_out_and_back_with_photos_and_signatures(ctx: Context, clock: FrozenClock) -> None:
    agent = make_user(ctx.session, Role.AGENT)
    vehicle = make_vehicle(ctx.session)
    booking = _granted(ctx, vehicle)
    user = make_user(ctx.session, Role.GRANTEE, booking.organisation)
    mine = replace(ctx, actor=user, is_system=False)
    assert handover_views.of(mine, booking).way == "depart"
    photo = PhotoData(photo_with_metadata(), "Aile avant")
    sent = handover_data(START, 48_000, photos=(photo, photo))
    out = handovers.record(mine, booking.id, sent)
    assert handovers.record(mine, booking.id, sent).id == out.id  # The answer had been lost.
    assert (booking.state, booking.left_at, out.gap_km) == (BookingState.OUT, START, None)
    assert handover_views.of(mine, booking).way == "retour"
    picture = Image.open(BytesIO(out.photos[0].content))
    assert (picture.size, out.photos[0].caption) == ((800, 1600), "Aile avant")
    assert not picture.getexif()
    assert b"Telephone Fictif" not in out.photos[0].content
    raw = ctx.session.execute(text("SELECT giver, giver_signature FROM handover")).one()
    assert b"Garage" not in bytes(raw[0])
    assert b"[[" not in bytes(raw[1])

    clock.move(2 * HOUR)
    scratched = (CheckedItem("Carrosserie", False, "Rayure à droite"), *ALL_FINE[1:])
    sent = handover_data(clock.now(), 48_084, BACK, checklist=scratched, energy_percent=55)
    handovers.record(mine, booking.id, sent)
    ctx.session.refresh(booking)
    assert (booking.state, booking.returned_at) == (BookingState.RETURNED, clock.now())
    shown = handover_views.of(mine, booking)
    assert (shown.run, shown.energy_used, shown.way) == ("84\u00a0km", 25, "")
    assert [(i.label, i.is_new) for i in shown.lines[1].troubles] == [("Carrosserie", True)]
    signature = shown.lines[0].signatories[1].signature
    assert signature is not None
    assert signature.path.startswith("M40 100L120 60")
    assert [e.act.value for e in booking.events] == ["left", "returned"]
    told = ctx.session.scalars(select(OutboxMessage)).all()
    assert [(m.kind, m.recipient) for m in told] == [("van_handover_trouble", agent.email)]
    # The rest of the network sees who has the vehicle, and nothing of this.
    other = make_user(ctx.session, Role.GRANTEE, make_grantee(ctx.session))
    elsewhere = replace(ctx, actor=other, is_system=False)
    assert handover_views.of(elsewhere, booking).is_empty
    with pytest.raises(NotFoundError):
        photos.photo(elsewhere, out.photos[0].id)
    with pytest.raises(ForbiddenError):
        handovers.record(elsewhere, booking.id, sent)
    with pytest.raises(ForbiddenError):
        handovers.record(elsewhere, booking.id, replace(sent, client_id=str(uuid4())))


def test_what_is_wrong_is_said_at_once_and_nothing_is_written(
    ctx: Context, clock: FrozenClock
) -> None:
    booking = _granted(ctx, make_vehicle(ctx.session))
    wrong = HandoverData(
        client_id="?",
        direction=OUT,
        at=START + HOUR,
        mileage=None,
        energy_percent=101,
        checklist=(CheckedItem("Pneus", None), CheckedItem("Propreté", False)),
        remarks="Carte de Camille : 1 85 05 78 006 084 36",
        giver_signature="[[[1,2],[700,3]]]",
        receiver_signature="[[[5,5],[6,6]]]",
    )
    assert set(_refused(lambda: handovers.record(ctx, booking.id, wrong))) == {
        None, "hour", "mileage", "energy_percent", "checklist-0-is_fine", "checklist-1-remark",
        "remarks", "giver", "receiver", "giver_signature", "receiver_signature",
    }  # fmt: skip
    good = handover_data(START, 48_000)
    no_image = replace(
        good, photos=(PhotoData(photo_with_metadata()), PhotoData(b"GIF89a, or not"))
    )
    said = _refused(lambda: handovers.record(ctx, booking.id, no_image))
    assert said["photos"].startswith("Photo 2 : ce fichier n’est pas une image lisible")
    heavy = replace(good, photos=(PhotoData(b"\x89PNG" + bytes(12 * 1024 * 1024)),))
    assert "dépasse 12 Mo" in _refused(lambda: handovers.record(ctx, booking.id, heavy))["photos"]
    many = replace(good, photos=(PhotoData(b""),) * 9)
    assert "pour 8 au plus" in _refused(lambda: handovers.record(ctx, booking.id, many))["photos"]
    assert _kept(ctx) == 0
    assert ctx.session.scalar(select(func.count(HandoverPhoto.id))) == 0
    assert booking.state is BookingState.APPROVED


@pytest.mark.parametrize("strokes", ["{", "[[]]", "[[[1]]]", "[[[true,2],[3,4]]]", "[[[0.5,2]]]"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_spoilt_signatures_are_refused(ctx: Context, strokes: str) -> None:
    booking = _granted(ctx, make_vehicle(ctx.session))
    data = handover_data(START, 1, giver_signature=strokes, receiver_signature=SIGNATURE * 2000)
    said = _refused(lambda: handovers.record(ctx, booking.id, data))
    assert "pas arrivée entière" in said["giver_signature"]
    assert "trop longue" in said["receiver_signature"]


def test_papers_and_driver_are_judged_at_the_departure(ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session, insurance_until=date(2026, 12, 2))
    booking = _granted(ctx, vehicle)
    assert booking.organisation is not None
    assert booking.driver is not None
    booking.driver.licence_until = date(2026, 12, 1)
    stranger = make_driver(ctx.session, make_grantee(ctx.session))
    good = make_driver(ctx.session, booking.organisation)
    ctx.session.commit()
    said = _refused(lambda: handovers.record(ctx, booking.id, handover_data(START, 1)))
    assert set(said) == {"vehicle_id", "driver_id"}
    vehicle.insurance_until = date(2027, 1, 1)
    ctx.session.commit()
    user = make_user(ctx.session, Role.GRANTEE, booking.organisation)
    mine = replace(ctx, actor=user, is_system=False)
    data = handover_data(START, 1, driver_id=stranger.id)
    assert set(_refused(lambda: handovers.record(mine, booking.id, data))) == {"driver_id"}
    assert _kept(ctx) == 0
    handovers.record(mine, booking.id, replace(data, driver_id=good.id))
    assert booking.driver is good
    assert booking.state is BookingState.OUT


def test_each_in_its_turn_and_at_its_hour(ctx: Context, clock: FrozenClock) -> None:
    vehicle = make_vehicle(ctx.session)
    first = _granted(ctx, vehicle)
    asked = _granted(ctx, vehicle, state=BookingState.REQUESTED)
    then = _granted(ctx, vehicle, START + 4 * HOUR)

    def said(booking: Booking, data: HandoverData) -> str:
        (message,) = _refused(lambda: handovers.record(ctx, booking.id, data)).values()
        ctx.session.rollback()
        return message

    out = handover_data(START, 500)
    assert "seul un véhicule accordé" in said(asked, out)
    assert "Le départ de" in said(first, handover_data(START, 500, BACK))
    far = _granted(ctx, vehicle, START + 72 * HOUR)
    assert "ne peut pas être enregistré avant" in said(far, out)
    # Four hours early, while it is somebody else's.
    assert "déjà pris" in said(then, out)
    handovers.record(ctx, first.id, out)
    assert "déjà enregistré" in said(first, handover_data(START, 500))
    assert "d’un autre état des lieux" in said(then, out)
    clock.move(4 * HOUR)
    now = clock.now()
    assert "n’est pas rentré" in said(then, handover_data(now, 500))
    early = handover_data(START - HOUR, 500, BACK)
    assert "ne peut pas précéder" in said(first, early)
    handovers.record(ctx, first.id, handover_data(START + 3 * HOUR, 540, BACK))
    assert "ne peut pas reculer" in said(then, handover_data(now, 539))
    assert "confirmez-le" in said(then, handover_data(now, 5_400))
    clock.move(4 * HOUR)
    assert "s’est terminée" in said(then, handover_data(clock.now(), 600))
    # Noted on paper, told afterwards: what a trip does not explain is flagged.
    kept = handovers.record(ctx, then.id, handover_data(now, 600))
    assert (kept.gap_km, kept.at, kept.received_at) == (60, now, clock.now())
    assert handover_views.of(ctx, then).lines[0].received


def test_a_wrong_mileage_is_corrected_by_staff_who_say_why(
    ctx: Context, clock: FrozenClock
) -> None:
    vehicle = make_vehicle(ctx.session)
    first, then = _granted(ctx, vehicle), _granted(ctx, vehicle, START + 4 * HOUR)
    out = handovers.record(ctx, first.id, handover_data(START, 1_000))
    clock.move(3 * HOUR)
    back = handovers.record(ctx, first.id, handover_data(clock.now(), 2_100, BACK, is_sure=True))
    clock.move(HOUR)
    after = handovers.record(ctx, then.id, handover_data(clock.now(), 2_110))
    assert [after.gap_km] == [None]
    staff = make_user(ctx.session, Role.AGENT)
    theirs = replace(ctx, actor=staff, is_system=False)
    for km, reason, word in (
        (999, "faute", "d’avant"),
        (2_111, "faute", "d’après"),
        (1_090, "", "Dites pourquoi"),
    ):
        said = _refused(partial(mileage.correct, theirs, back.id, km, reason, back.revision))
        assert word in "".join(said.values())
    stale = _refused(lambda: mileage.correct(theirs, back.id, 1_090, "Lu de travers", 99))
    assert "Quelqu’un d’autre" in stale[None]
    mileage.correct(theirs, back.id, 1_090, "Lu de travers", back.revision)
    ctx.session.rollback()
    assert (out.mileage, back.mileage, after.gap_km) == (1_000, 1_090, 1_020)
    assert "2\u202f100\u00a0km → 1\u202f090\u00a0km. Lu de travers" in first.events[-1].words
    grantee = make_user(ctx.session, Role.GRANTEE, first.organisation)
    with pytest.raises(ForbiddenError):
        mileage.correct(replace(ctx, actor=grantee, is_system=False), back.id, 1_091, "Si", 2)


def test_back_early_frees_the_rest_for_who_waits(ctx: Context, clock: FrozenClock) -> None:
    vehicle = make_vehicle(ctx.session)
    booking = _granted(ctx, vehicle, ends_at=START + 8 * HOUR)
    waits = _granted(ctx, vehicle, START + 5 * HOUR, state=BookingState.WAITING)
    handovers.record(ctx, booking.id, handover_data(START, 1))
    clock.move(2 * HOUR)
    handovers.record(ctx, booking.id, handover_data(clock.now(), 9, BACK))
    ctx.session.rollback()
    assert waits.state is BookingState.REQUESTED


def test_gone_before_its_hour_it_is_nobody_elses_meanwhile(
    ctx: Context, clock: FrozenClock
) -> None:
    vehicle = make_vehicle(ctx.session)
    booking = _granted(ctx, vehicle, START + 10 * HOUR)
    asked = _granted(ctx, vehicle, START + 3 * HOUR, state=BookingState.REQUESTED)
    handovers.record(ctx, booking.id, handover_data(START, 1))
    ctx.session.rollback()
    assert (booking.block_start, booking.starts_at) == (START, START + 10 * HOUR)
    assert asked.state is BookingState.WAITING
    with pytest.raises(VehicleTakenError, match="de 10\u00a0h à 23\u00a0h"):
        decisions.approve(ctx, asked.id, asked.revision)
    clock.move(HOUR)
    handovers.record(ctx, booking.id, handover_data(clock.now(), 9, BACK))
    ctx.session.rollback()
    assert asked.state is BookingState.REQUESTED


def test_a_departure_and_a_cancellation_at_once(app: Flask, ctx: Context) -> None:
    booking = _granted(ctx, make_vehicle(ctx.session), START + HOUR)
    booking_id = booking.id
    acts = [
        lambda c: handovers.record(c, booking_id, handover_data(START, 1)),
        lambda c: requests.cancel(c, booking_id, "Plus personne pour conduire."),
    ]
    won = race(app, acts * 3)
    assert won == ["ConflictError"] * 5 + ["won"]
    assert (booking.state, _kept(ctx)) in {
        (BookingState.OUT, 1),
        (BookingState.CANCELLED, 0),
    }


def test_the_same_handover_sent_twice_at_once_is_kept_once(app: Flask, ctx: Context) -> None:
    booking = _granted(ctx, make_vehicle(ctx.session))
    booking_id, data = booking.id, handover_data(START, 10)
    sent = [lambda c: handovers.record(c, booking_id, data).id] * 8
    assert len(set(results_at_once(app, sent))) == 1
    assert _kept(ctx) == 1
    assert len(booking.events) == 1


def test_two_people_record_one_departure_at_once(app: Flask, ctx: Context) -> None:
    booking_id = _granted(ctx, make_vehicle(ctx.session)).id
    acts = [
        lambda c, km=km: handovers.record(c, booking_id, handover_data(START, km))
        for km in range(10, 18)
    ]
    assert race(app, acts) == ["ConflictError"] * 7 + ["won"]
    assert _kept(ctx) == 1


def test_one_vehicle_leaves_once_and_its_mileage_never_falls(app: Flask, ctx: Context) -> None:
    """The return and the next departure at one instant, from several phones."""
    vehicle = make_vehicle(ctx.session)
    first = _granted(ctx, vehicle, START - 5 * HOUR)
    then = _granted(ctx, vehicle, START - HOUR)
    first_id, then_id = first.id, then.id
    handovers.record(ctx, first_id, handover_data(START - 5 * HOUR, 100))
    acts = [
        *[lambda c: handovers.record(c, first_id, handover_data(START - 2 * HOUR, 150, BACK))] * 3,
        *[lambda c: handovers.record(c, then_id, handover_data(START, 140))] * 3,
        *[lambda c: handovers.record(c, then_id, handover_data(START, 150))] * 3,
    ]
    results = results_at_once(app, acts)
    assert sum(isinstance(r, Handover) for r in results[:3]) == 1
    assert all(isinstance(r, InvalidError | ConflictError) for r in results[3:6])
    assert sum(isinstance(r, Handover) for r in results[6:]) <= 1
    kept = ctx.session.scalars(select(Handover.mileage).order_by(Handover.id)).all()
    assert list(kept) == sorted(kept)
    states = {first.state, then.state}
    assert states in (
        {BookingState.RETURNED, BookingState.OUT},
        {BookingState.RETURNED, BookingState.APPROVED},
    )


def test_raw_writes_never_make_a_mileage_fall(ctx: Context) -> None:
    vehicle = make_vehicle(ctx.session)
    first, then = _granted(ctx, vehicle), _granted(ctx, vehicle, START + 9 * HOUR)
    handovers.record(ctx, first.id, handover_data(START, 100))
    handovers.record(ctx, first.id, handover_data(START, 150, BACK))
    columns = (
        "vehicle_id, at, received_at, energy_percent, checklist, remarks, giver, receiver, "
        "giver_signature, receiver_signature, recorded_by, revision"
    )
    beside = (
        f"INSERT INTO handover (client_id, booking_id, direction, mileage, {columns}) "
        f"SELECT 'beside', {then.id}, 'out', 149, {columns} FROM handover WHERE direction = 'out'"
    )
    for statement in (beside, "UPDATE handover SET mileage = 160 WHERE direction = 'out'"):
        with pytest.raises(IntegrityError) as refused:
            ctx.session.execute(text(statement))
        assert guards.MILEAGE in str(refused.value)
        ctx.session.rollback()
