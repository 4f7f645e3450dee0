"""The calendar from the keyboard, and on a phone where the month is a map of dots."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.contexts import WIDTHS
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
CALENDAR = "/cua-mobile"
FAR_AWAY = f"{CALENDAR}?date=2031-05-12"  # a month without a booking, begun on a Thursday


@pytest.fixture
def agent(signed_in: SignIn) -> Visitor:
    return signed_in("agent@cua.example")


def _is_on(page: Page, words: str) -> None:
    expect(page.locator(":focus")).to_contain_text(words)


def test_the_keys_pass_from_day_to_day_and_from_month_to_month(agent: Visitor) -> None:
    page = agent.goto(FAR_AWAY)
    days = page.locator(".cal-month a.cal-date[tabindex='0']")
    expect(days).to_have_count(1)
    days.focus()
    for key, words in (
        ("ArrowRight", "vendredi 2 mai 2031"),
        ("ArrowDown", "vendredi 9 mai 2031"),
        ("End", "dimanche 11 mai 2031"),
        ("Home", "lundi 5 mai 2031"),
        ("ArrowLeft", "dimanche 4 mai 2031"),
    ):
        page.keyboard.press(key)
        _is_on(page, words)
    for key, words in (
        ("ArrowUp", "dimanche 27 avril 2031"),
        ("PageDown", "jeudi 1er mai 2031"),
        ("PageDown", "dimanche 1er juin 2031"),
    ):
        with page.expect_navigation():
            page.keyboard.press(key)
        _is_on(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    agent.check()
    expect(page.get_by_role("heading", level=2, name="dimanche 1er juin 2031")).to_be_visible()


def test_a_day_of_the_map_leads_to_its_bookings_on_a_phone(agent: Visitor) -> None:
    page = agent.page
    width, height = min(WIDTHS)
    page.set_viewport_size({"width": width, "height": height})
    for view in ("mois", "semaine", "jour"):
        agent.goto(f"{CALENDAR}?vue={view}")
    agent.goto(f"{CALENDAR}?etat=toutes")
    day = page.locator("[data-cell]:not(.is-aside):has(.cal-dot) a.cal-date").last
    target = page.locator(f"#{day.get_attribute('data-day')}")
    here = page.url
    day.click()
    expect(target).to_be_focused()
    expect(target).to_be_in_viewport()
    expect(target.locator(".cal-agenda-row").first).to_be_visible()
    assert page.url == here
    with page.expect_navigation():
        target.locator("a.stretched").first.click()
    expect(page).to_have_url(re.compile(r"/cua-mobile/reservations/\d+$"))
