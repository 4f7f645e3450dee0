"""Registering on a phone, without any script, in every language; then what the staff see of it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import SignIn
from tests.browser.contexts import new_context
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from zna_network.services.demo.forum import SLUG
from zna_network.services.form_stamps import FASTEST_SECONDS
from zna_network.services.languages import LANGUAGES

pytestmark = pytest.mark.browser
REGISTER = f"/forum/{SLUG}/inscription"


def _register_without_script(chromium: Browser, site: Site) -> str:
    """The address of the badge of somebody whose phone runs no script and keeps no cookie."""
    context = chromium.new_context(
        viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="ar"
    )
    page = context.new_page()
    page.goto(f"{site.url}{REGISTER}?langue=ar")
    page.wait_for_timeout(FASTEST_SECONDS * 1000 + 200)
    context.clear_cookies()
    page.locator("#name").fill("ليلى")
    page.locator(".first button").click()
    expect(page.locator(".own-badge-number")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    url = page.url
    context.close()
    return url


def test_a_badge_in_a_minute_in_every_language(
    chromium: Browser, site: Site, signed_in: SignIn
) -> None:
    badge = _register_without_script(chromium, site)
    context = new_context(chromium, 360, 740)
    phone = Visitor(context.new_page(), site.url)
    for language in LANGUAGES:
        pages = [f"{badge}/modifier", f"{badge}/annuler"] if language.is_rtl else []
        for path in (REGISTER, badge, *pages):
            page = phone.goto(f"{path}?langue={language.code}")
            expect(page.locator("html")).to_have_attribute("lang", language.tag)
        current = page.locator(".languages [aria-current]")
        assert current.inner_text() == language.name
    # The code is large and does not leave the screen of a small phone.
    phone.goto(badge)
    box = phone.page.locator(".own-badge-code").bounding_box()
    assert box is not None
    assert 240 <= box["width"] <= 340
    context.close()
    _staff_find_them(signed_in("agent@cua.example"))


def _staff_find_them(agent: Visitor) -> None:
    agent.goto(f"/forums/{SLUG}/visiteurs?q=ليلى")
    agent.press("ليلى")
    assert agent.says("العربية")
    for path in ("visiteurs/inscrire", "badges"):
        agent.goto(f"/forums/{SLUG}/{path}")
