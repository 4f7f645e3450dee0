"""The rules of the lending of a vehicle, as people read them."""

from collections.abc import Sequence

from zna_network.models.van import Vehicle
from zna_network.services.french_time import short_time

WEEK = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def rules_told(vehicle: Vehicle) -> list[tuple[str, str]]:
    """The rules of the lending, as people read them."""
    quota = vehicle.quota_days
    return [
        ("Jours", days_told(vehicle.opening_days)),
        ("Jours fériés", "prêté aussi" if vehicle.opens_on_holidays else "pas de prêt"),
        (
            "Heures",
            f"départ et retour de {short_time(vehicle.opens_at)} à {short_time(vehicle.closes_at)}",
        ),
        (
            "Demande",
            f"au moins {_counted(vehicle.notice_days, 'jour')} avant, au plus "
            f"{_counted(vehicle.horizon_days, 'jour')} avant",
        ),
        ("Plus longue sortie", _hours(vehicle.longest_hours)),
        ("Battement après chaque sortie", _minutes(vehicle.turnround_minutes)),
        (
            "Part de chaque association",
            f"{_counted(quota, 'jour')} au plus en douze mois" if quota else "sans limite",
        ),
        (
            "Réponse de la CUA",
            f"relance après {_counted(vehicle.escalation_days, 'jour')}, demande "
            f"close après {_counted(vehicle.expiry_days, 'jour')}",
        ),
        ("Écart de kilométrage signalé", f"plus de {vehicle.mileage_gap_km}\u00a0km"),
    ]


def days_told(days: Sequence[int]) -> str:
    """« du lundi au samedi » when they follow one another, « lundi et jeudi » otherwise."""
    ordered = sorted(days)
    if len(ordered) == len(WEEK):
        return "tous les jours"
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"du {WEEK[ordered[0]]} au {WEEK[ordered[-1]]}"
    names = [WEEK[day] for day in ordered]
    return " et ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _hours(hours: int) -> str:
    days, rest = divmod(hours, 24)
    if not days:
        return _counted(hours, "heure")
    return _counted(days, "jour") + (f" et {_counted(rest, 'heure')}" if rest else "")


def _minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "aucun"
    said = [f"{hours}\u00a0h"] if hours else []
    return " ".join([*said, f"{rest}\u00a0min"] if rest else said)


def _counted(number: int, word: str) -> str:
    return f"{number}\u00a0{word}{'s' if number > 1 else ''}"
