"""What the tests of the door share: one forum of today, and phones of 360 px."""

from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.contexts import new_context
from tests.browser.door_phone import NewPhone, Phone, new_phone
from tests.browser.forum_world import World, build_forum
from tests.browser.site import Site


class Forum:
    """Hands out badges and pairing codes that no other test has used."""

    def __init__(self, world: World) -> None:
        self.id: int = world["forum_id"]
        self._world = world
        self._taken = {kind: count() for kind in [*world["tickets"], "codes"]}

    def badge(self, kind: str = "named") -> tuple[str, int]:
        """(ticket, number)"""
        rank = next(self._taken[kind])
        return self._world["tickets"][kind][rank], self._world["numbers"][kind][rank]

    def family(self) -> str:
        """The badge of three people."""
        ticket: str = self._world["tickets"]["named"][-1]
        return ticket

    def code(self) -> str:
        """The first of two pairs with door A, the second with door B, and so on."""
        code: str = self._world["codes"][next(self._taken["codes"])]
        return code


@pytest.fixture(scope="module")
def forum(site: Site) -> Forum:
    return Forum(build_forum(site))


@pytest.fixture
def new_door(chromium: Browser, site: Site, contexts: list[BrowserContext]) -> NewPhone:
    """Another phone each time, with its own storage."""

    def open_one() -> Phone:
        context = new_context(chromium, 360, 740)
        contexts.append(context)
        return new_phone(context, site)

    return open_one


@pytest.fixture
def phone(new_door: NewPhone, forum: Forum) -> Phone:
    """Paired, its list of badges downloaded."""
    return new_door().pair(forum.code())
