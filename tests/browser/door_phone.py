"""A volunteer's phone in a real Chromium: what it reads, says, and keeps."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.contexts import PATIENCE_MS
from tests.browser.site import Site
from tests.browser.visitor import Visitor

# The keys of a wedge scanner: a burst, then Enter.
_WEDGE = """
(texts) => texts.forEach((text) => {
  for (const key of [...text, "Enter"]) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }
})
"""


class Phone(Visitor):
    def __init__(self, page: Page, url: str) -> None:
        super().__init__(page, url)
        self.word = page.locator("[data-word]")
        self.waiting = page.locator("[data-waiting-words]")
        self.inside = page.locator("[data-inside]")
        self.bands = page.locator("[data-bands]")

    def _on_console(self, message: Any) -> None:
        if "ERR_INTERNET_DISCONNECTED" in message.text or "net::ERR_" in message.text:
            return  # what the test does on purpose
        super()._on_console(message)

    def open(self, code: str = "") -> None:
        self.page.goto(f"{self.url}/porte" + (f"#{code}" if code else ""))

    def pair(self, code: str) -> "Phone":
        self.open(code)
        self.is_on("ready")
        expect(self.page.locator("[data-network]")).to_have_text("En ligne")
        # The service worker holds the whole app: it would start without network from now on.
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        return self

    def is_on(self, screen: str) -> None:
        expect(self.page.locator("body")).to_have_attribute("data-screen", screen)

    def read(self, ticket: str, word: str = "") -> None:
        """Shown to a wedge scanner; with the word that the volunteer must then see."""
        self.page.evaluate(_WEDGE, [ticket])
        if word:
            expect(self.word).to_have_text(word)

    def read_all(self, tickets: list[str]) -> None:
        self.page.evaluate(_WEDGE, tickets)

    def touch(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def go_to(self, point: str) -> None:
        self.page.locator('[data-open="points"]').click()
        self.touch(point)

    def sync(self) -> None:
        """What the phone does by itself every few seconds, done now."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def people_inside(self) -> int:
        """As shown, once the server has said how many there are."""
        expect(self.inside).to_have_text(re.compile(r"^\d+$"))
        return int(self.inside.inner_text())

    def has_sent_everything(self) -> None:
        expect(self.waiting).to_have_text("0 à envoyer", timeout=2 * PATIENCE_MS)


def new_phone(context: BrowserContext, site: Site) -> Phone:
    context.set_default_timeout(PATIENCE_MS)
    return Phone(context.new_page(), site.url)


def rows(site: Site, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the server's database holds, or what a statement changes there."""
    opened = closing(sqlite3.connect(site.folder / "zna.sqlite3", timeout=60))
    with opened as connection, connection:  # closed, and what it wrote kept
        return connection.execute(query, values).fetchall()


def scans_of(site: Site, ticket_number: int, forum_id: int) -> list[tuple[str, str]]:
    """(verdict, undone?) of each scan of a badge, the first to happen first."""
    return rows(
        site,
        "SELECT s.verdict, CASE WHEN s.undone_at IS NULL THEN '' ELSE 'undone' END FROM scan s"
        " JOIN badge b ON b.id = s.badge_id WHERE b.forum_id = ? AND b.number = ?"
        " ORDER BY s.happened_at",
        forum_id, ticket_number,
    )  # fmt: skip


NewPhone = Callable[[], Phone]
