"""One booking: what its reader may see of it, and calling it off."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import Form, context
from zna_network.blueprints.van.routes import blueprint
from zna_network.blueprints.van.verdicts import slot_value
from zna_network.models.booking import BookingState
from zna_network.services.permissions import Permission
from zna_network.services.van import access, booking_page, requests


class CancelForm(Form):
    reason = TextAreaField("Pourquoi\u00a0?")


@blueprint.get("/cua-mobile/reservations/<int:booking_id>")
@requires(Permission.VAN_READ)
def show(booking_id: int) -> Response:
    view = booking_page.read(context(), booking_id)
    return _private(
        render_template(
            "van/show.html",
            view=view,
            booking=view.booking,
            guests=view.guests,
            handovers=view.handovers,
            report=view.report,
            competition=view.competition,
            slot_value=slot_value,
        )
    )


@blueprint.route("/cua-mobile/reservations/<int:booking_id>/annuler", methods=["GET", "POST"])
@requires(Permission.VAN_REQUEST)
def cancel(booking_id: int) -> Response:
    ctx = context()
    booking = access.booking_to_read(ctx, booking_id)
    ctx.require(Permission.VAN_REQUEST, booking.organisation_id)
    here = url_for("van.show", booking_id=booking_id)
    if request.method == "GET" and not requests.may_change(ctx, booking):
        state = booking.state.label.lower()
        flash(f"{booking.reference} est « {state} »\u00a0: elle ne s’annule plus.", "warning")
        return redirect(here, 303)
    form = CancelForm()
    words = form.reason.data or ""
    done = form.attempt(lambda: requests.cancel(ctx, booking_id, words))
    if done is None:
        page = render_template(
            "van/cancel.html",
            form=form,
            booking=booking,
            is_granted=booking.state is BookingState.APPROVED,
            is_ours=bool(ctx.actor and ctx.actor.organisation_id == booking.organisation_id),
        )
        return _private(page, 422 if form.errors else 200)
    flash(f"{done.reference} est annulée.", "success")
    return redirect(here, 303)


def _private(page: str, status: int = 200) -> Response:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store, private"
    return response
