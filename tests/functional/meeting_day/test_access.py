"""Who opens what on the day of a meeting: every role on every page and action.

``who`` are the roles that get in, in letters: Anonymous, Partner who sits in the committee, Other
grantee, Leading grantee, Staff. The table follows the URL map: a new route without a line fails."""

from dataclasses import dataclass

import pytest
from flask import Flask

from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import make_action, make_attendance
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.page_checks import Browser
from tests.world import FrozenClock
from zna_network.extensions import db, limiter
from zna_network.models.account import Role
from zna_network.models.meeting_day import MeetingDay
from zna_network.services import minutes
from zna_network.services.invitation_links import token_of
from zna_network.services.meeting_day import arrivals, running

S = "/instances/reunions/{meeting}/seance"
EVERYBODY, RUNNERS = "APOLS", "LS"
SECRETS = ("Alix Modèle", "alix@exemple.example", "Décision confidentielle")


@dataclass(frozen=True)
class Line:
    endpoint: str
    method: str
    path: str
    who: str = RUNNERS


LINES = (
    Line("show", "GET", S),
    Line("state", "GET", f"{S}/etat"),
    Line("work", "GET", S + "/point/{section}"),
    Line("open_day", "POST", f"{S}/ouvrir"),
    Line("run", "POST", f"{S}/chrono"),
    Line("renew_code", "POST", f"{S}/code"),
    Line("save_notes", "POST", f"{S}/notes"),
    Line("save_field", "POST", S + "/saisie/decisions/12/text"),
    Line("save_field", "PUT", S + "/saisie/decisions/12/text"),
    Line("add_entry", "POST", f"{S}/saisie"),
    Line("follow", "POST", S + "/suivi/{action}"),
    Line("plan_next", "POST", f"{S}/prochaine"),
    Line("tick", "POST", f"{S}/presence"),
    Line("settle", "POST", S + "/presence/{newcomer}"),
    Line("close", "POST", f"{S}/cloture"),
    Line("reopen", "POST", f"{S}/reouverture"),
    Line("arrive", "GET", "/presence/{room}", EVERYBODY),
    Line("say_present", "POST", "/presence/{room}", EVERYBODY),
    Line("say_here", "POST", "/r/{own}/presence", EVERYBODY),
)


@pytest.fixture
def world(app: Flask, clock: FrozenClock) -> tuple[dict[str, str], dict[str, Browser]]:
    session, ctx = db.session(), system_context(app)
    lead, seated = make_grantee(session), make_organisation(session)
    committee = make_committee(session, led_by=lead)
    make_membership(session, committee, make_contact(session, seated))
    earlier = make_meeting(session, committee, starts_at=clock.now())
    meeting = make_meeting(session, committee)
    make_agenda_item(session, meeting)
    invitation = make_invitation(session, meeting, name="Alix Modèle", email="alix@exemple.example")
    clock.set(meeting.starts_at)
    day = running.open_day(ctx, meeting.id)
    values = {
        "meeting": meeting.id,
        "section": minutes.start(ctx, meeting.id).sections[0].id,
        "action": make_action(session, earlier).id,
        "newcomer": make_attendance(session, meeting, to_confirm=True).id,
        "room": arrivals.token_of(ctx.settings, day),
        "own": token_of(ctx.settings, invitation),
    }
    users = {
        "P": make_user(session, Role.PARTNER, seated),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "L": make_user(session, Role.GRANTEE, lead),
        "S": make_user(session, Role.AGENT),
    }
    browsers = {letter: Browser(app).sign_in(user) for letter, user in users.items()}
    return {k: str(v) for k, v in values.items()}, {"A": Browser(app), **browsers}


def test_every_role_on_every_page_and_action(
    app: Flask,
    world: tuple[dict[str, str], dict[str, Browser]],
) -> None:
    """The least allowed first, so that nobody finds a thing already undone by who may undo it."""
    values, browsers = world
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            limiter.reset()
            # The code changes in the course of the table.
            path = line.path.format(**{**values, "room": _room_code(app)})
            answer = browsers[letter].send(line.method, path)
            is_in = answer.status_code < 400 or answer.status_code in {409, 410, 422}
            is_in = is_in and "/connexion" not in (answer.location or "")
            # What is wrong with an empty form is told to who may fill it in, what is gone too.
            if letter in line.who and line.endpoint in {"save_field", "save_notes", "settle"}:
                is_in = is_in or answer.status_code == 404
            if is_in is not (letter in line.who):
                wrong.append(f"{line.method} {line.endpoint} as {letter}: {answer.status_code}")
            text = answer.get_data().decode("utf-8", "replace")
            leaks = [word for word in SECRETS if word in text]
            if leaks and letter not in RUNNERS:
                wrong.append(f"{line.method} {line.endpoint} as {letter} tells {leaks}")
            if "alix@exemple.example" in text:
                wrong.append(f"{line.endpoint} shows an address")
    assert not wrong, "\n".join(wrong)


def _room_code(app: Flask) -> str:
    day = db.session.query(MeetingDay).one()
    return arrivals.token_of(app.extensions["zna_settings"], day)


def test_the_table_has_every_route(app: Flask) -> None:
    routes = {
        (rule.endpoint.removeprefix("meeting_day."), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("meeting_day.")
        for method in (rule.methods or set()) & {"GET", "POST", "PUT"}
    }
    assert {(line.endpoint, line.method) for line in LINES} == routes
