"""Who opens what of the grants and of the retro-planning: every role on every page and action.

``who`` are the roles that get in, in letters: Anonymous, Partner, Other grantee, Grantee concerned,
Staff. The table follows the URL map: a new route without a line fails."""

import pytest
from flask import Flask

from tests.access_matrix import Line, World, both, browsers_of, listed, routes
from tests.factories.accounts import make_user
from tests.factories.grants import make_entry, make_grant, make_step
from tests.factories.organisations import make_grantee, make_organisation
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation

EVERYBODY, GRANTEES, OWN, STAFF = "APOGS", "OGS", "GS", "S"
SECRETS = ("Note confidentielle", "Réserver la salle secrète", "Cofinanceur discret")
G, R = "/conventions", "/instances/retroplannings"
STEP_MODULES = ("step_views", "step_template_views")


# fmt: off
LINES = (
    Line("grants.index", "GET", G, GRANTEES),
    Line("grants.export", "GET", f"{G}/export.xlsx", GRANTEES),
    Line("grants.show", "GET", G + "/{grant}", OWN),
    *both("grants.create", f"{G}/nouvelle", STAFF),
    *both("grants.edit", G + "/{grant}/modifier", STAFF),
    *both("grants.fundings", G + "/{grant}/cofinancements", STAFF),
    *both("grants.payments", G + "/{grant}/versements", STAFF),
    *both("grants.documents", G + "/{grant}/pieces", STAFF),
    Line("grants.mark_paid", "POST", G + "/versements/{payment}/verse", STAFF),
    Line("grants.receive_document", "POST", G + "/pieces/{document}/recue", STAFF),
    Line("grants.remind", "POST", G + "/{grant}/relance", STAFF),
    Line("grants.remove", "POST", G + "/{grant}/supprimer", STAFF),
    Line("planning.steps", "GET", R, GRANTEES),
    Line("planning.plan", "GET", R + "/{grantee}", OWN),
    *both("planning.create_step", R + "/{grantee}/etapes/nouvelle", OWN),
    *both("planning.edit_step", R + "/etapes/{step}", OWN),
    *both("planning.propose_steps", R + "/{grantee}/modele?echeance={entry}&jour=&modele=", OWN),
    Line("planning.change_step_state", "POST", R + "/etapes/{step}/etat", OWN, {"etat": "done", "revision": "1"}),
    Line("planning.remove_step", "POST", R + "/etapes/{step}/supprimer", OWN),
)
# fmt: on


@pytest.fixture
def values(app: Flask) -> dict[str, int]:
    session = db.session()
    grant = make_grant(session, note="Note confidentielle")
    grant.fundings[0].funder = "Cofinanceur discret"
    step = make_step(session, grant.organisation, label="Réserver la salle secrète")
    session.commit()
    return {
        "grant": grant.id, "payment": grant.payments[0].id, "document": grant.documents[0].id,
        "grantee": grant.organisation_id, "step": step.id, "entry": make_entry(session).id,
    }  # fmt: skip


@pytest.fixture
def world(app: Flask, values: dict[str, int]) -> World:
    session = db.session()
    users = {
        "P": make_user(session, Role.PARTNER, make_organisation(session)),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "G": make_user(session, Role.GRANTEE, session.get(Organisation, values["grantee"])),
        "S": make_user(session, Role.AGENT),
    }
    return World(values, browsers_of(app, users))


def test_every_role_on_every_page_and_action(world: World) -> None:
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter, told=())
            if (got.is_in and got.status in {200, 302}) is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
            leaks = got.told(SECRETS)
            if letter in "APO" and leaks:
                wrong.append(f"{line.name} as {letter} tells {leaks}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    def is_here(endpoint: str) -> bool:
        module = app.view_functions[endpoint].__module__.rpartition(".")[2]
        return endpoint.startswith("grants.") or module in STEP_MODULES

    assert listed(LINES) == routes(app, is_here)
