"""When a meeting takes place: from what was typed to instants, and what is unusual about them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zna_network.services.errors import InvalidError
from zna_network.services.french_holidays import why_closed
from zna_network.services.french_time import from_local, local_date, long_date, to_local

EARLY, LATE = time(8, 0), time(19, 0)
LONGEST = timedelta(hours=10)
YEARS = range(2000, 2101)
_SATURDAY = 5


@dataclass(frozen=True)
class Slot:
    """A day and the times typed for it, on the clocks of Arras; ``confirmed`` says that a Sunday
    or a holiday is meant."""

    day: date
    starts: time
    ends: time
    confirmed: bool = False


def instants_of(slot: Slot) -> tuple[datetime, datetime]:
    """When it begins and ends, in UTC. Raises InvalidError beside ``day``, ``starts``, ``ends``
    or ``confirmed``."""
    if slot.day.year not in YEARS:
        raise InvalidError("Relisez l’année.", field="day")
    starts_at = from_local(slot.day, slot.starts, field="starts")
    ends_at = from_local(slot.day, slot.ends, field="ends")
    if ends_at <= starts_at:
        raise InvalidError("La fin doit venir après le début.", field="ends")
    if ends_at - starts_at > LONGEST:
        hours = LONGEST // timedelta(hours=1)
        raise InvalidError(
            f"Une réunion dure {hours}\u00a0h au plus : relisez les heures.", field="ends"
        )
    closed = why_closed(slot.day)
    if closed and not slot.confirmed:
        raise InvalidError(
            f"Le {long_date(slot.day)}, c’est {closed}. Cochez « Je confirme cette date » si "
            "c’est bien voulu.",
            field="confirmed",
        )
    return starts_at, ends_at


def remarks(starts_at: datetime, ends_at: datetime) -> list[str]:
    """What deserves a second look, without being refused."""
    found = []
    day = local_date(starts_at)
    closed = why_closed(day)
    if closed:
        found.append(f"La réunion tombe sur un jour non ouvré : {closed}.")
    elif day.weekday() == _SATURDAY:
        found.append("La réunion tombe un samedi.")
    if to_local(starts_at).time() < EARLY or to_local(ends_at).time() > LATE:
        found.append("Les horaires sortent de la journée de travail (de 8\u00a0h à 19\u00a0h).")
    return found


def default_title(kind_label: str, day: date) -> str:
    """« Comité technique du 17 décembre 2026 »."""
    return f"{kind_label} du {long_date(day).partition(' ')[2]}"
