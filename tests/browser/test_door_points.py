"""The same app at a stand and at a workshop; the app replaced while scans wait; a phone held across."""

import pytest
from playwright.sync_api import expect

from tests.browser import office
from tests.browser.conftest import SignIn
from tests.browser.door_fixtures import Forum
from tests.browser.door_phone import NewPhone, Phone, rows, scans_of
from tests.browser.road import running_road
from tests.browser.site import Site

pytestmark = pytest.mark.browser
VISITS = """
SELECT p.kind, v.happened_at IS NOT NULL FROM visit v JOIN point p ON p.id = v.point_id
JOIN badge b ON b.id = v.badge_id JOIN forum f ON f.id = b.forum_id
WHERE f.slug = 'forum-acces-aux-droits' AND b.number = ? ORDER BY p.kind
"""
# The app looks every 5 s whether its next version may take over; a moment is then half a second.
_HASTE = """
const every = setInterval;
window.setInterval = (work, ms) => every(work, ms === 5000 ? 100 : ms);
"""
_A_MOMENT = "() => new Promise((resolve) => setTimeout(resolve, 500))"
_LATER = "() => { const now = Date.now; Date.now = () => now() + 60000; }"
_CACHES = "async () => (await caches.keys()).filter((name) => name.startsWith('porte-'))"
_LOOK_FOR_A_VERSION = """
async () => {
  window.isFormer = true;
  window.app = await navigator.serviceWorker.getRegistration("/porte");
  await app.update();
}
"""


def _stand_at(phone: Phone, kind: str) -> None:
    """Choose the first point of a kind: dozens are folded under its title."""
    phone.page.locator('[data-open="points"]').click()
    sheet = phone.page.locator("[data-sheet='points']")
    folded = sheet.locator("details:not([open]) > summary", has_text=kind)
    if folded.count():
        folded.click()
    phone.check()
    title = f"h3[starts-with(normalize-space(.), '{kind}')]"
    option = sheet.locator(f"xpath=.//{title}/following::ul[1]//button").last
    name = option.inner_text().split("\n")[0]
    option.click()
    expect(phone.page.locator("[data-point-name]")).to_have_text(name)


def test_a_stand_and_a_workshop_note_who_came_by(
    signed_in: SignIn, new_door: NewPhone, site: Site
) -> None:
    agent = signed_in("agent@cua.example")
    ticket, number = office.blank_badge(agent)
    phone = new_door()
    office.pair(agent, phone, "Téléphone des stands")
    inside = phone.people_inside()
    for kind in ("Stands", "Ateliers"):
        _stand_at(phone, kind)
        phone.read(ticket, "Passage noté")
        phone.check_both_ways_up()
        phone.read(ticket, "Déjà passé ici")
    phone.has_sent_everything()
    assert rows(site, VISITS, int(number)) == [("session", 1), ("stand", 1)]
    # A visit is not an entry.
    expect(phone.inside).to_have_text(str(inside))


def test_a_newer_app_takes_over_when_nobody_is_checked_and_loses_nothing(
    new_door: NewPhone, forum: Forum, site: Site
) -> None:
    with running_road(site.url) as road:
        phone = new_door()
        page, phone.url = phone.page, road.url
        page.add_init_script(_HASTE)
        phone.pair(forum.code())
        (former,) = page.evaluate(_CACHES)
        road.is_api_cut = True
        (first, number), (second, other), (third, last) = (forum.badge() for _ in range(3))
        for ticket in (first, second):
            phone.read(ticket, "Entrée acceptée")
        expect(phone.waiting).to_have_text("2 à envoyer")

        road.version = "newer"
        page.evaluate(_LOOK_FOR_A_VERSION)
        page.wait_for_function("() => Boolean(app.waiting)")
        page.evaluate(_A_MOMENT)
        assert page.evaluate("window.isFormer"), "somebody has just been checked"
        page.locator('[data-open="points"]').click()
        page.evaluate(_LATER)
        page.evaluate(_A_MOMENT)
        assert page.evaluate("window.isFormer"), "the volunteer is choosing in a sheet"
        assert sorted(page.evaluate(_CACHES)) == sorted([former, "porte-newer"])

        road.is_cut = True
        page.keyboard.press("Escape")
        page.wait_for_function("() => !window.isFormer && document.body.dataset.screen === 'ready'")
        assert page.evaluate(_CACHES) == ["porte-newer"]
        expect(phone.waiting).to_have_text("2 à envoyer")
        phone.read(first, "Déjà entré")
        phone.read(third, "Entrée acceptée")
        expect(phone.waiting).to_have_text("4 à envoyer")

        road.is_cut = road.is_api_cut = False
        phone.sync()
        phone.has_sent_everything()
        assert scans_of(site, number, forum.id) == [("admitted", ""), ("already_admitted", "")]
        for one in (other, last):
            assert scans_of(site, one, forum.id) == [("admitted", "")]
        assert phone.errors == []


def test_a_phone_held_across_shows_its_verdict(phone: Phone, forum: Forum) -> None:
    for width, height in ((740, 360), (568, 320)):
        phone.page.set_viewport_size({"width": width, "height": height})
        phone.check()
        phone.read(forum.badge()[0], "Entrée acceptée")
        phone.check()
        for seen in (phone.word, phone.inside, phone.page.locator("[data-network]")):
            expect(seen).to_be_in_viewport(ratio=1)
        button = phone.page.get_by_role("button", name="Annuler", exact=True)
        button.scroll_into_view_if_needed()
        expect(button).to_be_in_viewport()
