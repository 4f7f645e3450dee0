"""When a vehicle is not lent: at the garage, or kept for something else."""

from uuid import uuid4

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.van.routes import blueprint
from zna_network.blueprints.van.vehicle_forms import MaintenanceForm
from zna_network.models.booking import Booking
from zna_network.queries import van_desk as queries
from zna_network.services.errors import ConflictError
from zna_network.services.french_time import from_local
from zna_network.services.permissions import Permission
from zna_network.services.van import maintenance as use_cases
from zna_network.services.van.vehicles import vehicle_to_read


@blueprint.route("/cua-mobile/vehicules/<int:vehicle_id>/indisponibilite", methods=["GET", "POST"])
@requires(Permission.VAN_MANAGE)
def maintenance(vehicle_id: int) -> str | Response:
    ctx = context()
    vehicle = vehicle_to_read(ctx, vehicle_id)
    form = MaintenanceForm(client_id=str(uuid4()))
    if form.attempt(lambda: _block(vehicle_id, form)) is None:
        return render_template(
            "van/maintenance.html",
            vehicle=vehicle,
            form=form,
            planned=ctx.session.scalars(queries.unavailable(vehicle_id, ctx.now)).all(),
        )
    flash("Le véhicule est indisponible sur cette période. Les demandes attendent.", "success")
    return redirect(url_for("van.maintenance", vehicle_id=vehicle_id))


@blueprint.post("/cua-mobile/indisponibilites/<int:booking_id>/lever")
@requires(Permission.VAN_MANAGE)
def lift(booking_id: int) -> Response:
    try:
        lifted = use_cases.lift(context(), booking_id, "")
    except ConflictError as refusal:
        flash(refusal.message, "warning")
        return redirect(url_for("van.vehicles"))
    flash("Le véhicule est de nouveau prêté sur cette période.", "success")
    return redirect(url_for("van.maintenance", vehicle_id=lifted.vehicle_id))


def _block(vehicle_id: int, form: MaintenanceForm) -> Booking:
    return use_cases.block(
        context(),
        vehicle_id,
        from_local(form.starts_on.data, form.starts.data, field="starts"),
        from_local(form.ends_on.data, form.ends.data, field="ends"),
        form.reason.data or "",
        form.client_id.data or "",
    )
