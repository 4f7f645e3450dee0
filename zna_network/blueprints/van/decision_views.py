"""The desk of who decides: what waits, one request beside those that compete, and moves."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.support import context
from zna_network.blueprints.van.decision_forms import Choice, DecisionForm, MoveForm, address_of
from zna_network.blueprints.van.routes import blueprint
from zna_network.models.booking import Booking
from zna_network.services.errors import ConflictError
from zna_network.services.permissions import Permission
from zna_network.services.van import access, decision_list, decision_page, mails, move_page, moves

DONE = {
    Choice.APPROVE: "{reference} est accordée à {who}.",
    Choice.WAIT: "{reference} ({who}) est en liste d’attente.",
    Choice.REFUSE: "{reference} ({who}) est refusée.",
    Choice.RESTORE: "{reference} ({who}) est reprise.",
}


@blueprint.get("/cua-mobile/decisions")
@requires(Permission.VAN_DECIDE)
def decisions() -> str:
    return render_template("van/decisions.html", desk=decision_list.read(context()))


@blueprint.route("/cua-mobile/reservations/<int:booking_id>/decision", methods=["GET", "POST"])
@requires(Permission.VAN_DECIDE)
def decide(booking_id: int) -> str | Response:
    ctx = context()
    before = decision_page.read(ctx, booking_id)
    left_without = before.left_without
    form = DecisionForm(revision=before.booking.revision)
    decided = form.attempt(lambda: form.run(ctx, booking_id))
    if decided is None:
        page = decision_page.read(ctx, booking_id)
        form.revision.renew(page.booking.revision)
        return render_template("van/decide.html", page=page, form=form, Choice=Choice)
    _tell(decided, Choice(form.choice.data), left_without)
    return redirect(url_for("van.decisions"))


@blueprint.route("/cua-mobile/reservations/<int:booking_id>/deplacer", methods=["GET", "POST"])
@requires(Permission.VAN_DECIDE)
def move(booking_id: int) -> str | Response:
    ctx = context()
    booking = access.booking_to_read(ctx, booking_id)
    if booking.state not in moves.MOVABLE:
        raise ConflictError(
            f"La réservation {booking.reference} est « {booking.state.label.lower()} » : elle ne "
            "se déplace plus."
        )
    form = MoveForm.of(booking, request.args)
    moved = form.attempt(lambda: form.run(ctx, booking_id))
    if moved is None:
        form.revision.renew(booking.revision)
        begin, end = form.period() or (booking.starts_at, booking.ends_at)
        found = move_page.slots_near(ctx, booking, begin, end)
        slots = [(slot.label, address_of(slot)) for slot in found]
        return render_template("van/move.html", booking=booking, form=form, slots=slots)
    told = "" if moved.is_maintenance else " L’association et les personnes à bord sont prévenues."
    flash(f"{moved.reference} est déplacée.{told}", "success")
    if moved.is_maintenance:
        return redirect(url_for("van.maintenance", vehicle_id=moved.vehicle_id))
    return redirect(url_for("van.show", booking_id=booking_id))


def _tell(booking: Booking, choice: Choice, left_without: int) -> None:
    who = booking.organisation.short_name if booking.organisation else ""
    told = mails.reaches_borrower(context(), booking)
    done = DONE[choice].format(reference=booking.reference, who=who)
    flash(f"{done} L’association en est prévenue." if told else done, "success")
    if not told:
        flash(f"{who} n’a ni compte ni e-mail : prévenez l’association vous-même.", "warning")
    if choice is Choice.APPROVE and left_without:
        several = left_without > 1
        flash(
            f"{left_without} autres demandes passent en liste d’attente : leurs associations sont "
            "prévenues."
            if several
            else "L’autre demande passe en liste d’attente : son association est prévenue.",
            "info",
        )
