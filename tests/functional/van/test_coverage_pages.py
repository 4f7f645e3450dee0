"""The coverage as its readers see it: the map says in words what it says in colours, and its table
says the same."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_organisation
from tests.factories.van import make_booking, make_stop, make_vehicle
from tests.page_checks import Browser, Page
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import BookingState, StopCount
from zna_network.models.territory import TargetGroup

URL = "/cua-mobile/couverture"
LARGEST_PAGE = 200_000


@pytest.fixture(autouse=True)
def _trips(app: Flask) -> None:
    """Achicourt visited a month ago, Acq two years ago, Beaurains to be visited."""
    session = db.session()
    vehicle = make_vehicle(session)
    for insee, starts_at, state in (
        ("62004", datetime(2026, 11, 3, 9, tzinfo=UTC), BookingState.RETURNED),
        ("62007", datetime(2024, 11, 3, 9, tzinfo=UTC), BookingState.RETURNED),
        ("62099", datetime(2026, 12, 8, 9, tzinfo=UTC), BookingState.APPROVED),
    ):
        booking = make_booking(session, vehicle, starts_at, state=state)
        done = state is BookingState.RETURNED or None
        counts = [StopCount(target_group=TargetGroup.SENIORS, people=1200)] if done else []
        make_stop(session, booking, insee, was_done=done, counts=counts)


def _rows(page: Page) -> list[str]:
    rows = (tr for tr in page.all("tr") if (tr.get("id") or "").startswith("commune-"))
    return [" ".join("".join(row.itertext()).split()) for row in rows]


def test_the_map_and_its_table_say_the_same(agent: Browser) -> None:
    page = agent.get(URL)
    text = page.text.replace("\u202f", " ")
    for words in ("2 sur 46", "2 400", "© IGN", "Licence Ouverte", "Jamais visité, rien de prévu"):
        assert words in text, words
    places = page.all("a", class_="map-place")
    assert len(places) == 46
    ids = {tr.get("id") for tr in page.all("tr")}
    assert {place.get("href") for place in places} <= {f"#{one}" for one in ids}
    said = {(place.get("aria-label") or "").partition(",")[0]: place for place in places}
    for name, state, words in (
        ("Achicourt", "is-recently", "dernier passage le mardi 3 novembre 2026"),
        ("Acq", "is-long_ago", "visité il y a plus d’un an"),
        ("Beaurains", "is-planned", "prochain le mardi 8 décembre 2026"),
        ("Dainville", "is-never", "jamais visité, rien de prévu"),
    ):
        assert state in (said[name].get("class") or ""), name
        assert words in (said[name].get("aria-label") or ""), name
    assert len(page.all("tr")) == 2 + 46 + 6
    rows = _rows(page)
    assert "Jamais" in rows[0]
    assert ["Achicourt" in rows[-1], "Visité" in rows[-1]] == [True, True]
    assert len(page.response.data) < LARGEST_PAGE


def test_it_is_sorted_narrowed_and_taken_away(agent: Browser) -> None:
    page = agent.get(f"{URL}?tri=nom&sens=asc&periode=2026")
    assert [row.split()[1] for row in _rows(page)[:2]] == ["Achicourt", "Acq"]
    assert page.all("th", aria_sort="ascending")
    turns = [link for link in page.links() if "tri=nom" in link and link.endswith("#tableau")]
    assert turns
    assert all("sens=desc" in link and "periode=2026" in link for link in turns)
    current = [a for a in page.all("a") if a.get("aria-current") == "true"]
    assert ["".join(a.itertext()) for a in current if "Année" in "".join(a.itertext())] == [
        "Année 2026"
    ]
    assert "2 400" not in page.text.replace("\u202f", " ")
    files = [link for link in page.links() if "couverture." in link]
    assert sorted(link.partition("?")[0] for link in files) == [f"{URL}.csv", f"{URL}.xlsx"]
    assert all(link.endswith("periode=2026") for link in files)
    for link in files:
        response = agent.send("GET", link)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
    assert agent.get(f"{URL}.docx").status == 404
    assert agent.get(f"{URL}?tri=rien&periode=jamais").status == 200


@pytest.mark.parametrize(
    ("layer", "legend", "numbers"),
    [
        ("personnes", "100 et plus 2 communes", {"1 200": 2, "0": 44}),
        ("habitants", "5 000 et plus 5 communes", {"7 873": 1, "42 875": 1}),
    ],
)
def test_the_map_shows_numbers_as_well(
    agent: Browser, layer: str, legend: str, numbers: dict[str, int]
) -> None:
    """Written in each commune, beside the colours."""
    page = agent.get(f"{URL}?carte={layer}")
    spaced = page.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert legend.replace(" ", "") in spaced.replace(" ", "")
    written = [(text.text or "") for text in page.all("text", class_="map-figure-number")]
    assert len(written) == 46
    shown = [number.replace("\u202f", " ") for number in written]
    assert {number: shown.count(number) for number in numbers} == numbers
    assert agent.get(f"{URL}?carte=rien").all("text", class_="map-number")


def test_partners_read_it_and_strangers_do_not(app: Flask, browser: Browser) -> None:
    assert browser.get(URL).status == 302
    assert browser.send("GET", f"{URL}.csv").status_code == 302
    partner = Browser(app).sign_in(
        make_user(db.session(), Role.PARTNER, make_organisation(db.session()))
    )
    assert partner.get(URL).status == 200


def test_a_visit_grows_old(agent: Browser, clock: FrozenClock) -> None:
    clock.move(timedelta(days=336))
    page = agent.get(URL)
    (achicourt,) = (row for row in _rows(page) if "Achicourt" in row)
    assert "Plus d’un an" in achicourt
