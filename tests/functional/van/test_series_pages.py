"""Asking for trips that come back: date by date, before anything is written."""

from datetime import date, time

from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking
from tests.functional.van.asking import bookings, local, rows, typed
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.booking import BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.services.french_time import to_local


def test_a_series_shows_its_dates_before_anything_is_written_and_skipped_ones_come_later(
    grantee: Browser, mine: Organisation, vehicle: Vehicle
) -> None:
    series = "/cua-mobile/reservations/serie"
    other = make_grantee(db.session(), name="Ailleurs")
    taken = make_booking(
        db.session(), vehicle, local(9, date(2027, 3, 11)), local(12, date(2027, 3, 11)), other,
        BookingState.APPROVED,
    )  # fmt: skip
    # What was typed for one trip comes along.
    page = grantee.post(series, typed(vehicle, act="carry"))
    assert (page.status, page.value_of("purpose")) == (200, "Ouvrir des droits sur le marché.")
    assert rows(page, "place") == ["Place du marché"]
    sent = typed(vehicle, weekdays=["3"], every_weeks="1", last_on="2027-04-01")
    refused = grantee.post(series, {**sent, "act": "preview", "weekdays": [], "every_weeks": "9"})
    assert "Écrivez un nombre de semaines" in refused.text
    page = grantee.post(series, {**sent, "act": "preview"})
    assert "5 dates, dont 4 à demander" in page.text.replace("\u00a0", " ")
    boxes = {box.get("value"): box for box in page.all("input", name="keep")}
    assert boxes["2027-03-11"].get("disabled") is not None
    assert boxes["2027-03-04"].get("checked") is not None
    assert "(Ailleurs)" in page.text
    assert bookings() == [taken]

    days = ["2027-03-04", "2027-03-18", "2027-04-01"]
    nothing = grantee.post(series, {**sent, "act": "create"})
    assert "Gardez au moins une date." in nothing.text
    assert len(nothing.all("input", name="keep")) == 5
    clash = grantee.post(series, {**sent, "act": "create", "keep": [*days, "2027-03-11"]})
    assert "Rien n’a été enregistré." in clash.text
    assert bookings() == [taken]
    spoilt = grantee.post(series, {**sent, "act": "create", "keep": ["demain"]})
    assert spoilt.status == 422
    shown = grantee.follow(grantee.post(series, {**sent, "act": "create", "keep": days}))
    assert "3 demandes en attente" in shown.text.replace("\u00a0", " ")
    made = [one for one in bookings() if one.series_id]
    # Nine o’clock stays nine o’clock on both sides of the change of the clocks.
    assert [to_local(one.starts_at).time() for one in made] == [time(9)] * 3
    assert [to_local(one.stops[0].starts_at).time() for one in made] == [time(9, 30)] * 3
    assert "jeudi 18 mars 2027" in shown.text

    more = f"{series}/{made[0].series_id}"
    page = grantee.get(more)
    assert len(page.all("input", name="keep")) == 5
    assert "Gardez au moins une date." in grantee.post(more).text
    assert grantee.post(more, {"keep": ["2027-03-11"]}).status == 422
    assert grantee.post(more, {"keep": ["2027-03-11"], "waits": "y"}).status == 303
    assert grantee.post(more, {"keep": ["2027-03-25"]}).status == 303
    states = {to_local(o.starts_at).day: o.state.value for o in bookings() if o.series_id}
    assert (len(states), states[11], states[25]) == (5, "waiting", "requested")
