"""Asking for trips that come back. What is in conflict is told before anything is written; then
each occurrence is a booking like another, with a state of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import NAMESPACE_URL, uuid4, uuid5

from zna_network.models.booking import Booking, BookingSeries
from zna_network.models.organisation import Organisation
from zna_network.models.van import Vehicle
from zna_network.queries import van as van_queries
from zna_network.queries import van_requests as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError, InvalidError, NotFoundError
from zna_network.services.french_time import local_date, long_date, to_local
from zna_network.services.permissions import Permission
from zna_network.services.referrals.creation_values import clean_client_id
from zna_network.services.unit_of_work import take_turns
from zna_network.services.van import drafts, mails, occupancy
from zna_network.services.van.access import author_of
from zna_network.services.van.asking import ALREADY_USED, UNKNOWN_VEHICLE, vehicle_to_ask
from zna_network.services.van.request_checks import borrower
from zna_network.services.van.request_values import as_typed, is_an_id
from zna_network.services.van.series_plan import Planned, plan
from zna_network.services.van.series_values import (
    Occurrence,
    SeriesData,
    days_of_series,
    recurring,
    shifted,
)

NOTHING_KEPT = "Gardez au moins une date."
NOT_OF_SERIES = "Une des dates n’est pas de cette série. Rechargez la page."
UNKNOWN = "Cette série n’existe pas."


def preview(
    ctx: Context, data: SeriesData, keep: tuple[date, ...] | None = None
) -> list[Occurrence]:
    """Every occurrence with what is against it; nothing is written. ``keep``: the days that are
    meant, when some are skipped already. Raises InvalidError when the trip itself is wrong."""
    ctx.require(Permission.VAN_REQUEST, data.request.organisation_id)
    days = days_of_series(data)
    borrower(ctx, data.request.organisation_id)
    known = is_an_id(data.request.vehicle_id)
    vehicle = ctx.session.scalar(van_queries.vehicle(data.request.vehicle_id)) if known else None
    if vehicle is None:
        raise InvalidError(UNKNOWN_VEHICLE, field="vehicle_id")
    return [planned.occurrence for planned in plan(ctx, vehicle, data, days, keep)]


@occupancy.retried
def create(ctx: Context, data: SeriesData, keep: tuple[date, ...]) -> list[Booking]:
    """Ask for the days of ``keep``: all of them or none. Sent again, the first ones are given back.
    Raises InvalidError with what is against the days kept, as ``preview`` says it."""
    ctx.require(Permission.VAN_REQUEST, data.request.organisation_id)
    days = days_of_series(data)
    wanted = _kept(days, keep)
    client_id = clean_client_id(data.request.client_id)
    with ctx.unit_of_work():
        take_turns(ctx.session, f"booking:{client_id}")
        made = _already_made(ctx, data, client_id, days)
        if made:
            return made
        vehicle = vehicle_to_ask(ctx, data.request.vehicle_id)
        organisation = borrower(ctx, data.request.organisation_id)
        planned = plan(ctx, vehicle, data, wanted)
        series = _new_series(ctx, data, vehicle, organisation)
        ids = [_client_id_of(client_id, day) for day in wanted]
        bookings = _write(ctx, vehicle, organisation, planned, ids, series)
        ctx.record("series.created", series, bookings=len(bookings))
    return bookings


def occurrences(ctx: Context, series_id: int) -> list[Occurrence]:
    """The days of a series that are to come: those that are made, and those that could be added."""
    series = _series_to_change(ctx, series_id)
    made = ctx.session.scalars(queries.of_series(series_id)).all()
    live = _live_days(made)
    days = [day for day in _days_of(series) if day >= local_date(ctx.now)]
    vehicle = ctx.session.scalars(van_queries.vehicle(series.vehicle_id)).one()
    missing = [day for day in days if day not in live]
    data, like = _as_typed(ctx, series, made)
    planned = plan(ctx, vehicle, data, missing, like=like) if missing else []
    found = {one.occurrence.day: one.occurrence for one in planned}
    for day in set(days) & set(live):
        one = live[day]
        found[day] = Occurrence(
            day, one.starts_at, one.ends_at, remark=one.state.label, is_made=True
        )
    return [found[day] for day in sorted(found)]


@occupancy.retried
def add(
    ctx: Context,
    series_id: int,
    days: tuple[date, ...],
    *,
    waits: bool = False,
    exception: str = "",
) -> list[Booking]:
    """Ask for days that were skipped, or called off since, with what the series' trips say now;
    ``waits`` and ``exception`` as in a request. A day that has its booking keeps it. Raises as
    ``create`` does."""
    with ctx.unit_of_work():
        series = _series_to_change(ctx, series_id)
        vehicle = vehicle_to_ask(ctx, series.vehicle_id)
        made = ctx.session.scalars(queries.of_series(series_id)).all()
        live = _live_days(made)
        wanted = [day for day in _kept(_days_of(series), days) if day not in live]
        if not wanted:
            return []
        data, like = _as_typed(ctx, series, made)
        request = replace(data.request, waits=waits, exception=exception)
        data = replace(data, request=request)
        organisation = borrower(ctx, data.request.organisation_id)
        planned = plan(ctx, vehicle, data, wanted, like=like)
        ids = [str(uuid4()) for _ in wanted]
        bookings = _write(ctx, vehicle, organisation, planned, ids, series)
        ctx.record("series.extended", series, bookings=len(bookings))
    return bookings


def _write(
    ctx: Context,
    vehicle: Vehicle,
    organisation: Organisation,
    planned: Sequence[Planned],
    client_ids: Sequence[str],
    series: BookingSeries,
) -> list[Booking]:
    against = [one.occurrence for one in planned if one.occurrence.problem]
    if against:
        told = " ".join(
            f"{long_date(one.day).capitalize()}\u00a0: {one.problem}" for one in against
        )
        raise InvalidError(f"Rien n’a été enregistré. {told}", field="keep")
    bookings = [
        drafts.new_booking(
            ctx,
            vehicle,
            organisation,
            one.values,
            client_id,
            waits=one.occurrence.may_wait,
            series=series,
            words=one.waiver,
        )
        for one, client_id in zip(planned, client_ids, strict=True)
        if one.values is not None
    ]
    mails.tell_staff(
        ctx, bookings[0], "van_requested", author=author_of(ctx), others=len(bookings) - 1
    )
    return bookings


def _kept(days: Sequence[date], keep: tuple[date, ...]) -> list[date]:
    if not keep:
        raise InvalidError(NOTHING_KEPT, field="keep")
    if not set(keep) <= set(days):
        raise InvalidError(NOT_OF_SERIES, field="keep")
    return sorted(set(keep))


def _client_id_of(client_id: str, day: date) -> str:
    """One for each occurrence, the same when the form is sent again."""
    return str(uuid5(NAMESPACE_URL, f"zna:series:{client_id}:{day.isoformat()}"))


def _already_made(
    ctx: Context, data: SeriesData, client_id: str, days: Sequence[date]
) -> list[Booking]:
    ids = [_client_id_of(client_id, day) for day in days]
    made = list(ctx.session.scalars(queries.by_client_ids(ids)))
    if any(one.organisation_id != data.request.organisation_id for one in made):
        raise ConflictError(ALREADY_USED, field="client_id")
    return made


def _new_series(
    ctx: Context, data: SeriesData, vehicle: Vehicle, organisation: Organisation
) -> BookingSeries:
    request = data.request
    series = BookingSeries(
        vehicle_id=vehicle.id,
        organisation_id=organisation.id,
        every_weeks=data.every_weeks,
        weekdays=sorted(set(data.weekdays)),
        first_on=request.starts_on,
        last_on=data.last_on,
        leaves_at=request.leaves_at,
        returns_at=request.returns_at,
        nights=(request.ends_on - request.starts_on).days,
        created_at=ctx.now,
    )
    ctx.session.add(series)
    ctx.session.flush()
    return series


def _series_to_change(ctx: Context, series_id: int) -> BookingSeries:
    series = ctx.session.scalar(queries.series(series_id)) if is_an_id(series_id) else None
    if series is None or not ctx.may(Permission.VAN_READ):
        raise NotFoundError(UNKNOWN)
    ctx.require(Permission.VAN_REQUEST, series.organisation_id)
    return series


def _days_of(series: BookingSeries) -> list[date]:
    return list(recurring(series.first_on, series.last_on, series.every_weeks, series.weekdays))


def _live_days(made: Sequence[Booking]) -> dict[date, Booking]:
    return {local_date(one.starts_at): one for one in made if one.state in queries.KEPT}


def _as_typed(
    ctx: Context, series: BookingSeries, made: Sequence[Booking]
) -> tuple[SeriesData, Booking]:
    """What the latest trip that still has the series' hours says, on the series' first day; and
    this trip."""
    alike = [one for one in made if _has_hours_of(series, one)]
    latest = (alike or made)[-1]
    like = ctx.session.scalars(van_queries.booking(latest.id)).one()
    request = replace(shifted(as_typed(like), series.first_on), waits=False)
    weekdays = tuple(series.weekdays)
    return SeriesData(request, series.every_weeks, weekdays, series.last_on), like


def _has_hours_of(series: BookingSeries, booking: Booking) -> bool:
    leaves, returns = to_local(booking.starts_at), to_local(booking.ends_at)
    nights = (returns.date() - leaves.date()).days
    hours = (leaves.time(), returns.time(), nights)
    return hours == (series.leaves_at, series.returns_at, series.nights)
