"""Handing a vehicle over, out and back, and who has each now."""

from flask import flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.van.handover_forms import HandoverForm, MileageForm
from zna_network.blueprints.van.handover_uploads import accept_photos
from zna_network.blueprints.van.routes import blueprint
from zna_network.extensions import csrf
from zna_network.models.booking import Booking
from zna_network.models.handover import Direction
from zna_network.services.context import Context
from zna_network.services.permissions import Permission
from zna_network.services.van import (
    departure,
    handover_kit,
    handover_views,
    handovers,
    mileage,
    photos,
)
from zna_network.services.van.handover_views import DIRECTIONS

_DONE = {
    Direction.OUT: "Départ enregistré : bonne route.",
    Direction.BACK: "Retour enregistré : le véhicule est rentré.",
}


@blueprint.get("/cua-mobile/qui-l-a")
@requires(Permission.VAN_HANDOVER)
def holders() -> str:
    """Who has each vehicle, and what is to be handed over or taken back."""
    ctx = context()
    return render_template(
        "van/holders.html", holders=handover_views.current(ctx), trips=handover_kit.trips(ctx)
    )


@blueprint.route(
    "/cua-mobile/reservations/<int:booking_id>/etat-des-lieux/<any(depart, retour):way>",
    methods=["GET", "POST"],
)
@requires(Permission.VAN_HANDOVER)
@csrf.exempt  # type: ignore[untyped-decorator]
def handover(booking_id: int, way: str) -> str | Response:
    accept_photos()
    ctx, direction = context(), DIRECTIONS[way]
    booking = handovers.booking_to_hand_over(ctx, booking_id)
    drivers = departure.drivers(ctx, booking)
    form = HandoverForm.of(booking.vehicle.checklist, drivers)
    if not form.is_submitted():
        if handover_views.next_way(ctx, booking) != way:
            flash("Cet état des lieux n’est pas à faire maintenant.", "warning")
            return redirect(url_for("van.show", booking_id=booking_id))
        form.fill(booking, direction, ctx.now, handover_kit.host_name(ctx))
        return _page(ctx, booking, form, direction)
    kept = form.attempt(lambda: handovers.record(ctx, booking_id, form.to_data(direction)))
    if kept is None:
        return make_response(_page(ctx, booking, form, direction), 422)
    flash(_DONE[direction], "success")
    return redirect(url_for("van.show", booking_id=booking_id), 303)


@blueprint.route(
    "/cua-mobile/etats-des-lieux/<int:handover_id>/kilometrage", methods=["GET", "POST"]
)
@requires(Permission.VAN_MANAGE)
def correct_mileage(handover_id: int) -> str | Response:
    ctx = context()
    stored = mileage.to_read(ctx, handover_id)
    form = MileageForm(mileage=stored.mileage, revision=stored.revision)
    done = form.attempt(
        lambda: mileage.correct(
            ctx, handover_id, form.mileage.data, form.reason.data or "", form.revision.seen
        )
    )
    if done is None:
        form.revision.renew(stored.revision)
        return render_template("van/correct_mileage.html", form=form, handover=stored)
    flash("Kilométrage corrigé.", "success")
    return redirect(url_for("van.show", booking_id=stored.booking_id), 303)


@blueprint.get("/cua-mobile/etats-des-lieux/photos/<int:photo_id>")
@requires(Permission.VAN_HANDOVER)
def handover_photo(photo_id: int) -> Response:
    picture = photos.photo(context(), photo_id)
    response = make_response(picture.content)
    response.headers["Content-Type"] = picture.media_type
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(ctx: Context, booking: Booking, form: HandoverForm, direction: Direction) -> str:
    return render_template(
        "van/handover.html",
        form=form,
        booking=booking,
        is_out=direction is Direction.OUT,
        last_mileage=handovers.last_mileage(ctx, booking.vehicle_id),
        troubles=handovers.known_troubles(ctx, booking.vehicle_id),
    )
