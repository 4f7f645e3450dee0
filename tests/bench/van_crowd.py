"""Ten thousand bookings of three vehicles over four years, written in bulk for the bench."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.factories.organisations import make_grantee
from tests.factories.van import make_vehicle
from zna_network.models.booking import Booking, BookingAct, BookingEvent, BookingState, Stop
from zna_network.models.territory import Commune
from zna_network.services.french_time import PARIS

MIDDLE = date(2026, 12, 3)
VEHICLES, ORGANISATIONS, DAYS = 3, 12, 1460
_OVER = [BookingState.RETURNED, BookingState.REFUSED, BookingState.CANCELLED, BookingState.EXPIRED]
_ASKED = [BookingState.REQUESTED, BookingState.REQUESTED, BookingState.WAITING]


@dataclass(frozen=True)
class VanCrowd:
    vehicles: list[int]
    organisations: list[int]
    bookings: int


def fill_van(session: Session, bookings: int = 10_000, seed: int = 62041) -> VanCrowd:
    """Each vehicle goes out once a working day, half of the time; what else there is was asked for
    the same hours. Two years back, two years ahead; one to three stops, and a history."""
    chance = random.Random(seed)
    vehicles = [make_vehicle(session, name=f"Véhicule {n}") for n in range(VEHICLES)]
    organisations = [make_grantee(session).id for _ in range(ORGANISATIONS)]
    insees = list(session.scalars(select(Commune.insee).order_by(Commune.insee)))
    days = [MIDDLE + timedelta(days=n - DAYS // 2) for n in range(DAYS)]
    slots = [(day, one) for day in days if day.weekday() < 6 for one in vehicles]
    chance.shuffle(slots)
    rows, stops, events, held = [], [], [], set()
    for n in range(1, bookings + 1):
        day, vehicle = slots[n % len(slots)]
        starts = datetime.combine(day, time(chance.choice((8, 9, 13))), PARIS).astimezone(UTC)
        ends = starts + timedelta(hours=chance.choice((3, 4, 8)))
        is_over = day < MIDDLE
        state = chance.choice(_OVER if is_over else _ASKED)
        if not is_over and (day, vehicle.id) not in held:
            state = BookingState.APPROVED
            held.add((day, vehicle.id))
        rows.append(
            {
                "id": n, "number": n, "client_id": f"client-{n}", "vehicle_id": vehicle.id,
                "organisation_id": chance.choice(organisations), "state": state,
                "starts_at": starts, "ends_at": ends, "block_start": starts,
                "block_end": ends + timedelta(hours=1), "purpose": "Aller vers. " * 20,
                "target_groups": [], "equipment": [], "requested_at": starts - timedelta(days=20),
                "uid": f"sortie-{n}@cua.example", "sequence": 0, "revision": 1,
                "created_at": starts - timedelta(days=20),
                "updated_at": starts - timedelta(days=9),
            }
        )  # fmt: skip
        stops += [
            {
                "booking_id": n, "position": place, "insee": chance.choice(insees),
                "place": "Place de la mairie", "starts_at": starts, "ends_at": ends,
                "is_public": True, "was_done": is_over or None, "uid": f"etape-{n}-{place}",
            }
            for place in range(chance.choice((1, 1, 2, 3)))
        ]  # fmt: skip
        events += [
            {
                "booking_id": n, "act": act, "state": state, "author": "Le réseau", "words": "",
                "at": starts - timedelta(days=20),
            }
            for act in (BookingAct.REQUESTED, BookingAct.APPROVED)
        ]  # fmt: skip
    for table, found in ((Booking, rows), (Stop, stops), (BookingEvent, events)):
        session.execute(insert(table), found)
    session.commit()
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('booking', 'id'), max(id)) FROM booking"
        )
        session.connection().exec_driver_sql("ANALYZE")
    session.commit()
    return VanCrowd([one.id for one in vehicles], organisations, bookings)
