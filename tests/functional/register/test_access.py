"""Who opens what in the area: every role on every page and action.

``who`` are those who get in, in letters: Anonymous, Partner, Member (sits in the committee), Other
grantee, Leader (the grantee that leads it), Staff. The least allowed first. The table follows the
URL map: a new route without a line fails."""

import pytest
from flask import Flask

from tests.access_matrix import OF_WHO_MAY, Line, World, area, browsers_of, listed, routes
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_decision, make_minutes
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.action_reply import ReplyKind
from zna_network.services import action_answers, action_links, minutes
from zna_network.services.action_answers import OwnerAnswer

EVERYBODY, ACCOUNTS, READERS, FOLLOWERS, STAFF = "APOMLS", "POMLS", "MLS", "LS", "S"
PAGE = "/instances/actions/{action}"
# What an owner says, and where they are written to, is for those who follow the action.
SECRETS = ("camille@exemple.example", "Je change de poste")


LINES = (
    Line("register.index", "GET", "/instances/decisions", ACCOUNTS),
    Line("register.decisions_file", "GET", "/instances/decisions.csv", ACCOUNTS),
    Line("register.figures", "GET", "/instances/assiduite", STAFF),
    Line("register.figures_file", "GET", "/instances/assiduite.csv", STAFF),
    Line("register.action", "GET", PAGE, READERS),
    Line("register.settle", "POST", f"{PAGE}/reponse", FOLLOWERS),
    Line("register.follow_up", "POST", f"{PAGE}/suivi", FOLLOWERS),
    Line("register.send_again", "POST", f"{PAGE}/renvoyer", FOLLOWERS),
    Line("register.own_action", "GET", "/action/{token}", EVERYBODY),
    Line("register.answer_action", "POST", "/action/{token}", EVERYBODY, {"kind": "done"}),
)


@pytest.fixture
def world(app: Flask) -> World:
    session, ctx = db.session(), system_context(app)
    leading, sitting = make_grantee(session), make_organisation(session)
    committee = make_committee(session, led_by=leading)
    make_membership(session, committee, make_contact(session, sitting))
    draft = make_minutes(session, make_meeting(session, committee))
    make_decision(session, draft.meeting, text="Ouvrir le samedi")
    action = make_action(session, draft.meeting, owner_email=SECRETS[0])
    minutes.validate(ctx, draft.meeting_id, minutes.reading(ctx, draft).seal)
    token = action_links.token_of(ctx.settings, action)
    action_answers.answer(ctx, token, OwnerAnswer(ReplyKind.CANNOT, SECRETS[1]))
    users = {
        "P": make_user(session, Role.PARTNER, make_organisation(session)),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "M": make_user(session, Role.PARTNER, sitting),
        "L": make_user(session, Role.GRANTEE, leading),
        "S": make_user(session, Role.AGENT),
    }
    values = {"action": str(action.id), "token": token}
    return World(values, browsers_of(app, users))


def test_every_role_on_every_page_and_action(world: World) -> None:
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter, OF_WHO_MAY)
            if got.is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
            if letter in "APOM" and line.endpoint not in {
                "register.own_action",
                "register.answer_action",
            }:
                wrong += [f"{line.endpoint} as {letter} tells {s}" for s in got.told(SECRETS)]
            if letter in "PO" and "Ouvrir le samedi" in got.text:
                wrong.append(f"{line.endpoint} as {letter} tells a decision")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    assert listed(LINES) == routes(app, area("register"))
