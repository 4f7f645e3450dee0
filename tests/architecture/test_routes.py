"""Every route is closed unless it says otherwise: the URL map itself is walked."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from tests.conftest import make_app, make_settings
from tests.page_checks import Browser
from zna_network.blueprints.access import PUBLIC, access_of
from zna_network.services.permissions import Permission

# Adding a line here is a decision: anybody on the Internet may then call this.
OPEN = {
    "static",
    "home.show",
    "accounts.sign_in",
    "accounts.forgotten",
    "accounts.choose_password",
    "health.alive",
    "health.ready",
    "invitations.answer",
    "invitations.give_answer",
    "invitations.attachment",
    "invitations.calendar",
    "polls.answer",
    "polls.give_answer",
    "reading.read",
    "reading.remark",
    "reading.agree",
    # On the day: from the code of the room, or one's own link.
    "meeting_day.arrive",
    "meeting_day.say_present",
    "meeting_day.say_here",
    "referrals.link",
    "referrals.link_act",
    "referrals.link_calendar",
    "registrations.register",
    "registrations.badge",
    "registrations.badge_file",
    "registrations.calendar",
    "registrations.change",
    "registrations.cancel",
    "registrations.resume",
    "registrations.erase",
    "registrations.request_seat",
    "registrations.cancel_seat",
    "registrations.acknowledge",
    "programme.index",
    "programme.show",
    "programme.calendar",
    "programme.session_calendar",
    "programme.poster",
    "reviews.answer",
    "reviews.confirm",
    "reviews.correct",
    "reviews.thanks",
    # The door's API: a device's token says who asks.
    "door_api.description",
    "door_api.check_in",
    "door_api.check_in_all",
    "door_api.undo",
    "door_api.pair",
    "door_api.manifest",
    "door_api.changes",
    "door_api.count",
    "door_api.undo_count",
    "door_api.heartbeat",
    "door_api.referral_kit",
    "door_api.refer",
    "door_api.referrals",
    "stands.apply",
    "stands.send_application",
    "stands.applied",
    "stands.suggest",
    "stands.answer",
    "stands.give_answer",
    "stands.calendar",
    # Whoever has no account is led from the calendar to where the van stops; its feeds' addresses
    # are secret.
    "van.index",
    "van.feed",
    "planning.feed",
    # Where the van stops, announced to all by those who go there.
    "van.whereabouts",
    "van.whereabouts_calendar",
    "van.stop_calendar",
    # The script that keeps the app of the handovers on a phone: it names nobody.
    "van.handover_worker",
    "van.guest_answer",
    "van.give_guest_answer",
    "van.guest_calendar",
    "stands.public_plan",
    "stands.plan_image",
    # What became of an action, said by its owner from a link.
    "register.own_action",
    "register.answer_action",
    "survey.answer",
    "survey.send",
    "door.show",
    "door.worker",
    "door.manifest",
}


@pytest.fixture
def engine_name() -> str:
    return "sqlite"


def _rules(app: Flask) -> Iterator[Rule]:
    yield from app.url_map.iter_rules()


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in _rules(app) if access_of(rule.endpoint) is None]
    assert silent == []


def test_only_the_listed_routes_are_open(app: Flask) -> None:
    opened = {rule.endpoint for rule in _rules(app) if access_of(rule.endpoint) == PUBLIC}
    assert opened <= OPEN
    for rule in _rules(app):
        if rule.endpoint not in opened:
            assert isinstance(access_of(rule.endpoint), Permission), rule.endpoint


def test_nobody_enters_a_closed_route_without_an_account(app: Flask, browser: Browser) -> None:
    closed = [rule for rule in _rules(app) if access_of(rule.endpoint) != PUBLIC]
    assert closed
    for rule in closed:
        url = _example(rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            response = browser.client.open(url, method=method)
            assert response.status_code in {302, 403}, (method, url, response.status_code)
            if response.status_code == 302:
                assert response.location.startswith("/connexion"), (url, response.location)


def test_a_route_without_a_mark_is_closed(tmp_path: Path) -> None:
    app = make_app(make_settings(tmp_path))
    app.add_url_rule("/oubli", "forgotten_mark", lambda: "secret")
    response = app.test_client().get("/oubli")
    assert response.status_code == 302
    assert b"secret" not in response.data


def _example(rule: Rule) -> str:
    built = rule.build({name: _value(converter) for name, converter in rule._converters.items()})
    assert built is not None
    return built[1]


def _value(converter: BaseConverter) -> int | str:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return 1 if isinstance(converter, IntegerConverter) else "x"
