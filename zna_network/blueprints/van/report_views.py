"""The report of a trip, and the poster of a stop."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.downloads import download
from zna_network.blueprints.support import context
from zna_network.blueprints.van.report_forms import report_form, stops_shown
from zna_network.blueprints.van.routes import blueprint
from zna_network.extensions import limiter
from zna_network.ports.pdf import PaperSize
from zna_network.services.permissions import Permission
from zna_network.services.van import reports
from zna_network.services.van.stop_poster import stop_poster

DRAWINGS = "20 per minute"


@blueprint.route("/cua-mobile/reservations/<int:booking_id>/compte-rendu", methods=["GET", "POST"])
@requires(Permission.VAN_REQUEST)
def report(booking_id: int) -> Response:
    ctx = context()
    view = reports.to_report(ctx, booking_id)
    proposed = 0 if view.report else reports.proposed_referrals(ctx, view.booking)
    form = report_form(view, proposed)
    written = form.attempt(
        lambda: reports.record(ctx, booking_id, form.to_data(), form.revision.seen)
    )
    if written is not None:
        flash("Compte rendu enregistré : la carte de couverture en tient compte.", "success")
        return redirect(url_for("van.show", booking_id=booking_id), 303)
    current = reports.to_report(ctx, booking_id)
    has_changed = form.revision.renew(current.revision)
    form.seen.data = stops_shown(current)
    page = render_template(
        "van/report.html",
        view=current,
        form=form,
        proposed=proposed,
        changed=current if has_changed and current.report else None,
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.get("/cua-mobile/reservations/<int:booking_id>/affiche/<int:stop_id>.pdf")
@requires(Permission.VAN_READ)
@limiter.limit(DRAWINGS)
def poster(booking_id: int, stop_id: int) -> Response:
    size = PaperSize.A3 if request.args.get("format") == "a3" else PaperSize.A4
    return download(stop_poster(context(), booking_id, stop_id, size))
