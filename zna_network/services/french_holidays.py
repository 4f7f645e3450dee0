"""Days when nobody expects a meeting: Sundays and public holidays (Code du travail, L3133-1)."""

from datetime import date, timedelta

_FIXED = {
    (1, 1): "le jour de l’An",
    (5, 1): "la fête du Travail",
    (5, 8): "la Victoire de 1945",
    (7, 14): "la fête nationale",
    (8, 15): "l’Assomption",
    (11, 1): "la Toussaint",
    (11, 11): "l’Armistice de 1918",
    (12, 25): "Noël",
}
_AFTER_EASTER = {
    0: "Pâques",
    1: "le lundi de Pâques",
    39: "l’Ascension",
    50: "le lundi de Pentecôte",
}
_SUNDAY = 6


def holiday_name(day: date) -> str:
    """« le lundi de Pâques » with its article where it takes one; empty on an ordinary day."""
    fixed = _FIXED.get((day.month, day.day))
    return fixed or _AFTER_EASTER.get((day - easter(day.year)).days, "")


def why_closed(day: date) -> str:
    """« un dimanche » or the holiday's name; empty on a day when offices are open."""
    return holiday_name(day) or ("un dimanche" if day.weekday() == _SUNDAY else "")


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the Meeus, Jones and Butcher computation)."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_shift = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon_shift + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    days = epact + to_sunday - 7 * late + 22
    return date(year, 3, 1) + timedelta(days=days - 1)
