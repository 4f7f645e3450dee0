"""Asking for the vehicle, changing what was asked, and what the page's script asks meanwhile."""

from flask import Response as JsonResponse
from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.van.request_forms import PeriodForm
from zna_network.blueprints.van.request_pages import Asking
from zna_network.blueprints.van.routes import blueprint
from zna_network.blueprints.van.verdicts import as_json, judged, slot_value
from zna_network.extensions import limiter
from zna_network.models.booking import Booking, BookingState
from zna_network.services.permissions import Permission
from zna_network.services.van import access, requests


@blueprint.route("/cua-mobile/reservations/nouvelle", methods=["GET", "POST"], endpoint="request")
@requires(Permission.VAN_REQUEST)
def ask() -> Response:
    asking = Asking(context())
    if request.method == "GET":
        asking.begin(request.args)
        return _page(asking)
    asking.change()
    made = asking.send() if asking.is_sending else None
    if made is None:
        return _page(asking)
    _tell(made)
    return redirect(url_for("van.show", booking_id=made.id), 303)


@blueprint.route("/cua-mobile/reservations/<int:booking_id>/modifier", methods=["GET", "POST"])
@requires(Permission.VAN_REQUEST)
def edit(booking_id: int) -> Response:
    ctx = context()
    booking = access.booking_to_read(ctx, booking_id)
    ctx.require(Permission.VAN_REQUEST, booking.organisation_id)
    if not requests.may_change(ctx, booking):
        flash(
            f"{booking.reference} est « {booking.state.label.lower()} »\u00a0: elle ne se modifie "
            "plus.",
            "warning",
        )
        return redirect(url_for("van.show", booking_id=booking_id), 303)
    asking = Asking(ctx, booking)
    if request.method == "POST":
        asking.change()
    else:
        asking.take(request.args.get("creneau", ""))
    updated = asking.send() if request.method == "POST" and asking.is_sending else None
    if updated is None:
        return _page(asking)
    flash("C’est enregistré.", "success")
    return redirect(url_for("van.show", booking_id=booking_id), 303)


def _account() -> str:
    return f"availability:{current_user.get_id()}"


@blueprint.get("/cua-mobile/disponibilites")
@requires(Permission.VAN_REQUEST)
@limiter.limit("240 per minute", key_func=_account)
def availability() -> JsonResponse:
    """``vehicle_id``, ``starts_on``, ``leaves_at``, ``ends_on``, ``returns_at``; staff may say for
    which ``organisation_id``, and ``but`` is the booking that is being changed. ``html`` is the
    answer as the page shows it."""
    ctx = context()
    asked = PeriodForm(request.args)
    is_staff = ctx.may(Permission.VAN_DECIDE)
    own = ctx.actor.organisation_id if ctx.actor else None
    verdict = None
    if asked.validate():
        verdict = judged(
            ctx,
            asked.vehicle_id.data,
            (asked.starts_on.data, asked.leaves_at.data),
            (asked.ends_on.data or asked.starts_on.data, asked.returns_at.data),
            organisation_id=asked.organisation_id.data if is_staff else own,
            but=asked.but.data,
        )
    html = render_template(
        "van/_availability.html", verdict=verdict, is_staff=is_staff, slot_value=slot_value
    )
    response = jsonify({**(as_json(verdict) if verdict else {}), "html": html})
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _page(asking: Asking) -> Response:
    current = asking.current
    response = make_response(
        render_template(
            "van/request.html",
            asking=asking,
            form=asking.form,
            current=current,
            slot_value=slot_value,
        ),
        422 if asking.form.errors else 200,
    )
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _tell(made: Booking) -> None:
    if made.state is BookingState.WAITING:
        flash(
            f"{made.reference} est sur la liste d’attente. Vous serez prévenus si le créneau "
            "se libère.",
            "info",
        )
    else:
        flash(
            f"La demande {made.reference} est envoyée. La CUA décide et vous prévient.", "success"
        )
