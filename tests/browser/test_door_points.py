"""The same app at a stand and at a workshop; a phone held across."""

import pytest
from playwright.sync_api import expect

from tests.browser import office
from tests.browser.conftest import SignIn
from tests.browser.door_fixtures import Forum
from tests.browser.door_phone import NewPhone, Phone, rows
from tests.browser.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
VISITS = """
SELECT p.kind, v.happened_at IS NOT NULL FROM visit v JOIN point p ON p.id = v.point_id
JOIN badge b ON b.id = v.badge_id JOIN forum f ON f.id = b.forum_id
WHERE f.slug = 'forum-acces-aux-droits' AND b.number = ? ORDER BY p.kind
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
