"""What a request says: as typed, as written, and as it is to be typed again."""

from dataclasses import dataclass
from datetime import date, datetime, time

from zna_network.models.booking import Booking, BookingState, Stop
from zna_network.models.organisation import Organisation
from zna_network.models.territory import Right
from zna_network.models.van import Driver
from zna_network.services.french_time import to_local

LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class StopData:
    """As typed, on the clocks of Arras."""

    day: date
    starts: time
    ends: time
    insee: str
    qpv_id: int | None = None
    place: str = ""
    is_public: bool = True


@dataclass(frozen=True)
class RequestData:
    """As typed, on the clocks of Arras. ``client_id`` is drawn by the form, so that what is sent
    twice counts once. ``waits``: when somebody has the vehicle already, go on the waiting list.
    ``exception``: why staff go past a rule of the lending. Errors name these fields; a stop's are
    ``stops-<i>-<name>``."""

    client_id: str
    vehicle_id: int
    organisation_id: int
    starts_on: date
    leaves_at: time
    ends_on: date
    returns_at: time
    purpose: str
    stops: tuple[StopData, ...]
    target_groups: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    partner_ids: tuple[int, ...] = ()
    expected_people: int | None = None
    driver_id: int | None = None
    equipment: tuple[str, ...] = ()
    needs: str = ""
    waits: bool = False
    exception: str = ""


@dataclass(frozen=True)
class StopValues:
    """A stop to write; its commune and its neighbourhood exist, and the one is in the other."""

    starts_at: datetime
    ends_at: datetime
    insee: str
    qpv_id: int | None
    place: str
    is_public: bool


@dataclass(frozen=True)
class RequestValues:
    """What is written of a request."""

    starts_at: datetime
    ends_at: datetime
    purpose: str
    needs: str
    stops: tuple[StopValues, ...]
    target_groups: list[str]
    rights: list[Right]
    partners: list[Organisation]
    expected_people: int | None
    driver: Driver | None
    equipment: list[str]
    exception: str


def as_typed(booking: Booking) -> RequestData:
    """A booking as its form is to show it; its stops with their commune are read with it."""
    leaves, returns = to_local(booking.starts_at), to_local(booking.ends_at)
    return RequestData(
        client_id=booking.client_id,
        vehicle_id=booking.vehicle_id,
        organisation_id=booking.organisation_id or 0,
        starts_on=leaves.date(),
        leaves_at=leaves.time(),
        ends_on=returns.date(),
        returns_at=returns.time(),
        purpose=booking.purpose,
        stops=tuple(_stop_as_typed(stop) for stop in booking.stops),
        target_groups=tuple(booking.target_groups),
        rights=tuple(right.code for right in booking.rights),
        partner_ids=tuple(partner.id for partner in booking.partners),
        expected_people=booking.expected_people,
        driver_id=booking.driver_id,
        equipment=tuple(booking.equipment),
        needs=booking.needs,
        waits=booking.state is BookingState.WAITING,
    )


def _stop_as_typed(stop: Stop) -> StopData:
    starts = to_local(stop.starts_at)
    return StopData(
        day=starts.date(),
        starts=starts.time(),
        ends=to_local(stop.ends_at).time(),
        insee=stop.insee,
        qpv_id=stop.qpv_id,
        place=stop.place,
        is_public=stop.is_public,
    )


def is_an_id(value: int) -> bool:
    """What comes from a form may be larger than what a database can be asked for."""
    return 0 < value <= LARGEST_ID
