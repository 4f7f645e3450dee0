"""The calendar of CUA Mobile, the same as a list, and the list as a file."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import public, requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.support import Listing, context, page_request
from zna_network.blueprints.van.calendar_filters import (
    CalendarFilters,
    ListFilters,
    Offered,
    with_values,
)
from zna_network.blueprints.van.calendar_links import CalendarLinks
from zna_network.blueprints.van.routes import blueprint
from zna_network.models.booking import BookingState
from zna_network.queries import van as vehicle_queries
from zna_network.queries import van_calendar as queries
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.van import calendar_view, listing
from zna_network.services.van.calendar_values import View
from zna_network.services.van.listing import ListFormat, Span

SORTS = [
    ("start", "Date"),
    ("who", "Organisme"),
    ("vehicle", "Véhicule"),
    ("state", "État"),
    ("number", "Numéro"),
]
# An icon and a tone beside the word: never the colour alone.
MARKS = {
    BookingState.REQUESTED: ("question-circle", "info"),
    BookingState.WAITING: ("hourglass-split", "warning"),
    BookingState.APPROVED: ("check-circle-fill", "success"),
    BookingState.OUT: ("bus-front", "danger"),
    BookingState.MAINTENANCE: ("wrench", "neutral"),
    BookingState.RETURNED: ("check2-square", "neutral"),
    BookingState.REFUSED: ("x-circle", "neutral"),
    BookingState.CANCELLED: ("x-circle", "neutral"),
    BookingState.EXPIRED: ("x-circle", "neutral"),
}


@blueprint.get("/cua-mobile")
@public
def index() -> Response | str:
    """Whoever has no account is shown where the vehicle passes."""
    ctx = context()
    if ctx.actor is None:
        return redirect(url_for("van.whereabouts"))
    filters = CalendarFilters(request.args, *_offered(ctx))
    calendar = calendar_view.read(ctx, filters.view, filters.day, filters.wanted())
    return render_template(
        "van/calendar.html",
        calendar=calendar,
        form=filters,
        links=CalendarLinks(filters),
        chips=filters.chips(),
        View=View,
        marks=MARKS,
        list_url=_as_list(filters, calendar),
    )


@blueprint.get("/cua-mobile/reservations")
@requires(Permission.VAN_READ)
def bookings() -> str:
    ctx = context()
    filters = _list_filters(ctx)
    asked = page_request("start", descending=filters.span is not Span.COMING)
    page = listing.read_list(ctx, filters.wanted(ctx.now), asked, filters.q.data)
    return render_template(
        "van/bookings.html",
        listing=Listing(page),
        form=filters,
        chips=filters.chips(),
        spans=[(s.label, filters.of_span(s), s is filters.span, None) for s in Span],
        sorts=SORTS,
        exports=[(kind, filters.export_address(kind)) for kind in ("xlsx", "csv")],
        marks=MARKS,
    )


@blueprint.get("/cua-mobile/reservations/export.<kind>")
@requires(Permission.VAN_READ)
def export_bookings(kind: str) -> Response:
    if kind not in set(ListFormat):
        abort(404)
    ctx = context()
    filters = _list_filters(ctx)
    wanted = filters.wanted(ctx.now)
    return download(listing.export_list(ctx, wanted, filters.q.data, ListFormat(kind)))


def _offered(ctx: Context) -> tuple[Offered, Offered]:
    every = ctx.session.scalars(vehicle_queries.vehicles(lent=False))
    borrowers = [(number, name) for number, name in ctx.session.execute(queries.borrowers())]
    return [(one.id, one.name) for one in every], borrowers


def _list_filters(ctx: Context) -> ListFilters:
    communes = [(insee, name) for insee, name in ctx.session.execute(queries.visited_communes())]
    return ListFilters(request.args, *_offered(ctx), communes)


def _as_list(filters: CalendarFilters, calendar: calendar_view.Calendar) -> str:
    """The bookings of the period on show, as a list."""
    period = calendar.period
    values = filters.sent() | {
        "quand": Span.ALL.value,
        "du": period.main_first.isoformat(),
        "au": period.main_last.isoformat(),
    }
    return with_values(url_for("van.bookings"), values)
