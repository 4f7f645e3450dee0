"""The calendar's pages and the list: what each reader finds, and what may be typed in the address."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from tests.page_checks import Browser, Page
from zna_network.models.account import Role
from zna_network.models.booking import Booking, BookingState
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.services.context import Context

CALENDAR, LIST = "/cua-mobile", "/cua-mobile/reservations"
MORNING = datetime(2026, 12, 10, 8, tzinfo=UTC)
THAT_DAY = "date=2026-12-10"


@pytest.fixture
def van(ctx: Context) -> Vehicle:
    return make_vehicle(ctx.session, name="CUA Mobile")


@pytest.fixture
def borrower(ctx: Context) -> Organisation:
    return make_grantee(ctx.session, name="Maison de la jeunesse", acronym="MJ")


@pytest.fixture
def trip(ctx: Context, van: Vehicle, borrower: Organisation) -> Booking:
    """Approved for the morning of 10 December, to Arras."""
    booking = make_booking(
        ctx.session, van, MORNING, organisation=borrower, state=BookingState.APPROVED,
        purpose="Voir la famille Untel", driver=make_driver(ctx.session, borrower, name="D. Volant"),
    )  # fmt: skip
    make_stop(ctx.session, booking, "62041", place="Place des Héros")
    return booking


def signed_in(ctx: Context, app: Flask, role: Role, organisation: Organisation) -> Browser:
    return Browser(app).sign_in(make_user(ctx.session, role, organisation))


def pieces(page: Page) -> list[str]:
    """What the columns or the weeks show, in order."""
    return [
        " ".join("".join(one.itertext()).split())
        for tag in ("a", "div")
        for one in page.all(tag, class_="cal-piece")
    ]


def test_whoever_has_no_account_is_shown_where_the_vehicle_passes(browser: Browser) -> None:
    page = browser.get(CALENDAR)
    assert page.status == 302
    assert page.response.location.endswith("/cua-mobile/passages")
    assert browser.get(LIST).status == 302
    assert "/connexion" in browser.get(LIST).response.location


@pytest.mark.usefixtures("trip")
def test_the_three_views_say_when_who_and_where_and_no_more(
    ctx: Context, app: Flask, van: Vehicle, borrower: Organisation
) -> None:
    other = make_grantee(ctx.session, name="Unis pour le logement")
    make_booking(ctx.session, van, MORNING, organisation=other)
    make_booking(ctx.session, van, MORNING + timedelta(hours=1), organisation=other)
    make_booking(
        ctx.session, van, MORNING + timedelta(days=1), MORNING + timedelta(days=3),
        state=BookingState.MAINTENANCE,
    )  # fmt: skip
    for role, organisation in ((Role.PARTNER, other), (Role.GRANTEE, borrower)):
        reader = signed_in(ctx, app, role, organisation)
        month = reader.get(f"{CALENDAR}?{THAT_DAY}")
        assert month.all("title")[0].text == "CUA Mobile, décembre 2026 — Réseau ZNR"
        found = pieces(month)
        assert any("MJ" in one and "9 h–12 h" in one and "Arras" in one for one in found)
        assert sum("Indisponible" in one for one in found) == 3, "one in each day's cell"
        week = reader.get(f"{CALENDAR}?vue=semaine&{THAT_DAY}")
        assert "2 demandes" in week.text, "what competes is told together"
        day = reader.get(f"{CALENDAR}?vue=jour&{THAT_DAY}")
        assert "jeudi 10 décembre 2026" in day.text
        assert "de 13 h à 21 h" in day.text
        for page in (month, week, day):
            for kept in ("Untel", "Volant", "Place des Héros"):
                assert kept not in page.text
        is_borrower = organisation is borrower
        assert ("votre organisme" in month.text) is (is_borrower or role is Role.PARTNER)
        asks = [link for link in month.links() if link.startswith(f"{LIST}/nouvelle?date=")]
        assert bool(asks) is (role is Role.GRANTEE)
        assert not any("2026-12-25" in link or "2026-12-13" in link for link in asks)


def test_a_month_of_several_vehicles_tells_them_apart(
    ctx: Context, agent: Browser, trip: Booking
) -> None:
    second = make_vehicle(ctx.session, name="Kangoo de prêt")
    make_booking(ctx.session, second, MORNING)
    month = agent.get(f"{CALENDAR}?{THAT_DAY}")
    assert {mark.get("title") for mark in month.all("abbr", class_="cal-mark")} == {
        "CUA Mobile",
        "Kangoo de prêt",
    }
    week = agent.get(f"{CALENDAR}?vue=semaine&{THAT_DAY}")
    rows = [row.text for row in week.all("th", scope="row")]
    assert rows == ["CUA Mobile", "Kangoo de prêt"]
    alone = agent.get(f"{CALENDAR}?{THAT_DAY}&vehicule={second.id}")
    assert len(pieces(alone)) == 1
    assert "Véhicule : Kangoo de prêt" in alone.text
    assert any(f"vehicule={second.id}" in link and "jour" in link for link in alone.links())
    as_list = next(link for link in alone.links() if link.startswith(f"{LIST}?"))
    listed = agent.get(as_list)
    assert "Kangoo de prêt" in listed.text
    assert trip.reference not in listed.text


def test_more_than_a_cell_holds_leads_to_the_day(
    ctx: Context, agent: Browser, van: Vehicle
) -> None:
    for _ in range(7):
        make_booking(ctx.session, van, MORNING)
    month = agent.get(f"{CALENDAR}?{THAT_DAY}")
    assert len(pieces(month)) == 4
    assert "+ 3 autres" in month.text
    day = agent.get(f"{CALENDAR}?vue=jour&{THAT_DAY}")
    assert "7 demandes" in day.text


@pytest.mark.usefixtures("trip")
@pytest.mark.parametrize(
    "query",
    [
        "vue=siecle&date=hier",
        "date=2026-02-30",
        "date=0001-01-01",
        "date=9999-12-31&vue=semaine",
        "date=2200-12-30&vue=mois",
        "date=1900-01-02&vue=jour",
        "vehicule=abc&organisme=-1&etat=perdu",
        "vehicule=999999999999999999999",
        "date=2026-12-10%00&vue=jour",
    ],
)
def test_an_address_typed_by_hand_shows_a_calendar(agent: Browser, query: str) -> None:
    for page in (agent.get(f"{CALENDAR}?{query}"), agent.get(f"{LIST}?{query}&du=x&au=9999-99-99")):
        assert page.status == 200
    assert agent.get(f"{LIST}/export.pdf").status == 404


def test_the_list_filters_sorts_and_turns_its_pages(
    ctx: Context, agent: Browser, trip: Booking, van: Vehicle
) -> None:
    for n in range(30):
        make_booking(ctx.session, van, MORNING + timedelta(days=n + 1))
    past = make_booking(ctx.session, van, MORNING - timedelta(days=30), state=BookingState.RETURNED)
    page = agent.get(LIST)
    assert "31 réservations, page 1 sur 2" in page.text
    assert "jeu. 10 déc. 2026" in page.text
    assert past.reference not in page.text
    assert past.reference in agent.get(f"{LIST}?quand=passees").text
    assert "32 réservations" in agent.get(f"{LIST}?quand=toutes").text
    assert trip.reference in agent.get(f"{LIST}?q=maison%20de%20la%20jeunesse").text
    found = agent.get(f"{LIST}?q=CM-{trip.number}&quand=toutes")
    assert "1 réservation" in found.text
    narrowed = agent.get(f"{LIST}?du=2026-12-10&au=2026-12-10&commune=62041&etat=approved")
    for chip in ("Du 10/12/2026", "Au 10/12/2026", "Commune : Arras", "État : Accordée"):
        assert chip in narrowed.text
    assert trip.reference in narrowed.text
    export = next(link for link in narrowed.links() if link.startswith(f"{LIST}/export.xlsx"))
    file = agent.send("GET", export)
    assert (file.status_code, file.mimetype) == (
        200,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    text = agent.send("GET", export.replace("xlsx", "csv")).get_data(as_text=True)
    assert text.count("\r\n") == 2
    assert "Voir la famille Untel" in text
    assert "Aucune réservation ne correspond" in agent.get(f"{LIST}?q=rien%20de%20tel").text
