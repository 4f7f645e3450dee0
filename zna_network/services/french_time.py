"""Instants as people in Arras read and type them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time

from zna_network.services.errors import InvalidError

PARIS = ZoneInfo("Europe/Paris")
_LOCALE = "fr_FR"
FIRST_YEAR, LAST_YEAR = 1900, 2200
FAR_AWAY = "Relisez cette date : l’année est trop lointaine."


def to_local(instant: datetime) -> datetime:
    """The same instant on the clocks of Arras. Refuses a naive value."""
    if instant.tzinfo is None:
        raise ValueError("a naive date and time has no place in time")
    return instant.astimezone(PARIS)


def local_date(instant: datetime) -> date:
    return to_local(instant).date()


def from_local(day: date, hour: time, *, field: str | None = None) -> datetime:
    """The UTC instant of a time typed by a person.

    Refuses a time that the clocks skip in spring and one that they show twice in autumn, and a year
    that nobody means (the first and the last ones have no instant in every time zone)."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidError(FAR_AWAY, field=field)
    wall = datetime.combine(day, hour)
    instants = {wall.replace(tzinfo=PARIS, fold=fold).astimezone(UTC) for fold in (0, 1)}
    real = {i for i in instants if i.astimezone(PARIS).replace(tzinfo=None) == wall}
    if not real:
        raise InvalidError(
            f"Le {long_date(day)}, {short_time(hour)} n’existe pas : les horloges passent de "
            "2\u00a0h à 3\u00a0h cette nuit-là. Choisissez une autre heure.",
            field=field,
        )
    if len(real) > 1:
        raise InvalidError(
            f"Le {long_date(day)}, {short_time(hour)} arrive deux fois : les horloges reculent de "
            "3\u00a0h à 2\u00a0h cette nuit-là. Choisissez une autre heure.",
            field=field,
        )
    return real.pop()


def start_of(day: date) -> datetime:
    """The instant when this day begins in Arras: the clocks never change at midnight."""
    return datetime.combine(day, time.min, PARIS).astimezone(UTC)


def long_date(value: date | datetime) -> str:
    """« jeudi 17 décembre 2026 », with « 1er » for the first of the month."""
    day = local_date(value) if isinstance(value, datetime) else value
    words = str(format_date(day, "EEEE d MMMM y", locale=_LOCALE))
    return words.replace(" 1 ", " 1er ", 1) if day.day == 1 else words


def month_and_year(day: date) -> str:
    """« décembre 2026 »."""
    return str(format_date(day, "MMMM y", locale=_LOCALE))


def short_date(value: date | datetime) -> str:
    """« 17/12/2026 »."""
    day = local_date(value) if isinstance(value, datetime) else value
    return str(format_date(day, "dd/MM/y", locale=_LOCALE))


def brief_date(value: date | datetime) -> str:
    """« jeu. 17 déc. », for the head of a column."""
    day = local_date(value) if isinstance(value, datetime) else value
    words = str(format_date(day, "EEE d MMM", locale=_LOCALE))
    return words.replace(" 1 ", " 1er ", 1) if day.day == 1 else words


def short_time(value: time | datetime) -> str:
    """« 14 h » or « 14 h 30 », as French writes hours, held on one line."""
    moment = to_local(value) if isinstance(value, datetime) else value
    hours = str(format_time(moment, "H", locale=_LOCALE, tzinfo=PARIS if _aware(moment) else None))
    minutes = f"\u00a0{moment.minute:02d}" if moment.minute else ""
    return f"{hours}\u00a0h{minutes}"


def long_datetime(instant: datetime) -> str:
    """« jeudi 17 décembre 2026 à 14 h 30 »."""
    return f"{long_date(instant)} à {short_time(instant)}"


def short_datetime(instant: datetime) -> str:
    """« 17/12/2026 à 14:30 », for lists."""
    return str(format_datetime(instant, "dd/MM/y 'à' HH:mm", tzinfo=PARIS, locale=_LOCALE))


def time_range(starts_at: datetime, ends_at: datetime) -> str:
    """« de 14 h à 16 h 30 »."""
    return f"de {short_time(starts_at)} à {short_time(ends_at)}"


def _aware(moment: time | datetime) -> bool:
    return moment.tzinfo is not None
