"""Without network: verdicts, a killed browser, lost answers, two doors. No scan is ever lost."""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Route, expect

from tests.browser.contexts import PATIENCE_MS
from tests.browser.door_fixtures import Forum
from tests.browser.door_phone import NewPhone, Phone, new_phone, rows, scans_of
from tests.browser.site import Site
from tools.ensure_browser import installed

pytestmark = pytest.mark.browser
MANY = 520  # more than one batch


def test_two_doors_without_network_let_the_same_badge_in(
    new_door: NewPhone, forum: Forum, site: Site
) -> None:  # fmt: skip
    first, second = (new_door().pair(forum.code()) for _ in range(2))
    ticket, number = forum.badge()
    for door in (first, second):
        door.page.context.set_offline(True)
        door.read(ticket, "Entrée acceptée")
        expect(door.waiting).to_have_text("1 à envoyer")
    expect(first.page.locator("[data-network]")).to_have_text("Hors ligne")
    inside = first.people_inside()
    for door in (first, second):
        door.page.context.set_offline(False)
        door.sync()
        door.has_sent_everything()
    first.page.wait_for_timeout(200)
    first.page.reload()
    for door, other in ((first, "Porte B"), (second, "Porte A")):
        expect(door.bands).to_contain_text(
            f"Badge {number:04d} (Camille) : accepté aussi par « {other} »"
        )
        door.check_both_ways_up()
    assert scans_of(site, number, forum.id) == [("admitted", ""), ("admitted", "")]
    assert _entries(site, forum.id, number) == [(1, 1)]
    expect(first.inside).to_have_text(str(inside))
    first.touch("Vu")
    expect(first.bands).to_be_empty()
    first.touch("Lectures")
    expect(first.page.locator("[data-conflict-list]")).to_contain_text("« Porte B »")


def _entries(site: Site, forum_id: int, number: int) -> list[tuple[int, int]]:
    return rows(
        site,
        "SELECT c.entries, c.people FROM check_in c JOIN badge b ON b.id = c.badge_id"
        " WHERE b.forum_id = ? AND b.number = ?",
        forum_id, number,
    )  # fmt: skip


def _open_profile(chromium: Browser, folder: Path) -> BrowserContext:
    """The same phone, each time it is started."""
    return chromium.browser_type.launch_persistent_context(
        folder, executable_path=installed(), args=["--no-sandbox"],
        viewport={"width": 360, "height": 740}, locale="fr-FR",
    )  # fmt: skip


def _kill(phone: Phone) -> None:
    """The battery is dead: no page is told anything."""
    with suppress(Error):
        phone.page.context.new_cdp_session(phone.page).send("Browser.crash")


def test_a_dead_battery_loses_nothing(
    chromium: Browser, forum: Forum, site: Site, tmp_path: Path
) -> None:  # fmt: skip
    first, second, third = (forum.badge() for _ in range(3))
    context = _open_profile(chromium, tmp_path)
    phone = new_phone(context, site).pair(forum.code())
    context.set_offline(True)
    phone.read(first[0], "Entrée acceptée")
    phone.read(second[0], "Entrée acceptée")
    phone.touch("Compter")
    phone.touch("+1 une entrée")
    expect(phone.waiting).to_have_text("3 à envoyer")
    _kill(phone)
    with suppress(Error):
        context.close()

    context = _open_profile(chromium, tmp_path)
    context.set_offline(True)
    phone = new_phone(context, site)
    phone.open()
    phone.is_on("ready")
    expect(phone.waiting).to_have_text("3 à envoyer")
    phone.read(first[0], "Déjà entré")
    phone.read(third[0], "Entrée acceptée")
    assert scans_of(site, first[1], forum.id) == []
    context.set_offline(False)
    phone.sync()
    phone.has_sent_everything()
    context.close()
    for (_, number), scans in ((first, 2), (second, 1), (third, 1)):
        assert _entries(site, forum.id, number) == [(1, 1)]
        assert len(scans_of(site, number, forum.id)) == scans
    assert rows(site, "SELECT sum(people) FROM head_count WHERE forum_id = ?", forum.id) == [(1,)]


def test_answers_lost_and_the_server_restarted_in_the_middle(
    phone: Phone, forum: Forum, site: Site
) -> None:  # fmt: skip
    badges = [forum.badge() for _ in range(MANY)]
    context = phone.page.context
    context.set_offline(True)
    phone.read_all([ticket for ticket, _ in badges])
    expect(phone.waiting).to_have_text(f"{MANY} à envoyer", timeout=3 * PATIENCE_MS)
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server has written; its answer never arrives, and it goes down."""
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        site.stop()
        route.abort()

    context.route("**/api/v1/checkins/batch", lose)
    context.set_offline(False)
    phone.sync()
    while site.server is not None:
        phone.page.wait_for_timeout(50)
    expect(phone.page.locator("[data-network]")).to_have_text("Hors ligne")
    expect(phone.waiting).to_have_text(f"{MANY} à envoyer")
    phone.read(badges[0][0], "Déjà entré")
    site.start()
    phone.sync()
    phone.has_sent_everything()
    assert lost == [200]
    first, last = badges[0][1], badges[-1][1]
    assert rows(
        site,
        "SELECT count(*), count(DISTINCT c.badge_id), sum(c.people) FROM check_in c"
        " JOIN badge b ON b.id = c.badge_id WHERE b.forum_id = ? AND b.number BETWEEN ? AND ?",
        forum.id, first, last,
    ) == [(MANY, MANY, MANY)]  # fmt: skip
    assert rows(
        site,
        "SELECT count(*) FROM scan s JOIN badge b ON b.id = s.badge_id"
        " WHERE b.forum_id = ? AND b.number BETWEEN ? AND ?",
        forum.id, first, last,
    ) == [(MANY + 1,)]  # fmt: skip
