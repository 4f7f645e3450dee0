"""A committee of its own in a running site, with three members and an open action of a meeting held
last month: run in that site's environment.

python -m tests.browser.governance_world MARK"""

import json
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.site import Site
from tests.factories.committees import make_committee, make_membership
from tests.factories.meetings import make_meeting
from tests.factories.minutes import make_action, make_minutes
from tests.factories.organisations import make_contact
from zna_network.app import create_app
from zna_network.extensions import db
from zna_network.models.committee import MembershipState
from zna_network.models.organisation import Organisation
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.planning import closed_periods

NAMES = ("Amarante", "Bourrache", "Centaurée")
ACTION = "Relire la plaquette des droits"
World = dict[str, Any]


def build_committee(site: Site, mark: str) -> World:
    """``committee`` (its id), ``emails`` of the members by name, ``days`` (ISO, two to come that
    nothing speaks against)."""
    world: World = site.tell("tests.browser.governance_world", mark)
    return world


def main() -> None:
    app = create_app()
    with app.app_context():
        ctx = Context(
            session=db.session(),
            ports=app.extensions["zna_ports"],
            settings=app.extensions["zna_settings"],
            origin="tests",
            is_system=True,
        )
        sys.stdout.write(json.dumps(_build(ctx.session, ctx, sys.argv[1])) + "\n")


def _build(session: Session, ctx: Context, mark: str) -> World:
    committee = make_committee(session, name=f"Comité technique {mark}")
    organisations = session.scalars(
        select(Organisation).where(Organisation.archived_at.is_(None)).limit(len(NAMES))
    ).all()
    emails = {}
    for name, organisation in zip(NAMES, organisations, strict=True):
        emails[name] = f"{name.lower().replace('é', 'e')}.{mark}@membres.example"
        contact = make_contact(session, organisation, last_name=name, email=emails[name])
        make_membership(session, committee, contact, state=MembershipState.VALIDATED)
    held = make_meeting(
        session,
        committee,
        title=f"Réunion tenue {mark}",
        uid=f"tenue-{mark}@cua.example",
        starts_at=ctx.now - timedelta(days=30),
        ends_at=ctx.now - timedelta(days=30) + timedelta(hours=2),
    )
    make_minutes(session, held)
    make_action(session, held, text=f"{ACTION} {mark}", owner="Association d’exemple")
    return {"committee": committee.id, "emails": emails, "days": _days(ctx)}


def _days(ctx: Context) -> list[str]:
    day = local_date(ctx.now) + timedelta(days=21)
    closed = closed_periods.between(ctx, day, day + timedelta(days=90))
    found: list[str] = []
    while len(found) < 2:
        if not closed.reasons(day):
            found.append(day.isoformat())
        day += timedelta(days=1)
    return found


if __name__ == "__main__":
    main()
