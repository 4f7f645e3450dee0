"""What a browser sends to ask for the vehicle, and what came of it."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from tests.page_checks import Page
from zna_network.extensions import db
from zna_network.models.booking import Booking
from zna_network.models.van import Vehicle

ARRAS, ACHICOURT = "62041", "62004"
THURSDAY = date(2027, 3, 4)


def typed(vehicle: Vehicle, **values: Any) -> dict[str, Any]:
    """One trip with one stop, as a browser sends it."""
    return {
        "act": "send",
        "client_id": "11111111-2222-4333-8444-555555555555",
        "vehicle_id": str(vehicle.id),
        "starts_on": "2027-03-04",
        "leaves_at": "09:00",
        "ends_on": "",
        "returns_at": "12:00",
        "purpose": "Ouvrir des droits sur le marché.",
        "stops-0-insee": ACHICOURT,
        "stops-0-place": "Place du marché",
        "stops-0-day": "",
        "stops-0-starts": "09:30",
        "stops-0-ends": "11:00",
        "stops-0-is_public": "y",
        **values,
    }


def local(hour: int, day: date = THURSDAY) -> datetime:
    """An hour on the clocks of Arras, in winter."""
    return datetime.combine(day, time(hour - 1), tzinfo=UTC)


def bookings() -> list[Booking]:
    return list(db.session.scalars(select(Booking).order_by(Booking.id)))


def rows(page: Page, name: str) -> list[str]:
    """What the stops' fields of this name hold, in the order of the page."""
    count = len(page.all("fieldset", class_="stop"))
    return [page.value_of(f"stops-{rank}-{name}") for rank in range(count)]
