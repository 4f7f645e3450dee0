"""The forum from one end to the other: a resident registers on their phone, a volunteer's phone is
paired and reads badges without network, the organisers' board follows by itself."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import office
from tests.browser.conftest import SignIn
from tests.browser.contexts import PATIENCE_MS, PHONE, new_context
from tests.browser.door_phone import NewPhone, Phone, rows, scans_of
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from zna_network.services.demo.forum import SLUG
from zna_network.services.form_stamps import FASTEST_SECONDS

pytestmark = pytest.mark.browser
VOLUNTEER = "Téléphone de Camille"
FOREIGN = "https://exemple.example/menu"
INSIDE = "parseInt(document.querySelector('.board-inside-value').textContent)"


def test_from_a_registration_to_the_live_board(
    chromium: Browser,
    site: Site,
    contexts: list[BrowserContext],
    signed_in: SignIn,
    new_door: NewPhone,
) -> None:
    contexts.append(new_context(chromium, *PHONE))
    resident = Visitor(contexts[-1].new_page(), site.url)
    ticket, number = _register(resident)
    agent = signed_in("agent@cua.example")
    blank, blank_number = office.blank_badge(agent)
    phone = new_door()
    office.pair(agent, phone, VOLUNTEER)

    board = signed_in("agent@cua.example")
    board.goto(f"/forums/{SLUG}/tableau")
    before = int(board.page.evaluate(INSIDE))
    board.page.evaluate("window.sameDocument = true")
    _scan_without_network(phone, (ticket, number), (blank, blank_number))
    assert board.page.evaluate(INSIDE) == before

    phone.page.context.set_offline(False)
    phone.sync()
    phone.has_sent_everything()
    # One who had registered, three who had not.
    board.page.wait_for_function(f"n => {INSIDE} === n", arg=before + 4, timeout=2 * PATIENCE_MS)
    line = board.page.locator("[data-part='devices'] tr", has_text=VOLUNTEER)
    expect(line).to_be_visible()
    assert board.page.evaluate("window.sameDocument"), "the board was loaded again"
    board.check_both_ways_up()
    expect(phone.inside).to_have_text(str(before + 4))
    ((forum_id,),) = rows(site, "SELECT id FROM forum WHERE slug = ?", SLUG)
    assert scans_of(site, int(number), forum_id) == [("admitted", ""), ("already_admitted", "")]
    assert scans_of(site, int(blank_number), forum_id) == [("admitted", "")]


def _register(resident: Visitor) -> tuple[str, str]:
    """With a first name and nothing else; (what the badge on their screen holds, its number)."""
    page = resident.goto(f"/forum/{SLUG}")
    page.get_by_role("link", name=re.compile("inscri", re.IGNORECASE)).first.click()
    page.wait_for_url("**/inscription*")
    resident.check_both_ways_up()
    page.locator("#name").fill("Noor")
    page.wait_for_timeout(FASTEST_SECONDS * 1000 + 200)  # nobody reads it faster
    resident.press("Obtenir mon badge")
    resident.check_both_ways_up()
    number = page.locator(".own-badge-number bdi").inner_text()
    return office.code_on_screen(page.locator(".own-badge-code")), number


def _scan_without_network(phone: Phone, named: tuple[str, str], blank: tuple[str, str]) -> None:
    phone.page.context.set_offline(True)
    inside = phone.people_inside()
    who = phone.page.locator("[data-who]")
    phone.read(named[0], "Entrée acceptée")
    expect(who).to_have_text(f"Noor — badge {named[1]}")
    phone.check_both_ways_up()
    phone.read(blank[0], "Entrée acceptée")
    expect(who).to_contain_text(f"badge {blank[1]}")
    for question, answer in (("Commune", "Arras"), ("Avec", "2 personnes")):
        phone.page.locator(".choice", has_text=question).click()
        phone.touch(answer)
    phone.check_both_ways_up()
    phone.touch("Terminé")
    expect(phone.inside).to_have_text(str(inside + 4))
    phone.read(FOREIGN, "Pas un badge")
    phone.check_both_ways_up()
    phone.read(named[0], "Déjà entré")
    expect(phone.page.locator("[data-network]")).to_have_text("Hors ligne")
    expect(phone.waiting).not_to_have_text("0 à envoyer")
    phone.check_both_ways_up()
