"""Who opens what of the grants and of the retro-planning: every role on every page and action.

``who`` are the roles that get in, in letters: Anonymous, Partner, Other grantee, Grantee concerned,
Staff. The table follows the URL map: a new route without a line fails."""

from dataclasses import dataclass, field

import pytest
from flask import Flask

from tests.factories.accounts import make_user
from tests.factories.grants import make_entry, make_grant, make_step
from tests.factories.organisations import make_grantee, make_organisation
from tests.page_checks import Browser
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.organisation import Organisation

EVERYBODY, GRANTEES, OWN, STAFF = "APOGS", "OGS", "GS", "S"
SECRETS = ("Note confidentielle", "Réserver la salle secrète", "Cofinanceur discret")
G, R = "/conventions", "/instances/retroplannings"
STEP_MODULES = ("step_views", "step_template_views")


@dataclass(frozen=True)
class Line:
    endpoint: str
    method: str
    path: str
    who: str
    data: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.method} {self.endpoint}"


def _both(endpoint: str, path: str, who: str) -> tuple[Line, Line]:
    return Line(endpoint, "GET", path, who), Line(endpoint, "POST", path, who)


# fmt: off
LINES = (
    Line("grants.index", "GET", G, GRANTEES),
    Line("grants.export", "GET", f"{G}/export.xlsx", GRANTEES),
    Line("grants.show", "GET", G + "/{grant}", OWN),
    *_both("grants.create", f"{G}/nouvelle", STAFF),
    *_both("grants.edit", G + "/{grant}/modifier", STAFF),
    *_both("grants.fundings", G + "/{grant}/cofinancements", STAFF),
    *_both("grants.payments", G + "/{grant}/versements", STAFF),
    *_both("grants.documents", G + "/{grant}/pieces", STAFF),
    Line("grants.mark_paid", "POST", G + "/versements/{payment}/verse", STAFF),
    Line("grants.receive_document", "POST", G + "/pieces/{document}/recue", STAFF),
    Line("grants.remind", "POST", G + "/{grant}/relance", STAFF),
    Line("grants.remove", "POST", G + "/{grant}/supprimer", STAFF),
    Line("planning.steps", "GET", R, GRANTEES),
    Line("planning.plan", "GET", R + "/{grantee}", OWN),
    *_both("planning.create_step", R + "/{grantee}/etapes/nouvelle", OWN),
    *_both("planning.edit_step", R + "/etapes/{step}", OWN),
    *_both("planning.propose_steps", R + "/{grantee}/modele?echeance={entry}&jour=&modele=", OWN),
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
def browsers(app: Flask, values: dict[str, int]) -> dict[str, Browser]:
    session = db.session()
    users = {
        "P": make_user(session, Role.PARTNER, make_organisation(session)),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "G": make_user(session, Role.GRANTEE, session.get(Organisation, values["grantee"])),
        "S": make_user(session, Role.AGENT),
    }
    signed = {letter: Browser(app).sign_in(user) for letter, user in users.items()}
    return {"A": Browser(app), **signed}


def test_every_role_on_every_page_and_action(
    values: dict[str, int], browsers: dict[str, Browser]
) -> None:
    """The least allowed first, so that nobody finds a thing already done by who may do it."""
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            path = line.path.format(**values)
            answer = browsers[letter].send(line.method, path, data=line.data or None)
            text = answer.get_data().decode("utf-8", "replace")
            to_sign_in = (answer.location or "").startswith("/connexion")
            is_in = answer.status_code in {200, 302} and not to_sign_in
            if is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {answer.status_code}")
            leaks = [word for word in SECRETS if word in text]
            if letter in "APO" and leaks:
                wrong.append(f"{line.name} as {letter} tells {leaks}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("grants.")
        or app.view_functions[rule.endpoint].__module__.rpartition(".")[2] in STEP_MODULES
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert {(line.endpoint, line.method) for line in LINES} == routes
