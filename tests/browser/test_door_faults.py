"""What goes wrong with a phone: revoked, the day over, its memory full, its clock off, a page of
the hall's Wi-Fi instead of ours."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Route, expect

from tests.browser.door_fixtures import Forum
from tests.browser.door_phone import NewPhone, Phone, rows, scans_of
from tests.browser.site import Site

pytestmark = pytest.mark.browser
# Three hours fast; slow in the evening, so that the phone is not already in another day.
IS_FAST = datetime.now(ZoneInfo("Europe/Paris")).hour < 20
AHEAD_MS = (3 if IS_FAST else -3) * 3600 * 1000
WRONG_CLOCK = """
(() => {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given) { if (given.length) super(...given); else super(Right.now() + AHEAD); }
    static now() { return Right.now() + AHEAD; }
  };
})()
""".replace("AHEAD", f"({AHEAD_MS})")
# As browsers do it: the write is taken, then its transaction fails.
FULL = """
() => {
  window.roomyAdd = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (value) {
    const request = window.roomyAdd.call(this, value);
    const { transaction } = this;
    Object.defineProperty(transaction, "error", { value: new DOMException("", "QuotaExceededError") });
    request.addEventListener("success", () => transaction.abort());
    return request;
  };
}
"""
KEPT = """
async () => {
  const { openDatabase, read } = await import("/static/door/db.js");
  const db = await openDatabase();
  const kept = {};
  for (const store of db.objectStoreNames) kept[store] = await read(db, store, (s) => s.getAll());
  return JSON.stringify(kept);
}
"""


def test_a_revoked_phone_forgets_people_and_keeps_what_it_has_not_sent(
    phone: Phone, forum: Forum, site: Site
) -> None:  # fmt: skip
    ticket, number = forum.badge()
    context = phone.page.context
    context.set_offline(True)
    phone.read(ticket, "Entrée acceptée")
    rows(site, "UPDATE device SET revoked_at = created_at WHERE forum_id = ?"
               " AND token_hash IS NOT NULL", forum.id)  # fmt: skip
    context.set_offline(False)
    phone.sync()
    phone.is_on("pairing")
    expect(phone.page.locator("[data-gone]")).to_contain_text(
        "1 lecture n’a pas encore été envoyée"
    )
    phone.check_both_ways_up()
    kept = phone.page.evaluate(KEPT)
    assert "Camille" not in kept
    assert ticket in kept
    phone.page.get_by_label("Code d’appairage").fill(forum.code())
    phone.touch("Appairer")
    phone.is_on("ready")
    phone.has_sent_everything()
    assert scans_of(site, number, forum.id) == [("admitted", "")]


def test_after_the_day_the_copy_goes_without_network(phone: Phone, forum: Forum) -> None:
    phone.page.context.set_offline(True)
    phone.page.add_init_script(WRONG_CLOCK.replace(str(AHEAD_MS), str(2 * 86400 * 1000)))
    phone.page.reload()
    phone.is_on("pairing")
    expect(phone.page.locator("[data-gone]")).to_contain_text("La journée est finie")
    assert "Camille" not in phone.page.evaluate(KEPT)


def test_a_full_memory_refuses_the_scan_in_words(phone: Phone, forum: Forum, site: Site) -> None:
    ticket, number = forum.badge()
    phone.page.evaluate(FULL)
    phone.read(ticket, "NON enregistré")
    expect(phone.page.locator("[data-more]")).to_contain_text("mémoire du téléphone est pleine")
    phone.check_both_ways_up()
    phone.page.evaluate("() => { IDBObjectStore.prototype.add = window.roomyAdd; }")
    phone.read(ticket, "Entrée acceptée")
    phone.has_sent_everything()
    assert scans_of(site, number, forum.id) == [("admitted", "")]


def test_a_wrong_clock_is_said_and_put_right(new_door: NewPhone, forum: Forum, site: Site) -> None:
    phone = new_door()
    phone.page.add_init_script(WRONG_CLOCK)
    phone.pair(forum.code())
    expect(phone.bands).to_contain_text(f"{'avance' if IS_FAST else 'retarde'} de 3 h 00")
    ticket, number = forum.badge()
    phone.read(ticket, "Entrée acceptée")
    phone.has_sent_everything()
    phone.check_both_ways_up()
    ((skew_s, is_skewed, hours_off),) = rows(
        site,
        "SELECT skew_s, is_skewed, (julianday(s.happened_at) - julianday(s.received_at)) * 24"
        " FROM scan s JOIN badge b ON b.id = s.badge_id WHERE b.forum_id = ? AND b.number = ?",
        forum.id, number,
    )  # fmt: skip
    assert is_skewed
    assert skew_s == pytest.approx(AHEAD_MS / 1000, abs=30)
    assert abs(hours_off) < 0.02


def test_a_wifi_that_answers_in_our_place_wipes_nothing(
    phone: Phone, forum: Forum, site: Site
) -> None:
    def portal(route: Route) -> None:
        route.fulfill(status=401, content_type="text/html", body="<h1>Acceptez les conditions</h1>")

    phone.page.context.route("**/api/v1/**", portal)
    ticket, number = forum.badge()
    phone.read(ticket, "Entrée acceptée")
    expect(phone.page.locator("[data-network]")).to_have_text("Serveur en panne")
    phone.page.context.unroute("**/api/v1/**", portal)
    phone.sync()
    phone.has_sent_everything()
    assert scans_of(site, number, forum.id) == [("admitted", "")]


def test_rehearsing_the_cut(phone: Phone, forum: Forum) -> None:
    phone.touch("État")
    phone.page.get_by_label("S’entraîner hors ligne").check()
    phone.touch("Fermer")
    expect(phone.page.locator("[data-network]")).to_have_text("Coupure simulée")
    phone.read(forum.badge("rehearsal")[0], "Entrée acceptée")
    expect(phone.waiting).to_have_text("1 à envoyer")
    phone.check_both_ways_up()
    phone.touch("Terminé")
    phone.touch("Rétablir")
    phone.has_sent_everything()
