"""The days that meetings avoid: school holidays, and what the CUA adds."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.planning.calendar_forms import PeriodForm
from zna_network.blueprints.planning.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.services.permissions import Permission
from zna_network.services.planning import closed_periods, school_holidays
from zna_network.services.planning.calendar_values import days_in_words


@blueprint.get("/instances/calendrier/periodes", endpoint="periods")
@requires(Permission.CALENDAR_READ)
def show_periods() -> str:
    return _shown(PeriodForm())


@blueprint.post("/instances/calendrier/periodes")
@requires(Permission.CALENDAR_EDIT)
def add_period() -> Response | tuple[str, int]:
    form = PeriodForm()
    if form.attempt(lambda: closed_periods.add(context(), form.to_data())) is None:
        return _shown(form), 422
    flash("Période ajoutée : les séries de réunions l’éviteront.", "success")
    return redirect(url_for("planning.periods"), 303)


@blueprint.post("/instances/calendrier/periodes/<int:period_id>/retirer")
@requires(Permission.CALENDAR_EDIT)
def remove_period(period_id: int) -> Response:
    closed_periods.remove(context(), period_id)
    flash("Période retirée.", "success")
    return redirect(url_for("planning.periods"), 303)


def _shown(form: PeriodForm) -> str:
    ctx = context()
    return render_template(
        "planning/periods.html",
        form=form,
        periods=closed_periods.listed(ctx),
        known_until=closed_periods.known_until(ctx),
        source=school_holidays.SOURCE,
        days_words=days_in_words,
    )
