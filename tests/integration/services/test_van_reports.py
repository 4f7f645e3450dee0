"""The report of a trip: what was done, whom was met, by whom it may be written, and when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask

from tests.acting import acting_as
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.referrals import make_person, make_referral
from tests.factories.van import make_booking, make_stop, make_vehicle, request_data
from tests.races import race
from tests.statements import cost
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import (
    Booking,
    BookingAct,
    BookingEvent,
    BookingState,
    Stop,
    StopCount,
    TripReport,
)
from zna_network.models.organisation import Organisation
from zna_network.models.territory import TargetGroup
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, DomainError, ForbiddenError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.van import moves, reports, requests
from zna_network.services.van.report_values import OTHERS, ReportData, StopReport

# The clock of the tests says 3 December 2026, 10 h in Arras.
DAY = datetime(2026, 12, 1, 8, tzinfo=UTC)
YOUTH, SENIORS = TargetGroup.YOUTH.value, TargetGroup.SENIORS.value


def _trip(
    starts_at: datetime = DAY,
    state: BookingState = BookingState.RETURNED,
    organisation: Organisation | None = None,
) -> Booking:
    """Two stops, in Achicourt and in Arras."""
    session = db.session()
    booking = make_booking(
        session, make_vehicle(session), starts_at, organisation=organisation, state=state
    )
    make_stop(session, booking, "62004")
    make_stop(session, booking, "62041")
    return booking


def _data(booking: Booking, *said: tuple[bool | None, dict[str, int | None]]) -> ReportData:
    stops = [
        StopReport(stop.id, done, people)
        for stop, (done, people) in zip(booking.stops, said, strict=True)
    ]
    return ReportData(tuple(stops), referrals_made=4, words="Beaucoup de monde.")


def _counts(booking: Booking) -> list[dict[str, int]]:
    stops = db.session.query(Stop).filter_by(booking_id=booking.id).order_by(Stop.position)
    return [{count.target_group: count.people for count in stop.counts} for stop in stops]


def _reported(booking: Booking) -> list[str]:
    events = db.session.query(BookingEvent).filter_by(
        booking_id=booking.id, act=BookingAct.REPORTED
    )
    return [event.words for event in events.order_by(BookingEvent.id)]


def test_a_report_says_what_was_done_and_may_be_put_right(app: Flask, ctx: Context) -> None:
    booking = _trip()
    said = _data(booking, (True, {YOUTH: 3, SENIORS: 8, OTHERS: None}), (False, {}))
    assert reports.of(ctx, booking).is_due
    reports.record(ctx, booking.id, said, 0)
    assert [stop.was_done for stop in booking.stops] == [True, False]
    assert _counts(booking) == [{YOUTH: 3, SENIORS: 8}, {}]
    assert booking.state is BookingState.RETURNED
    assert _reported(booking) == ["1 étape faite sur 2, 11 personnes rencontrées, 4 orientations."]
    view = reports.of(ctx, booking)
    assert (view.done, view.people, view.is_due, view.revision) == (1, 11, False, 1)
    assert view.stops[0].counts == (("Jeunes", 3), ("Seniors", 8))
    with pytest.raises(ConflictError, match="Rien n’a été écrasé"):
        reports.record(ctx, booking.id, said, 0)  # Somebody who had not seen that one.
    again = _data(booking, (True, {SENIORS: 9, OTHERS: 1}), (True, {YOUTH: 2}))
    reports.record(ctx, booking.id, again, view.revision)
    assert _counts(booking) == [{SENIORS: 9, OTHERS: 1}, {YOUTH: 2}]
    assert len(_reported(booking)) == 2


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(app: Flask, ctx: Context) -> None:
    booking = _trip(state=BookingState.OUT)
    first, second = booking.stops
    second.starts_at = ctx.now + timedelta(hours=1)
    second.ends_at = ctx.now + timedelta(hours=2)
    db.session.commit()
    data = ReportData(
        stops=(
            StopReport(first.id, None, {YOUTH: -1, SENIORS: 2001}),
            StopReport(second.id, True),
        ),
        referrals_made=9999,
        words="Mme Exemple, 2 69 05 49 588 157 80",
    )
    with pytest.raises(InvalidValuesError) as refused:
        reports.record(ctx, booking.id, data, 0)
    prefix = f"stop-{first.id}-"
    assert {problem.field for problem in refused.value.problems} == {
        f"{prefix}was_done",
        f"{prefix}{YOUTH}",
        f"{prefix}{SENIORS}",
        f"stop-{second.id}-was_done",
        "referrals_made",
        "words",
    }
    assert "n’a pas encore pu avoir lieu" in str(
        [problem.message for problem in refused.value.problems]
    )
    ghosts = _data(booking, (False, {YOUTH: 2}), (False, {}))
    with pytest.raises(InvalidValuesError, match="n’a pas eu lieu"):
        reports.record(ctx, booking.id, ghosts, 0)
    assert _counts(booking) == [{}, {}]
    assert _reported(booking) == []
    assert db.session.get(TripReport, booking.id) is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_trip_that_was_changed_meanwhile_is_read_again_first(app: Flask, ctx: Context) -> None:
    booking = _trip()
    said = _data(booking, (True, {}), (True, {}))
    make_stop(db.session(), booking, "62099")
    with pytest.raises(ConflictError, match="pendant votre saisie"):
        reports.record(ctx, booking.id, said, 0)
    assert _reported(booking) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("state", "days", "message"),
    [
        (BookingState.APPROVED, 5, "commence le lundi 7 décembre 2026"),
        (BookingState.REQUESTED, 0, "n’est pas une sortie accordée"),
        (BookingState.CANCELLED, 0, "n’est pas une sortie accordée"),
        (BookingState.MAINTENANCE, 0, "n’est pas une sortie accordée"),
        (BookingState.APPROVED, 0, ""),
        (BookingState.OUT, 5, ""),
    ],
)
def test_a_report_is_of_a_trip_that_has_begun(
    app: Flask, ctx: Context, state: BookingState, days: int, message: str
) -> None:
    """From its hour on, where the handover was made on paper."""
    booking = _trip(DAY + timedelta(days=days, hours=23), state=state)
    said = _data(booking, (False, {}), (False, {}))
    if not message:
        assert reports.of(ctx, booking).may_write
        reports.record(ctx, booking.id, said, 0)
        return
    assert not reports.of(ctx, booking).may_write
    with pytest.raises(DomainError, match=message):
        reports.record(ctx, booking.id, said, 0)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_trip_that_was_reported_stays_where_it_was(app: Flask, ctx: Context) -> None:
    """Otherwise a stop that was made would come to lie in the future, or be made by nobody."""
    booking = _trip(state=BookingState.APPROVED)
    reports.record(ctx, booking.id, _data(booking, (True, {}), (True, {})), 0)
    data = request_data(booking.vehicle, booking.organisation, day=date(2026, 12, 10))
    for change in (
        lambda: requests.cancel(ctx, booking.id, "Finalement non."),
        lambda: requests.update(ctx, booking.id, data, booking.revision),
        lambda: moves.move(
            ctx, booking.id, date(2026, 12, 10), time(9), date(2026, 12, 10), time(12),
            booking.revision, "Un autre jour.",
        ),
    ):  # fmt: skip
        with pytest.raises(ConflictError, match="compte rendu"):
            change()
    assert not requests.may_change(ctx, booking)
    assert (booking.state, booking.starts_at) == (BookingState.APPROVED, DAY)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_association_and_the_cua_report_and_nobody_else(app: Flask, ctx: Context) -> None:
    session = db.session()
    own, other = make_grantee(session), make_grantee(session)
    booking = _trip(organisation=own)
    said = _data(booking, (True, {}), (True, {}))
    for role, organisation in ((Role.GRANTEE, other), (Role.PARTNER, own)):
        stranger = acting_as(ctx, make_user(session, role, organisation))
        with pytest.raises(ForbiddenError):
            reports.to_report(stranger, booking.id)
        with pytest.raises(ForbiddenError):
            reports.record(stranger, booking.id, said, 0)
    grantee = acting_as(ctx, make_user(session, Role.GRANTEE, own, name="Lou Exemple"))
    report = reports.record(grantee, booking.id, said, 0)
    assert report.reported_by == f"Lou Exemple ({own.name})"
    agent = acting_as(ctx, make_user(session, name="Sam Agent"))
    report = reports.record(agent, booking.id, said, report.revision)
    assert report.reported_by == "Sam Agent"


def test_two_who_report_at_once_do_not_overwrite_each_other(app: Flask, ctx: Context) -> None:
    booking = _trip()
    first = _data(booking, (True, {YOUTH: 1}), (False, {}))
    other = _data(booking, (True, {SENIORS: 9}), (True, {YOUTH: 9}))
    booking_id = booking.id
    acts = [lambda c, d=data: reports.record(c, booking_id, d, 0) for data in (first, other) * 4]
    assert race(app, acts) == ["ConflictError"] * 7 + ["won"]
    assert _counts(booking) in ([{YOUTH: 1}, {}], [{SENIORS: 9}, {YOUTH: 9}])
    assert len(_reported(booking)) == 1


def test_the_referrals_of_the_days_of_the_trip_are_proposed(app: Flask, ctx: Context) -> None:
    """By local days: at 23 h 30 UTC in December, Arras is on the next day already."""
    session = db.session()
    own = make_grantee(session)
    booking = _trip(organisation=own)
    for made_at, sender in (
        (datetime(2026, 11, 30, 22, 30, tzinfo=UTC), own),  # The day before.
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), own),
        (datetime(2026, 12, 1, 22, 59, tzinfo=UTC), own),
        (datetime(2026, 12, 1, 23, 0, tzinfo=UTC), own),  # The day after.
        (datetime(2026, 12, 1, 10, 0, tzinfo=UTC), make_grantee(session)),
    ):
        make_referral(session, make_person(session, sender), made_at=made_at)
    assert reports.proposed_referrals(ctx, booking) == 2


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_cost_of_a_report_does_not_grow_with_it(app: Flask, ctx: Context) -> None:
    session = db.session()
    costs = []
    for stops in (2, 20):
        booking = _trip(DAY - timedelta(days=stops))
        for _ in range(stops - 2):
            make_stop(session, booking, "62099", was_done=True)
        for stop in booking.stops:
            stop.counts = [StopCount(target_group=group, people=2) for group in TargetGroup]
        session.commit()
        booking_id = booking.id
        costs.append(cost(session, lambda b=booking_id: reports.to_report(ctx, b)))
    assert costs[0] == costs[1]
