"""The papers that a trip needs, of the vehicle and of who drives it. Nobody waives these: they must
be good on the day of the return."""

from datetime import date

from zna_network.models.van import Driver
from zna_network.services.french_time import long_date
from zna_network.services.van.trip_facts import Trip


def vehicle_is_uninsured(trip: Trip) -> bool:
    return _is_past(trip.vehicle.insurance_until, trip)


def insurance_words(trip: Trip) -> str:
    return _papers("L’assurance du véhicule", "e", trip.vehicle.insurance_until, trip)


def inspection_is_over(trip: Trip) -> bool:
    return _is_past(trip.vehicle.inspection_until, trip)


def inspection_words(trip: Trip) -> str:
    return _papers("Le contrôle technique", "", trip.vehicle.inspection_until, trip)


def has_no_driver(trip: Trip) -> bool:
    return trip.driver is None or trip.driver.archived_at is not None


def driver_words(trip: Trip) -> str:
    if trip.driver is None:
        return "Dites qui conduira\u00a0: il faut un conducteur connu de la CUA."
    return f"{trip.driver.name} ne fait plus partie des conducteurs\u00a0: choisissez-en un autre."


def licence_is_over(trip: Trip) -> bool:
    return trip.driver is not None and _is_past(trip.driver.licence_until, trip)


def licence_words(trip: Trip) -> str:
    driver = _driver(trip)
    return _papers(f"Le permis de {driver.name}", "", driver.licence_until, trip)


def driver_is_uninsured(trip: Trip) -> bool:
    return trip.driver is not None and _is_past(trip.driver.insured_until, trip)


def driver_insurance_words(trip: Trip) -> str:
    driver = _driver(trip)
    return _papers(f"L’assurance de {driver.name}", "e", driver.insured_until, trip)


def _last_day(trip: Trip) -> date:
    """Until when papers must be good: a trip that leaves late does not come back before today."""
    return max(trip.last_day, trip.today)


def _is_past(until: date | None, trip: Trip) -> bool:
    return until is None or until < _last_day(trip)


def _papers(what: str, mark: str, until: date | None, trip: Trip) -> str:
    if until is None:
        return f"{what} n’a pas été vérifié{mark}\u00a0: la CUA doit en noter la date d’échéance."
    if until < trip.today:
        return f"{what} est échu{mark} depuis le {long_date(until)}."
    return (
        f"{what} sera échu{mark} le {long_date(_last_day(trip))}, dernier jour de la sortie\u00a0: "
        f"valable jusqu’au {long_date(until)}."
    )


def _driver(trip: Trip) -> Driver:
    if trip.driver is None:
        raise ValueError("a trip without driver has no licence")
    return trip.driver
