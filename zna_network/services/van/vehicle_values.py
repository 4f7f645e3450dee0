"""What a vehicle's record is made of, checked as one: all that is wrong, at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from zna_network.models.van import Energy, Vehicle
from zna_network.services.clean_values import clean_line, clean_text
from zna_network.services.errors import InvalidError
from zna_network.services.folding import fold
from zna_network.services.organisation_values import Checks
from zna_network.services.sensitive_text import refuse_sensitive

LINES, LINE_LENGTH = 40, 80
FIRST_YEAR, LAST_YEAR = 2000, 2100
# The least and the most of each number, and whether it may be left out.
BOUNDS: dict[str, tuple[int, int, bool]] = {
    "seats": (1, 60, True),
    "turnround_minutes": (0, 1440, False),
    "notice_days": (0, 90, False),
    "horizon_days": (1, 730, False),
    "longest_hours": (1, 744, False),
    "quota_days": (1, 366, True),
    "escalation_days": (1, 60, False),
    "expiry_days": (2, 120, False),
    "mileage_gap_km": (0, 1000, False),
}


@dataclass(frozen=True)
class VehicleData:
    """As typed; ``equipment`` and ``checklist`` hold a word or a few a line. The rest is told
    in ``models.van.Vehicle``."""

    name: str
    opens_at: time | None
    closes_at: time | None
    opening_days: Sequence[int]
    plate: str = ""
    seats: int | None = None
    energy: str = Energy.DIESEL.value
    home: str = ""
    note: str = ""
    equipment: Sequence[str] = ()
    checklist: Sequence[str] = ()
    turnround_minutes: int | None = 60
    opens_on_holidays: bool = False
    notice_days: int | None = 5
    horizon_days: int | None = 365
    longest_hours: int | None = 72
    quota_days: int | None = None
    escalation_days: int | None = 3
    expiry_days: int | None = 10
    mileage_gap_km: int | None = 20
    insurance_until: date | None = None
    inspection_until: date | None = None


def describe(vehicle: Vehicle, data: VehicleData) -> None:
    """Write what was typed. Raises InvalidValuesError with everything that is wrong, and then
    leaves the vehicle as it was."""
    checks = Checks()
    values: dict[str, object] = {
        **_words(checks, data),
        **{field: _number(checks, data, field) for field in BOUNDS},
        **{field: _date(checks, data, field) for field in ("insurance_until", "inspection_until")},
        **_opening(checks, data),
    }
    _check_together(checks, values)
    checks.finish()
    for field, value in values.items():
        setattr(vehicle, field, value)


def _words(checks: Checks, data: VehicleData) -> dict[str, object]:
    def line(field: str, limit: int, required: str = "") -> str:
        typed: str = getattr(data, field)
        return checks.take(
            lambda: clean_line(typed, field=field, limit=limit, required=required), ""
        )

    none: list[str] = []
    return {
        "name": line("name", 80, "Donnez un nom à ce véhicule."),
        "plate": line("plate", 20).upper(),
        "home": line("home", 200),
        "note": checks.take(
            lambda: refuse_sensitive(clean_text(data.note, field="note"), field="note"), ""
        ),
        "energy": checks.take(lambda: _energy(data.energy), Energy.DIESEL),
        "equipment": checks.take(lambda: _lines(data.equipment, "equipment"), none),
        "checklist": checks.take(lambda: _lines(data.checklist, "checklist"), none),
    }


def _energy(typed: str) -> Energy:
    if typed not in set(Energy):
        raise InvalidError("Choisissez une énergie de la liste.", field="energy")
    return Energy(typed)


def _lines(typed: Sequence[str], field: str) -> list[str]:
    """One of each, in the order given; empty lines are nothing."""
    seen: dict[str, str] = {}
    for one in typed:
        line = clean_line(one, field=field, limit=LINE_LENGTH)
        if line:
            seen.setdefault(fold(line), line)
    if len(seen) > LINES:
        raise InvalidError(f"{LINES} lignes au plus : il y en a {len(seen)}.", field=field)
    return list(seen.values())


def _number(checks: Checks, data: VehicleData, field: str) -> int | None:
    low, high, may_be_none = BOUNDS[field]
    value: int | None = getattr(data, field)
    if (value is None and not may_be_none) or (value is not None and not low <= value <= high):
        checks.refuse(f"Donnez un nombre entre {low} et {high}.", field)
        return None
    return value


def _date(checks: Checks, data: VehicleData, field: str) -> date | None:
    value: date | None = getattr(data, field)
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        checks.refuse("Relisez l’année de cette date.", field)
    return value


def _opening(checks: Checks, data: VehicleData) -> dict[str, object]:
    days = sorted(set(data.opening_days))
    if not days or not set(days) <= set(range(7)):
        checks.refuse("Cochez au moins un jour où le véhicule est prêté.", "opening_days")
    if data.opens_at is None:
        checks.refuse("Indiquez l’heure du premier départ, par exemple 7:00.", "opens_at")
    if data.closes_at is None:
        checks.refuse("Indiquez l’heure du dernier retour, par exemple 20:00.", "closes_at")
    if data.opens_at and data.closes_at and data.closes_at <= data.opens_at:
        checks.refuse("Le dernier retour est après le premier départ.", "closes_at")
    return {
        "opening_days": days,
        "opens_at": data.opens_at,
        "closes_at": data.closes_at,
        "opens_on_holidays": data.opens_on_holidays,
    }


def _check_together(checks: Checks, values: dict[str, object]) -> None:
    notice, horizon = values["notice_days"], values["horizon_days"]
    if isinstance(notice, int) and isinstance(horizon, int) and horizon <= notice:
        checks.refuse(
            f"Avec {notice} jours de préavis, personne ne pourrait réserver : indiquez davantage.",
            "horizon_days",
        )
    relaunched, closed = values["escalation_days"], values["expiry_days"]
    if isinstance(relaunched, int) and isinstance(closed, int) and closed <= relaunched:
        checks.refuse(
            f"Une demande relancée au bout de {relaunched} jours se ferme plus tard : indiquez "
            "davantage.",
            "expiry_days",
        )
