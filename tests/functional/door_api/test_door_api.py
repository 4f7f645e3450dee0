"""The door's API over HTTP: what it refuses, how, and that openapi.json tells the truth."""

import gzip
import json
import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.door import Door, open_door
from tests.functional.door_api.client import API, Client
from tests.functional.door_api.schemas import Document
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import limiter
from zna_network.models.door import Device
from zna_network.services import badges, devices
from zna_network.services.context import Context

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def door(ctx: Context) -> Door:
    return open_door(ctx)


@pytest.fixture
def client(app: Flask, document: Document, door: Door) -> Client:
    return Client(app.test_client(), document, door.phone("A").token)


def _scan(door: Door, scanned: str, **values: Any) -> dict[str, Any]:
    at = door.ctx.now.isoformat()
    return {"scan_id": str(uuid4()), "ticket": scanned, "scanned_at": at, **values}


def test_every_route_is_described_and_nothing_else(app: Flask, document: Document) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(API)), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    described = {(path, method) for path, item in document["paths"].items() for method in item}
    assert described == served
    assert document["openapi"].startswith("3.1")


def test_a_day_at_the_door(
    client: Client, door: Door, ctx: Context, document: Document, clock: FrozenClock
) -> None:
    ticket, other = door.tickets(2)
    data = devices.DeviceData("Porte B", door.in_point.id)
    device = devices.create_device(ctx, door.forum.id, data)
    code = devices.pairing_code(ctx, device) or ""
    paired = Client(client.http, document).post(
        "/door/pair", {"code": f" {code.upper()[:6]} {code[6:]}"}
    )
    second = Client(client.http, document, paired.get_json()["token"])
    assert paired.get_json()["device"] == {"name": "Porte B", "point": "porte-a"}
    assert paired.get_json()["expires_at"] == "2026-12-03T23:00:00.000Z"
    scan = _scan(door, ticket, decided="admitted", sent_at=ctx.now.isoformat())
    first = client.post("/checkins", scan)
    assert first.get_json()["verdict"] == "admitted"
    assert client.post("/checkins", scan).data == first.data
    batch = [_scan(door, ticket, decided="admitted"), {"scan_id": 3}, "rien", _scan(door, other)]
    results = second.post("/checkins/batch", {"scans": batch}).get_json()["results"]
    assert results[0]["conflict"]["door"] == "A"
    assert [r["error"]["field"] for r in results[1:3]] == ["scan_id", "scans"]
    heard = client.post(
        "/door/heartbeat", {"waiting": 2, "sent_at": ctx.now.isoformat()}
    ).get_json()
    assert (heard["inside"], heard["gauge"]) == (2, 300)
    assert [c["door"] for c in heard["conflicts"]] == ["Porte A"]
    undone = {"scan_id": batch[3]["scan_id"], "undone_at": ctx.now.isoformat()}
    assert client.post("/checkins/undo", undone).status_code == 404
    assert second.post("/checkins/undo", undone).status_code == 200
    count = {"count_id": str(uuid4()), "people": 5, "counted_at": ctx.now.isoformat()}
    for _ in range(2):
        assert client.post("/door/counts", count).get_json()["inside"] == 6
    away = {**count, "count_id": str(uuid4()), "people": -2, "point": "porte-a"}
    assert client.post("/door/counts", away).get_json()["inside"] == 4
    mistyped = {"count_id": count["count_id"], "undone_at": ctx.now.isoformat()}
    assert second.post("/door/counts/undo", mistyped).status_code == 404
    late = {**mistyped, "undone_at": (ctx.now + timedelta(minutes=18)).isoformat()}
    clock.move(timedelta(minutes=18))
    assert client.post("/door/counts/undo", late).status_code == 409
    for _ in range(2):  # Told late, but it was taken back in time.
        answer = client.post("/door/counts/undo", mistyped).get_json()
        assert (answer["people"], answer["inside"]) == (5, 0)
    ctx.session.expire_all()
    assert ctx.session.get_one(Device, device.id).point_id == door.in_point.id


def test_the_copy_that_a_device_keeps(
    client: Client, door: Door, ctx: Context, clock: FrozenClock
) -> None:
    tickets = door.tickets(3)
    door.tickets(1, is_rehearsal=True)
    old = open_door(ctx, slug="forum-ancien", held_on=door.forum.held_on - timedelta(days=365))
    (stranger,) = old.tickets(1)
    badges.revoke(ctx, badges.locked(ctx, 2).id)
    response = client.get("/door/manifest")
    copy = response.get_json()
    assert [(row[1], row[3]) for row in copy["badges"]] == [
        (1, "ok"), (2, "revoked"), (3, "ok"), (4, "rehearsal"),
    ]  # fmt: skip
    assert copy["badges"][0][0] == badges.hash_of_ticket(tickets[0])[:24]
    assert copy["others"] == [badges.hash_of_ticket(stranger)[:24]]
    assert tickets[0] not in response.text
    etag = {"If-None-Match": f'W/"x", {response.headers["ETag"]}'}
    assert client.get("/door/manifest", **etag).status_code == 304
    zipped = client.get("/door/manifest", **{"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(zipped.data))["badges"] == copy["badges"]
    assert (
        client.post("/door/heartbeat", {"waiting": 0}).get_json()["manifest_etag"]
        == response.headers["ETag"]
    )
    # What moves afterwards, and only that.
    clock.move(timedelta(minutes=20))
    cursor = client.get("/door/changes").get_json()["cursor"]
    clock.move(timedelta(minutes=1))
    assert client.get(f"/door/changes?since={cursor}").get_json()["entries"] == []
    scan = _scan(door, tickets[0], walk_in={"companions": 2})
    client.post("/checkins", scan)
    moved = client.get(f"/door/changes?since={cursor}").get_json()
    h = copy["badges"][0][0]
    assert moved["entries"] == [[h, "2026-12-03T09:21:00.000Z", "A", True]]
    assert moved["badges"] == [[h, 1, "", "ok", 3, False]]
    client.post("/checkins/undo", {"scan_id": scan["scan_id"], "undone_at": ctx.now.isoformat()})
    taken_back = client.get(f"/door/changes?since={cursor}").get_json()["entries"]
    assert taken_back == [[h, None, None, False]]
    assert client.get("/door/changes?since=hier").status_code == 400
    assert client.get("/door/manifest", **etag).status_code == 200
    # Paired again after the day, to hand in: nobody is named any more.
    clock.move(timedelta(days=1))
    assert client.get("/door/manifest").status_code == 401
    client.token = door.phone("A").token
    assert client.get("/door/manifest").get_json()["badges"] == []
    assert client.get("/door/changes").get_json()["entries"] == []


MALFORMED: dict[str, dict[str, Any]] = {
    "scan_id": {"scan_id": "12"},
    "ticket": {"ticket": " "},
    "scanned_at": {"scanned_at": "2026-12-03T10:00:00"},
    "point": {"point": ""},
    "sent_at": {"sent_at": 12},
    "decided": {"decided": "peut-être"},
    "walk_in": {"walk_in": []},
    "walk_in.companions": {"walk_in": {"companions": 21}},
    "walk_in.age_band": {"walk_in": {"age_band": 40}},
    "walk_in.commune": {"walk_in": {"commune": "Arras"}},
}
SPOILT = [
    {"scan_id": None}, {"ticket": None}, {"ticket": "\ud800"}, {"ticket": "\0"}, {"ticket": "x" * 5001},
    {"scanned_at": "0001-01-01T00:00:00+23:59"}, {"scanned_at": "2026-13-03T10:00:00Z"},
    {"point": "ailleurs"}, {"ticket": None, "badge_number": True}, {"ticket": None, "badge_number": 0},
]  # fmt: skip


def test_malformed_scans_name_the_field(client: Client, door: Door) -> None:
    ticket = door.tickets(1)[0]
    for field, values in MALFORMED.items():
        response = client.post("/checkins", _scan(door, ticket, **values))
        assert (response.status_code, response.get_json(force=True)["field"]) == (400, field)
    for values in SPOILT:
        assert client.post("/checkins", _scan(door, ticket, **values)).status_code == 400, values
    for body in (b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"scan_id": ' + b"1" * 5000 + b"}"):
        assert client.post("/checkins", body).status_code == 400
    assert client.post("/checkins/batch", {"scans": "x"}).get_json(force=True)["field"] == "scans"
    many = {"scans": [_scan(door, ticket)] * 501}
    assert client.post("/checkins/batch", many).status_code == 400
    for people in (0, 501, True, "3", None):
        count = {"count_id": str(uuid4()), "people": people, "counted_at": door.ctx.now.isoformat()}
        assert client.post("/door/counts", count).status_code == 400
    assert client.post("/door/heartbeat", {"waiting": -1}).status_code == 400
    assert door.entries() == []


def test_tokens_codes_and_bodies_that_are_refused(
    client: Client, door: Door, ctx: Context, document: Document, clock: FrozenClock
) -> None:
    stranger = Client(client.http, document)
    scan = _scan(door, door.tickets(1)[0])
    for token in ("", "inconnu", "é", "x" * 300):
        stranger.token = token
        response = stranger.post("/checkins", scan)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert (
        client.http.post(f"{API}/checkins", headers={"Authorization": "Basic eDp5"}).status_code
        == 401
    )
    for path in ("/door/manifest", "/door/changes"):
        assert Client(client.http, document).get(path).status_code == 401
    # Ten megabytes, announced or not.
    large = b'{"ticket": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert client.post("/checkins", large).status_code == 413
    chunked = client.http.post(
        f"{API}/checkins/batch", input_stream=BytesIO(large),
        headers={"Authorization": f"Bearer {client.token}"},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )  # fmt: skip
    assert (chunked.status_code, chunked.mimetype) == (413, "application/problem+json")
    lost = client.http.get(f"{API}/nulle-part")
    assert (lost.status_code, lost.mimetype) == (404, "application/problem+json")
    assert client.http.get(f"{API}/checkins").status_code == 405
    device = devices.create_device(ctx, door.forum.id, devices.DeviceData("B"))
    code = devices.pairing_code(ctx, device)
    assert stranger.post("/door/pair", {"code": "inconnu"}).status_code == 404
    clock.move(timedelta(minutes=15))
    assert devices.pairing_code(ctx, device) is None
    assert stranger.post("/door/pair", {"code": code}).status_code == 410
    devices.renew_pairing(ctx, device.id)
    code = devices.pairing_code(ctx, device)
    assert stranger.post("/door/pair", {"code": code}).status_code == 200
    assert stranger.post("/door/pair", {"code": code}).status_code == 404


def test_codes_cannot_be_tried_by_the_thousand(client: Client) -> None:
    limiter.enabled = True
    try:
        statuses = [client.post("/door/pair", {"code": f"essai{n}"}).status_code for n in range(31)]
    finally:
        limiter.enabled = False
    assert statuses == [404] * 30 + [429]


def test_a_browser_s_session_is_neither_read_nor_prolonged(agent: Browser, door: Door) -> None:
    assert "Set-Cookie" in agent.send("GET", "/connexion").headers
    for path in ("/openapi.json", "/door/manifest", "/nulle-part"):
        answer = agent.send("GET", f"{API}{path}")
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
