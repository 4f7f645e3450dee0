"""Each occurrence of a series judged as a request of its own, and with those before it; nothing is
written. A constant number of queries."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from zna_network.models.booking import Booking
from zna_network.models.van import Vehicle
from zna_network.queries import van_requests as queries
from zna_network.services.context import Context
from zna_network.services.errors import InvalidError
from zna_network.services.permissions import Permission
from zna_network.services.van import drafts, occupancy, rules
from zna_network.services.van.request_checks import checked, period_of
from zna_network.services.van.request_values import RequestData, RequestValues
from zna_network.services.van.rules import Moment, Refusal
from zna_network.services.van.series_values import Occurrence, SeriesData, shifted
from zna_network.services.van.stop_checks import field_of, times_of
from zna_network.services.van.trip_facts import Trip

NOT_BACK = "Le véhicule ne serait pas encore rentré de la sortie précédente de la série."


@dataclass(frozen=True)
class Planned:
    """``values`` are what would be written; none when its hours cannot be. ``waiver``: what staff
    waived for it, for its history."""

    occurrence: Occurrence
    values: RequestValues | None
    waiver: str = ""


def plan(
    ctx: Context,
    vehicle: Vehicle,
    data: SeriesData,
    days: Sequence[date],
    keep: Collection[date] | None = None,
    like: Booking | None = None,
) -> list[Planned]:
    """``keep``: the days that are meant, where some are to be skipped; the others are judged, and
    do not count against these. ``like`` is the trip that they repeat: what it has may stay, as when
    it is changed itself. Raises InvalidValuesError when the trip itself is wrong."""
    drawn = list(days_drawn(data.request, days))
    base = _base(ctx, vehicle, data.request, drawn, like)
    dated = [(day, error or _on(base, data.request, day)) for day, error in drawn]
    found = [values for _, values in dated if isinstance(values, RequestValues)]
    starts_at, ends_at = found[0].starts_at, found[-1].ends_at
    used = rules.days_used(ctx, data.request.organisation_id, starts_at, ends_at)
    until = ends_at + timedelta(minutes=vehicle.turnround_minutes)
    around = ctx.session.scalars(queries.around([vehicle.id], starts_at, until)).all()
    judge = _Judge(ctx, vehicle, data.request, set(used.get(vehicle.id, ())), around)
    planned = []
    for day, values in dated:
        if isinstance(values, RequestValues):
            planned.append(judge.judged(day, values, counts=keep is None or day in keep))
        else:
            planned.append(Planned(Occurrence(day, None, None, values), None))
    return planned


def days_drawn(request: RequestData, days: Sequence[date]) -> Iterator[tuple[date, str]]:
    """Each day with why its hours are not to be had, or nothing."""
    for day in days:
        try:
            typed = shifted(request, day)
            period_of(typed)
            for rank, stop in enumerate(typed.stops):
                times_of(stop, field_of(rank))
        except InvalidError as error:
            yield day, error.message
        else:
            yield day, ""


def _base(
    ctx: Context,
    vehicle: Vehicle,
    request: RequestData,
    drawn: list[tuple[date, str]],
    like: Booking | None,
) -> RequestValues:
    """What all of them have in common, checked once, on a day whose hours exist; on the first day
    when none do, to say what is wrong."""
    day = next((day for day, error in drawn if not error), drawn[0][0])
    return checked(ctx, shifted(request, day), vehicle, like)


def _on(base: RequestValues, request: RequestData, day: date) -> RequestValues:
    typed = shifted(request, day)
    starts_at, ends_at = period_of(typed)
    stops = []
    for rank, (stop, values) in enumerate(zip(typed.stops, base.stops, strict=True)):
        begins, ends = times_of(stop, field_of(rank))
        stops.append(replace(values, starts_at=begins, ends_at=ends))
    return replace(base, starts_at=starts_at, ends_at=ends_at, stops=tuple(stops))


class _Judge:
    """Goes through the occurrences in their order; those that count take their days, and the
    vehicle until they are back."""

    def __init__(
        self,
        ctx: Context,
        vehicle: Vehicle,
        request: RequestData,
        used: set[date],
        around: Sequence[Booking],
    ) -> None:
        self.ctx, self.vehicle, self.request = ctx, vehicle, request
        self.used, self.around = used, around
        self.turnround = timedelta(minutes=vehicle.turnround_minutes)
        self.waives = bool(request.exception.strip()) and ctx.may(Permission.VAN_DECIDE)
        self.back_at: datetime | None = None

    def judged(self, day: date, values: RequestValues, *, counts: bool) -> Planned:
        trip = Trip(
            self.vehicle,
            values.starts_at,
            values.ends_at,
            self.ctx.now,
            None,
            frozenset(self.used),
        )
        there = self._there(values)
        found = rules.broken(trip, Moment.REQUEST)
        problems = [one.message for one in found if not (self.waives and one.may_be_waived)]
        problems += [one.message for one in self._own(values, there)]
        if self.back_at is not None and values.starts_at < self.back_at:
            problems.append(NOT_BACK)
        taken = [one for one in there if one.state.blocks]
        may_wait = bool(taken) and not problems
        remarks = self._competing(there)
        waived = [one for one in found if self.waives and one.may_be_waived]
        waiver = rules.waiver(waived, self.request.exception) if waived else ""
        if taken and not self.request.waits:
            problems.append(occupancy.who_has_it(taken))
        elif taken:
            remarks.insert(0, "Le créneau est pris\u00a0: sur liste d’attente.")
        if counts and not problems:
            self.used |= trip.days
            self.back_at = values.ends_at + self.turnround
        occurrence = Occurrence(
            day,
            values.starts_at,
            values.ends_at,
            " ".join(problems),
            " ".join(filter(None, (*remarks, waiver))),
            may_wait,
        )
        return Planned(occurrence, values, waiver)

    def _there(self, values: RequestValues) -> list[Booking]:
        until = values.ends_at + self.turnround
        return [
            one
            for one in self.around
            if one.block_start < until and one.block_end > values.starts_at
        ]

    def _own(self, values: RequestValues, there: list[Booking]) -> list[Refusal]:
        return [
            drafts.own_refusal(one)
            for one in there
            if one.organisation_id == self.request.organisation_id
            and one.starts_at < values.ends_at
            and one.ends_at > values.starts_at
        ]

    def _competing(self, there: list[Booking]) -> list[str]:
        asking = [
            one.organisation.short_name
            for one in there
            if one.state.awaits_decision
            and one.organisation is not None
            and one.organisation_id != self.request.organisation_id
        ]
        return [f"Demandé aussi par {', '.join(dict.fromkeys(asking))}."] if asking else []
