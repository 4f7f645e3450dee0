"""The governance calendar: a year at a glance, then month by month."""

from flask import render_template, request, url_for

from zna_network.blueprints.access import requires
from zna_network.blueprints.planning.calendar_forms import (
    CalendarFilter,
    address_values,
    month_asked,
)
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.services.french_time import local_date, month_and_year
from zna_network.services.permissions import Permission
from zna_network.services.planning import calendar_view
from zna_network.services.planning.calendar_values import (
    MONTHS,
    Item,
    Kind,
    Wanted,
    add_months,
    days_in_words,
    kinds_among,
)
from zna_network.services.planning.calendar_view import YearView
from zna_network.services.planning.series_values import WEEK

ICONS = {
    Kind.CALL: "flag",
    Kind.MEETING: "people",
    Kind.POLL: "question-circle",
    Kind.STEP: "list-check",
    Kind.GRANT: "cash-coin",
    Kind.FORUM: "shop",
    Kind.CUA: "bookmark",
}


@blueprint.get("/instances/calendrier")
@requires(Permission.CALENDAR_READ)
def index() -> str:
    ctx = context()
    today = local_date(ctx.now)
    chosen = kinds_among(request.args.getlist("types"))
    wanted = Wanted(
        start=month_asked(request.args, today),
        kinds=frozenset() if len(chosen) == len(Kind) else chosen,
        organisation_id=request.args.get("organisme", type=int),
    )
    year = calendar_view.year(ctx, wanted)
    return render_template(
        "planning/index.html",
        year=year,
        form=CalendarFilter(wanted, year.organisations),
        chips=_chips(year),
        step=lambda number: _address(wanted, debut=f"{add_months(wanted.start, number):%Y-%m}"),
        today_url=_address(wanted, debut=None),
        is_now=wanted.start == today.replace(day=1),
        this_year=_address(wanted, debut=f"{wanted.end.year}-01"),
        months=MONTHS,
        Kind=Kind,
        icons=ICONS,
        week=WEEK,
        when=_when,
        days_words=days_in_words,
        url_of=_url_of,
    )


def _address(wanted: Wanted, **changes: object) -> str:
    return url_for("planning.index", **address_values(wanted, **changes))


def _chips(year: YearView) -> list[tuple[str, str]]:
    wanted = year.wanted
    found = [
        (kind.label, _address(wanted, types=[one.value for one in wanted.kinds if one != kind]))
        for kind in Kind
        if kind in wanted.kinds
    ]
    names = dict(year.organisations)
    if wanted.organisation_id in names:
        found.append((names[wanted.organisation_id], _address(wanted, organisme=None)))
    return found


def _when(item: Item) -> str:
    """« jeudi 17 décembre 2026 », « du … au … », « en juin 2027 »."""
    if item.month_only:
        return f"en {month_and_year(item.starts_on)}"
    return days_in_words(item.starts_on, item.ends_on)


def _url_of(item: Item) -> str | None:
    if item.target is None:
        return None
    endpoint, values = item.target
    return url_for(endpoint, **dict(values))  # type: ignore[arg-type]
