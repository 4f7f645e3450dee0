"""What a trip says of itself to those who are on board: the same words in mails, calendars, pages
and documents; and what changed since somebody was told."""

from dataclasses import dataclass

from zna_network.models.booking import Booking, Stop
from zna_network.services.french_time import local_date, long_date, time_range
from zna_network.services.van.occupancy import period

# What is compared, with its name for people, in the order in which a mail tells it.
_TOLD = {
    "period": "Date et heures",
    "stops": "Étapes",
    "vehicle": "Véhicule",
    "home": "Départ",
    "driver": "Conducteur",
    "purpose": "Objet",
}
# What may keep somebody from coming after all.
_ASKS_AGAIN = frozenset({"period", "stops", "home"})


@dataclass(frozen=True)
class Change:
    """One thing that is no longer what somebody was told."""

    label: str
    before: str
    now: str


@dataclass(frozen=True)
class StopWords:
    hours: str
    where: str


def told(booking: Booking) -> dict[str, str]:
    """The trip as it is told now."""
    return {
        "period": period(booking.starts_at, booking.ends_at),
        "stops": "\n".join(f"{stop.hours}\u00a0: {stop.where}" for stop in stops(booking)),
        "vehicle": booking.vehicle.name,
        "home": booking.vehicle.home,
        "driver": booking.driver.name if booking.driver else "",
        "purpose": booking.purpose,
    }


def changes(before: dict[str, str], now: dict[str, str]) -> list[Change]:
    return [
        Change(label, before.get(key, ""), now[key])
        for key, label in _TOLD.items()
        if before.get(key, "") != now[key]
    ]


def asks_again(before: dict[str, str], now: dict[str, str]) -> bool:
    """Whether an answer given to the trip as it was says nothing of it any more."""
    return any(before.get(key, "") != now[key] for key in _ASKS_AGAIN)


def stops(booking: Booking) -> list[StopWords]:
    """In their order; a trip of several days says on which day each is."""
    several = local_date(booking.starts_at) != local_date(booking.ends_at)
    return [StopWords(_hours(stop, with_day=several), stop.where) for stop in booking.stops]


def title(booking: Booking) -> str:
    """« CUA Mobile à Achicourt et Beaurains », as a calendar shows it."""
    names = list(dict.fromkeys(stop.commune.name for stop in booking.stops))
    if not names:
        return booking.vehicle.name
    listed = " et ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{booking.vehicle.name} à {listed}"


def _hours(stop: Stop, *, with_day: bool) -> str:
    hours = time_range(stop.starts_at, stop.ends_at)
    return f"{long_date(stop.starts_at)} {hours}" if with_day else hours
