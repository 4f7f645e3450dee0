"""Who opens what: every role on every page and action of the polls.

``who`` are the roles that get in, in letters: Anonymous, Partner (who sits in the committee), Other
grantee, Leading grantee, Staff. The table follows the URL map: a new route without a line fails."""

import pytest
from flask import Flask

from tests.access_matrix import Line, World, area, both, browsers_of, listed, routes
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from tests.factories.polls import make_invitee, make_poll
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.poll import PollState
from zna_network.services.polls import links

POLL = "/instances/sondages/{poll}"
ASKED = POLL + "/personnes/{person}"
EVERYBODY, GRANTEES, OWN = "APOLS", "OLS", "LS"
SECRET = "Mot confidentiel"


LINES = (
    Line("polls.index", "GET", "/instances/sondages", GRANTEES),
    Line("polls.show", "GET", POLL, OWN),
    Line("polls.answer", "GET", "/sondage/{token}", EVERYBODY),
    Line("polls.give_answer", "POST", "/sondage/{token}", EVERYBODY, {"envoi": "choix"}),
    *both("polls.create", "/instances/{committee}/sondages/nouveau", OWN),
    Line("polls.edit", "GET", f"{POLL}/modifier", OWN),
    Line("polls.update", "POST", f"{POLL}/modifier", OWN),
    Line("polls.add_dates", "POST", f"{POLL}/dates", OWN),
    Line("polls.add_members", "POST", f"{POLL}/personnes/membres", OWN),
    Line("polls.add_contact", "POST", f"{POLL}/personnes/contact", OWN),
    Line("polls.add_person", "POST", f"{POLL}/personnes/autre", OWN),
    Line("polls.weigh", "POST", f"{ASKED}/indispensable", OWN),
    Line("polls.renew_link", "POST", f"{ASKED}/lien", OWN),
    *both("polls.enter", POLL + "/reponses/{person}", OWN),
    *both("polls.extend", f"{POLL}/prolonger", OWN),
    *both("polls.close", POLL + "/clore?date={option}", OWN),
    *both("polls.cancel", f"{POLL}/abandonner", OWN),
    Line("polls.open", "POST", "/instances/sondages/{draft}/ouvrir", OWN),
    Line("polls.remind", "POST", f"{POLL}/relancer", OWN),
    Line("polls.remove_date", "POST", POLL + "/dates/{other_option}/retirer", OWN),
    Line("polls.remove_invitee", "POST", POLL + "/personnes/{other}/retirer", OWN),
)


@pytest.fixture
def world(app: Flask) -> World:
    session, ctx = db.session(), system_context(app)
    lilas, partner = make_grantee(session), make_organisation(session)
    committee = make_committee(session, led_by=lilas)
    make_membership(session, committee, make_contact(session, partner))
    poll = make_poll(session, committee)
    draft = make_poll(session, committee, state=PollState.DRAFT)
    person = make_invitee(session, poll)
    other = make_invitee(session, poll, "yyy", comment=SECRET)
    values = {
        "committee": committee.id, "poll": poll.id, "draft": draft.id, "person": person.id,
        "other": other.id, "option": poll.options[0].id, "other_option": poll.options[2].id,
        "token": links.token_of(ctx.settings, person),
    }  # fmt: skip
    users = {
        "P": make_user(session, Role.PARTNER, partner),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "L": make_user(session, Role.GRANTEE, lilas),
        "S": make_user(session, Role.AGENT),
    }
    return World(values, browsers_of(app, users))


def test_every_role_on_every_page_and_action(world: World) -> None:
    """The least allowed first, so that nobody finds a thing already undone by who may undo it."""
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter)
            if got.is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
            if letter not in OWN and SECRET in got.text:
                wrong.append(f"{line.endpoint} tells {letter} what others have said")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    assert listed(LINES) == routes(app, area("polls"))
