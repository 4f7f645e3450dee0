"""How fast CUA Mobile answers at ten thousand bookings, on both engines.

    python -m pytest -q -s tests/bench/van.py

prints one line of JSON an engine: medians in milliseconds, server side, of the calendar's views, of
the list, of a feed and of what is answered about a slot, and how many times an empty request each
takes."""

from contextvars import Context
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from tests.bench.measuring import Act, medians, ratios, tell, timed_in_turn
from tests.bench.van_crowd import VanCrowd, fill_van
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.page_checks import Browser
from zna_network.extensions import db, limiter
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation
from zna_network.services.van import availability, feeds

BOOKINGS = 10_000
REPEATS = 11
FLOOR = "empty_request"
# A page takes 17 to 51 empty requests, of less than a millisecond each; a feed of four hundred and
# fifty events 460 when it is written, 150 when its reader already has it. On a machine that does
# four other things, four times as many.
LIMIT, FEED_LIMIT = 250, 2_000
PAGES = {
    "month": "/cua-mobile?date=2026-12-03",
    "month_ahead": "/cua-mobile?date=2027-05-03",
    "month_of_a_vehicle": "/cua-mobile?date=2026-12-03&vehicule=1",
    "month_of_all": "/cua-mobile?date=2026-12-03&etat=toutes",
    "week": "/cua-mobile?vue=semaine&date=2026-12-03",
    "day": "/cua-mobile?vue=jour&date=2026-12-03",
    "list": "/cua-mobile/reservations",
    "list_past": "/cua-mobile/reservations?quand=passees&tri=who&page=9",
}
# Two mornings: the second one is taken, with its neighbours to be looked for.
SLOTS = {
    "free_slot": (datetime(2026, 12, 13, 8, tzinfo=UTC), datetime(2026, 12, 13, 11, tzinfo=UTC)),
    "taken_slot": (datetime(2026, 12, 15, 8, tzinfo=UTC), datetime(2026, 12, 15, 11, tzinfo=UTC)),
}


def _acts(app: Flask, crowd: VanCrowd) -> dict[str, Act]:
    session = db.session()
    agent = Browser(app).sign_in(make_user(session, Role.AGENT)).client
    borrower = session.get_one(Organisation, crowd.organisations[0])
    grantee = Browser(app).sign_in(make_user(session, Role.GRANTEE, borrower)).client
    acts = {name: _fetch(agent, url) for name, url in PAGES.items()}
    acts["month_of_a_grantee"] = _fetch(grantee, PAGES["month"])
    ctx = system_context(app)
    feed = feeds.create(ctx, organisation_id=borrower.id)
    address = feeds.address_of(ctx.settings, feed).partition("/cua-mobile")[2]
    calendar = Browser(app)
    acts["feed"] = _fetch(calendar.client, f"/cua-mobile{address}")
    etag = calendar.send("GET", f"/cua-mobile{address}").headers["ETag"]
    acts["feed_unchanged"] = _fetch(
        calendar.client, f"/cua-mobile{address}", status=304, headers={"If-None-Match": etag}
    )
    for name, (starts_at, ends_at) in SLOTS.items():
        acts[name] = _asked(app, crowd, starts_at, ends_at)
    return {FLOOR: _fetch(Browser(app).client, "/healthz"), **acts}


def _fetch(client: Any, url: str, status: int = 200, **kwargs: Any) -> Act:
    """As the server does: outside the context of the test, which remembers who signed in."""

    def act() -> None:
        assert Context().run(client.get, url, **kwargs).status_code == status, url

    return act


def _asked(app: Flask, crowd: VanCrowd, starts_at: datetime, ends_at: datetime) -> Act:
    def ask() -> None:
        with app.app_context():
            availability.answer(
                system_context(app),
                crowd.vehicles[0],
                starts_at,
                ends_at,
                organisation_id=crowd.organisations[0],
            )

    return lambda: Context().run(ask)


@pytest.mark.usefixtures("engine_name")
def test_the_van_answers(app: Flask, engine_name: str) -> None:
    limiter.enabled = False  # A calendar asks far less often than this.
    crowd = fill_van(db.session(), BOOKINGS)
    acts = _acts(app, crowd)
    for act in acts.values():
        act()
    timings = timed_in_turn(acts, REPEATS)
    floor = timings.pop(FLOOR)
    told = ratios(timings, floor)
    tell(engine=engine_name, bookings=BOOKINGS, floor_ms=round(floor.median, 1),
         ms=medians(timings), over_floor=told)  # fmt: skip
    slow = {
        name: ratio
        for name, ratio in told.items()
        if ratio > (FEED_LIMIT if name.startswith("feed") else LIMIT)
    }
    assert not slow, f"slower than {LIMIT} empty requests, a feed than {FEED_LIMIT}: {slow}"
