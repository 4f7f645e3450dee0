"""What changes between a request as it is and as it is typed, by its names."""

from collections.abc import Sequence
from typing import Any

from zna_network.models.booking import Booking, Stop
from zna_network.models.van import Vehicle
from zna_network.services.van.request_values import RequestValues, StopValues

PERIOD, VEHICLE, STOPS, DRIVER = "créneau", "véhicule", "étapes", "conducteur"


def changed(booking: Booking, vehicle: Vehicle, values: RequestValues) -> list[str]:
    """« créneau », « étapes »…, in the order in which they are told; nothing for the same."""
    before, after = _written(booking), _typed(vehicle, values)
    return [name for name, value in after.items() if before[name] != value]


def _written(booking: Booking) -> dict[str, Any]:
    return {
        PERIOD: (booking.starts_at, booking.ends_at),
        VEHICLE: booking.vehicle_id,
        STOPS: [_place(stop) for stop in booking.stops],
        DRIVER: booking.driver_id,
        "objet": booking.purpose,
        "publics": booking.target_groups,
        "droits": {right.code for right in booking.rights},
        "partenaires": {partner.id for partner in booking.partners},
        "personnes attendues": booking.expected_people,
        "matériel": booking.equipment,
        "besoins": booking.needs,
    }


def _typed(vehicle: Vehicle, values: RequestValues) -> dict[str, Any]:
    return {
        PERIOD: (values.starts_at, values.ends_at),
        VEHICLE: vehicle.id,
        STOPS: [_place(stop) for stop in values.stops],
        DRIVER: values.driver.id if values.driver else None,
        "objet": values.purpose,
        "publics": values.target_groups,
        "droits": {right.code for right in values.rights},
        "partenaires": {partner.id for partner in values.partners},
        "personnes attendues": values.expected_people,
        "matériel": values.equipment,
        "besoins": values.needs,
    }


def _place(stop: Stop | StopValues) -> Sequence[object]:
    return (
        stop.starts_at, stop.ends_at, stop.insee, stop.qpv_id, stop.place, stop.is_public
    )  # fmt: skip
