"""Trips that come back: what is in the way is shown date by date before anything is written."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.support import context
from zna_network.blueprints.van.request_pages import Asking
from zna_network.blueprints.van.routes import blueprint
from zna_network.blueprints.van.series_forms import DatesForm, SeriesForm
from zna_network.blueprints.van.verdicts import slot_value
from zna_network.models.booking import Booking
from zna_network.services.errors import DomainError
from zna_network.services.permissions import Permission
from zna_network.services.van import series
from zna_network.services.van.series_values import Occurrence, SeriesData


class AskingSeries(Asking):
    """One showing of the page; ``occurrences`` once the dates were asked for."""

    form_class = SeriesForm
    form: SeriesForm
    occurrences: Sequence[Occurrence] = ()

    @property
    def is_sending(self) -> bool:
        return self.act == "create"

    @property
    def kept(self) -> Collection[date]:
        """What stands ticked: all that can be, until somebody has chosen."""
        if self.is_sending:
            return self.form.kept
        return {one.day for one in self.occurrences if one.is_possible}

    def show_dates(self) -> None:
        found = self.form.attempt(lambda: series.preview(self.ctx, self._series()))
        self.occurrences = found or ()

    def send_series(self) -> list[Booking] | None:
        """Refused for its dates, they are shown again, each with what is against it now."""
        kept = self.form.kept
        made = self.form.attempt(lambda: series.create(self.ctx, self._series(), kept))
        if made is None and set(self.form.errors) <= {"keep", None}:
            with suppress(DomainError):
                self.occurrences = series.preview(self.ctx, self._series(), kept)
        return made

    def _series(self) -> SeriesData:
        return self.form.to_series(self.data(waits=bool(self.form.waits.data)))


@blueprint.route("/cua-mobile/reservations/serie", methods=["GET", "POST"], endpoint="series")
@requires(Permission.VAN_REQUEST)
def ask_series() -> Response:
    asking = AskingSeries(context())
    if request.method == "GET":
        asking.begin(request.args)
        return _page(asking)
    asking.change()
    made = asking.send_series() if asking.is_sending else None
    if made:
        flash(f"{counted(len(made), 'demande')} en attente de la décision de la CUA.", "success")
        return redirect(url_for("van.show", booking_id=made[0].id), 303)
    if asking.act == "preview":
        asking.show_dates()
    return _page(asking)


@blueprint.route("/cua-mobile/reservations/serie/<int:series_id>", methods=["GET", "POST"])
@requires(Permission.VAN_REQUEST)
def series_dates(series_id: int) -> Response:
    """The days of a series, those that were skipped included: they can be asked for later."""
    ctx = context()
    occurrences = series.occurrences(ctx, series_id)
    form = DatesForm()
    made = form.attempt(
        lambda: series.add(
            ctx,
            series_id,
            form.kept,
            waits=form.waits.data,
            exception=form.exception.data or "",
        )
    )
    if made:
        flash(f"{counted(len(made), 'date')} de plus.", "success")
        return redirect(url_for("van.show", booking_id=made[0].id), 303)
    page = render_template(
        "van/series_dates.html",
        form=form,
        occurrences=occurrences,
        is_staff=ctx.may(Permission.VAN_DECIDE),
    )
    return _private(page, 422 if form.errors else 200)


def _page(asking: AskingSeries) -> Response:
    page = render_template(
        "van/series.html", asking=asking, form=asking.form, slot_value=slot_value
    )
    return _private(page, 422 if asking.form.errors else 200)


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
