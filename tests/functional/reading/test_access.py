"""Who opens what: every role on every page and action around drafts read by others.

``who`` are the roles that get in: Anonymous, Partner who sits, Other grantee, Leading grantee,
Staff. The table follows the URL map: a new route without a line fails."""

import pytest
from flask import Flask

from tests.access_matrix import Line, World, area, browsers_of, listed, routes
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_minutes
from tests.factories.minutes_review import make_comment, make_reader
from tests.factories.organisations import make_contact, make_grantee, make_organisation
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.services import minutes as service
from zna_network.services import minutes_text
from zna_network.services.minutes_review import links
from zna_network.services.minutes_text import TextSave

SECRETS = ("Brouillon confidentiel", "Remarque confidentielle", "lectrice@exemple.example")
M = "/instances/reunions/{meeting}/compte-rendu"
EVERYBODY, READERS, WRITERS = "APOLS", "PLS", "LS"
LINES = (
    Line("reading.compare", "GET", f"{M}/comparer", READERS),
    Line("reading.version_pdf", "GET", f"{M}/versions/1.pdf", READERS),
    Line("reading.restore", "POST", f"{M}/comparer/reprendre", WRITERS),
    Line("reading.draft_pdf", "GET", f"{M}/projet.pdf", WRITERS),
    Line("reading.show", "GET", f"{M}/relecture", WRITERS),
    Line("reading.ask", "GET", f"{M}/relecture/demander", WRITERS),
    Line("reading.ask", "POST", f"{M}/relecture/demander", WRITERS),
    Line("reading.add_comment", "POST", f"{M}/relecture/remarques", WRITERS),
    Line("reading.comment", "GET", M + "/relecture/remarques/{comment}", WRITERS),
    Line("reading.comment", "POST", M + "/relecture/remarques/{comment}", WRITERS),
    Line("reading.withdraw", "POST", M + "/relecture/lecteurs/{spare}/retirer", WRITERS),
    Line("reading.read", "GET", "/relecture/{token}", EVERYBODY),
    Line("reading.remark", "POST", "/relecture/{token}", EVERYBODY),
    Line("reading.agree", "POST", "/relecture/{token}/rien-a-signaler", EVERYBODY),
)


@pytest.fixture
def world(app: Flask) -> World:
    session, ctx = db.session(), system_context(app)
    leading, sitting = make_grantee(session), make_organisation(session)
    committee = make_committee(session, led_by=leading)
    make_membership(session, committee, make_contact(session, sitting))
    minutes = make_minutes(session, make_meeting(session, committee))
    service.validate(ctx, minutes.meeting_id, service.reading(ctx, minutes).seal)
    service.reopen(ctx, minutes.meeting_id, "Motif")
    section = minutes.sections[0]
    save = TextSave(section.id, "Brouillon confidentiel", section.revision)
    minutes_text.save_section(ctx, minutes.meeting_id, save)
    reader = make_reader(session, ctx.settings, minutes)
    spare = make_reader(session, ctx.settings, minutes, email="lectrice@exemple.example")
    comment = make_comment(session, minutes, spare, text="Remarque confidentielle")
    users = {
        "P": make_user(session, Role.PARTNER, sitting),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "L": make_user(session, Role.GRANTEE, leading),
        "S": make_user(session, Role.AGENT),
    }
    values = {
        "meeting": minutes.meeting_id, "comment": comment.id, "spare": spare.id,
        "token": links.token_of(ctx.settings, reader),
    }  # fmt: skip
    return World(values, browsers_of(app, users))


def test_every_role_on_every_page_and_action(world: World) -> None:
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter)
            if got.is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
            leaks = got.told(SECRETS)
            # A link's holder reads the draft, and nothing of what others say of it.
            allowed = SECRETS[:1] if line.who == EVERYBODY else ()
            if letter in "APO" and set(leaks) - set(allowed):
                wrong.append(f"{line.name} as {letter} tells {leaks}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    assert listed(LINES) == routes(app, area("reading"))
