"""Who opens what on the day of a meeting: every role on every page and action.

``who`` are the roles that get in, in letters: Anonymous, Partner who sits in the committee, Other
grantee, Leading grantee, Staff. The table follows the URL map: a new route without a line fails."""

import pytest
from flask import Flask

from tests.access_matrix import Line, World, area, browsers_of, listed, routes
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.invitations import make_invitation
from tests.factories.meetings import make_agenda_item, make_meeting
from tests.factories.minutes import make_action, make_attendance
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.world import FrozenClock
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.meeting_day import MeetingDay
from zna_network.services import minutes
from zna_network.services.invitation_links import token_of
from zna_network.services.meeting_day import arrivals, running

S = "/instances/reunions/{meeting}/seance"
EVERYBODY, RUNNERS = "APOLS", "LS"
EMPTY_FORMS = {"meeting_day.save_field", "meeting_day.save_notes", "meeting_day.settle"}
SECRETS = ("Alix Modèle", "alix@exemple.example", "Décision confidentielle")


LINES = (
    Line("meeting_day.show", "GET", S, RUNNERS),
    Line("meeting_day.state", "GET", f"{S}/etat", RUNNERS),
    Line("meeting_day.work", "GET", S + "/point/{section}", RUNNERS),
    Line("meeting_day.open_day", "POST", f"{S}/ouvrir", RUNNERS),
    Line("meeting_day.run", "POST", f"{S}/chrono", RUNNERS),
    Line("meeting_day.renew_code", "POST", f"{S}/code", RUNNERS),
    Line("meeting_day.save_notes", "POST", f"{S}/notes", RUNNERS),
    Line("meeting_day.save_field", "POST", S + "/saisie/decisions/12/text", RUNNERS),
    Line("meeting_day.save_field", "PUT", S + "/saisie/decisions/12/text", RUNNERS),
    Line("meeting_day.add_entry", "POST", f"{S}/saisie", RUNNERS),
    Line("meeting_day.follow", "POST", S + "/suivi/{action}", RUNNERS),
    Line("meeting_day.plan_next", "POST", f"{S}/prochaine", RUNNERS),
    Line("meeting_day.tick", "POST", f"{S}/presence", RUNNERS),
    Line("meeting_day.settle", "POST", S + "/presence/{newcomer}", RUNNERS),
    Line("meeting_day.close", "POST", f"{S}/cloture", RUNNERS),
    Line("meeting_day.reopen", "POST", f"{S}/reouverture", RUNNERS),
    Line("meeting_day.arrive", "GET", "/presence/{room}", EVERYBODY),
    Line("meeting_day.say_present", "POST", "/presence/{room}", EVERYBODY),
    Line("meeting_day.say_here", "POST", "/r/{own}/presence", EVERYBODY),
)


@pytest.fixture
def world(app: Flask, clock: FrozenClock) -> World:
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
    return World(values, browsers_of(app, users))


def test_every_role_on_every_page_and_action(app: Flask, world: World) -> None:
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            # The code changes in the course of the table.
            world.values = {**world.values, "room": _room_code(app)}
            got = world.ask(line, letter)
            # What is wrong with an empty form is told to who may fill it in, what is gone too.
            is_told_gone = got.status == 404 and letter in line.who and line.endpoint in EMPTY_FORMS
            if (got.is_in or is_told_gone) is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
            leaks = got.told(SECRETS)
            if leaks and letter not in RUNNERS:
                wrong.append(f"{line.name} as {letter} tells {leaks}")
            if "alix@exemple.example" in got.text:
                wrong.append(f"{line.endpoint} shows an address")
    assert not wrong, "\n".join(wrong)


def _room_code(app: Flask) -> str:
    day = db.session.query(MeetingDay).one()
    return arrivals.token_of(app.extensions["zna_settings"], day)


def test_the_table_has_every_route(app: Flask) -> None:
    assert listed(LINES) == routes(app, area("meeting_day"), ("GET", "POST", "PUT"))
