"""A real Chromium in front of the real product; every page visited goes through axe-core."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.site import Site, running_site
from tests.browser.visitor import Visitor
from tools.ensure_browser import installed

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = installed()
    assert path, "Chromium is missing: « make test » installs it (tools/ensure_browser.py)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-background-networking", "--disable-sync"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desk", "phone"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody at a desk, then the same on a phone 360 px wide."""
    width, height = request.param
    context = new_context(chromium, width, height)
    yield Visitor(context.new_page(), site.url)
    context.close()


def new_context(chromium: Browser, width: int = 1280, height: int = 900) -> BrowserContext:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", timezone_id="Europe/Paris"
    )
    context.set_default_timeout(15_000)
    return context
