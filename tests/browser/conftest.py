"""A real Chromium in front of the real product; every page visited goes through axe-core."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, StorageState, expect, sync_playwright

from tests.browser.contexts import PATIENCE_MS, new_context
from tests.browser.door_fixtures import forum, new_door, phone
from tests.browser.site import Site, running_site
from tests.browser.visitor import Visitor
from tools.ensure_browser import installed
from zna_network.services.demo.accounts import PASSWORD

__all__ = ["forum", "new_door", "phone"]  # fixtures of the door's tests
SignIn = Callable[..., Visitor]
expect.set_options(timeout=PATIENCE_MS)
TIMEOUT = 600  # seconds a test on a busy machine, the first with the whole site to set up


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.timeout(TIMEOUT))


@pytest.fixture(scope="session")
def chromium(site: Site) -> Iterator[Browser]:
    """Closed before the site, which ends by waiting for whoever is still connected."""
    path = installed()
    assert path, "Chromium is missing: « make test » installs it (tools/ensure_browser.py)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-sync",
                # A process kept in readiness for the next page costs more than it saves here.
                "--disable-features=SpareRendererForSitePerProcess,Translate,MediaRouter",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, served for real and shared by the browser tests of a worker: each brings
    what it changes, or the next one must live with it."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        site.zna("demo-data")
        site.deliver()
        yield site


@pytest.fixture
def contexts() -> Iterator[list[BrowserContext]]:
    """What a test opens, closed at its end: a page left open would go on asking the site for news."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def visitor(chromium: Browser, site: Site, contexts: list[BrowserContext]) -> Visitor:
    """Somebody at a desk, whose pages are also looked at as a phone shows them."""
    context = new_context(chromium)
    contexts.append(context)
    return Visitor(context.new_page(), site.url, is_seen_both_ways=True)


@pytest.fixture(scope="session")
def sign_in(chromium: Browser, site: Site) -> SignIn:
    """Opens a browser of their own for somebody who has signed in before: by the page the first
    time, with the cookie kept from then on. To be closed by who asks."""
    kept: dict[str, StorageState] = {}

    def open_for(email: str, password: str = PASSWORD) -> Visitor:
        context = new_context(chromium, storage_state=kept.get(email))
        visitor = Visitor(context.new_page(), site.url)
        if email not in kept:
            visitor.sign_in(email, password)
            kept[email] = context.storage_state()
        return visitor

    return open_for


@pytest.fixture
def signed_in(sign_in: SignIn, contexts: list[BrowserContext]) -> SignIn:
    """The same, closed at the test's end."""

    def open_for(email: str, password: str = PASSWORD) -> Visitor:
        visitor = sign_in(email, password)
        contexts.append(visitor.page.context)
        return visitor

    return open_for
