"""When, how long and how often a vehicle is lent: each rule says whether a trip breaks it, and in
which words."""

from datetime import timedelta

from zna_network.services.french_holidays import holiday_name
from zna_network.services.french_time import long_date, short_time, to_local
from zna_network.services.van.trip_facts import Trip
from zna_network.services.van.vehicle_words import days_told


def notice_is_short(trip: Trip) -> bool:
    """A departure that is past is told by another rule."""
    days = (trip.first_day - trip.today).days
    return days < trip.vehicle.notice_days and not has_begun(trip)


def notice_words(trip: Trip) -> str:
    first = trip.today + timedelta(days=trip.vehicle.notice_days)
    return (
        f"La demande se fait au moins {counted(trip.vehicle.notice_days)} avant le départ\u00a0: "
        f"à partir du {long_date(first)}."
    )


def is_beyond_horizon(trip: Trip) -> bool:
    return (trip.first_day - trip.today).days > trip.vehicle.horizon_days


def horizon_words(trip: Trip) -> str:
    last = trip.today + timedelta(days=trip.vehicle.horizon_days)
    return (
        f"La demande se fait au plus {counted(trip.vehicle.horizon_days)} avant le départ\u00a0: "
        f"jusqu’au {long_date(last)}."
    )


def has_begun(trip: Trip) -> bool:
    return trip.starts_at <= trip.now


def has_ended(trip: Trip) -> bool:
    return trip.ends_at <= trip.now


def is_on_a_closed_day(trip: Trip) -> bool:
    return not {trip.first_day.weekday(), trip.last_day.weekday()} <= set(trip.vehicle.opening_days)


def closed_day_words(trip: Trip) -> str:
    ends = (trip.first_day, trip.last_day)
    closed = next(day for day in ends if day.weekday() not in trip.vehicle.opening_days)
    if not trip.vehicle.opening_days:
        return "Ce véhicule n’a aucun jour de prêt."
    return (
        f"Le véhicule part et revient {days_told(trip.vehicle.opening_days)}\u00a0: pas le "
        f"{long_date(closed)}."
    )


def is_outside_hours(trip: Trip) -> bool:
    vehicle = trip.vehicle
    return not all(
        vehicle.opens_at <= to_local(instant).time() <= vehicle.closes_at
        for instant in (trip.starts_at, trip.ends_at)
    )


def hours_words(trip: Trip) -> str:
    vehicle = trip.vehicle
    return (
        f"Le véhicule part et revient entre {short_time(vehicle.opens_at)} et "
        f"{short_time(vehicle.closes_at)}\u00a0: relisez les heures du départ et du retour."
    )


def is_on_a_holiday(trip: Trip) -> bool:
    return not trip.vehicle.opens_on_holidays and any(
        holiday_name(day) for day in (trip.first_day, trip.last_day)
    )


def holiday_words(trip: Trip) -> str:
    day = next(day for day in (trip.first_day, trip.last_day) if holiday_name(day))
    return f"Le {long_date(day)}, c’est {holiday_name(day)}\u00a0: le véhicule n’est pas prêté."


def is_too_long(trip: Trip) -> bool:
    return trip.ends_at - trip.starts_at > timedelta(hours=trip.vehicle.longest_hours)


def length_words(trip: Trip) -> str:
    minutes = (trip.ends_at - trip.starts_at) // timedelta(minutes=1)
    hours, rest = divmod(minutes, 60)
    said = f"{hours}\u00a0h" + (f"\u00a0{rest:02d}" if rest else "")
    return (
        f"Une sortie dure {trip.vehicle.longest_hours}\u00a0h au plus\u00a0: celle-ci dure {said}."
    )


def is_over_quota(trip: Trip) -> bool:
    quota = trip.vehicle.quota_days
    return bool(quota) and trip.most_days_in_a_year > (quota or 0)


def quota_words(trip: Trip) -> str:
    return (
        f"Avec cette sortie, l’association aurait le véhicule {counted(trip.most_days_in_a_year)} "
        f"en douze mois, pour {counted(trip.vehicle.quota_days or 0)} au plus."
    )


def is_retired(trip: Trip) -> bool:
    return not trip.vehicle.is_lent


def retired_words(trip: Trip) -> str:
    return f"{trip.vehicle.name} n’est plus prêté."


def begun_words(_: Trip) -> str:
    return "Ce départ est déjà passé\u00a0: choisissez une date à venir."


def ended_words(_: Trip) -> str:
    return "Cette sortie est déjà passée\u00a0: elle ne peut plus être accordée."


def counted(days: int) -> str:
    return f"{days}\u00a0jour{'s' if days > 1 else ''}"
