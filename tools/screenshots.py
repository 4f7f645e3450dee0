"""Take the README's pictures from a running demonstration: ``python -m tools.screenshots``."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, sync_playwright

from tests.browser.conftest import new_context
from tests.browser.door_phone import new_phone
from tests.browser.forum_world import build_forum
from tests.browser.site import Site, running_site
from tests.browser.visitor import Visitor
from tools.ensure_browser import installed
from zna_network.services.demo.accounts import PASSWORD

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
MAP: FloatRect = {"x": 0, "y": 0, "width": 1280, "height": 1560}
LINK = re.compile(r"https?://\S+/r/[a-z2-7]+")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site:
        site.zna("demo-data")
        site.deliver()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
            _directory(browser, site)
            _answer(browser, site)
            _programme(browser, site)
            _governance(browser, site)
            _van(browser, site)
            _board(browser, site)
            _door(browser, site)
            browser.close()


def _directory(browser: Browser, site: Site) -> None:
    visitor = Visitor(new_context(browser, 1280, 860).new_page(), site.url)
    visitor.sign_in("agent@cua.example", PASSWORD)
    visitor.goto("/annuaire")
    visitor.page.screenshot(path=FOLDER / "directory.png")


def _answer(browser: Browser, site: Site) -> None:
    links = [
        found.group()
        for mail in site.smtp.mails
        if (body := mail.message.get_body(("plain",)))
        and (found := LINK.search(body.get_content()))
    ]
    visitor = Visitor(new_context(browser, 360, 760).new_page(), site.url)
    visitor.goto(links[-1])
    visitor.page.screenshot(path=FOLDER / "answer.png")


def _programme(browser: Browser, site: Site) -> None:
    visitor = Visitor(new_context(browser, 360, 760).new_page(), site.url)
    visitor.goto("/forum")
    visitor.page.screenshot(path=FOLDER / "programme.png")


def _governance(browser: Browser, site: Site) -> None:
    """The poll of the demonstration, and the screen of a meeting whose first point is running."""
    visitor = Visitor(new_context(browser, 1280, 1000).new_page(), site.url)
    visitor.sign_in("agent@cua.example", PASSWORD)
    visitor.goto("/instances/sondages/1")
    visitor.page.screenshot(path=FOLDER / "poll.png")
    visitor.goto("/instances/reunions/2/seance")
    visitor.press("Ouvrir la séance")
    visitor.page.get_by_role("button", name="Commencer").click()
    visitor.page.locator(".day-now-title").wait_for()
    visitor.page.wait_for_timeout(1500)  # the first seconds have gone by
    visitor.page.screenshot(path=FOLDER / "meeting.png")


def _van(browser: Browser, site: Site) -> None:
    visitor = Visitor(new_context(browser, 1280, 1000).new_page(), site.url)
    visitor.sign_in("agent@cua.example", PASSWORD)
    visitor.goto("/cua-mobile")
    visitor.page.screenshot(path=FOLDER / "van.png")
    visitor.goto("/cua-mobile/couverture")
    visitor.page.screenshot(path=FOLDER / "coverage.png", full_page=True, clip=MAP)


def _board(browser: Browser, site: Site) -> None:
    visitor = Visitor(new_context(browser, 1280, 860).new_page(), site.url)
    visitor.sign_in("agent@cua.example", PASSWORD)
    visitor.goto("/forums/forum-acces-aux-droits/tableau")
    visitor.page.screenshot(path=FOLDER / "board.png")


def _door(browser: Browser, site: Site) -> None:
    """The badges of the tests' own forum, read by a phone."""
    world = build_forum(site)
    phone = new_phone(new_context(browser, 360, 760), site).pair(world["codes"][0])
    phone.read(world["tickets"]["named"][0], "Entrée acceptée")
    phone.page.wait_for_timeout(600)  # the verdict has finished appearing
    phone.page.screenshot(path=FOLDER / "door.png")


if __name__ == "__main__":
    main()
