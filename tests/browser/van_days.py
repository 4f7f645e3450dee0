"""A vehicle of its own in a running site, and the days that go by: run in that site's environment.

python -m tests.browser.van_days
python -m tests.browser.van_days BOOKING_ID   (its day has come: it left three hours ago)"""

import json
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.site import Site
from tests.factories.van import make_driver, make_vehicle
from zna_network.app import create_app
from zna_network.extensions import db
from zna_network.models.account import User
from zna_network.models.booking import Booking
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import local_date

BORROWERS = ("laureat1@laureats.example", "laureat2@laureats.example")
World = dict[str, Any]


def build_van(site: Site) -> World:
    """``vehicle`` (a name), ``day`` (ISO, when it is lent), ``names`` of the associations and
    ``drivers`` of each, by the account's address."""
    return _run(site)


def let_the_day_come(site: Site, booking_id: int) -> None:
    _run(site, str(booking_id))


def _run(site: Site, *arguments: str) -> World:
    world: World = site.tell("tests.browser.van_days", *arguments)
    return world


def main() -> None:
    app = create_app()
    with app.app_context():
        now = app.extensions["zna_ports"].clock.now()
        if asked := sys.argv[1:]:
            answer = _bring_to(db.session(), int(asked[0]), now - timedelta(hours=3))
        else:
            day = local_date(now) + timedelta(days=10)
            while why_closed(day):
                day += timedelta(days=1)
            answer = {**_build(db.session()), "day": day.isoformat()}
        sys.stdout.write(json.dumps(answer) + "\n")


def _build(session: Session) -> World:
    vehicle = make_vehicle(session, name=f"Camionnette {uuid4().hex[:6]}", slug=uuid4().hex[:12])
    users = session.scalars(select(User).where(User.email.in_(BORROWERS))).all()
    drivers, names = {}, {}
    for user in users:
        assert user.organisation is not None
        drivers[user.email] = make_driver(session, user.organisation).name
        names[user.email] = user.organisation.short_name
    return {"vehicle": vehicle.name, "drivers": drivers, "names": names}


def _bring_to(session: Session, booking_id: int, start: Any) -> World:
    booking = session.get_one(Booking, booking_id)
    back = booking.starts_at - start
    booking.starts_at, booking.ends_at = booking.starts_at - back, booking.ends_at - back
    booking.block_start, booking.block_end = booking.block_start - back, booking.block_end - back
    for stop in booking.stops:
        stop.starts_at, stop.ends_at = stop.starts_at - back, stop.ends_at - back
    session.commit()
    return {}


if __name__ == "__main__":
    main()
