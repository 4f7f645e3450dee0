"""Referrals at a stand, over HTTP: what a phone keeps, sends and sees, and what is refused."""

import gzip
import json
from uuid import uuid4

import pytest
from flask import Flask

from tests.door import open_door
from tests.factories.organisations import make_organisation
from tests.functional.door_api.client import Client
from tests.functional.door_api.schemas import Document
from tests.stand_phone import StandPhone, phone_at_stand, read_base64, written
from zna_network.services.context import Context

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def phone(ctx: Context) -> StandPhone:
    receiver = make_organisation(ctx.session, name="Caisse", email="caisse@exemple.example")
    holder = make_organisation(ctx.session, name="Association")
    return phone_at_stand(open_door(ctx), receiver, holder)


@pytest.fixture
def client(app: Flask, document: Document, phone: StandPhone) -> Client:
    return Client(app.test_client(), document, phone.token)


def test_the_kit_then_a_referral_then_the_list(
    client: Client, phone: StandPhone, ctx: Context
) -> None:
    response = client.get("/door/referral-kit")
    kit = response.get_json()
    assert kit["point"] == phone.point
    assert kit["stand_rights"] == ["RSA"]
    assert [row for row in kit["receivers"] if row[3]] == [[phone.receiver_id, "Caisse", "", True]]
    assert [notice["language"] for notice in kit["notices"]] == ["fr", "falc", "en", "ar", "uk"]
    assert client.get("/door/referral-kit", **{"If-None-Match": response.headers["ETag"]}
                      ).status_code == 304  # fmt: skip
    zipped = client.get("/door/referral-kit", **{"Accept-Encoding": "gzip"})
    assert json.loads(gzip.decompress(zipped.data)) == kit
    body = phone.body(ctx.now, need="Un besoin", client_id=str(uuid4()).upper())
    first = client.post("/door/referrals", {**body, "sent_at": ctx.now.isoformat()})
    assert first.get_json() == {"client_id": body["client_id"].lower(), "number": "O-00001"}
    assert client.post("/door/referrals", body).data == first.data
    assert [line["number"] for line in client.get("/door/referrals").get_json()["referrals"]] == [
        "O-00001"
    ]


def test_refusals_name_the_field(
    client: Client, phone: StandPhone, ctx: Context, document: Document
) -> None:
    whole = phone.body(ctx.now)
    raw = read_base64(whole["sealed"])
    tampered = written(raw[:-1] + bytes([raw[-1] ^ 1]))
    foreign = written(raw[:1] + bytes(8) + raw[9:])
    for changes, field in (
        ({"sealed": tampered}, "sealed"),
        ({"sealed": foreign}, "sealed"),
        ({"sealed": "é"}, "sealed"),
        ({"sealed": "A" * 40_001}, "sealed"),
        ({"sealed": None}, "sealed"),
        ({"client_id": "12"}, "client_id"),
        ({"made_at": "hier"}, "made_at"),
        ({"made_at": whole["made_at"] + " " * 40}, "made_at"),
        ({"point": ""}, "point"),
        ({"sent_at": 12}, "sent_at"),
    ):
        response = client.post("/door/referrals", {**whole, **changes})
        assert (response.status_code, response.get_json(force=True)["field"]) == (400, field)
    assert client.post("/door/referrals", b"{").status_code == 400
    assert client.post("/door/referrals", {**whole, "point": "ailleurs"}).status_code == 403
    assert client.post("/door/referrals", b"x" * (2 * 1024 * 1024)).status_code == 413
    assert client.get("/door/referrals").get_json() == {"referrals": []}
    stranger = Client(client.http, document)
    for path in ("/door/referral-kit", "/door/referrals"):
        assert stranger.get(path).status_code == 401
    assert stranger.post("/door/referrals", whole).status_code == 401
