"""Vehicles, drivers and bookings, saved as the services would leave them."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.numbering import numbers
from tests.factories.organisations import make_grantee
from tests.world import FrozenClock
from zna_network.models.booking import Booking, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.van import Driver, Vehicle
from zna_network.services.van.request_values import RequestData, StopData

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
            # One more than the last: the services number theirs in the same way.
            "number": (session.scalar(select(func.max(Booking.number))) or 0) + 1,
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


def request_data(
    vehicle: Vehicle,
    organisation: Organisation,
    day: date = date(2027, 3, 4),
    leaves_at: time = time(9),
    returns_at: time = time(12),
    **values: object,
) -> RequestData:
    """A request as typed: one stop, in Achicourt, from the departure to the return."""
    ends_on = values.get("ends_on", day)
    last = returns_at if ends_on == day else time(18)
    return RequestData(
        **{
            "client_id": str(uuid4()),
            "vehicle_id": vehicle.id,
            "organisation_id": organisation.id,
            "starts_on": day,
            "leaves_at": leaves_at,
            "ends_on": day,
            "returns_at": returns_at,
            "purpose": "Aller à la rencontre des habitants.",
            "stops": (StopData(day, leaves_at, last, "62004", place="Place de la mairie"),),
            **values,
        }  # type: ignore[arg-type]
    )


# Thursday 4 March 2027, 9:00 in Arras.
TRIP_START = datetime(2027, 3, 4, 8, tzinfo=UTC)


def make_trip(
    session: Session, state: BookingState = BookingState.APPROVED, **values: object
) -> Booking:
    """Of « Les Lilas », in Achicourt then Beaurains, with a driver who has an address."""
    organisation = values.pop("organisation", None) or make_grantee(session, name="Les Lilas")
    assert isinstance(organisation, Organisation)
    start = values.pop("starts_at", TRIP_START)
    assert isinstance(start, datetime)
    if "vehicle" not in values:
        values["vehicle"] = make_vehicle(session, home="Dépôt des Bonnettes, Arras")
    if "driver" not in values:
        values["driver"] = make_driver(
            session, organisation, name="Noor Volant", email="noor@lilas.example"
        )
    vehicle = values.pop("vehicle")
    assert isinstance(vehicle, Vehicle)
    booking = make_booking(
        session, vehicle, start, organisation=organisation, state=state, **values
    )
    make_stop(session, booking, "62004", ends_at=start + timedelta(hours=1))
    make_stop(session, booking, "62099", starts_at=start + timedelta(hours=1), place="")
    return booking
