"""Vehicles, drivers and bookings, saved as the services would leave them."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.factories.organisations import make_grantee
from tests.world import FrozenClock
from zna_network.models.booking import Booking, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle

_numbers = numbers()


def make_vehicle(session: Session, **values: object) -> Vehicle:
    """Lent on weekdays and Saturdays from 7 h to 21 h, an hour of turn-round, in order."""
    number, now = next(_numbers), FrozenClock().now()
    vehicle = Vehicle(
        **{
            "slug": f"van-{number}",
            "name": f"CUA Mobile {number}",
            "seats": 3,
            "checklist": ["Carrosserie", "Pneus", "Propreté"],
            "equipment": ["Barnum", "Ordinateur"],
            "opening_days": [0, 1, 2, 3, 4, 5],
            "opens_at": time(7),
            "closes_at": time(21),
            "turnround_minutes": 60,
            "insurance_until": date(2028, 12, 31),
            "inspection_until": date(2028, 12, 31),
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(vehicle)
    session.commit()
    return vehicle


def make_driver(session: Session, organisation: Organisation, **values: object) -> Driver:
    number, now = next(_numbers), FrozenClock().now()
    driver = Driver(
        **{
            "organisation": organisation,
            "name": f"Camille Conduite{number}",
            "email": f"conduite{number}@association.example",
            "licence_until": date(2030, 1, 1),
            "insured_until": date(2030, 1, 1),
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(driver)
    session.commit()
    return driver


def make_booking(
    session: Session,
    vehicle: Vehicle,
    starts_at: datetime,
    ends_at: datetime | None = None,
    organisation: Organisation | None = None,
    state: BookingState = BookingState.REQUESTED,
    **values: object,
) -> Booking:
    """Three hours unless told otherwise, for a grantee of its own; maintenance has none."""
    number, now = next(_numbers), FrozenClock().now()
    ends_at = ends_at or starts_at + timedelta(hours=3)
    is_maintenance = state is BookingState.MAINTENANCE
    turnround = timedelta(minutes=0 if is_maintenance else vehicle.turnround_minutes)
    booking = Booking(
        **{
            "number": number,
            "client_id": str(uuid4()),
            "vehicle": vehicle,
            "organisation": None if is_maintenance else organisation or make_grantee(session),
            "state": state,
            "starts_at": starts_at,
            "ends_at": ends_at,
            "block_start": starts_at,
            "block_end": ends_at + turnround,
            "purpose": "Aller à la rencontre des habitants.",
            "requested_at": now,
            "uid": f"sortie-{number}@cua.example",
            "created_at": now,
            "updated_at": now,
            **values,
        }
    )
    session.add(booking)
    session.commit()
    return booking


def make_stop(session: Session, booking: Booking, insee: str, **values: object) -> Stop:
    """The whole of the trip, at the end of its stops."""
    stop = Stop(
        **{
            "booking": booking,
            "position": len(booking.stops),
            "insee": insee,
            "starts_at": booking.starts_at,
            "ends_at": booking.ends_at,
            "place": "Place de la mairie",
            "uid": f"etape-{next(_numbers)}@cua.example",
            **values,
        }
    )
    session.add(stop)
    session.commit()
    return stop
