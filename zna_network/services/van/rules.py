"""The rules of the lending of a vehicle, when each is judged (somebody asks, it is granted, the
vehicle leaves), and who may go past which.

Each is a small function with its message, in ``lending_rules`` and ``paper_rules``."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from zna_network.models.booking import Booking
from zna_network.models.van import Driver, Vehicle
from zna_network.queries import van_requests as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.organisation_values import InvalidValuesError
from zna_network.services.permissions import Permission
from zna_network.services.van import lending_rules as lending
from zna_network.services.van import paper_rules as papers
from zna_network.services.van.trip_facts import Trip, days_of

# More than twelve months, whatever the year.
YEAR = timedelta(days=368)


class Moment(StrEnum):
    REQUEST = "request"
    APPROVAL = "approval"
    DEPARTURE = "departure"


@dataclass(frozen=True)
class Refusal:
    """``may_be_waived``: staff may go past it, and say why."""

    rule: str
    message: str
    field: str
    may_be_waived: bool = False


@dataclass(frozen=True)
class Rule:
    """``label``: how an exception to it is named in the history."""

    name: str
    label: str
    field: str
    moments: frozenset[Moment]
    is_broken: Callable[[Trip], bool]
    words: Callable[[Trip], str]
    may_be_waived: bool = False


WAIVABLE = frozenset(
    {"notice", "horizon", "opening_days", "opening_hours", "holidays", "length", "quota"}
)
_R, _A, _D = Moment.REQUEST, Moment.APPROVAL, Moment.DEPARTURE


def _rule(
    name: str,
    label: str,
    field: str,
    moments: tuple[Moment, ...],
    is_broken: Callable[[Trip], bool],
    words: Callable[[Trip], str],
) -> Rule:
    """Staff may go past those of the lending; nobody past the state of things or the papers."""
    return Rule(name, label, field, frozenset(moments), is_broken, words, name in WAIVABLE)


# In the order in which they are told.
# fmt: off
RULES: tuple[Rule, ...] = (
    _rule("retired", "véhicule en service", "vehicle_id", (_R, _A),
          lending.is_retired, lending.retired_words),
    _rule("past", "départ à venir", "starts_on", (_R,), lending.has_begun, lending.begun_words),
    _rule("ended", "retour à venir", "starts_on", (_A,), lending.has_ended, lending.ended_words),
    _rule("notice", "préavis", "starts_on", (_R,),
          lending.notice_is_short, lending.notice_words),
    _rule("horizon", "horizon", "starts_on", (_R, _A),
          lending.is_beyond_horizon, lending.horizon_words),
    _rule("opening_days", "jours de prêt", "starts_on", (_R, _A),
          lending.is_on_a_closed_day, lending.closed_day_words),
    _rule("opening_hours", "heures de prêt", "leaves_at", (_R, _A),
          lending.is_outside_hours, lending.hours_words),
    _rule("holidays", "jours fériés", "starts_on", (_R, _A),
          lending.is_on_a_holiday, lending.holiday_words),
    _rule("length", "durée", "ends_on", (_R, _A), lending.is_too_long, lending.length_words),
    _rule("quota", "part de l’association", "organisation_id", (_R, _A),
          lending.is_over_quota, lending.quota_words),
    _rule("insurance", "assurance du véhicule", "vehicle_id", (_A, _D),
          papers.vehicle_is_uninsured, papers.insurance_words),
    _rule("inspection", "contrôle technique", "vehicle_id", (_A, _D),
          papers.inspection_is_over, papers.inspection_words),
    _rule("driver", "conducteur", "driver_id", (_A, _D),
          papers.has_no_driver, papers.driver_words),
    _rule("licence", "permis", "driver_id", (_A, _D),
          papers.licence_is_over, papers.licence_words),
    _rule("driver_insurance", "assurance du conducteur", "driver_id", (_A, _D),
          papers.driver_is_uninsured, papers.driver_insurance_words),
)
# fmt: on
DRIVER_RULES = frozenset({"driver", "licence", "driver_insurance"})
_LABELS = {rule.name: rule.label for rule in RULES}


def refusals(
    ctx: Context,
    vehicle: Vehicle,
    *,
    organisation_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    driver: Driver | None = None,
    moment: Moment,
    but: int | None = None,
) -> list[Refusal]:
    """What the rules say against this trip, in their order; ``but`` is the booking that it is,
    whose own days do not count twice. One query, for a vehicle with a quota; none otherwise."""
    used: frozenset[date] = frozenset()
    if vehicle.quota_days and moment is not Moment.DEPARTURE:
        used = days_used(ctx, organisation_id, starts_at, ends_at, but).get(vehicle.id, used)
    return broken(Trip(vehicle, starts_at, ends_at, ctx.now, driver, used), moment)


def against(
    ctx: Context, booking: Booking, moment: Moment, vehicle: Vehicle | None = None
) -> list[Refusal]:
    """The same for a booking as it stands; ``vehicle``: if it had another."""
    return refusals(
        ctx,
        vehicle or booking.vehicle,
        organisation_id=booking.organisation_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        driver=booking.driver,
        moment=moment,
        but=booking.id,
    )


def broken(trip: Trip, moment: Moment) -> list[Refusal]:
    """The same for a trip whose days of use are known."""
    return [
        Refusal(rule.name, rule.words(trip), rule.field, rule.may_be_waived)
        for rule in RULES
        if moment in rule.moments and rule.is_broken(trip)
    ]


def allows(trip: Trip, moment: Moment, but: Collection[str] = ()) -> bool:
    """Whether nothing speaks against it, but these rules: the words, which cost more to say, are
    not looked for."""
    return not any(
        moment in rule.moments and rule.name not in but and rule.is_broken(trip) for rule in RULES
    )


def days_used(
    ctx: Context,
    organisation_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    but: int | None = None,
) -> dict[int, frozenset[date]]:
    """The days on which the association has each vehicle (granted, out or back), a year before
    this period and a year after, by the vehicle's id."""
    if organisation_id is None:
        return {}
    found: dict[int, set[date]] = {}
    periods = queries.periods_used(organisation_id, starts_at - YEAR, ends_at + YEAR, but)
    for vehicle_id, start, end in ctx.session.execute(periods):
        found.setdefault(vehicle_id, set()).update(days_of(start, end))
    return {vehicle_id: frozenset(days) for vehicle_id, days in found.items()}


def insist(ctx: Context, found: Sequence[Refusal], exception: str = "") -> str:
    """Refuse what the rules refuse, unless it is staff's to waive and ``exception`` says why; the
    words are then for the history. Raises InvalidValuesError with every refusal."""
    if not found:
        return ""
    waived = exception.strip() and ctx.may(Permission.VAN_DECIDE)
    left = [one for one in found if not (waived and one.may_be_waived)]
    if left:
        raise InvalidValuesError([InvalidError(one.message, field=one.field) for one in left])
    return waiver(found, exception)


def waiver(waived: Sequence[Refusal], exception: str) -> str:
    """« Dérogation (préavis) : le maire le demande », for the history."""
    names = ", ".join(_LABELS[one.rule] for one in waived)
    return f"Dérogation ({names})\u00a0: {exception.strip()}"
