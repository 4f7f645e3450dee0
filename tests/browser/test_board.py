"""The live board in a real Chromium: it follows the doors by itself, and its reader stays where
they were."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn
from tests.browser.contexts import PATIENCE_MS, new_context
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from zna_network.services.demo.forum import SLUG
from zna_network.services.form_stamps import FASTEST_SECONDS

pytestmark = pytest.mark.browser
BOARD = f"/forums/{SLUG}/tableau"


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    return site.zna("forum", "device-token", "--name", "Téléphone du tableau").split()[-1]


@pytest.fixture(scope="module")
def tickets(site: Site) -> Iterator[str]:
    return iter(site.zna("forum", "tickets").split())


def let_in(site: Site, token: str, tickets: Iterator[str]) -> int:
    """Somebody comes in at a door. How many people their badge lets in."""
    for ticket in tickets:
        answer = _scan(site, token, ticket)
        if answer["verdict"] == "admitted":
            return int(answer["people"])
    raise AssertionError("everybody is in already")


def _scan(site: Site, token: str, ticket: str) -> dict[str, object]:
    body = {"scan_id": str(uuid4()), "ticket": ticket, "scanned_at": datetime.now(UTC).isoformat()}
    request = urllib.request.Request(
        f"{site.url}/api/v1/checkins", json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, object] = json.load(response)
    return answer


def inside(page: Page) -> int:
    return int(page.locator(".board-inside-value").inner_text().split("/")[0])


def test_board_follows_the_doors_and_leaves_its_reader_in_place(
    site: Site, signed_in: SignIn, token: str, tickets: Iterator[str]
) -> None:
    visitor = signed_in("agent@cua.example")
    page = visitor.goto(BOARD)
    before = inside(page)
    page.get_by_text("Voir les chiffres").first.click()
    page.evaluate("window.sameDocument = true")
    table = page.locator("details[open] table").first

    came = let_in(site, token, tickets)
    page.wait_for_function(
        "n => parseInt(document.querySelector('.board-inside-value').textContent) === n",
        arg=before + came, timeout=PATIENCE_MS,
    )  # fmt: skip

    assert page.evaluate("window.sameDocument")
    assert table.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    expect(page.locator("[data-board-state]")).to_contain_text("En direct")
    assert page.locator("[data-part]").count() > 8
    visitor.check()


def test_board_says_when_it_no_longer_hears_and_comes_back(
    signed_in: SignIn,
) -> None:
    page = signed_in("agent@cua.example").goto(BOARD)
    state = page.locator("[data-board-state]")
    state.filter(has_text="En direct").wait_for()
    page.context.set_offline(True)
    state.filter(has_text="nouvel essai").wait_for()
    page.context.set_offline(False)
    state.filter(has_text="En direct").wait_for()


def test_board_is_sound_on_a_wall_and_the_figures_on_a_phone(signed_in: SignIn) -> None:
    visitor = signed_in("agent@cua.example")
    for path, width in ((f"{BOARD}?ecran=1", 1920), (BOARD, 360), (f"/forums/{SLUG}/bilan", 360)):
        visitor.page.set_viewport_size({"width": width, "height": 900})
        visitor.goto(path)


def test_board_and_survey_work_without_javascript(
    chromium: Browser, site: Site, signed_in: SignIn
) -> None:
    kept = signed_in("agent@cua.example").page.context.storage_state()
    context = chromium.new_context(java_script_enabled=False, storage_state=kept, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site.url}{BOARD}")
    assert inside(page) > 0
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "15"
    page.goto(f"{site.url}/forum/{SLUG}/avis")
    for answer in ("Satisfait", "En partie"):
        page.get_by_label(answer, exact=True).check()
    page.get_by_role("radiogroup").nth(2).get_by_label("Oui").check()
    page.wait_for_timeout(FASTEST_SECONDS * 1000 + 200)
    page.get_by_role("button", name="Envoyer mon avis").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Merci")
    context.close()


def test_survey_is_sound_from_either_side(chromium: Browser, site: Site) -> None:
    context = new_context(chromium, 360, 740)
    visitor = Visitor(context.new_page(), site.url)
    for code in ("fr", "ar"):
        visitor.goto(f"/forum/{SLUG}/avis?langue={code}")
    context.close()
