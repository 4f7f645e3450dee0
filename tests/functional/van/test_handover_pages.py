"""The pages of the handovers, and what a phone's queue sends and gets."""

import json
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.factories.accounts import make_user
from tests.factories.handovers import SIGNATURE, handover_data, photo_with_metadata
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.handover import Direction, Handover
from zna_network.services.context import Context
from zna_network.services.van import handovers

NOW = FrozenClock().now()
HOUR = timedelta(hours=1)
DATA = "/cua-mobile/remise/donnees"


@pytest.fixture
def booking(ctx: Context) -> Booking:
    organisation = make_grantee(ctx.session)
    driver = make_driver(ctx.session, organisation)
    vehicle = make_vehicle(ctx.session)
    booking = make_booking(
        ctx.session, vehicle, NOW, None, organisation, BookingState.APPROVED, driver=driver
    )
    make_stop(ctx.session, booking, "62004")
    return booking


@pytest.fixture
def grantee(app: Flask, booking: Booking) -> Browser:
    """Of the association that borrows."""
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, booking.organisation))


@pytest.fixture
def stranger(app: Flask) -> Browser:
    return Browser(app).sign_in(make_user(db.session(), Role.GRANTEE, make_grantee(db.session())))


def _page_of(booking: Booking, way: str = "depart") -> str:
    return f"/cua-mobile/reservations/{booking.id}/etat-des-lieux/{way}"


def _form(page: Any, **values: object) -> dict[str, object]:
    """As the page is filled in, and sent back."""
    names = ("client_id", "day", "hour", "receiver")
    answers = {f"checklist-{n}-is_fine": "oui" for n in range(3)}
    kept = {name: page.value_of(name) for name in names}
    return {
        **kept,
        **answers,
        "giver": "Agnès",
        "mileage": "48 210",
        "energy_percent": "75",
        **values,
    }


def _encoded(values: dict[str, object]) -> dict[str, Any]:
    """As it travels: the test client would leave a file open behind what is heavy."""
    boundary, body = encode_multipart(values)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def _kept() -> list[Handover]:
    db.session.rollback()
    return list(db.session.scalars(select(Handover).order_by(Handover.id)))


def test_the_page_keeps_what_was_typed_and_writes_nothing_by_halves(
    grantee: Browser, booking: Booking
) -> None:
    page = grantee.get(_page_of(booking))
    assert "depart" in page.response.request.path
    assert booking.driver is not None
    assert page.value_of("receiver") == booking.driver.name
    wrong = _form(
        page,
        **{"mileage": "beaucoup", "checklist-1-is_fine": "non", "checklist-2-is_fine": ""},
        remarks="Clé dans la boîte",
        photos=(BytesIO(b"not an image"), "photo.jpg"),
        driver_id="abc",
        receiver="",
    )
    page = grantee.post(_page_of(booking), wrong)
    assert page.status == 422
    for words in (
        "Écrivez un nombre en chiffres.",
        "Écrivez le nom de qui le reçoit.",
        "Choisissez de nouveau les photos",
    ):
        assert words in page.text
    assert page.value_of("remarks") == "Clé dans la boîte"
    again = {**wrong, "mileage": "48210", "receiver": "Basile", "driver_id": booking.driver_id}
    page = grantee.post(_page_of(booking), {**again, "photos": (BytesIO(b"no image"), "p.jpg")})
    assert "Pneus : dites ce qui ne va pas." in page.text
    assert "Propreté : dites si c’est en ordre." in page.text
    again |= {"checklist-1-remark": "Usés", "checklist-2-is_fine": "oui"}
    page = grantee.post(_page_of(booking), {**again, "photos": (BytesIO(b"no image"), "p.jpg")})
    assert "Photo 1 : ce fichier n’est pas une image lisible" in page.text
    assert _kept() == []
    # Some MB more than other pages take.
    heavy = photo_with_metadata(400, 200) + bytes(11 * 1024 * 1024)
    for _ in range(2):  # Pressed twice.
        sent = {
            **again,
            "photos": FileStorage(BytesIO(heavy), "p.jpg"),
            "giver_signature": SIGNATURE,
        }
        page = grantee.post(_page_of(booking), **_encoded(sent))
        assert page.status == 303, page.text
    (kept,) = _kept()
    assert (kept.mileage, kept.checklist[1]["remark"], len(kept.photos)) == (48210, "Usés", 1)
    photo = grantee.send("GET", f"/cua-mobile/etats-des-lieux/photos/{kept.photos[0].id}")
    assert (photo.status_code, photo.mimetype) == (200, "image/jpeg")
    assert "private" in photo.headers["Cache-Control"]
    # The departure is done; what comes now is the return.
    assert grantee.get(_page_of(booking)).status == 302
    assert "Dernière lecture" not in grantee.get(_page_of(booking, "retour")).text
    assert "Pneus : Usés" in grantee.get(_page_of(booking, "retour")).text


def test_an_hour_that_does_not_exist_is_told(
    grantee: Browser, booking: Booking, clock: FrozenClock
) -> None:
    page = grantee.get(_page_of(booking))
    page = grantee.post(_page_of(booking), _form(page, day="2027-03-28", hour="02:30"))
    assert "n’existe pas" in page.text, page.text
    assert page.value_of("day") == "2027-03-28"
    assert _kept() == []


def test_only_who_borrows_and_the_cua_hand_over(
    agent: Browser, grantee: Browser, stranger: Browser, booking: Booking, ctx: Context
) -> None:
    handovers.record(ctx, booking.id, handover_data(NOW, 100))
    back = _page_of(booking, "retour")
    assert [who.get(back).status for who in (agent, grantee, stranger)] == [200, 200, 403]
    (kept,) = _kept()
    correct = f"/cua-mobile/etats-des-lieux/{kept.id}/kilometrage"
    assert [who.get(correct).status for who in (agent, grantee)] == [200, 403]
    page = agent.post(correct, {"mileage": "90", "reason": "", "revision": kept.revision})
    assert "Dites pourquoi" in page.text
    page = agent.post(correct, {"mileage": "90", "reason": "Faute de frappe", "revision": "99"})
    assert "Quelqu’un d’autre" in page.text
    done = {"mileage": "90", "reason": "Faute de frappe", "revision": page.value_of("revision")}
    assert agent.post(correct, done).status == 303
    assert [one.mileage for one in _kept()] == [90]
    assert agent.get("/cua-mobile/etats-des-lieux/999/kilometrage").status == 404
    assert booking.reference in grantee.get("/cua-mobile/qui-l-a").text
    elsewhere = stranger.get("/cua-mobile/qui-l-a").text
    assert booking.reference not in elsewhere
    assert booking.organisation is not None
    assert booking.organisation.short_name in elsewhere  # who has it, and nothing more


def _send(who: Browser, booking: Booking, way: str = "depart", **values: object) -> TestResponse:
    said = {
        "client_id": "0a3f0c62-6b0f-4a36-9f4e-0d6a0c8b7f11",
        "at": NOW.isoformat(),
        "sent_at": NOW.isoformat(),
        "mileage": 48_000,
        "energy_percent": 60,
        "checklist": [{"label": "Pneus", "is_fine": True, "remark": ""}],
        "giver": "Agnès",
        "receiver": "Basile",
        "giver_signature": SIGNATURE,
        "captions": ["Aile"],
        **values,
    }
    return who.send(
        "POST",
        f"/cua-mobile/remise/envois/{booking.id}/{way}",
        data={
            "data": json.dumps(said),
            "photos": [(BytesIO(photo_with_metadata(400, 200)), "p.jpg")],
        },
        headers={"Accept": "application/json"},
    )


def test_a_phone_takes_its_kit_and_sends_its_queue(
    grantee: Browser, stranger: Browser, booking: Booking
) -> None:
    kit = grantee.send("GET", DATA).get_json()
    (trip,) = kit["trips"]
    assert (trip["reference"], trip["way"], trip["places"]) == (
        booking.reference,
        "depart",
        "Achicourt",
    )
    assert kit["csrf"]
    assert stranger.send("GET", DATA).get_json()["trips"] == []
    # Half of an emoji that was cut in two would hold the whole queue back.
    cut: dict[str, Any] = {"remarks": "Vu \ud83d", "captions": ["Aile\ud83d"]}
    first = _send(grantee, booking, **cut)
    assert first.status_code == 200, first.get_data(as_text=True)
    assert _send(grantee, booking, **cut).get_json() == first.get_json()
    (kept,) = _kept()
    assert (kept.photos[0].caption, kept.giver, kept.remarks) == ("Aile?", "Agnès", "Vu ?")
    other = "1a3f0c62-6b0f-4a36-9f4e-0d6a0c8b7f11"
    assert _send(stranger, booking, client_id=other).status_code == 403
    assert _send(grantee, booking, client_id=other).status_code == 409
    refused = _send(grantee, booking, "retour", client_id=other, mileage=47_999, giver="")
    assert refused.status_code == 422
    fields = {problem["field"] for problem in refused.get_json()["problems"]}
    assert fields == {"giver"}
    refused = _send(grantee, booking, "retour", client_id=other, mileage=47_999)
    assert "reculer" in refused.get_json()["problems"][0]["message"]
    # A phone that is two hours ahead: what counts is when it says that it sends.
    late: dict[str, Any] = {
        "at": (NOW + 2 * HOUR).isoformat(),
        "sent_at": (NOW + 2 * HOUR).isoformat(),
    }
    answer = _send(grantee, booking, "retour", client_id=other, **late)
    assert answer.status_code == 200, answer.get_json()
    assert _kept()[1].at == NOW
    assert _kept()[1].direction is Direction.BACK


@pytest.mark.parametrize(
    "values",
    [
        {"mileage": "48000"}, {"checklist": [1]}, {"checklist": {}}, {"giver": 5}, {"at": "hier"},
        {"client_id": "x"}, {"giver_signature": [[1]]}, {"mileage": 10**12},
        {"hour": "27:00", "day": "2026-12-03"}, {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T00:00:00+00:00", "sent_at": "0001-01-02T00:00:00+00:00"},
        {"client_id": "\ud83d"},
    ],
)  # fmt: skip
def test_whatever_a_phone_sends_is_refused_in_words(
    grantee: Browser, booking: Booking, values: dict[str, Any]
) -> None:
    answer = _send(grantee, booking, **values)
    assert answer.status_code == 422
    assert answer.get_json()["detail"]
    assert _kept() == []


def test_nothing_enters_without_the_sessions_token(
    app: Flask, grantee: Browser, browser: Browser, booking: Booking
) -> None:
    assert _send(browser, booking).status_code == 403
    assert browser.send("GET", DATA, headers={"Accept": "application/json"}).status_code == 403
    token = grantee.send("GET", DATA).get_json()["csrf"]
    app.config["WTF_CSRF_ENABLED"] = True
    assert _send(grantee, booking).status_code == 400
    page = grantee.send("POST", _page_of(booking), data={"mileage": "1"})
    assert page.status_code == 400
    assert _kept() == []
    grantee.client.environ_base["HTTP_X_CSRFTOKEN"] = token
    assert _send(grantee, booking).status_code == 200


def test_the_app_is_the_same_for_everybody_and_whole(
    app: Flask, agent: Browser, grantee: Browser, browser: Browser
) -> None:
    pages = {who.get("/cua-mobile/remise").response.data for who in (agent, grantee)}
    assert len(pages) == 1
    assert browser.get("/cua-mobile/remise").status == 302
    script = browser.send("GET", "/cua-mobile/remise/sw.js")
    assert script.mimetype == "text/javascript"
    line = script.get_data(as_text=True).split("\n")[1]
    shell = json.loads(line.removeprefix("const SHELL = ").removesuffix(";"))
    assert {"/cua-mobile/remise", "/static/css/handover.css", "/static/js/handover/form.js"} <= set(
        shell
    )
    folder = Path(app.static_folder or "")
    missing = [one for one in shell[1:] if not (folder / one.removeprefix("/static/")).is_file()]
    assert missing == []
