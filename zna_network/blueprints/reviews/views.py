"""The agents' pages: what waits, whom to ask, the links sent, a correction to decide."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from zna_network.blueprints.access import requires
from zna_network.blueprints.filters import counted
from zna_network.blueprints.reviews.forms import ApplyForm, RefuseForm, SendForm
from zna_network.blueprints.reviews.pages import CORRECTIONS, LINKS, RECORDS, TONES, list_page
from zna_network.blueprints.support import context, safe_next
from zna_network.services import record_reviews, review_decisions
from zna_network.services.permissions import Permission
from zna_network.services.record_reviews import Asked

blueprint = Blueprint("reviews", __name__)
PAGES = "/annuaire/verifications"


@blueprint.get(PAGES)
@requires(Permission.DIRECTORY_EDIT)
def index() -> str:
    return _list(request.args.get("onglet", CORRECTIONS), SendForm(formdata=None))


@blueprint.post(f"{PAGES}/envoyer")
@requires(Permission.DIRECTORY_EDIT)
def send() -> str | Response:
    form = SendForm()
    asked = form.attempt(
        lambda: record_reviews.ask_organisations(context(), form.organisations.data or [])
    )
    if asked is None:
        return _list(RECORDS, form)
    _announce(asked)
    after = url_for("reviews.index", onglet=LINKS if asked.reviews else RECORDS)
    return redirect(safe_next(request.form.get("suite"), after))


@blueprint.post(f"{PAGES}/<int:review_id>/annuler")
@requires(Permission.DIRECTORY_EDIT)
def revoke(review_id: int) -> Response:
    record_reviews.revoke_review(context(), review_id)
    flash("Lien annulé : il ne mène plus à la fiche.", "success")
    return redirect(url_for("reviews.index", onglet=LINKS))


@blueprint.get(f"{PAGES}/<int:review_id>")
@requires(Permission.DIRECTORY_EDIT)
def show(review_id: int) -> str:
    return _correction(review_id)


@blueprint.post(f"{PAGES}/<int:review_id>/appliquer")
@requires(Permission.DIRECTORY_EDIT)
def apply(review_id: int) -> str | Response:
    form = ApplyForm()
    applied = form.attempt(
        lambda: review_decisions.apply_correction(
            context(), review_id, form.parts.data or [], form.seen.data or ""
        )
    )
    if applied is None:
        return _correction(review_id, apply_form=form)
    flash("Correction appliquée : la fiche est à jour, et la personne est remerciée.", "success")
    return redirect(url_for("reviews.index"))


@blueprint.post(f"{PAGES}/<int:review_id>/refuser")
@requires(Permission.DIRECTORY_EDIT)
def refuse(review_id: int) -> str | Response:
    form = RefuseForm()
    refused = form.attempt(
        lambda: review_decisions.refuse_correction(context(), review_id, form.reason.data or "")
    )
    if refused is None:
        return _correction(review_id, refuse_form=form)
    flash("Correction refusée : la personne est prévenue du motif.", "success")
    return redirect(url_for("reviews.index"))


def _list(tab: str, form: SendForm) -> str:
    return render_template("reviews/index.html", **list_page(context(), tab, form))


def _correction(
    review_id: int, apply_form: ApplyForm | None = None, refuse_form: RefuseForm | None = None
) -> str:
    """The proposal beside the present record; the form just refused holds what was chosen."""
    correction = review_decisions.correction(context(), review_id)
    if apply_form is None:
        apply_form = ApplyForm(formdata=None)
        apply_form.parts.data = [one.key for one in correction.differences if not one.is_done]
    apply_form.seen.show(correction.seen)
    return render_template(
        "reviews/show.html",
        correction=correction,
        apply_form=apply_form,
        refuse_form=refuse_form or RefuseForm(formdata=None),
        tones=TONES,
    )


def _announce(asked: Asked) -> None:
    if asked.reviews:
        sent = counted(len(asked.reviews), "lien envoyé", "liens envoyés")
        flash(f"« Fiche à jour ? » : {sent}.", "success")
    for name in asked.left_out:
        flash(f"« {name} » n’a ni référent joignable ni adresse e-mail : ajoutez-en.", "warning")
