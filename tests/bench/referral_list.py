"""How fast the list of referrals answers at twenty thousand, on both engines.

    python -m pytest -q -s tests/bench/referral_list.py

prints one line of JSON an engine: medians in milliseconds, server side, of the list as an agent, a
sender and a receiver see it, and how many times an empty request each takes."""

from typing import Any

import pytest
from flask import Flask

from tests.bench.measuring import Act, medians, ratios, tell, timed_in_turn
from tests.bench.referral_crowd import ReferralCrowd, fill_referrals
from tests.factories.accounts import make_user
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation

REFERRALS = 20_000
REPEATS = 15
FLOOR = "empty_request"
# A page takes 55 to 215 empty requests, of less than a millisecond each.
LIMIT = 450
PAGES = {
    "list": "",
    "last_page": "?page=800",
    "open": "?etat=open",
    "todo": "?suivi=a-traiter",
    "stuck": "?suivi=en-retard",
    "right": "?droit=RSA",
    "everything": "?etat=accepted&droit=RSA&lot=1&urgence=urgent&public=seniors&tri=receiver",
    "by_receiver": "?tri=receiver",
    "by_sender": "?tri=sender&sens=desc",
    "by_urgency": "?tri=urgency",
    "by_silence": "?tri=moved",
    "number": "?q=O-00042",
    "commune": "?commune=62041",
}


def _pages(app: Flask, crowd: ReferralCrowd) -> dict[str, Act]:
    """The agent sees every referral; a sender and a receiver their own, with names."""
    acts: dict[str, Act] = {}
    for who, user in {
        "agent": make_user(db.session(), Role.AGENT),
        "sender": _user(Role.GRANTEE, crowd.senders[0]),
        "receiver": _user(Role.PARTNER, crowd.receivers[0]),
    }.items():
        client = Browser(app).sign_in(user).client
        names = (
            PAGES if who == "agent" else {name: PAGES[name] for name in ("list", "todo", "right")}
        )
        acts |= {f"{who}_{name}": _fetch(client, f"/orientations{q}") for name, q in names.items()}
    client = Browser(app).client
    return {FLOOR: _fetch(client, "/healthz"), **acts}


def _user(role: Role, organisation_id: int) -> Any:
    session = db.session()
    return make_user(session, role, session.get_one(Organisation, organisation_id))


def _fetch(client: Any, url: str) -> Act:
    def act() -> None:
        assert client.get(url).status_code == 200, url

    return act


@pytest.mark.usefixtures("engine_name")
def test_the_list_answers(app: Flask, engine_name: str) -> None:
    crowd = fill_referrals(db.session(), REFERRALS)
    acts = _pages(app, crowd)
    for act in acts.values():
        act()
    timings = timed_in_turn(acts, REPEATS)
    floor = timings.pop(FLOOR)
    told = ratios(timings, floor)
    tell(engine=engine_name, referrals=REFERRALS, floor_ms=round(floor.median, 1),
         ms=medians(timings), over_floor=told)  # fmt: skip
    slow = {name: ratio for name, ratio in told.items() if ratio > LIMIT}
    assert not slow, f"slower than {LIMIT} empty requests: {slow}"
