"""What a person does with a page, and what must hold on each page seen."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.contexts import WIDTHS
from tests.browser.site import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = {"serious", "critical"}
# How a page is built, whatever it says: its elements and attributes, with a letter for each text
# and each attribute that holds words or an address. It is all that axe-core judges.
BUILD = """() => document.documentElement.outerHTML
  .replace(/>[^<]*\\S[^<]*</g, '>x<')
  .replace(/ (href|src|action|value|content|title|aria-label|datetime)="[^"]+"/g, ' $1')
  .replace(/[0-9]+/g, '0')"""
# What fades in has its colours at the end only.
AT_REST = """() => Promise.race([
  new Promise((resolve) => setTimeout(resolve, 2000)),
  Promise.all(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished.catch(() => null))),
]).then(() => null)"""
# What this run has found sound: (width, build).
_sound: set[tuple[int, int]] = set()


class Visitor:
    """Errors in the console, answers 5xx and failed requests count as failures of the test."""

    def __init__(self, page: Page, url: str, *, is_seen_both_ways: bool = False) -> None:
        self.page = page
        self.url = url
        self.is_seen_both_ways = is_seen_both_ways
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        page.on("console", self._on_console)
        page.on("response", self._on_response)

    def _on_console(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.errors.append(f"console: {message.text}")

    def _on_response(self, response: Any) -> None:
        if response.status >= 500:
            self.errors.append(f"{response.status} {response.url}")

    def goto(self, path: str) -> Page:
        """Open a page of the site (or an absolute address) and check it."""
        self.page.goto(path if path.startswith("http") else f"{self.url}{path}")
        self.check()
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.goto("/connexion")
        self.page.get_by_label("Adresse e-mail").fill(email)
        self.page.get_by_label("Mot de passe", exact=True).fill(password)
        self.page.get_by_role("button", name="Se connecter").click()
        self.page.wait_for_url(f"{self.url}/")
        self.check()

    def press(self, name: str) -> None:
        """Press a button or follow a link by its words, and check the page it leads to."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=name, exact=True)
        target = button if button.count() else main.get_by_role("link", name=name, exact=True)
        with self.page.expect_navigation():
            target.first.click()
        self.check()

    def confirm(self, name: str) -> None:
        """Press a button that asks for confirmation, and confirm."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()
        with self.page.expect_navigation():
            self.page.locator("dialog[open]").get_by_role("button", name=name).click()
        self.check()

    def choose(self, label: str, words: str, option: str) -> None:
        """Type in an autocomplete, and take one of the options that it offers."""
        box = self.page.get_by_role("combobox", name=label)
        box.fill("")
        box.press_sequentially(words, delay=20)
        self.page.get_by_role("option", name=option).first.click()

    def says(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text()

    def check(self) -> None:
        """No serious axe-core finding, no sideways scrolling, no error behind the scenes."""
        self.page.wait_for_load_state("load")
        if self.is_seen_both_ways:
            self.check_both_ways_up()
        else:
            self._check_as_it_is()

    def check_both_ways_up(self) -> None:
        """The same, on a wide screen and on a phone; the window is then as it was."""
        kept = self.page.viewport_size
        assert kept
        # Another width first, so that the window ends as it was without being laid out once more.
        for width, height in sorted(WIDTHS, key=lambda size: size[0] == kept["width"]):
            self.page.set_viewport_size({"width": width, "height": height})
            self._check_as_it_is()
        self.page.set_viewport_size(kept)

    def _check_as_it_is(self) -> None:
        where = f"{self.page.url} at {self.page.viewport_size}"
        findings = self._axe()
        assert not findings, f"{where}: {findings}"
        sideways = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert sideways <= 0, f"{where} scrolls sideways by {sideways} px"
        assert self.errors == [], f"{where}: {self.errors}"

    def _axe(self) -> list[str]:
        """Nothing for a page built as one that was sound already, at this width."""
        self.page.evaluate(AT_REST)
        size = self.page.viewport_size or {"width": 0}
        build = (size["width"], hash(self.page.evaluate(BUILD)))
        if build in _sound:
            return []
        findings = self._axe_findings()
        if not findings:
            _sound.add(build)
        return findings

    def _axe_findings(self) -> list[str]:
        # Through the debugger's protocol: the pages' own policy forbids foreign scripts.
        assert AXE.exists(), "axe-core is missing: « make test » installs it (tools/vendor.py)"
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        violations = self.page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        return [
            f"{v['id']} ({v['impact']}): {v['nodes'][0]['target']} — {v['help']}"
            for v in violations
            if v["impact"] in SERIOUS
        ]
