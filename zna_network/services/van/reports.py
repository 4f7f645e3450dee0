"""What a trip brought: which stops were really made, and whom was met there.

Only what a report says was done counts in the coverage. A report may be put right at any time: what
counts is what it says last, and the history of the booking keeps that it changed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zna_network.models.booking import (
    Booking,
    BookingAct,
    BookingState,
    Stop,
    StopCount,
    TripReport,
)
from zna_network.queries import van_coverage as queries
from zna_network.services.context import Context
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import from_local, local_date, long_datetime
from zna_network.services.permissions import Permission
from zna_network.services.unit_of_work import CHANGED_MEANWHILE
from zna_network.services.van import access, states
from zna_network.services.van.report_values import GROUPS, ReportData, clean

NO_TRIP = "Cette réservation n’est pas une sortie accordée : elle n’a pas de compte rendu."
_WENT = (BookingState.APPROVED, BookingState.OUT, BookingState.RETURNED)


@dataclass(frozen=True)
class StopShown:
    """A stop as its report tells it. ``counts``: (label, people), those met only."""

    stop: Stop
    was_done: bool | None
    counts: tuple[tuple[str, int], ...]

    @property
    def people(self) -> int:
        return sum(people for _label, people in self.counts)


@dataclass(frozen=True)
class ReportView:
    """A trip's report for its page. ``report`` none: nobody has said anything yet; ``is_due``: it
    is time to. ``may_write``: the reader's to write, now."""

    booking: Booking
    report: TripReport | None
    stops: tuple[StopShown, ...]
    is_due: bool
    may_write: bool

    @property
    def people(self) -> int:
        return sum(shown.people for shown in self.stops)

    @property
    def done(self) -> int:
        return sum(1 for shown in self.stops if shown.was_done)

    @property
    def revision(self) -> int:
        return self.report.revision if self.report else 0


def to_report(ctx: Context, booking_id: int) -> ReportView:
    """For the page where it is written. Raises NotFoundError, ForbiddenError, or ConflictError
    when there is no trip to report yet."""
    booking = access.booking_to_read(ctx, booking_id)
    ctx.require(Permission.VAN_REQUEST, booking.organisation_id)
    _refuse_too_early(booking, ctx.now)
    return of(ctx, booking)


def of(ctx: Context, booking: Booking) -> ReportView:
    """The report of a booking whose details this reader may see; three statements."""
    stops = ctx.session.scalars(queries.counted_stops(booking.id)).unique().all()
    may_write = not _why_too_early(booking, ctx.now)
    is_over = booking.state is BookingState.RETURNED or booking.ends_at <= ctx.now
    return ReportView(
        booking=booking,
        report=booking.report,
        stops=tuple(_shown(stop) for stop in stops),
        is_due=may_write and is_over and booking.report is None,
        may_write=may_write and access.may_see_details(ctx, booking),
    )


def record(ctx: Context, booking_id: int, data: ReportData, revision: int) -> TripReport:
    """Write the report, or put it right: ``revision`` is that of the report which was read, 0 when
    there was none. The whole of it or nothing. Raises InvalidError and its kin with the field at
    fault, ConflictError when somebody else reported meanwhile or when it is too early."""
    with ctx.unit_of_work():
        booking = access.booking_to_change(ctx, booking_id, Permission.VAN_REQUEST)
        _refuse_too_early(booking, ctx.now)
        report = booking.report
        if (report.revision if report else 0) != revision:
            raise ConflictError(CHANGED_MEANWHILE)
        stops = ctx.session.scalars(queries.counted_stops(booking.id)).unique().all()
        said = clean(stops, data, ctx.now)
        if report is None:
            report = TripReport(booking=booking)
        report.referrals_made, report.words = said.referrals_made, said.words
        report.reported_by, report.reported_at = access.author_of(ctx), ctx.now
        ctx.session.add(report)
        for stop, was_done, people in zip(stops, said.done, said.people, strict=True):
            stop.was_done = was_done
            _count(stop, people)
        states.record(ctx, booking, BookingAct.REPORTED, words=f"{said.in_words}.")
    return report


def proposed_referrals(ctx: Context, booking: Booking) -> int:
    """The referrals that the association made on the days of the trip, whoever they were for: a
    proposal, which the person who reports puts right. One statement."""
    if booking.organisation_id is None:
        return 0
    since, until = _days_of(booking)
    counted = queries.referrals_made(booking.organisation_id, since, until)
    return ctx.session.scalar(counted) or 0


def _count(stop: Stop, people: dict[str, int]) -> None:
    """Rows are kept and changed rather than replaced: their key is the stop and the group."""
    known = {count.target_group: count for count in stop.counts}
    for group, count in known.items():
        if group not in people:
            stop.counts.remove(count)
    for group, number in people.items():
        if group in known:
            known[group].people = number
        else:
            stop.counts.append(StopCount(target_group=group, people=number))


def _shown(stop: Stop) -> StopShown:
    people = {count.target_group: count.people for count in stop.counts}
    counts = tuple((label, people[value]) for value, label in GROUPS if people.get(value))
    return StopShown(stop, stop.was_done, counts)


def _refuse_too_early(booking: Booking, now: datetime) -> None:
    problem = _why_too_early(booking, now)
    if problem:
        raise ConflictError(problem)


def _why_too_early(booking: Booking, now: datetime) -> str:
    """From the road once it has left; otherwise from the hour at which it was to leave, for the
    trips whose handover was made on paper."""
    if booking.is_maintenance or booking.state not in _WENT:
        return NO_TRIP
    if booking.state is BookingState.APPROVED and booking.starts_at > now:
        return (
            f"Cette sortie commence le {long_datetime(booking.starts_at)} : son compte rendu "
            "s’écrit ensuite."
        )
    return ""


def _days_of(booking: Booking) -> tuple[datetime, datetime]:
    """From the first instant of the first local day to that after the last one."""
    first, last = local_date(booking.starts_at), local_date(booking.ends_at)
    return from_local(first, time()), from_local(last + timedelta(days=1), time())
