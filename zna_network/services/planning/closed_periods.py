"""Days that a meeting should avoid: public holidays, the bridges that they make, week-ends, the
school holidays of zone B, and what the CUA adds.

Public holidays and bridges are computed; the school holidays come with the reference data, which
knows them a year or two ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from zna_network.models.planning import ClosedPeriod
from zna_network.queries import planning as queries
from zna_network.services.clean_values import clean_line
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_holidays import holiday_name
from zna_network.services.french_time import FAR_AWAY, FIRST_YEAR, LAST_YEAR, local_date
from zna_network.services.organisation_values import Checks
from zna_network.services.permissions import Permission
from zna_network.services.planning import school_holidays
from zna_network.services.unit_of_work import take_turns

LONGEST = timedelta(days=366)
END_FIRST = "La fin ne peut pas venir avant le début."
TOO_LONG = "Une période dure un an au plus."
ALREADY_THERE = "Cette période est déjà dans la liste."
UNKNOWN = "Cette période n’est plus dans la liste."
OFFICIAL = (
    "Les vacances scolaires viennent du calendrier officiel : elles ne se retirent pas d’ici."
)
_MONDAY, _FRIDAY, _SATURDAY = 0, 4, 5
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PeriodData:
    """Both days included."""

    label: str
    starts_on: date
    ends_on: date


class ClosedDays:
    """Why each day between two is to be avoided, once the periods are read."""

    def __init__(self, periods: Sequence[ClosedPeriod]) -> None:
        self.periods = tuple(periods)

    def reasons(self, day: date) -> tuple[str, ...]:
        """In words that stand alone, the strongest first; none on a day like another."""
        found = [_public_holiday(day) or _weekend(day) or _bridge(day)]
        found += [
            f"{one.label} (zone {school_holidays.ZONE})" if one.is_school_holiday else one.label
            for one in self.periods
            if one.starts_on <= day <= one.ends_on
        ]
        return tuple(filter(None, found))


def between(ctx: Context, start: date, end: date) -> ClosedDays:
    """One query, whatever the number of days asked about afterwards."""
    return ClosedDays(ctx.session.scalars(queries.closed_periods(start, end)).all())


def remarks(ctx: Context, day: date) -> list[str]:
    """What deserves a second look about a meeting on this day, beside week-ends and public
    holidays, which ``meeting_times`` tells."""
    known = {_public_holiday(day), _weekend(day)}
    found = [one for one in between(ctx, day, day).reasons(day) if one not in known]
    return [f"À éviter si possible\u00a0: {one[:1].lower()}{one[1:]}." for one in found]


def known_until(ctx: Context) -> date | None:
    """The last day up to which the school holidays are known; none without reference data."""
    return ctx.session.scalar(queries.school_holidays_known_until())


def listed(ctx: Context) -> Sequence[ClosedPeriod]:
    """Those that are not over. Raises ForbiddenError."""
    ctx.require(Permission.CALENDAR_READ)
    return ctx.session.scalars(queries.closed_periods(local_date(ctx.now))).all()


def add(ctx: Context, data: PeriodData) -> ClosedPeriod:
    """Days on which the CUA wants no meeting. Raises InvalidValuesError, ConflictError."""
    ctx.require(Permission.CALENDAR_EDIT)
    checks = Checks()
    label = checks.take(
        lambda: clean_line(data.label, field="label", limit=120, required="Nommez cette période."),
        "",
    )
    checks.take(lambda: _check_days(data), None)
    checks.finish()
    with ctx.unit_of_work():
        take_turns(ctx.session, "closed_periods")
        if ctx.session.scalar(queries.period_named(label, data.starts_on)) is not None:
            raise ConflictError(ALREADY_THERE, field="label")
        period = ClosedPeriod(label=label, starts_on=data.starts_on, ends_on=data.ends_on)
        ctx.session.add(period)
        ctx.session.flush()
        ctx.record("closed_period.added", period, label=label)
    return period


def remove(ctx: Context, period_id: int) -> None:
    """Raises NotFoundError, or ConflictError for the official ones."""
    ctx.require(Permission.CALENDAR_EDIT)
    with ctx.unit_of_work():
        period = ctx.session.scalar(queries.closed_period(period_id))
        if period is None:
            raise NotFoundError(UNKNOWN)
        if period.is_school_holiday:
            raise ConflictError(OFFICIAL)
        ctx.record("closed_period.removed", period, label=period.label)
        ctx.session.delete(period)


def load(ctx: Context) -> int:
    """The school holidays as they are known today, in the place of those known before: a calendar
    is sometimes changed after it was published. What staff have added stays, unless it is the same
    holidays: those are official from then on. Returns how many there are."""
    with ctx.unit_of_work():
        take_turns(ctx.session, "closed_periods")
        rows = ctx.session.scalars(queries.closed_periods(school_holidays.SINCE)).all()
        stored = {(one.label, one.starts_on): one for one in rows}
        official = {(one.label, one.starts_on): one.ends_on for one in school_holidays.known()}
        for key, one in stored.items():
            if one.is_school_holiday and key not in official:
                ctx.session.delete(one)
        for (label, starts_on), ends_on in official.items():
            period = stored.get((label, starts_on)) or ClosedPeriod(
                label=label, starts_on=starts_on
            )
            period.ends_on, period.source = ends_on, school_holidays.SOURCE
            period.is_school_holiday = True
            ctx.session.add(period)
    return len(official)


def _check_days(data: PeriodData) -> None:
    for field in ("starts_on", "ends_on"):
        if not FIRST_YEAR <= getattr(data, field).year <= LAST_YEAR:
            raise InvalidError(FAR_AWAY, field=field)
    if data.ends_on < data.starts_on:
        raise InvalidError(END_FIRST, field="ends_on")
    if data.ends_on - data.starts_on > LONGEST:
        raise InvalidError(TOO_LONG, field="ends_on")


def _public_holiday(day: date) -> str:
    name = holiday_name(day)
    return f"Jour férié\u00a0: {name}" if name else ""


def _weekend(day: date) -> str:
    if day.weekday() < _SATURDAY:
        return ""
    return "Un samedi" if day.weekday() == _SATURDAY else "Un dimanche"


def _bridge(day: date) -> str:
    """A Friday after a holiday, or a Monday before one: many are away."""
    if day.weekday() == _FRIDAY:
        side, name = "le lendemain", holiday_name(day - _DAY)
    elif day.weekday() == _MONDAY:
        side, name = "la veille", holiday_name(day + _DAY)
    else:
        return ""
    return f"Un pont\u00a0: {side} de {name}".replace(" de le ", " du ") if name else ""
