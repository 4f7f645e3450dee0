"""A real Chromium in front of the real product; every page visited goes through axe-core."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.browser.contexts import WIDTHS, new_context
from tests.browser.door_fixtures import forum, new_door, phone, phone_contexts
from tests.browser.site import Site, running_site
from tests.browser.visitor import Visitor
from tools.ensure_browser import installed
from zna_network.services.demo.accounts import PASSWORD

__all__ = ["forum", "new_door", "phone", "phone_contexts"]  # fixtures of the door's tests
SignIn = Callable[..., Visitor]


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


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, served for real and shared by the browser tests, which run on one worker:
    each brings what it changes, or the next one must live with it."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        site.zna("demo-data")
        site.deliver()
        yield site


@pytest.fixture(params=WIDTHS, ids=["desk", "phone"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Visitor]:
    """Somebody at a desk, then the same on a phone 360 px wide."""
    context = new_context(chromium, *request.param)
    yield Visitor(context.new_page(), site.url)
    context.close()


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, site: Site) -> SignIn:
    """Opens a browser of their own for somebody who has signed in before: by the page the first
    time, with the cookie kept from then on."""
    kept: dict[str, StorageState] = {}

    def open_for(email: str, password: str = PASSWORD) -> Visitor:
        context = new_context(chromium, storage_state=kept.get(email))
        visitor = Visitor(context.new_page(), site.url)
        if email not in kept:
            visitor.sign_in(email, password)
            kept[email] = context.storage_state()
        return visitor

    return open_for
