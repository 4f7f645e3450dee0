"""Handing the vehicle over where there is no network: nothing is lost, nothing is sent twice, and
what is refused is corrected."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Route, expect

from tests.browser.contexts import PATIENCE_MS, new_context
from tests.browser.door_phone import rows
from tests.browser.site import PASSWORD, Site
from tests.browser.van_world import World, build_trip
from tests.browser.visitor import Visitor
from tests.factories.handovers import photo_with_metadata
from tools.ensure_browser import installed

pytestmark = pytest.mark.browser
PAGE = "/cua-mobile/remise"


class VanPhone(Visitor):
    """A phone with the app of the handovers."""

    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        page.on("dialog", lambda dialog: dialog.accept())
        self.network = page.locator("[data-network]")
        self.waiting = page.locator("[data-waiting]")

    def _on_console(self, message: Any) -> None:
        if "ERR_INTERNET_DISCONNECTED" not in message.text and "net::ERR_" not in message.text:
            super()._on_console(message)

    def open(self) -> None:
        """As it starts, from the phone itself once it has been there."""
        self.page.goto(self.url + PAGE)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def cut(self, *, off: bool = True) -> None:
        self.page.context.set_offline(off)
        self.page.evaluate("window.dispatchEvent(new Event('online'))")
        if off:
            expect(self.network).to_contain_text("Hors ligne")

    def touch(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-{name}]")

    def fill(self, mileage: str, **names: str) -> None:
        self.page.get_by_label("Kilométrage au compteur").fill(mileage)
        self.page.get_by_label("Carburant ou charge").fill("70")
        for group in self.page.get_by_role("radiogroup").all():
            group.get_by_label("En ordre").check()
        people = self.page.get_by_label("Nom", exact=True)
        people.nth(0).fill(names.get("giver", "Agnès Garage"))
        people.nth(1).fill(names.get("receiver", "Basile Volant"))

    def sign(self) -> None:
        for sheet in self.page.locator("canvas").all():
            sheet.scroll_into_view_if_needed()
            box = sheet.bounding_box()
            assert box
            left, top = box["x"] + 20, box["y"] + box["height"] / 2
            self.page.mouse.move(left, top)
            self.page.mouse.down()
            for step in range(1, 7):
                self.page.mouse.move(left + 25 * step, top + (15 if step % 2 else -15))
            self.page.mouse.up()

    def add_photo(self, content: bytes, name: str = "aile.jpg") -> None:
        chooser = self.page.get_by_label("Photos", exact=False).first
        chooser.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})


def _phone(context: BrowserContext, site: Site) -> VanPhone:
    context.set_default_timeout(PATIENCE_MS)
    page = context.pages[0] if context.pages else context.new_page()
    return VanPhone(page, site.url)


@pytest.fixture
def trip(site: Site) -> World:
    return build_trip(site)


@pytest.fixture
def phone(chromium: Browser, site: Site, trip: World, contexts: list[BrowserContext]) -> VanPhone:
    context = new_context(chromium, 360, 740)
    contexts.append(context)
    phone = _phone(context, site)
    phone.sign_in(trip["email"], PASSWORD)
    phone.open()
    return phone


def _kept(site: Site, trip: World) -> list[tuple[Any, ...]]:
    """(direction, mileage, photos) of each handover that the server has."""
    return rows(
        site,
        "SELECT direction, mileage, (SELECT count(*) FROM handover_photo p"
        " WHERE p.handover_id = h.id) FROM handover h WHERE booking_id = ? ORDER BY id",
        trip["booking_id"],
    )  # fmt: skip


def _open_profile(chromium: Browser, folder: Path) -> BrowserContext:
    """The same phone, each time it is started."""
    return chromium.browser_type.launch_persistent_context(
        folder, executable_path=installed(), args=["--no-sandbox"],
        viewport={"width": 360, "height": 740}, locale="fr-FR",
    )  # fmt: skip


def _kill(phone: VanPhone) -> None:
    """The battery is dead: no page is told anything."""
    with suppress(Error):
        phone.page.context.new_cdp_session(phone.page).send("Browser.crash")


def test_a_dead_battery_loses_nothing_and_nothing_is_sent_twice(
    chromium: Browser, site: Site, trip: World, tmp_path: Path
) -> None:
    context = _open_profile(chromium, tmp_path)
    phone = _phone(context, site)
    phone.sign_in(trip["email"], PASSWORD)
    phone.open()
    expect(phone.part("trips")).to_contain_text(trip["reference"])
    phone.cut()
    phone.check_both_ways_up()
    phone.touch("Départ")
    phone.touch("Enregistrer le départ")
    expect(phone.part("errors")).to_contain_text("Écrivez le kilométrage lu au compteur")
    phone.fill("48 000")
    phone.add_photo(b"no image", "note.jpg")
    expect(phone.part("errors")).to_contain_text("« note.jpg » n’est pas une image lisible")
    phone.check_both_ways_up()
    phone.add_photo(photo_with_metadata())
    phone.page.get_by_label("Légende de la photo 1").fill("Aile avant")
    phone.sign()
    phone.touch("Enregistrer le départ")
    expect(phone.waiting).to_have_text("1 à envoyer")
    phone.touch("Retour")
    phone.page.get_by_label("Kilométrage au compteur").fill("48 090")
    phone.page.get_by_label("Remarques").fill("Plein fait")
    phone.page.wait_for_timeout(600)  # what is typed is kept at the first pause
    _kill(phone)
    with suppress(Error):
        context.close()

    context = _open_profile(chromium, tmp_path)
    context.set_offline(True)
    phone = _phone(context, site)
    phone.page.goto(site.url + PAGE)
    expect(phone.waiting).to_have_text("1 à envoyer")
    phone.touch("Retour")
    expect(phone.page.get_by_label("Remarques")).to_have_value("Plein fait")
    expect(phone.page.get_by_label("Kilométrage au compteur")).to_have_value("48090")
    phone.fill("47 999")
    phone.sign()
    phone.touch("Enregistrer le retour")
    expect(phone.part("errors")).to_contain_text("ne peut pas reculer")
    phone.fill("48 090")
    phone.touch("Enregistrer le retour")
    expect(phone.waiting).to_have_text("2 à envoyer")
    assert _kept(site, trip) == []

    answers: list[int] = []

    def lose(route: Route) -> None:
        """The first time, the server has written, and its answer never arrives."""
        answer = route.fetch()
        answers.append(answer.status)
        if len(answers) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    # The session died with the browser; the queue did not.
    context.set_offline(False)
    context.clear_cookies()
    phone.sign_in(trip["email"], PASSWORD)
    context.route("**/remise/envois/**", lose)
    phone.open()
    expect(phone.network).to_contain_text("Hors ligne")
    assert _kept(site, trip) == [("out", 48_000, 1)]
    phone.touch("Envoyer maintenant")
    expect(phone.waiting).to_have_text("Rien à envoyer")
    assert answers == [200, 200, 200]
    assert _kept(site, trip) == [("out", 48_000, 1), ("back", 48_090, 0)]
    expect(phone.part("sent")).to_contain_text(f"Retour {trip['reference']}")
    phone.check_both_ways_up()
    page = phone.goto(f"/cua-mobile/reservations/{trip['booking_id']}")
    expect(page.locator("#etats-des-lieux")).to_contain_text("90 km parcourus")
    expect(page.get_by_role("img", name="Signature de Basile Volant")).to_have_count(2)
    expect(page.get_by_role("img", name="Aile avant")).to_be_visible()
    phone.check_both_ways_up()
    context.close()


def test_what_is_refused_is_put_aside_and_corrected(
    phone: VanPhone, site: Site, trip: World
) -> None:
    expect(phone.part("trips")).to_contain_text(trip["reference"])
    phone.cut()
    rows(site, "UPDATE driver SET licence_until = '2020-01-01' WHERE id = ?", trip["driver_id"])
    phone.touch("Départ")
    phone.fill("100")
    phone.sign()
    phone.touch("Enregistrer le départ")
    phone.touch("Retour")
    phone.fill("120")
    phone.touch("Enregistrer le retour")
    expect(phone.waiting).to_have_text("2 à envoyer")
    phone.cut(off=False)
    # The departure is refused: its return stays behind it.
    expect(phone.part("refused")).to_contain_text(f"Le permis de {trip['drivers'][0]}")
    expect(phone.waiting).to_have_text("1 à envoyer")
    phone.check_both_ways_up()
    phone.page.reload()
    phone.touch("Corriger")
    driver = phone.page.get_by_label("Conducteur")
    expect(driver).to_have_attribute("aria-invalid", "true")
    expect(phone.page.get_by_label("Kilométrage au compteur")).to_have_value("100")
    phone.check_both_ways_up()
    driver.select_option(label=trip["drivers"][1])
    phone.touch("Enregistrer le départ")
    expect(phone.waiting).to_have_text("Rien à envoyer")
    expect(phone.part("refused-part")).to_be_hidden()
    assert _kept(site, trip) == [("out", 100, 0), ("back", 120, 0)]


def test_a_session_that_has_ended_holds_the_queue_for_its_account(
    phone: VanPhone, site: Site, trip: World
) -> None:
    expect(phone.part("trips")).to_contain_text(trip["reference"])
    phone.page.context.clear_cookies()
    phone.touch("Départ")
    phone.fill("100")
    phone.touch("Enregistrer le départ")
    expect(phone.network).to_have_text("Session terminée")
    expect(phone.waiting).to_have_text("1 à envoyer")
    phone.check_both_ways_up()
    # Somebody else signs in on the same phone: it does not leave under their name.
    phone.sign_in(trip["other_email"], PASSWORD)
    phone.open()
    expect(phone.network).to_have_text("En ligne")
    expect(phone.part("queue")).to_contain_text("partira quand ce compte se connectera")
    assert _kept(site, trip) == []
    phone.page.context.clear_cookies()
    phone.sign_in(trip["email"], PASSWORD)
    phone.open()
    expect(phone.waiting).to_have_text("Rien à envoyer")
    assert _kept(site, trip) == [("out", 100, 0)]


def test_at_a_desk_the_page_of_the_site_does_it_with_signatures(
    chromium: Browser, site: Site, trip: World, contexts: list[BrowserContext]
) -> None:
    context = new_context(chromium)
    contexts.append(context)
    desk = _phone(context, site)
    desk.sign_in(trip["email"], PASSWORD)
    desk.goto(f"/cua-mobile/reservations/{trip['booking_id']}")
    desk.press("Remettre le véhicule")
    desk.fill("48 000", receiver="")
    desk.sign()
    desk.press("Enregistrer le départ")
    assert desk.says("Écrivez le nom de qui le reçoit.")
    desk.check_both_ways_up()
    # What was drawn is still there.
    desk.page.get_by_label("Nom", exact=True).nth(1).fill("Basile Volant")
    desk.press("Enregistrer le départ")
    assert desk.says("Départ enregistré")
    expect(desk.page.get_by_role("img", name="Signature de Basile Volant")).to_be_visible()
    desk.check_both_ways_up()
    desk.goto("/cua-mobile/qui-l-a")
    assert desk.says(trip["vehicle"])
    assert desk.says("En sortie")
    desk.check_both_ways_up()
