"""Who opens what of the calendar, the series and the personal feeds; the retro-planning has its
table with the grants.

``who`` are the roles that get in, in letters: Anonymous, Partner, Other grantee, Leading grantee,
Staff."""

from flask import Flask

from tests.access_matrix import OF_WHO_MAY, Line, World, browsers_of, listed, routes
from tests.acting import acting_as
from tests.conftest import system_context
from tests.factories.accounts import make_user
from tests.factories.committees import make_committee
from tests.factories.grants import make_entry
from tests.factories.organisations import make_grantee, make_organisation
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.planning import ClosedPeriod
from zna_network.services.planning import personal_feeds

EVERYBODY, ACCOUNTS, GRANTEES, LEADER, STAFF = "APOLS", "POLS", "OLS", "LS", "S"
C = "/instances/calendrier"
MODULES = {"calendar_views", "entry_views", "feed_views", "period_views", "series_views"}


# fmt: off
LINES = (
    Line("planning.index", "GET", C, GRANTEES),
    Line("planning.create_entry", "GET", f"{C}/dates/nouvelle", STAFF),
    Line("planning.create_entry", "POST", f"{C}/dates/nouvelle", STAFF),
    Line("planning.edit_entry", "GET", C + "/dates/{entry}", STAFF),
    Line("planning.edit_entry", "POST", C + "/dates/{entry}", STAFF),
    Line("planning.periods", "GET", f"{C}/periodes", GRANTEES),
    Line("planning.add_period", "POST", f"{C}/periodes", STAFF),
    Line("planning.feeds", "GET", f"{C}/abonnement", ACCOUNTS),
    Line("planning.create_feed", "POST", f"{C}/abonnement", ACCOUNTS),
    Line("planning.feed", "GET", "/agenda/{token}.ics", EVERYBODY),
    Line("planning.renew_feed", "POST", C + "/abonnement/{feed}/remplacement", LEADER[:1]),
    Line("planning.revoke_feed", "POST", C + "/abonnement/{feed}/revocation", LEADER[:1]),
    Line("planning.series", "GET", "/instances/{committee}/serie", LEADER),
    Line("planning.series", "POST", "/instances/{committee}/serie", LEADER),
    Line("planning.remove_entry", "POST", C + "/dates/{entry}/retirer", STAFF),
    Line("planning.remove_period", "POST", C + "/periodes/{period}/retirer", STAFF),
)
# fmt: on


def test_every_role_on_every_page_and_action(app: Flask) -> None:
    session, ctx = db.session(), system_context(app)
    lilas = make_grantee(session)
    users = {
        "P": make_user(session, Role.PARTNER, make_organisation(session)),
        "O": make_user(session, Role.GRANTEE, make_grantee(session)),
        "L": make_user(session, Role.GRANTEE, lilas),
        "S": make_user(session, Role.AGENT),
    }
    day = ctx.now.date()
    period = ClosedPeriod(label="Congés", starts_on=day, ends_on=day)
    session.add(period)
    session.commit()
    committee = make_committee(session, led_by=lilas)
    feed = personal_feeds.create(acting_as(ctx, users["L"]))
    address = personal_feeds.address_of(ctx.settings, feed)
    values = {
        "entry": make_entry(session).id, "period": period.id, "committee": committee.id,
        "feed": feed.id, "token": address.rpartition("/")[2].removesuffix(".ics"),
    }  # fmt: skip
    world = World(values, browsers_of(app, users))
    wrong = []
    for line in LINES:
        for letter in EVERYBODY:
            got = world.ask(line, letter, OF_WHO_MAY)
            if got.is_in is not (letter in line.who):
                wrong.append(f"{line.name} as {letter}: {got.status}")
    assert not wrong, "\n".join(wrong)


def test_the_table_has_every_route(app: Flask) -> None:
    def is_here(endpoint: str) -> bool:
        module = app.view_functions[endpoint].__module__.rpartition(".")[2]
        return endpoint.startswith("planning.") and module in MODULES

    assert listed(LINES) == routes(app, is_here)
