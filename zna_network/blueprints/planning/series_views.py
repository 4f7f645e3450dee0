"""A year of meetings at once: what is to be avoided is shown date by date before anything is
written."""

from contextlib import suppress
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.planning.series_forms import (
    SeriesForm,
    days_by_hand,
    days_typed,
    proposals_sent,
)
from zna_network.blueprints.support import context
from zna_network.models.committee import Committee
from zna_network.services.errors import DomainError
from zna_network.services.french_time import local_date
from zna_network.services.permissions import Permission
from zna_network.services.planning import closed_periods
from zna_network.services.planning import series as use_cases
from zna_network.services.planning.series_plan import Planned
from zna_network.services.planning.series_values import rule_in_words


@blueprint.route("/instances/<int:committee_id>/serie", methods=["GET", "POST"])
@requires(Permission.MEETING_PREPARE)
def series(committee_id: int) -> Response:
    ctx = context()
    committee = use_cases.committee_to_plan(ctx, committee_id)
    form = SeriesForm()
    form.begin(local_date(ctx.now))
    if request.method == "GET":
        return _page(committee, form, [], set())
    typed = days_typed(request.form)
    planned: list[Planned] = []
    by_hand = days_by_hand(typed, proposals_sent(request.form.getlist("propose")))
    if request.form.get("act") == "create":
        kept = form.kept(typed)
        made = form.attempt(lambda: use_cases.create(ctx, committee_id, form.to_data(), kept))
        if made is not None:
            number = counted(len(made), "réunion")
            flash(f"{number} au calendrier. Chacune se prépare et se déplace à part.", "success")
            return redirect(url_for("meetings.index", instance=committee_id), 303)
        if set(form.errors) <= {"keep", None}:
            with suppress(DomainError):
                planned = use_cases.preview(ctx, committee_id, form.to_data(), by_hand)
        return _page(committee, form, planned, form.ticked)
    found = form.attempt(lambda: use_cases.preview(ctx, committee_id, form.to_data(), by_hand))
    planned = found or []
    new = {one.expected for one in planned if one.is_kept_at_first and one.expected not in typed}
    return _page(committee, form, planned, form.ticked | new)


def _page(
    committee: Committee, form: SeriesForm, planned: list[Planned], ticked: set[date]
) -> Response:
    """``ticked``: what somebody has chosen, and what is new with nothing against it."""
    known_until = closed_periods.known_until(context())
    last = max((one.expected for one in planned), default=None)
    page = render_template(
        "planning/series.html",
        committee=committee,
        form=form,
        planned=planned,
        ticked=ticked,
        rule=rule_in_words(form.to_data()) if planned else "",
        known_until=known_until,
        beyond=known_until is None or (last is not None and last > known_until),
    )
    return make_response(page, 422 if form.errors else 200)
