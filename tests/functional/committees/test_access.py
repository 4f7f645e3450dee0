"""Who reaches which page and action of committees and meetings: the whole table."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_agenda_item, make_attachment, make_meeting
from tests.factories.organisations import make_contact, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.committee import MembershipState

STAFF = {"agent", "admin"}
LEADERS = STAFF | {"leading grantee"}
READERS = LEADERS | {"seated partner", "seated grantee"}
EVERYBODY = READERS | {"other grantee", "other partner"}

PAGES = {
    "/instances": EVERYBODY,
    "/instances/reunions": EVERYBODY,
    "/instances/nouvelle": STAFF,
    "/instances/{committee}": READERS,
    "/instances/{committee}/modifier": STAFF,
    "/instances/{committee}/historique": LEADERS,
    "/instances/{committee}/proposer": LEADERS,
    "/instances/{committee}/proposer/nouveau-contact": LEADERS,
    "/instances/{committee}/membres/{member}": LEADERS,
    "/instances/{committee}/reunions/nouvelle": LEADERS,
    "/instances/reunions/{meeting}": READERS,
    "/instances/reunions/{meeting}/modifier": LEADERS,
    "/instances/reunions/{meeting}/annuler": LEADERS,
    "/instances/reunions/{meeting}/ordre-du-jour.docx": READERS,
    "/instances/reunions/{meeting}/points/nouveau": LEADERS,
    "/instances/reunions/{meeting}/points/{item}": LEADERS,
    "/instances/reunions/{meeting}/pieces/{file}": READERS,
}
ACTIONS = {
    "/instances/nouvelle": STAFF,
    "/instances/{committee}/modifier": STAFF,
    "/instances/{committee}/decisions": STAFF,
    "/instances/{committee}/membres/{member}/siege": STAFF,
    "/instances/{committee}/membres/{aside}/remettre": STAFF,
    "/instances/{committee}/membres/{waiting}/sortie": LEADERS,
    "/instances/{committee}/membres/{member}/sortie": STAFF,
    "/instances/{committee}/proposer": LEADERS,
    "/instances/{committee}/proposer/nouveau-contact": LEADERS,
    "/instances/{committee}/reunions/nouvelle": LEADERS,
    "/instances/reunions/{meeting}/modifier": LEADERS,
    "/instances/reunions/{meeting}/annuler": LEADERS,
    "/instances/reunions/{meeting}/points/nouveau": LEADERS,
    "/instances/reunions/{meeting}/points/{item}": LEADERS,
    "/instances/reunions/{meeting}/points/{item}/deplacer": LEADERS,
    "/instances/reunions/{meeting}/points/{item}/pieces": LEADERS,
    "/instances/reunions/{meeting}/pieces/{file}/retirer": LEADERS,
    "/instances/reunions/{meeting}/points/{item}/retirer": LEADERS,
    "/instances/{empty}/archiver": STAFF,
    "/instances/{archived}/rouvrir": STAFF,
}


@dataclass
class World:
    ids: dict[str, int]
    browsers: dict[str, Browser]

    def url(self, path: str) -> str:
        return path.format(**self.ids)


@pytest.fixture
def world(app: Flask) -> World:
    """A committee led by one grantee, in which another grantee and a partner sit."""
    session = db.session()
    leader, sitting, stranger = (make_organisation(session) for _ in range(3))
    committee = make_committee(session, led_by=leader)
    member = make_membership(session, committee, make_contact(session, sitting))
    meeting = make_meeting(session, committee)
    item = make_agenda_item(session, meeting)
    ids = {
        "committee": committee.id,
        "empty": make_committee(session, led_by=leader).id,
        "archived": make_committee(session, led_by=leader, archived_at=meeting.created_at).id,
        "member": member.id,
        "waiting": make_membership(session, committee, state=MembershipState.PROPOSED).id,
        "aside": make_membership(session, committee, state=MembershipState.SET_ASIDE).id,
        "meeting": meeting.id,
        "item": item.id,
        "file": make_attachment(session, item).id,
    }
    accounts = {
        "agent": make_user(session, Role.AGENT),
        "admin": make_user(session, Role.ADMIN),
        "leading grantee": make_user(session, Role.GRANTEE, leader),
        "seated grantee": make_user(session, Role.GRANTEE, sitting),
        "seated partner": make_user(session, Role.PARTNER, sitting),
        "other grantee": make_user(session, Role.GRANTEE, stranger),
        "other partner": make_user(session, Role.PARTNER, stranger),
    }
    return World(ids, {who: Browser(app).sign_in(user) for who, user in accounts.items()})


def test_nothing_opens_without_an_account(world: World, browser: Browser) -> None:
    assert {path: browser.get(world.url(path)).status for path in PAGES} == dict.fromkeys(
        PAGES, 302
    )
    sent = {path: browser.post(world.url(path)).status for path in ACTIONS}
    assert sent == dict.fromkeys(ACTIONS, 403)


def test_pages_open_to_those_who_may_read_them(world: World) -> None:
    for who, browser in world.browsers.items():
        statuses = {path: browser.get(world.url(path)).status for path in PAGES}
        assert statuses == {path: 200 if who in PAGES[path] else 403 for path in PAGES}, who


def test_actions_are_refused_to_the_others(world: World) -> None:
    """Those who may act get an answer about what they sent, here nothing: never a 403."""
    for who, browser in world.browsers.items():
        closed = [path for path in ACTIONS if who not in ACTIONS[path]]
        statuses = {path: browser.post(world.url(path)).status for path in closed}
        assert statuses == dict.fromkeys(closed, 403), who
    for path, allowed in ACTIONS.items():
        for who in sorted(allowed):
            # What the first of them has done, the next ones find done.
            status = world.browsers[who].post(world.url(path)).status
            assert status in {200, 302, 409}, f"{who}, {path}: {status}"


def test_what_does_not_exist_is_said_so(agent: Browser) -> None:
    paths = {path for path in [*PAGES] if "{" in path}
    urls = {path.format(committee=9, member=9, meeting=9, item=9, file=9) for path in paths}
    assert {agent.get(url).status for url in urls} == {404}
