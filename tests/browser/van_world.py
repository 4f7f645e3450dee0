"""An association with the vehicle granted to it today, put into a running site's database: run in
that site's environment, as ``forum_world``. Prints what the tests need.

    python -m tests.browser.van_world"""

import json
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.browser.site import Site
from tests.factories.accounts import make_user
from tests.factories.organisations import make_grantee
from tests.factories.van import make_booking, make_driver, make_stop, make_vehicle
from zna_network.app import create_app
from zna_network.extensions import db
from zna_network.models.account import Role
from zna_network.models.booking import BookingState
from zna_network.services.context import Context
from zna_network.services.french_time import local_date
from zna_network.services.van.numbers import next_number

World = dict[str, Any]


def build_trip(site: Site) -> World:
    """``booking_id``, ``reference``, ``vehicle``, ``email`` and ``other_email`` (two accounts of the
    association), ``drivers`` (two names) and ``driver_id`` (of the first)."""
    world: World = site.tell("tests.browser.van_world")
    return world


def main() -> None:
    app = create_app()
    with app.app_context():
        ctx = Context(
            db.session(),
            app.extensions["zna_ports"],
            app.extensions["zna_settings"],
            is_system=True,
        )
        sys.stdout.write(json.dumps(_build(ctx, ctx.session)) + "\n")


def _build(ctx: Context, session: Session) -> World:
    mark, today = uuid4().hex[:6], local_date(ctx.now)
    ours = make_grantee(session, name=f"Compagnons {mark}", acronym=f"C{mark}")
    vehicle = make_vehicle(
        session,
        slug=f"remises-{mark}",
        name=f"Fourgon {mark}",
        insurance_until=today + timedelta(days=400),
        inspection_until=today + timedelta(days=400),
    )
    papers = dict.fromkeys(("licence_until", "insured_until"), today + timedelta(days=400))
    drivers = [
        make_driver(session, ours, name=f"{name} {mark}", **papers)
        for name in ("Basile Volant", "Camille Conduite")
    ]
    start = ctx.now - timedelta(hours=1)
    booking = make_booking(
        session,
        vehicle,
        start,
        start + timedelta(hours=6),
        ours,
        BookingState.APPROVED,
        number=next_number(ctx),
        driver=drivers[0],
        uid=f"sortie-{mark}@cua.example",
    )
    make_stop(session, booking, "62041", uid=f"etape-{mark}@cua.example")
    emails = [f"{name}-{mark}@association.example" for name in ("zoe", "ali")]
    for email in emails:
        make_user(session, Role.GRANTEE, ours, email=email)
    return {
        "booking_id": booking.id,
        "reference": booking.reference,
        "vehicle": vehicle.name,
        "email": emails[0],
        "other_email": emails[1],
        "drivers": [driver.name for driver in drivers],
        "driver_id": drivers[0].id,
    }


if __name__ == "__main__":
    main()
