"""What a grant is made of, line by line: co-financing, payments, papers; what is paid or received
in one click, and the reminder of the papers."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.grants import forms
from zna_network.blueprints.grants.forms import LinesForm, SettleForm
from zna_network.blueprints.grants.routes import blueprint
from zna_network.blueprints.support import context
from zna_network.models.grant import Grant
from zna_network.services.errors import ConflictError, InvalidError
from zna_network.services.french_time import short_date
from zna_network.services.grants import grants as use_cases
from zna_network.services.grants import reminders, settling
from zna_network.services.grants.call_rules import halves
from zna_network.services.permissions import Permission


@blueprint.route("/conventions/<int:grant_id>/cofinancements", methods=["GET", "POST"])
@requires(Permission.GRANT_EDIT)
def fundings(grant_id: int) -> str | Response:
    grant = use_cases.grant_to_read(context(), grant_id)
    form = forms.FundingsForm.holding(grant, forms.funding_rows(grant))
    return _lines(grant, form, use_cases.replace_fundings, "grants/fundings.html")


@blueprint.route("/conventions/<int:grant_id>/versements", methods=["GET", "POST"])
@requires(Permission.GRANT_EDIT)
def payments(grant_id: int) -> str | Response:
    """With ``?moities``, the two payments that the call foresees stand in place of the lines."""
    grant = use_cases.grant_to_read(context(), grant_id)
    rows = forms.payment_rows(grant)
    if not rows or ("moities" in request.args and not any(p.paid_on for p in grant.payments)):
        rows = forms.proposed_payment_rows(halves(grant.subsidy_cents, grant.season))
    form = forms.PaymentsForm.holding(grant, rows)
    return _lines(grant, form, use_cases.replace_payments, "grants/payments.html")


@blueprint.route("/conventions/<int:grant_id>/pieces", methods=["GET", "POST"])
@requires(Permission.GRANT_EDIT)
def documents(grant_id: int) -> str | Response:
    grant = use_cases.grant_to_read(context(), grant_id)
    form = forms.DocumentsForm.holding(grant, forms.document_rows(grant))
    return _lines(grant, form, use_cases.replace_documents, "grants/documents.html")


@blueprint.post("/conventions/versements/<int:payment_id>/verse")
@requires(Permission.GRANT_EDIT)
def mark_paid(payment_id: int) -> Response:
    return _settled(
        lambda day: settling.mark_paid(context(), payment_id, day),
        lambda one: f"{one.label} : noté versé le {short_date(one.paid_on)}.",
    )


@blueprint.post("/conventions/pieces/<int:document_id>/recue")
@requires(Permission.GRANT_EDIT)
def receive_document(document_id: int) -> Response:
    return _settled(
        lambda day: settling.receive_document(context(), document_id, day),
        lambda one: f"« {one.label} » : notée reçue le {short_date(one.received_on)}.",
    )


@blueprint.post("/conventions/<int:grant_id>/relance")
@requires(Permission.GRANT_EDIT)
def remind(grant_id: int) -> Response:
    try:
        told = reminders.remind(context(), grant_id)
    except ConflictError as refusal:
        flash(refusal.message, "warning")
    else:
        plural = "s" if told > 1 else ""
        flash(f"Rappel envoyé à {told} adresse{plural}.", "success")
    return redirect(_page_of(grant_id))


def _lines(
    grant: Grant, form: LinesForm, replace: Callable[..., Grant], template: str
) -> str | Response:
    saved = form.attempt(lambda: replace(context(), grant.id, form.to_lines(), form.revision.seen))
    if saved is None:
        changed = form.revision.renew(grant.revision)
        return render_template(template, form=form, grant=grant, has_changed=changed)
    flash("Enregistré.", "success")
    return redirect(_page_of(grant.id))


def _settled(act: Callable[[Any], Any], words: Callable[[Any], str]) -> Response:
    """Back to the grant's page, whatever came of it."""
    back = redirect(_page_of(request.form.get("grant_id", 0, type=int)))
    form = SettleForm()
    if not form.validate_on_submit():
        flash(form.day.errors[0] if form.day.errors else "Rechargez la page.", "warning")
        return back
    try:
        settled = act(form.day.data)
    except (ConflictError, InvalidError) as refusal:
        flash(refusal.message, "warning")
        return back
    flash(words(settled), "success")
    return redirect(_page_of(settled.grant_id))


def _page_of(grant_id: int) -> str:
    return url_for("grants.show", grant_id=grant_id)
