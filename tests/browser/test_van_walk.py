"""A trip from one end to the other: two associations want the van on one day, somebody decides, it
is handed over, comes back, is reported, and one more commune has been visited."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn
from tests.browser.site import Site
from tests.browser.van_days import BORROWERS, World, build_van, let_the_day_come
from tests.browser.visitor import Visitor
from zna_network.services.demo.accounts import PASSWORD

pytestmark = pytest.mark.browser
COMMUNE = "Dainville"
FIRST, SECOND = BORROWERS


def test_from_two_requests_to_a_commune_visited(site: Site, signed_in: SignIn) -> None:
    world = build_van(site)
    site.deliver()
    site.smtp.mails.clear()
    first, second = signed_in(FIRST, PASSWORD), signed_in(SECOND, PASSWORD)
    agent = signed_in("agent@cua.example", PASSWORD)
    agent.goto("/cua-mobile/couverture")
    assert "Jamais" in _line_of(agent, COMMUNE)

    booking_id = _ask(first, world, FIRST)
    other_id = _ask(second, world, SECOND, competes_with=world["names"][FIRST])
    _grant(agent, booking_id, world["names"][FIRST])
    _both_are_told(site, other_id, second)

    let_the_day_come(site, booking_id)
    _hand_over(agent, booking_id, "depart", mileage="12500")
    agent.goto("/cua-mobile/qui-l-a")
    assert agent.says(world["vehicle"])
    agent.check_both_ways_up()
    _hand_over(agent, booking_id, "retour", mileage="12541")

    _report(first, booking_id)
    agent.goto("/cua-mobile/couverture")
    agent.check_both_ways_up()
    assert "Visité" in _line_of(agent, COMMUNE)
    assert re.search(r"\b7\b", _line_of(agent, COMMUNE)), "the people met there"


def _ask(visitor: Visitor, world: World, email: str, competes_with: str = "") -> int:
    page = visitor.goto("/cua-mobile/reservations/nouvelle")
    visitor.check_both_ways_up()
    page.get_by_role("radio", name=world["vehicle"]).check()
    page.fill("[name=starts_on]", world["day"])
    page.fill("[name=leaves_at]", "09:00")
    page.fill("[name=returns_at]", "17:00")
    page.keyboard.press("Tab")
    answer = page.locator("[data-availability]")
    expect(answer).to_contain_text(competes_with or "libre", ignore_case=True)
    visitor.choose("Commune ou quartier", "dainv", COMMUNE)
    page.fill("[name=stops-0-place]", "Place de la mairie")
    page.fill("[name=stops-0-starts]", "10:00")
    page.fill("[name=stops-0-ends]", "12:00")
    page.fill("[name=purpose]", "Aller vers les seniors, avec le CCAS.")
    page.locator("label.pick-chip", has_text="Seniors").click()
    page.select_option("[name=driver_id]", label=world["drivers"][email])
    visitor.press("Envoyer la demande")
    found = re.search(r"/cua-mobile/reservations/(\d+)$", page.url.partition("?")[0])
    assert found, page.url
    assert visitor.says("Demandée")
    return int(found[1])


def _grant(agent: Visitor, booking_id: int, name: str) -> None:
    agent.goto("/cua-mobile/decisions")
    agent.check_both_ways_up()
    page = agent.goto(f"/cua-mobile/reservations/{booking_id}/decision")
    assert agent.says("Choisir entre 2 demandes")
    assert agent.says(f"première visite à {COMMUNE}".lower()) or COMMUNE in page.inner_text("main")
    agent.check_both_ways_up()
    page.fill("[name=reason]", "Personne n’est encore allé à Dainville.")
    agent.confirm(f"Accorder à {name}")
    agent.goto(f"/cua-mobile/reservations/{booking_id}")
    assert agent.says("Accordée")
    agent.check_both_ways_up()


def _both_are_told(site: Site, other_id: int, other: Visitor) -> None:
    site.deliver()
    told = {
        email: " ".join(
            str(one.message["Subject"]) for one in site.smtp.mails if one.recipients == (email,)
        )
        for email in BORROWERS
    }
    assert "accord" in told[FIRST].lower(), told
    assert "attente" in told[SECOND].lower(), told
    other.goto(f"/cua-mobile/reservations/{other_id}")
    assert other.says("En liste d’attente")


def _hand_over(agent: Visitor, booking_id: int, direction: str, mileage: str) -> None:
    page = agent.goto(f"/cua-mobile/reservations/{booking_id}/etat-des-lieux/{direction}")
    agent.check_both_ways_up()
    page.fill("[name=mileage]", mileage)
    page.fill("[name=energy_percent]", "80")
    for fine in page.get_by_role("radio", name="En ordre").all():
        fine.check()
    agent.press("Enregistrer le départ" if direction == "depart" else "Enregistrer le retour")
    agent.goto(f"/cua-mobile/reservations/{booking_id}")
    assert agent.says("En sortie" if direction == "depart" else "Rentrée")


def _report(visitor: Visitor, booking_id: int) -> None:
    page = visitor.goto(f"/cua-mobile/reservations/{booking_id}/compte-rendu")
    visitor.check_both_ways_up()
    page.locator("input[type=radio][value=oui]").check()
    page.get_by_label("Seniors").fill("7")
    visitor.press("Enregistrer le compte rendu")
    assert visitor.says("1 sur 1")


def _line_of(visitor: Visitor, commune: str) -> str:
    row = visitor.page.locator("main table tr", has_text=commune).first
    return row.inner_text()
