"""The vehicles: what each is, who has it, and the rules of its lending."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.van.routes import blueprint
from zna_network.blueprints.van.vehicle_forms import VehicleForm
from zna_network.services.errors import ConflictError
from zna_network.services.permissions import Permission
from zna_network.services.van import fleet
from zna_network.services.van import vehicles as use_cases
from zna_network.services.van.vehicle_words import rules_told


@blueprint.get("/cua-mobile/vehicules")
@requires(Permission.VAN_REQUEST)
def vehicles() -> str:
    return render_template("van/vehicles.html", lines=fleet.overview(context()))


@blueprint.get("/cua-mobile/vehicules/<int:vehicle_id>")
@requires(Permission.VAN_REQUEST)
def vehicle(vehicle_id: int) -> str:
    line = fleet.one_vehicle(context(), vehicle_id)
    return render_template(
        "van/vehicle.html", line=line, vehicle=line.vehicle, rules=rules_told(line.vehicle)
    )


@blueprint.route("/cua-mobile/vehicules/nouveau", methods=["GET", "POST"])
@requires(Permission.VAN_MANAGE)
def create_vehicle() -> str | Response:
    form = VehicleForm()
    made = form.attempt(lambda: use_cases.create_vehicle(context(), form.to_data()))
    if made is None:
        return render_template("van/edit_vehicle.html", form=form, vehicle=None)
    flash(f"« {made.name} » peut être réservé.", "success")
    return redirect(url_for("van.vehicle", vehicle_id=made.id))


@blueprint.route("/cua-mobile/vehicules/<int:vehicle_id>/modifier", methods=["GET", "POST"])
@requires(Permission.VAN_MANAGE)
def edit_vehicle(vehicle_id: int) -> str | Response:
    stored = use_cases.vehicle_to_read(context(), vehicle_id)
    form = VehicleForm.of(stored)
    updated = form.attempt(
        lambda: use_cases.update_vehicle(context(), vehicle_id, form.to_data(), form.revision.seen)
    )
    if updated is None:
        changed = form.revision.renew(stored.revision)
        return render_template(
            "van/edit_vehicle.html",
            form=form,
            vehicle=stored,
            current=rules_told(stored) if changed else None,
        )
    flash("Véhicule mis à jour.", "success")
    return redirect(url_for("van.vehicle", vehicle_id=vehicle_id))


@blueprint.post("/cua-mobile/vehicules/<int:vehicle_id>/retirer")
@requires(Permission.VAN_MANAGE)
def retire_vehicle(vehicle_id: int) -> Response:
    try:
        retired = use_cases.retire_vehicle(context(), vehicle_id)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
    else:
        flash(f"« {retired.name} » n’est plus prêté. Son passé reste consultable.", "success")
    return redirect(url_for("van.vehicle", vehicle_id=vehicle_id))


@blueprint.post("/cua-mobile/vehicules/<int:vehicle_id>/remettre")
@requires(Permission.VAN_MANAGE)
def restore_vehicle(vehicle_id: int) -> Response:
    try:
        restored = use_cases.restore_vehicle(context(), vehicle_id)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
    else:
        flash(f"« {restored.name} » est de nouveau prêté.", "success")
    return redirect(url_for("van.vehicle", vehicle_id=vehicle_id))
